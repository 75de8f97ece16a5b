#! /usr/bin/env atf-sh
# pppoetest's tests of a running concentrator: what they say when all is
# well, and that they say so when it is not.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# tried CODE ARG ... - pppoetest against the concentrator of isp
tried()
{
	local want code
	want=$1
	shift
	code=0
	in_host home "$PPP_BUILD/pppoetest" "$@" > said 2> errors \
	    < /dev/null || code=$?
	[ "$code" = "$want" ] || fail "$*: exit $code: $(cat errors said)"
}

# with the socket and the interface
judged()
{
	local want
	want=$1
	shift
	tried "$want" "$@" -i eth1 -S "$PWD/isp/run/ppp.sock" -P sesame \
	    --user fred --password secret
}

# judged_start ARG ... - in the background; $job, and test.pid for signals
judged_start()
{
	in_host home sh -c 'echo $$ > test.pid; exec "$@"' sh \
	    "$PPP_BUILD/pppoetest" "$@" -i eth1 \
	    -S "$PWD/isp/run/ppp.sock" -P sesame --user fred \
	    --password secret > said 2> errors < /dev/null &
	job=$!
}
judged_ends() # CODE ...
{
	local code
	code=0
	wait "$job" || code=$?
	case " $* " in
	*" $code "*) ;;
	*) fail "exit $code: $(cat errors said)";;
	esac
}

sessions() { ask isp 'show sessions' | grep -c 02:42; }

has()
{
	local r
	for r in "$@"; do
		grep -q -x -e "$r" said || fail "no line '$r': $(cat said)"
	done
}

tower() # WORKERS
{
	pair_begin
	isp_conf 'enable chap' "set lb workers $1" "set governor max $1" \
	    'set lb padirate 100000 1000' \
	    'set ifaddr 10.0.0.1 10.0.16.0-10.0.31.255'
	isp_start
}

atf_test_case accuracy cleanup
accuracy_head() { net_head "each worker has its share, with each algorithm"; }
accuracy_body()
{
	tower 4
	judged 0 accuracy -n 40
	has '=== Distribution (round-robin) ===' \
	    '│ 3      │ ACTIVE          │ 10       │ 10.0     │ +0.0% ✓     │' \
	    'Accuracy: 100.0% (at least 90.0%)' 'Drifts: 0' \
	    'Accuracy test: PASSED' 'Result: PASSED'
	judged 2 accuracy -a least-sessions
	grep -q 'set lb algorithm least-sessions' errors || fail "$(cat errors)"
	judged 0 accuracy -n 30 -a least-sessions --allow-modify \
	    --format json
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = json.load(open("said"))
	assert v["type"] == "test_complete" and v["test"] == "accuracy", v
	assert v["algorithm"] == "least-sessions", v
	assert v["accuracy_pct"] == 100 and v["status"] == "passed", v
	assert sorted(w["ours"] for w in v["workers"]) == [7, 7, 8, 8], v
	assert sum(w["expected"] for w in v["workers"]) == 30, v
	assert all(w["status"] == "passed" for w in v["workers"]), v
	assert v["concentrator"]["ours"] == 30, v
	assert v["concentrator"]["drifts"] == 0, v
	END
	says isp 'show lb' 'algorithm round-robin'
	judged 0 acc -n 200 -a hash --allow-modify -w 3 --format jsonl
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = [json.loads(l) for l in open("said")]
	assert v[0]["type"] == "test_start" and v[0]["test"] == "accuracy"
	w = [e for e in v if e["type"] == "worker_result"]
	assert len(w) == 3 and sum(e["ours"] for e in w) == 200, w
	# of chance, not of the option: 4.5 sigmas of 200 in 3 parts
	assert all(44 < e["limit_pct"] < 46 for e in w), w
	assert v[-1]["accuracy_least_pct"] < 90, v[-1]
	assert v[-1]["status"] == "passed", v[-1]
	END
	comes_to_say isp 'show governor' 'Active Workers: 4'
	judged 0 accuracy -n 8 --format csv
	has 'worker_id,state,sessions,expected,deviation_pct,status' \
	    '2,ACTIVE,2,2.0,0.0,passed'
	judged 0 accuracy -n 8 -t 3
	has 'Each within 3.0%'
	judged 0 accuracy -n 8 --format tap
	has 'ok . - Worker 2 has 2 sessions, 2.0 expected' \
	    'ok .* - Accuracy 100.0% >= 90.0%'
	ask isp 'set lb algorithm hash'
	judged 0 affinity -n 20 -r 2
	has 'Subscribers: 20' 'Times: 3' 'Other worker than at first: 0' \
	    'Affinity test: PASSED'
	judged 0 aff -n 8 -r 1 --format json
	grep -q '"moved":0,"not_found":0' said || fail "$(cat said)"
	judged 0 affinity -n 8 -r 1 --format csv
	has '8,2,0,0,passed'
}
accuracy_cleanup() { net_end; }

# Workers that come and go meanwhile: sessions are not where they should be.
atf_test_case unfair cleanup
unfair_head() { net_head "a share that is wrong, subscribers that move"; }
unfair_body()
{
	tower 3
	judged 2 affinity -n 4
	grep -q 'algorithm hash, and round-robin' errors || fail "$(cat errors)"
	# one of three goes: two are expected to have all
	ask isp 'lb drain 2'
	judged 0 accuracy -n 12
	has '│ 0      │ ACTIVE          │ 6        │ 6.0      │ +0.0% ✓     │'
	judged 2 accuracy -n 12 -w 3
	grep -q '2 workers are active, not 3' errors || fail "$(cat errors)"
	# sixty at 20 a second, while the second half gets a worker less
	ask isp 'lb workers 3'
	judged_start accuracy -n 60 --rate 20 --format jsonl
	until_true 20 eval '[ "$(sessions)" -ge 15 ]' ||
		fail "not under way"
	ask isp 'lb drain 1'
	judged_ends 1
	grep -q '"type":"worker_result".*"status":"failed"' said ||
		fail "$(cat said)"
	grep -q '"code":"THRESHOLD_EXCEEDED"' said || fail "$(cat said)"
	ask isp 'lb workers 3'
	ask isp 'set lb algorithm hash'
	# a worker goes between two rounds: those who had it come elsewhere
	judged_start affinity -n 30 -r 40 --format jsonl
	until_true 20 grep -q '"round":1' said || fail "no round: $(cat said)"
	ask isp 'lb drain 0'
	until_true 20 grep -q '"round":3' said || fail "no round: $(cat said)"
	kill -INT "$(cat test.pid)"
	judged_ends 1
	grep -q '"moved":[1-9]' said || fail "$(cat said)"
	grep -q '"code":"AFFINITY_BROKEN"' said || fail "$(cat said)"
	until_true 20 eval '[ "$(sessions)" = 0 ]' || fail "sessions are left"
}
unfair_cleanup() { net_end; }

atf_test_case governor cleanup
governor_head() { net_head "up, a change of heart, down; and all put back"; }
governor_body()
{
	tower 4
	ask isp 'lb workers 2'
	G="-S $PWD/isp/run/ppp.sock -P sesame"
	# shellcheck disable=SC2086
	{
	tried 2 governor $G
	grep -q 'add --allow-modify' errors || fail "$(cat errors)"
	tried 1 governor $G --allow-modify --format json
	grep -q '"code":"GOVERNOR_NO_ACTION".*set governor enable' said ||
		fail "$(cat said)"
	ask isp 'set governor max 2'
	ask isp 'set governor enable'
	tried 1 gov $G --allow-modify --format json
	grep -q '"code":"GOVERNOR_NO_ACTION".*set lb drill yes' said ||
		fail "$(cat said)"
	ask isp 'set lb drill yes'
	tried 1 gov $G --allow-modify --trigger scale-up --timeout 3 \
	    --format jsonl
	grep -q '"type":"scaling_event".*"status":"failed"' said ||
		fail "$(cat said)"
	grep -q '"code":"GOVERNOR_NO_ACTION"' said || fail "$(cat said)"
	ask isp 'set governor max 4'
	for s in poll_interval scale_up_interval scale_down_interval \
	    drain_timeout; do
		ask isp "sysctl net.graph.pppoe_lb.governor.$s"
	done > before
	tried 0 governor $G --allow-modify
	}
	has '=== Governor Test ===' 'Governor test: PASSED' \
	    '│ scale-up     │ 2 -> 3         │ 2 -> 3       │ scale_up .*✓.*' \
	    '│ change-mind  │ 3 -> .*✓.*' \
	    '│ scale-down   │ .* │ scale_down .*✓.*'
	for s in poll_interval scale_up_interval scale_down_interval \
	    drain_timeout; do
		ask isp "sysctl net.graph.pppoe_lb.governor.$s"
	done > after
	diff -u before after >&2 || fail "not put back"
	says isp 'sysctl net.graph.pppoe_lb.test.cpu' ': -1'
	wait_log isp 'a drill: CPU use is taken'
	wait_log isp 'cancel removal of worker'
	# one step alone, while a worker of the steps before is leaving
	# shellcheck disable=SC2086
	tried 0 governor $G --allow-modify --change-mind --format csv
	[ "$(grep -c , said)" = 2 ] || fail "$(cat said)"
	grep -q '^change-mind,.*,passed$' said || fail "$(cat said)"
}
governor_cleanup() { net_end; }

atf_test_case load cleanup
load_head() { net_head "stress and benchmark; a concentrator that dies"; }
load_body()
{
	tower 2
	judged 0 stress -n 60 -d 2 --churn 30 --no-stats
	has 'Stress test: PASSED' 'Result: PASSED' '  Lost: 0' 'Drifts: 0'
	[ ! -s errors ] || fail "progress: $(cat errors)"
	judged 0 benchmark -n 20 -d 3 --stats-interval 1 --pps 1
	grep -q ' s hold: 20 of 20 up' errors || fail "$(cat errors)"
	# without --pps it is ten times that
	sent=$(sed -n 's/^Packets: \([0-9]*\) sent.*/\1/p' said)
	[ "$sent" -gt 0 ] || fail "no packets"
	[ "$sent" -lt 300 ] || fail "$sent packets"
	judged 0 benchmark -n 50 -d 2 -i 1 --format json
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = json.load(open("said"))
	assert v["test"] == "benchmark" and v["status"] == "passed", v
	assert v["sessions_per_second"] > 0 and v["mbit_per_second"] > 0, v
	s = v["steps"]["Set-up"]
	assert s["mean_ms"] <= s["p95_ms"] <= s["p99_ms"], s
	assert v["traffic"]["size"] == 1400, v
	assert v["cpu_mean_pct"] > 0 and v["cpu_peak_pct"] > 0, v
	END
	tried 0 perf -n 20 -d 1 -i eth1 --user fred --password secret
	! grep -q "Concentrator" said || fail "$(cat said)"
	has '│ Set-up         │ 20 .*' 'Throughput: .* Mbit/s, .*each way'
	# it dies while they are held: said, and over soon
	judged_start stress -n 20 -d 1h --churn 0 --echo 1 --fail-early
	until_true 20 eval '[ "$(sessions)" = 20 ]' ||
		fail "not up: $(cat errors)"
	until_true 20 grep -q holding errors || fail "$(cat errors)"
	kill -KILL "$(ppp_pid isp)"
	judged_ends 3 4
	grep -q 'Result: FAILED' said || fail "$(cat said)"
}
load_cleanup() { net_end; }

# chosen CODE ARG ... - the menu at a terminal; answers from standard input
chosen()
{
	local want code
	want=$1
	shift
	code=0
	in_host home python3 -c '
import os, pty, sys
child, fd = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
os.write(fd, sys.stdin.buffer.read())
try:
    while True:
        sys.stdout.buffer.write(os.read(fd, 4096))
except OSError:               # it has ended
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
' "$PPP_BUILD/pppoetest" menu "$@" > raw || code=$?
	tr -d '\r' < raw > said
	[ "$code" = "$want" ] || fail "menu $*: exit $code: $(cat said)"
}

atf_test_case several cleanup
several_head() { net_head "all, the menu, and what is refused"; }
several_body()
{
	tower 2
	judged 0 all -n 20 --format tap
	has 1..6 'ok 1 - diagnose' 'ok 2 - accuracy' \
	    'ok 3 - affinity # SKIP.*' \
	    'ok 4 - stress' 'ok 5 - benchmark' 'ok 6 - governor # SKIP.*'
	tried 2 menu
	grep -q terminal errors || fail "$(cat errors)"
	printf '1\n' | chosen 0 -S "$PWD/isp/run/ppp.sock" -P sesame
	has 'Health Score: .*'
	printf '3\neth1\n' | chosen 0 -S "$PWD/isp/run/ppp.sock" -P sesame \
	    --user fred --password secret -n 4
	grep -q 'Interface: ' said || fail "not asked: $(cat said)"
	has 'Mixed: PASSED'
	printf '3\n\n' | chosen 2
	printf '99\n' | chosen 2
	grep -q 'choice 99: not a number of the menu$' said ||
		fail "$(cat said)"
	tried 2 accuracy
	grep -q -e '-i INTERFACE' errors || fail "$(cat errors)"
	tried 3 accuracy -i eth1 -S "$PWD/nobody"
	judged 2 governor --allow-modify
	grep -q 'means nothing in mode governor' errors || fail "$(cat errors)"
	for a in '--churn 3 client' '-t 101' '-w 0' '-r 0' '--trigger up' \
	    '-a best' '--log-level all' '--set-worker 1=DRAINING' \
	    '-O /nonesuch/x' 'server --allow-create' '--pass-threshold x' \
	    'server --accept 10.0.0.0/33' '--accept 10.0.0.0/8'; do
		# shellcheck disable=SC2086
		tried 2 $a
		grep -q '^pppoetest: ' errors || fail "$a: $(cat errors)"
	done
	for a in -h --help; do
		tried 0 $a
		grep -q 'stress, load' said || fail "$(cat said)"
	done
	G="-S $PWD/isp/run/ppp.sock -P sesame"
	# shellcheck disable=SC2086
	{
	tried 0 $G -O report -v
	[ ! -s said ] || fail "$(cat said)"
	grep -q '^Workers: 2$' report || fail "$(cat report)"
	tried 0 $G -s -g
	has '=== Affinity Check ===' 'Total: 0' \
	    '=== Governor Status ===' 'Workers: 2 (.*'
	tried 3 -H 192.0.2.9 -p 1
	grep -q '192.0.2.9:1' errors || fail "$(cat errors)"
	tried 0 $G -D -q
	! grep . said || fail "not quiet"
	tried 0 $G --allow-modify --set-worker 1=DRAINING --show-workers
	grep -q 'DRAINING' said || fail "$(cat said)"
	tried 1 $G --allow-modify --set-worker 0=DRAINING
	grep -q 'last ACTIVE' errors || fail "$(cat errors)"
	tried 0 $G --allow-modify --set-worker 1=ACTIVE
	PPPOETEST_IMBALANCE_THRESHOLD=x tried 2 $G
	}
}
several_cleanup() { net_end; }

# The same numbers at a prompt; whoever types ends it, others go on.
atf_test_case prompt cleanup
prompt_head() { net_head "monitor and test at a prompt, and by pppctl"; }
prompt_body()
{
	tower 4
	ask isp 'lb workers 2'
	mkfifo fifo
	in_host isp socat - UNIX:/var/run/ppp.sock < fifo > watched &
	job=$!
	exec 8> fifo
	echo 'passwd sesame' >&8
	echo 'monitor 1' >&8
	until_true 20 eval '[ "$(grep -c "^│ Active" watched)" -ge 3 ]' ||
		fail "$(cat watched)"
	grep -q '^20.* UTC (anything typed stops)$' watched ||
		fail "$(cat watched)"
	grep -q '^│ Active Workers        │ 2          │ 2          │ -' \
	    watched || fail "$(cat watched)"
	# it blocks nobody
	says isp 'show workers' 'Worker 1: ACTIVE'
	judged 0 accuracy -n 4
	echo 'show lb' >&8
	until_true 20 grep -q '; algorithm round-robin' watched ||
		fail "$(cat watched)"
	n=$(grep -c '^│ Active' watched)
	echo 'monitor 3600' >&8
	until_true 20 eval '[ "$(grep -c "^│ Active" watched)" -gt '"$n"' ]' ||
		fail "no second one: $(cat watched)"
	exec 8>&-
	wait $job || true
	# and who just goes away leaves nothing behind
	in_host isp sh -c 'echo $$ > ctl.pid; exec "$@"' sh \
	    "$PPP_BUILD/pppctl" -p sesame /var/run/ppp.sock monitor 3 \
	    > watched 2>&1 < /dev/null &
	job=$!
	until_true 20 eval '[ "$(grep -c "^│ Active" watched)" -ge 2 ]' ||
		fail "$(cat watched)"
	kill -INT "$(cat ctl.pid)"
	wait $job || true
	until_true 20 eval '[ "$(ask isp "show who" | wc -l)" -le 1 ]' ||
		fail "$(ask isp 'show who')"
	says isp 'monitor 0' 'sage'
	# what can be looked at from inside, and where the rest is
	tried 0 create -i eth1 -n 4 --user fred --password secret --abandon
	says isp 'test accuracy' '│ 1      │ 2        │ 2        │ +0%'
	grep -q 'pppoetest accuracy -i INTERFACE' said || fail "$(cat said)"
	says isp 'test affinity' '^Passed: 4$'
	grep -q '^Drifts: 0$' said || fail "$(cat said)"
	for t in benchmark stress; do
		says isp "test $t" "pppoetest $t -i INTERFACE"
	done
	says isp 'test transfer' 'pppoetest client -h HOST'
	says isp 'test governor' '^change-mind .* 3 workers.* PASSED$'
	says isp 'show governor' 'Active Workers: 2'
	ask isp 'lb workers 4'
	says isp 'test governor' '^scale-up .* FAILED: '
}
prompt_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case accuracy
	atf_add_test_case unfair
	atf_add_test_case governor
	atf_add_test_case load
	atf_add_test_case several
	atf_add_test_case prompt
}
