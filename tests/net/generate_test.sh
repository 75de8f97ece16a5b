#! /usr/bin/env atf-sh
# pppoetest -m create: many subscribers of one process against our own
# concentrator, which says what it has; the wire says what was sent.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# create ARG ... - said and errors are what it prints, code its exit status
create()
{
	in_host home "$PPP_BUILD/pppoetest" -m create -i eth1 "$@" \
	    > said 2> errors < /dev/null
	code=$?
}

# created CODE ARG ...
created()
{
	local want
	want=$1
	shift
	create "$@"
	[ "$code" = "$want" ] || fail "$*: exit $code: $(cat errors said)"
}

# In the background, until told; $! for in_host is pppoetest itself.
create_start()
{
	in_host home sh -c 'echo $$ > gen.pid; exec "$@"' sh \
	    "$PPP_BUILD/pppoetest" -m create -i eth1 "$@" \
	    > said 2> errors < /dev/null &
	job=$!
}
create_wait() { code=0; wait "$job" || code=$?; }

# has REGEX ... - whole lines, in said
has()
{
	local r
	for r in "$@"; do
		grep -q -x -e "$r" said || fail "no line '$r': $(cat said)"
	done
}

sessions() { ask isp 'show sessions' | grep -c '02:42:'; }
sessions_are() { [ "$(sessions)" = "$1" ]; }
come_to() # SESSIONS
{
	until_true 30 sessions_are "$1" ||
		fail "$(sessions) sessions, want $1: $(cat errors)"
}

# ids FILTER - of sessions, each once
ids() { seen home eth1 "$1" -T fields -e pppoe.session_id | sort -u; }

# Every session that a PADS made had its PADT from the subscriber.
all_ended()
{
	ids 'pppoe.code == 0x65 && pppoe.session_id != 0' > made
	ids 'pppoe.code == 0xa7 && eth.src[0:3] == 02:42:00' > ended
	heard
	[ -s made ] || fail "no PADS"
	comm -23 made ended > left
	[ ! -s left ] || fail "no PADT for $(tr "\n" " " < left)"
}

atf_test_case create cleanup
create_head() { net_head "forty come up, are held, and leave none behind"; }
create_body()
{
	pair_begin
	i=0
	while [ $i -lt 40 ]; do echo "user$i secret"; i=$((i + 1)); done |
	    conf isp ppp.secret
	isp_conf 'enable chap'
	isp_start
	capture_start home eth1
	create_start -n 40 --rate 200 --window 10 --user user%d \
	    --password secret --hold 1h
	come_to 40
	ask isp 'show sessions' > list
	for i in 0 7 39; do
		grep -q "user$i .*02:42:00:00:00:$(printf %02x $i) " list ||
			fail "user$i is not there: $(cat list)"
	done
	kill -INT "$(cat gen.pid)"
	create_wait
	[ "$code" = 0 ] || fail "exit $code: $(cat errors)"
	come_to 0
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 \
	    'lcp && ppp.code == 5 && eth.src[0:3] == 02:42:00' 40
	judge_seen home eth1 'ipv6cp && ppp.code == 2' 40
	all_ended
	atf_check_equal 40 "$(wc -l < made)"
	cat > shape <<-'END'
	PPPoE Load Test Report
	======================
	Host: .*
	Time: ....-..-.. ..:..:.. UTC
	Interface: eth1
	Sessions: 40 of 40 set up in [0-9.]* s ([0-9]* a second)
	  Failed: 0
	  Lost: 0
	┌.*┐
	│ Step           │ Count    │ Min ms .*
	├.*┤
	│ PADI-PADO      │ 40 .*
	│ PADR-PADS      │ 40 .*
	│ LCP            │ 40 .*
	│ Authentication │ 40 .*
	│ IPCP           │ 40 .*
	│ IPV6CP         │ 40 .*
	│ Set-up         │ 40 .*
	└.*┘
	Asked again: [0-9]*
	Refused packets: [0-9]*
	Shared addresses: 0
	Held: 40 of 40 for 3600 s, 0 echoes answered
	Hung up: 40 (0 without an answer), left: 0
	Result: PASSED
	END
	shaped
}
create_cleanup() { net_end; }

# shaped - said is, line by line, what shape says
shaped()
{
	local r n
	n=0
	while IFS= read -r r; do
		n=$((n + 1))
		sed -n "${n}p" said | grep -q -x -e "$r" ||
			fail "line $n is not '$r': $(cat said)"
	done < shape
	atf_check_equal $n "$(wc -l < said)"
}

# The hard one: in the middle of set-ups.
atf_test_case interrupt cleanup
interrupt_head() { net_head "ctrl-C while sessions are half open"; }
interrupt_body()
{
	pair_begin
	isp_conf 'enable chap' 'set lb padirate 100000' \
	    'set ifaddr 10.0.0.1 10.0.16.0-10.0.63.255'
	isp_start
	create_start -n 20000 --window 300 --user fred --password secret
	until_true 20 eval '[ "$(sessions)" -ge 100 ]' ||
		fail "not under way: $(cat errors)"
	kill -INT "$(cat gen.pid)"
	create_wait
	[ "$code" = 1 ] || fail "exit $code: $(cat errors)"
	has 'Result: FAILED (interrupted)' 'Hung up: .*, left: 0'
	come_to 0
	# each because it was told so, none after waiting in vain
	grep ': closed (' isp/log/ppp.log > ends
	[ "$(wc -l < ends)" -ge 100 ] || fail "$(wc -l < ends) ends"
	! grep -v -e 'peer sent Terminate-Request' -e 'peer sent PADT' ends ||
		fail "sessions were left"
}
interrupt_cleanup() { net_end; }

atf_test_case again cleanup
again_head() { net_head "what a killed one left is ended by the next"; }
again_body()
{
	pair_begin
	isp_conf 'enable chap echo' 'set lqrperiod 1'
	isp_start
	created 0 -n 20 --user fred --password secret --abandon
	sessions_are 20 || fail "$(sessions) sessions"
	create_start -n 20 --user fred --password secret --hold 1h \
	    --format jsonl
	# old ones: 20; theirs get a PADT when they say something
	until_true 30 grep -q '"stage":"hold"' said || fail "$(cat errors said)"
	come_to 20
	kill -TERM "$(cat gen.pid)"
	create_wait
	[ "$code" = 0 ] || fail "exit $code: $(cat errors said)"
	come_to 0
	tail -n 1 said | grep -q '"strays":[1-9]' || fail "$(cat said)"
}
again_cleanup() { net_end; }

atf_test_case churn cleanup
churn_head() { net_head "hanging up and dialling again all the time"; }
churn_body()
{
	pair_begin
	isp_conf 'enable pap' 'set lb padirate 100000 1000'
	isp_start
	capture_start home eth1
	created 0 -n 10 --user fred --password secret --auth pap --ip 4 \
	    --hold 2 --churn 20 --format json
	capture_stop home eth1
	come_to 0
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = json.load(open("said"))
	assert v["type"] == "test_complete" and v["test"] == "create", v
	assert v["status"] == "passed" and v["failed"] == v["lost"] == 0, v
	assert v["dials"] == v["up"] == v["closed"] > 20, v
	assert v["held"] == 10 and v["left"] == 0, v
	assert v["steps"]["Set-up"]["count"] == v["up"], v
	assert "IPV6CP" not in v["steps"], v
	END
	judge_seen home eth1 'pap.code == 2' 20
	judge_none home eth1 'chap || (ipv6cp && !lcp &&
	    eth.src[0:3] == 02:42:00)'
	all_ended
}
churn_cleanup() { net_end; }

# What went into the sessions and came back, counted by both sides.
atf_test_case traffic cleanup
traffic_head() { net_head "numbered packets inside the sessions"; }
traffic_body()
{
	pair_begin
	isp_conf 'enable chap'
	isp_start
	PPPOE_FRAMES='pppoes and icmp'
	capture_start home eth1
	created 0 -n 6 --user fred --password secret --ip 4 --hold 2 \
	    --traffic echo --pps 20 --size 1492 --format json
	capture_stop home eth1
	traffic_is echo
	sent=$(python3 -c 'import json
print(json.load(open("said"))["traffic"]["sent"])')
	atf_check_equal "$sent" "$(seen home eth1 'icmp.type == 8 &&
	    ip.len == 1492 && eth.src[0:3] == 02:42:00' | grep -c .)"
	atf_check_equal "$sent" "$(seen home eth1 'icmp.type == 0 &&
	    ip.len == 1492 && eth.dst[0:3] == 02:42:00' | grep -c .)"
	judge_none home eth1 'icmp && icmp.checksum.status == 0'
	heard
	created 0 -n 6 --user fred --password secret --ip 6 --hold 1 \
	    --traffic echo --pps 20 --format json
	traffic_is echo
	in_host isp sysctl -qw net.ipv4.ip_forward=1
	created 0 -n 6 --user fred --password secret --ip 46 --hold 1 \
	    --traffic pair --pps 20 --format json
	traffic_is pair
	# the other end forwards no more: all is lost, and that is said
	in_host isp sysctl -qw net.ipv4.ip_forward=0
	created 1 -n 4 --user fred --password secret --hold 1 \
	    --traffic pair --pps 20 --format tap
	grep -q '^not ok 5 - 100.000% of packets were lost, 0 damaged' said ||
		fail "$(cat said)"
	created 2 --traffic echo
	created 2 --traffic pair --hold 1 --ip 6
}
traffic_cleanup() { net_end; }

# traffic_is KIND - all of it came, once, in order
traffic_is()
{
	python3 - "$1" <<-'END' || fail "$(cat said)"
	import json, sys
	v = json.load(open("said"))
	t = v["traffic"]
	assert v["status"] == "passed" and t["kind"] == sys.argv[1], v
	assert t["sent"] == t["received"] > 50, t
	assert t["twice"] == t["reordered"] == t["damaged"] == 0, t
	assert 0 < t["min_ms"] <= t["p50_ms"] <= t["p99_ms"] <= t["max_ms"], t
	END
}

atf_test_case tags cleanup
tags_head() { net_head "subscribers in VLANs inside VLANs"; }
tags_body()
{
	pair_begin 1504
	isp_conf 'enable chap'
	sed -i '/set lb interface/d' isp/etc/ppp.conf
	for v in 100:7 100:8 101:7 101:8; do
		echo " set lb interface eth0 vlan $v"
	done >> isp/etc/ppp.conf
	isp_start
	capture_start home eth1
	create_start -n 8 --user fred --password secret --hold 1h \
	    --vlan 100-101:7-8
	come_to 8
	ask isp 'show sessions calling-sid,vlan' > list
	for v in 0=100:7 1=100:8 2=101:7 3=101:8 4=100:7 7=101:8; do
		grep -q "02:42:00:00:00:0${v%=*} *${v#*=}" list ||
			fail "$v: $(cat list)"
	done
	kill -INT "$(cat gen.pid)"
	create_wait
	[ "$code" = 0 ] || fail "exit $code: $(cat errors)"
	come_to 0
	capture_stop home eth1
	judge home eth1
	judge_none home eth1 '(pppoed || pppoes) && !ieee8021ad'
	all_ended
}
tags_cleanup() { net_end; }

# The concentrator's own words beside ours.
atf_test_case mixed cleanup
mixed_head() { net_head "mixed, --monitor, and both from another host"; }
mixed_body()
{
	pair_begin
	isp_conf 'enable chap' 'set lb workers 2' 'set governor max 2'
	# two prompts: the usual socket, and a port for the other host
	isp_start
	created 0 -m mixed -n 10 --user fred --password secret --hold 1 \
	    -S "$PWD/isp/run/ppp.sock" -P sesame
	has 'Concentrator: 0 .*, 10 while held (10 of them ours), 0 after' \
	    '  Worker 0: ACTIVE (5 sessions)' 'Drifts: 0' 'Mixed: PASSED' \
	    '  Worker 1: ACTIVE (5 sessions)'
	created 2 -m mixed -n 10
	created 3 -m mixed -n 10 --hold 1 -S "$PWD/nobody"
	in_host isp "$PPP_BUILD/pppoetest" -q -S /var/run/ppp.sock -P wrong &&
		fail "wrong password"
	ask isp 'set server 9001 sesame'
	ip -n "$(ns isp)" addr add 192.0.2.1/24 dev eth0
	ip -n "$(ns home)" addr add 192.0.2.2/24 dev eth1
	in_host home "$PPP_BUILD/pppoetest" -h 192.0.2.1 -p 9001 -P sesame \
	    > said 2>&1 || fail "$(cat said)"
	has 'Workers: 2' 'Health Score: 100/100 .*'
	created 0 -n 7 --user fred --password secret --abandon
	in_host home "$PPP_BUILD/pppoetest" --monitor --interval 1 --count 3 \
	    -h 192.0.2.1 -P sesame > said 2>&1 || fail "$(cat said)"
	has '│ Metric                │ Now        │ 1s ago     │ 30s.*' \
	    '│ Total Sessions        │ 7          │ 7          │ - .*' \
	    '│ Active Workers        │ 2          │ 2          │ - .*' \
	    '│ Sessions/Worker (avg) │ 4          │ 4          │ - .*'
	in_host home "$PPP_BUILD/pppoetest" --monitor -i 1 --count 2 \
	    -h 192.0.2.1 -P sesame -o jsonl > said 2>&1 || fail "$(cat said)"
	atf_check_equal 2 "$(grep -c '"sessions":7,"active_workers":2' said)"
}
mixed_cleanup() { net_end; }

atf_test_case answers cleanup
answers_head() { net_head "forms, exit codes and words for what is wrong"; }
answers_body()
{
	pair_begin
	created 3 -n 2 --user fred --password secret --tries 1 --format json
	grep -q '"why":{"PADI_SILENT":2}' said || fail "$(cat said)"
	isp_conf 'enable chap'
	isp_start
	created 0 -n 3 --user fred --password secret --format tap
	printf '%s\n' 1..4 'ok 1 - 3 of 3 set-ups came up' \
	    'ok 2 - 0 of 3 sessions were lost' \
	    'ok 3 - 0 of 3 addresses are shared' \
	    'ok 4 - 0 of 3 sessions are left' > want
	diff -u want said >&2 || fail "tap"
	echo secret > key
	created 0 -n 3 --user fred --password-file key --format csv
	has 'step,count,min_ms,p50_ms,p90_ms,p99_ms,max_ms' \
	    'IPCP,3,[0-9.]*,[0-9.]*,[0-9.]*,[0-9.]*,[0-9.]*'
	created 0 -n 3 --user fred --password secret --hold 2 -i 1 \
	    --format jsonl
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = [json.loads(l) for l in open("said")]
	assert v[0]["type"] == "test_start" and v[0]["sessions"] == 3, v[0]
	assert v[-1]["type"] == "test_complete", v[-1]
	mid = v[1:-1]
	assert {e["type"] for e in mid} == {"interval"}, mid
	assert [e for e in mid if e["stage"] == "hold" and e["up"] == 3], mid
	assert all("timestamp" in e for e in v), v
	END
	created 1 -n 2 --user fred --password wrong --format json
	grep -q '"why":{"AUTH_US":2}' said || fail "$(cat said)"
	grep -q '"status":"failed"' said || fail "$(cat said)"
	created 1 -n 2 --user fred --password secret --auth pap
	created 5 -i nonesuch -n 1 --format json
	grep -q '"code":"INTERFACE_NOT_FOUND"' said || fail "$(cat said)"
	for a in '-n 0' '-n 65537' '--rate x' '--vlan 0' '--vlan 5-4' \
	    '--vlan 4095' '--vlan 1:' '--mac ff:ff:ff:ff:ff:ff' \
	    '--mac 02:00:00:ff:ff:ff' '--auth none' '--ip 5' '--hold -1' \
	    '--password-file nonesuch' '--window 0' '--tries 0' \
	    '--echo 70000' 'nonsense'; do
		# shellcheck disable=SC2086
		created 2 $a
		grep -q '^pppoetest: ' errors || fail "$a: $(cat errors)"
	done
}
answers_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case create
	atf_add_test_case interrupt
	atf_add_test_case again
	atf_add_test_case churn
	atf_add_test_case traffic
	atf_add_test_case tags
	atf_add_test_case mixed
	atf_add_test_case answers
}
