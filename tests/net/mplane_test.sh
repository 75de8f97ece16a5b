#! /usr/bin/env atf-sh
# mPlane: whole exchanges at the prompt and over HTTP, about sessions that are
# there; jsonschema holds each message against the protocol's form, real pings
# and counters of the kernel against what the results say.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"
# shellcheck source=tests/net/http.sh
. "$PPP_SRC/tests/net/http.sh"

is_message() # FILE KIND
{
	/usr/bin/python3 "$PPP_SRC/tests/net/mplane.py" "$2" registry.json \
	    < "$1" > judged 2>&1 ||
		fail "no $2: $(tail -n 3 judged) $(cat "$1")"
}

# mp NAME KIND COMMAND - its answer is one message of that kind, in NAME.json.
mp()
{
	ask "$1" "$3" > "$1.json" 2> said || fail "$3: $(cat said)"
	is_message "$1.json" "$2"
}

# is NAME EXPRESSION - of jq, about the last answer
is()
{
	jq -e "$2" "$1.json" > said || fail "not $2: $(cat "$1.json")"
}

RUN='mplane runcap'

value() { jq -r "$2" "$1.json"; } # NAME EXPRESSION

# comes NAME KIND TOKEN - showmeas until there is one
comes()
{
	until_true 30 eval "ask '$1' 'mplane showmeas $3' |
	    jq -e 'has(\"$2\")'" || fail "$3: $(ask "$1" "showmeas $3")"
	mp "$1" "$2" "mplane showmeas $3"
}

# A column of the last row.
column() { value "$1" ".resultvalues[-1][.results | index(\"$2\")]"; }

bed() # LINE ... of the concentrator's
{
	/usr/bin/python3 -c 'import jsonschema' 2> /dev/null ||
		atf_skip "no python3-jsonschema"
	[ -s net ] || pair_begin
	isp_conf 'enable chap' 'set quality 3 3' "$@"
	home_conf
	isp_start
	home_start -ddial
	ask isp 'mplane registry' > registry.json
	is_message registry.json registry
}

# sanitize: asan
atf_test_case exchange cleanup
exchange_head() { net_head "list, show, run, receipt, result; at both ends"; }
exchange_body()
{
	local token in pin
	bed
	mp isp envelope 'mplane listcap'
	is isp '[.contents[].label] | index("ping-average-ip4") and
	    index("tcpsla-detail-ip4") and index("udpsla-average-ip4") and
	    index("msla-detail-ip4") and index("session-statistics") and
	    index("echo-average")'
	mp isp capability 'mplane showcap session-statistics'
	is isp '.parameters.session == "*"'
	# the words of mPlane's own shell alone
	ask isp listcap > bare
	ask isp 'mplane listcap' | cmp - bare || fail "$(cat bare)"

	# at once: what the counters say before and after
	mp isp result "$RUN session-statistics session=fred"
	in=$(column isp octets.ip.in)
	pin=$(column isp packets.ip.in)
	in_host home ping -n -q -c 5 -i 0.1 -s 1000 10.0.0.1 > pinged ||
		fail "$(cat pinged)"
	mp isp result "$RUN session-statistics session=fred"
	is isp ".resultvalues[0] | .[2] - $in >= 5140 and .[2] - $in < 7000"
	is isp ".resultvalues[0] | .[4] - $pin >= 5 and .[4] - $pin < 15"
	[ "$(column isp duration.s)" -ge 0 ] || fail "$(cat isp.json)"

	# a scope with a period: a receipt first, then a row for each tick
	mp isp receipt \
	    "$RUN session-statistics session=fred when now + 3s / 1s"
	token=$(value isp .token)
	is isp '.when == "now + 3s / 1s" and .parameters.session == "fred"'
	mp isp envelope 'mplane listmeas'
	is isp "[.contents[].token] | index(\"$token\")"
	comes isp result "$token"
	is isp '.resultvalues | length >= 2 and length <= 3'
	is isp ".token == \"$token\" and .label == \"session-statistics\""

	# the client measures itself
	mp home result "$RUN session-statistics"
	is home '.parameters.session == "client" and
	    .resultvalues[0][3] >= 5140'

	# the line's echo, as show quality has it
	until_true 30 eval "ask isp '$RUN echo-average' |
	    jq -e '.resultvalues[0][3] >= 3'" || fail "no echo is counted"
	mp isp result "$RUN echo-average session=fred"
	is isp '.resultvalues[0] | .[1] == "fred" and .[3] >= 3 and
	    .[5] > 0 and .[5] <= .[7] and .[7] <= .[9]'
	mp isp result "$RUN echo-detail session=fred"
	is isp '.resultvalues | length >= 1 and all(.[3] == 3)'

	# gone: the presence is a result, the rest an exception
	mp isp result "$RUN msla-agent-ip4 session=fred"
	is isp '.resultvalues[0][1] == true'
	ppp_stop home
	until_true 30 eval "ask isp '$RUN msla-agent-ip4 session=fred' |
	    jq -e '.resultvalues[0][1] == false'" || fail "it stays"
	mp isp exception "$RUN session-statistics session=fred"
	ppp_stop isp
}
exchange_cleanup() { net_end; }

atf_test_case pinged cleanup
pinged_head() { net_head "ping over a wire of 20 ms each way, and real pings"; }
pinged_body()
{
	local token
	net_begin
	host isp home way
	wire home eth1 way west
	wire isp eth0 way east
	secret 'fred secret'
	in_host way setsid "$PPP_BUILD/tests/net/wire_tool" west east 20 0 \
	    > wire.out 2>&1 < /dev/null &
	until_true 20 grep -q ready wire.out || atf_skip "no packet sockets"
	bed
	capture_start home eth1
	mp isp receipt "$RUN ping-average-ip4 session=fred"
	token=$(value isp .token)
	comes isp result "$token"
	capture_stop home eth1
	judge_seen home eth1 'icmp.type == 8' 10
	judge_seen home eth1 'icmp.type == 0' 10
	[ "$(column isp delay.twoway.icmp.count)" -eq 10 ] ||
		fail "$(cat isp.json)"
	[ "$(column isp packets.lost)" -eq 0 ] || fail "$(cat isp.json)"
	is isp '.resultvalues[0] | .[0] >= 40000 and .[0] <= .[1] and
	    .[1] <= .[2]'
	in_host isp ping -n -q -c 5 -i 0.1 10.0.0.10 > real ||
		fail "$(cat real)"
	sed -n 's|^rtt.* = \([0-9.]*\)/.*|\1|p' real > min
	awk '{ exit !($1 >= 40) }' min || fail "$(cat real)"
	mp isp receipt \
	    "$RUN ping-detail-ip4 session=fred destination.ip4=10.0.0.10"
	comes isp result "$(value isp .token)"
	is isp '.resultvalues | length == 10 and all(.[0] >= 40000)'
	ppp_stop home
	ppp_stop isp
}
pinged_cleanup() { net_end; }

# more NAME COLUMN NUMBER - its last value is over that
more()
{
	is "$1" ".resultvalues[-1][.results | index(\"$2\")] > $3"
}

atf_test_case throughput cleanup
throughput_head() { net_head "msla against an iperf3, and against none"; }
throughput_body()
{
	bed
	iperf_on isp
	capture_start home eth1
	mp home receipt "$RUN msla-average-ip4 \
	    bandwidth.nominal.bps=2000000 when now + 6s"
	is home '.when == "now + 6s" and .parameters.session == "client"'
	comes home result "$(value home .token)"
	capture_stop home eth1
	more home delay.twoway.icmp.count 9
	for way in download upload; do
		more home mSLA.tcpBandwidth.$way.iperf.mean 0
		more home mSLA.udpCapacity.$way.iperf.mean 0
		more home mSLA.udpCapacity.$way.iperf.jitter -1
	done
	judge_seen home eth1 'tcp.port == 5201 && tcp.len > 1000' 20
	judge_seen home eth1 'udp.port == 5201' 20
	# nobody listens: that is said, and nothing made up
	mp home receipt "$RUN udpsla-average-ip4 destination.port=9 \
	    when now + 5s"
	comes home exception "$(value home .token)"
	ppp_stop home
	ppp_stop isp
}
throughput_cleanup() { net_end; }

# begin_run NAME CAPABILITY WORDS - the token is printed
begin_run()
{
	mp "$1" receipt "$RUN $2-ip4 $3"
	value "$1" .token
}

atf_test_case details cleanup
details_head() { net_head "udpsla, and the single values of each test"; }
details_body()
{
	local udp tcp
	bed 'set rate 30m 20m'
	iperf_on isp
	iperf_on home
	capture_start home eth1
	udp=$(begin_run home udpsla-average \
	    'bandwidth.nominal.bps=2m when now + 5s')
	tcp=$(begin_run isp tcpsla-detail 'session=fred when now + 6s')
	comes home result "$udp"
	is home '.parameters."bandwidth.nominal.bps" == 2000000'
	for way in download upload; do
		udp=mSLA.udpCapacity.$way.iperf
		more home $udp.min 0.3
		more home $udp.mean 0.3
		is home ".resultvalues[-1][.results | index(\"$udp.max\")] < 4"
		more home $udp.jitter -1
		more home $udp.error -1
	done
	comes isp result "$tcp"
	is isp '(.results | length) == 2 and (.resultvalues | length) >= 2 and
	    all(.resultvalues[]; all(. >= 0)) and
	    (.resultvalues | map(add) | add) > 1'
	# one after the other: the same servers
	udp=$(begin_run isp udpsla-detail \
	    'session=fred bandwidth.nominal.bps=1m when now + 6s')
	tcp=$(begin_run home msla-detail \
	    'bandwidth.nominal.bps=2m when now + 6s')
	comes isp result "$udp"
	is isp '(.results | length) == 2 and (.resultvalues | length) >= 2 and
	    all(.resultvalues[0][]; . > 0.2 and . < 3)'
	comes home result "$tcp"
	is home '(.results | length) == 5 and (.resultvalues | length) == 10 and
	    all(.resultvalues[]; .[0] > 0) and
	    all(.resultvalues[0][]; . > 0) and .resultvalues[9][1:] ==
	    [-1, -1, -1, -1]'
	capture_stop home eth1
	for ip in 10.0.0.1 10.0.0.10; do
		judge_seen home eth1 "udp.port == 5201 && ip.src == $ip" 100
		judge_seen home eth1 "tcp.port == 5201 && tcp.len > 1000 &&
		    ip.src == $ip" 20
	done
	ppp_stop home
	ppp_stop isp
}
details_cleanup() { net_end; }

atf_test_case scheduled cleanup
scheduled_head() { net_head "test sla when, show tests, test stop"; }
scheduled_body()
{
	bed
	says isp 'show tests' '^No tests.$'
	says isp 'test sla fred ping when repeat now ... future / 2s' \
	    '^Test 1: repeat now ... future / 2s; .show tests 1. tells.$'
	says isp 'test sla fred ping when soon' '^when: now, past, future or'
	says isp 'test sla fred ping tcp when now' 'ping, tcp or udp alone'
	until_true 30 eval "ask isp 'show tests csv' |
	    awk -F, 'NR == 2 { exit !(\$8 >= 2) }'" ||
		fail "$(ask isp 'show tests')"
	says isp 'show tests' '^ *1  ping-average-ip4  fred  *[wr][au][in]'
	ask isp 'show tests 1' > said
	[ "$(grep -c '^delay.twoway.icmp.count  *10$' said)" -ge 2 ] ||
		fail "$(cat said)"
	ask isp 'show tests 1 json' > isp.json
	is_message isp.json envelope
	ask isp 'test stop 1' > said
	says isp 'show tests' '^ *1  ping-average-ip4  fred  *stopped'
	says isp 'test stop 1' 'over already'
	says isp 'test stop 99' 'no such test'
	says isp 'test sla nobody ping detail when now + 10s' 'nobody'
	ppp_stop home
	ppp_stop isp
}
scheduled_cleanup() { net_end; }

atf_test_case scopes cleanup
scopes_head() { net_head "a repeated scope gives several results; stop"; }
scopes_body()
{
	bed
	mp isp envelope \
	    "$RUN msla-agent-ip4 session=fred when repeat now + 3s / 1s"
	is isp '.envelope == "result" and (.contents | length) == 1'
	until_true 30 eval "ask isp 'mplane showmeas 1' |
	    jq -e '.contents | length >= 3'" || fail "$(ask isp 'showmeas 1')"
	mp isp envelope 'mplane showmeas msla-agent-ip4'
	is isp '[.contents[].resultvalues[0][1]] | all'
	is isp '[.contents[].when] | unique | length >= 3'

	# without end, until it is stopped: then what there is
	mp isp receipt \
	    "$RUN session-statistics when now ... future / 1s"
	mp isp receipt 'mplane showmeas 2'
	mp isp result 'mplane stop 2'
	is isp '.resultvalues | length >= 1'
	mp isp exception 'mplane stop 2'
	is isp '.message == "it is over already"'
	# one that is to come, and never does
	mp isp receipt \
	    "$RUN session-statistics when 2990-01-01 ... future / 1h"
	mp isp exception 'mplane stop 3'
	ppp_stop home
	ppp_stop isp
}
scopes_cleanup() { net_end; }

# locked COMMAND - at a prompt that did not get its password
locked()
{
	printf '%s\nquit\n' "$1" | in_host isp timeout 30 \
	    socat -t 30 - UNIX-CONNECT:/var/run/ppp.sock > said
	# behind the prompt
	sed -n '/{/,/^}/p' said | sed '1s/^[^{]*//' > isp.json
}

SPEC_T1='{"specification":"measure","when":"now",
"label":"session-statistics","token":"t1"}'

# quoted JSON - as one word of ours
quoted()
{
	printf '"%s"' "$(printf %s "$1" | tr -d '\n' | sed 's/"/\\"/g')"
}

atf_test_case refused cleanup
refused_head() { net_head "who may not, and what cannot, gets an exception"; }
refused_body()
{
	bed
	for c in 'runcap no-such-thing' 'showcap no-such-thing' \
	    'runcap ping-average-ip4 session=nobody' \
	    'runcap ping-average-ip4 ttl=3' 'runcap ping-average-ip4 fred' \
	    'runcap ping-average-ip4' \
	    'runcap ping-average-ip4 session=*' \
	    'runcap ping-average-ip4 session=fred destination.ip4=x' \
	    'runcap tcpsla-average-ip4 session=fred destination.port=0' \
	    'runcap udpsla-detail-ip4 session=fred bandwidth.nominal.bps=1' \
	    'runcap ping-average-ip4 session=fred when now + 30s / 1s' \
	    'runcap session-statistics when yesterday' \
	    'runcap session-statistics when past ... now' \
	    'runcap session-statistics when now + inf' \
	    'runcap session-statistics when 2990-01-01 ... now / 1h' \
	    "runcap session-statistics session=$(printf 'x\377')" \
	    "runcap session-statistics $(printf '\377')" \
	    'showmeas 77' 'stop 77' 'runcap {' 'runcap {} when now' \
	    'runcap "{\"specification\":\"measure\"}"'; do
		mp isp exception "mplane $c"
	done
	mp isp result "$RUN $(quoted "$SPEC_T1")"
	is isp '.token == "t1"'
	# said twice: the same one
	cp isp.json first.json
	mp isp result "$RUN $(quoted "$SPEC_T1")"
	cmp first.json isp.json || fail "another result"
	# a token is no number, and no label, of another one
	for t in 1 session-statistics; do
		mp isp result "$RUN $(quoted "$(echo "$SPEC_T1" |
		    sed "s/t1/$t/")")"
		is isp ".token == \"$t\""
	done
	mp isp exception \
	    "$RUN $(quoted '{"interrupt":"measure","token":"2"}')"
	locked "$RUN session-statistics"
	is_message isp.json exception
	is isp '.message | test("password")'
	for c in 'stop 1' 'showmeas 1' listmeas; do
		locked "mplane $c"
		is_message isp.json exception
	done
	locked 'mplane showcap session-statistics'
	is_message isp.json capability
	ppp_stop home
	ppp_stop isp
}
refused_cleanup() { net_end; }

# post NAME PATH [FIELD ...] < BODY - the status code is printed
post()
{
	local n p
	n=$1 p=$2
	shift 2
	cat > body
	{
		printf 'POST %s HTTP/1.1\r\nHost: localhost\r\n' "$p"
		printf 'Content-Length: %s\r\n' "$(($(wc -c < body)))"
		[ $# -eq 0 ] || printf '%s\r\n' "$@"
		printf '\r\n'
		cat body
	} | http_raw "$n"
	cp "$n.body" "$n.json"
	http_code "$n"
}

JSON='Content-Type: application/x-mplane+json'

# sends KIND CODE TEXT - to the concentrator, with the password
sends()
{
	atf_check_equal "$2" "$(printf %s "$3" | post isp "$PATH_" "$JSON" \
	    "$KEY")"
	is_message isp.json "$1"
}

atf_test_case http cleanup
http_head() { net_head "the same over HTTP; what is hostile is refused"; }
http_body()
{
	local spec token deep
	bed 'set http 9100 "open sesame"'
	KEY="Authorization: Basic $(printf 'x:open sesame' | base64)"
	PATH_=/mplane/specification
	spec='{"specification":"measure","version":1,
	    "registry":"/mplane/registry","label":"session-statistics",
	    "when":"WHEN","parameters":{"session":"fred"}}'
	until_true 30 eval '[ "$(http isp /mplane/capability)" = 401 ]' ||
		fail "$(cat isp.http)"
	atf_check_equal 200 "$(http isp /mplane/capability "$KEY")"
	cp isp.body isp.json
	is_message isp.json envelope
	is isp '.contents | length >= 12 and
	    all(.link == "/mplane/specification")'
	grep -qi '^content-type: application/x-mplane+json' isp.http ||
		fail "$(cat isp.http)"
	atf_check_equal 200 "$(http isp /mplane/registry "$KEY")"
	jq -S . isp.body > one
	jq -S . registry.json | cmp - one || fail "two registries"

	sends result 200 "$(echo "$spec" | sed 's/WHEN/now/')"
	sends receipt 200 "$(echo "$spec" | sed 's|WHEN|now + 2s / 1s|')"
	token=$(value isp .token)
	until_true 30 eval '[ "$(http isp "/mplane/result?token=$token" \
	    "$KEY")" = 200 ] && jq -e "has(\"result\")" isp.body' ||
		fail "$(cat isp.http)"
	PATH_=/mplane/result
	sends result 200 "{\"redemption\":\"measure\",\"token\":\"$token\"}"
	jq -S . isp.body > one
	ask isp "mplane showmeas $token" | jq -S . | cmp - one ||
		fail "the prompt says something else"
	PATH_=/mplane/specification
	sends receipt 200 "$(echo "$spec" | sed 's|WHEN|now ... future / 1s|')"
	token=$(value isp .token)
	PATH_=/mplane/interrupt
	sends result 200 "{\"interrupt\":\"measure\",\"token\":\"$token\"}"

	# what is refused
	PATH_=/mplane/specification
	sends exception 400 \
	    '{"specification":"measure","label":"x","when":"now"}'
	sends exception 400 'x'
	sends exception 400 ''
	deep=$(printf '%4000s' '' | tr ' ' '[')
	sends exception 400 "$deep"
	atf_check_equal 413 "$(head -c 100000 /dev/zero | tr '\0' ' ' |
	    post isp /mplane/specification "$JSON" "$KEY")"
	atf_check_equal 415 "$(echo "$spec" | post isp /mplane/specification \
	    'Content-Type: text/plain' "$KEY")"
	is_message isp.json exception
	atf_check_equal 401 "$(echo "$spec" | post isp /mplane/specification \
	    "$JSON")"
	atf_check_equal 405 "$(echo "$spec" | post isp /mplane/capability \
	    "$JSON" "$KEY")"
	atf_check_equal 404 "$(http isp '/mplane/result?token=77' "$KEY")"
	cp isp.body isp.json
	is_message isp.json exception
	# without a password: only to look
	ask isp 'set http 9100' > said
	atf_check_equal 200 "$(http isp /mplane/capability)"
	jq -e '.contents | all(has("link") | not)' isp.body > said ||
		fail "$(cat isp.body)"
	atf_check_equal 403 "$(echo "$spec" | post isp /mplane/specification \
	    "$JSON")"
	is_message isp.json exception
	ppp_stop home
	ppp_stop isp
}
http_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case exchange
	atf_add_test_case pinged
	atf_add_test_case throughput
	atf_add_test_case details
	atf_add_test_case scheduled
	atf_add_test_case scopes
	atf_add_test_case refused
	atf_add_test_case http
}
