#! /usr/bin/env atf-sh
# The command lines that scripts for FreeBSD's multi-worker PPPoE server use,
# put to a running concentrator with real sessions: sysctl, ngctl, at the
# prompt, through pppctl and as faces of the program.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/faces.sh
. "$PPP_SRC/tests/net/faces.sh"

LB=net.graph.pppoe_lb
GOV=$LB.governor
code=0		# of the last face()

# The basic set-up: two workers.
atf_test_case basic cleanup
basic_head() { net_head "two workers: what the handbook looks at"; }
basic_body()
{
	N=4
	ac basic 'set lb drill yes'
	sysctl $GOV.current_workers
	prints "$GOV.current_workers: 2"
	ngctl msg pppoe_lb:pppoed showworkers
	has 'Worker Status:' \
	    '  Worker 0: ACTIVE (0 sessions, [0-9]*s uptime)' \
	    '  Worker 1: ACTIVE (0 sessions, [0-9]*s uptime)'
	atf_check_equal 3 "$(wc -l < said)"
	sysctl -n $GOV.enabled
	prints 0
	sysctl $LB.workers
	has "$LB.workers.count: 2" "$LB.workers.0.state: 0" \
	    "$LB.workers.1.sessions: 0" "$LB.workers.1.bytes_in: [0-9]*" \
	    "$LB.workers.1.bytes_out: [0-9]*" "$LB.workers.1.uptime: [0-9]*"
	# round robin: half of them each
	client_up 1 2 3 4
	sysctl -n $LB.workers.0.sessions $LB.workers.1.sessions
	prints 2 2
	sysctl $GOV.total_sessions $GOV.avg_sessions_worker
	prints "$GOV.total_sessions: 4" "$GOV.avg_sessions_worker: 2"
	# the worker with fewer sessions, under algorithm 2
	ngctl msg pppoe_lb:pppoed setalgorithm least-loaded
	prints
	sysctl $LB.algorithm $LB.algorithm.name
	prints "$LB.algorithm: 2" "$LB.algorithm.name: least-sessions"
	ppp_stop c1
	ppp_stop c3
	until_true 10 eval 'sysctl -n $LB.workers.0.sessions;
	    [ "$(cat said)" = 0 ]' || fail "c1 and c3 have not left"
	client_up 1 3
	sysctl -n $LB.workers.0.sessions $LB.workers.1.sessions
	prints 2 2
	# the governor is off: five minutes of any load do not move it
	t=0
	for load in 100 0; do
		sysctl -q $LB.test.cpu=$load
		prints
		end=$((t + 300))
		while [ $t -lt $end ]; do
			t=$((t + 30))
			sysctl -q $LB.test.clock_offset=$t
			prints
		done
		sysctl -n $GOV.current_workers $GOV.cpu_usage
		prints 2 $load
	done
	ask_isp 'show governor history' > said
	! grep -q scale_ said || fail "$(cat said)"
	sysctl -n $LB.workers.0.uptime
	[ "$(cat said)" -ge 600 ] || fail "the clock: $(cat said)"
	sysctl -q $LB.test.clock_offset=599
	refused "test.clock_offset=599: .* 600 seconds ahead, .* not go back"
	# who allows no more drills ends the one that goes on
	sysctl -q $LB.test.cpu=100
	[ -z "$(ask_isp 'set lb drill no')" ] || fail "set lb drill no"
	until_true 30 eval 'sysctl -n $GOV.cpu_usage;
	    ! grep -qx 100 said' || fail "the drill goes on"
	# a worker is killed: it is not replaced, the other one goes on
	ask_isp 'lb remove 1 force' > said
	[ ! -s said ] || fail "$(cat said)"
	until_true 10 eval 'sysctl -n $GOV.current_workers;
	    [ "$(cat said)" = 1 ]' || fail "worker 1 is still there"
	sysctl -n $LB.workers.0.sessions
	prints 2
	pings c1 10.0.0.1
	# with respawn it comes back as itself
	[ -z "$(ask_isp 'set lb respawn yes')" ] || fail "set lb respawn"
	ask_isp 'lb add' > said
	prints 'Worker 1 added (now 2 workers)'
	[ -z "$(ask_isp 'lb remove 1 force')" ] || fail "lb remove 1 force"
	wait_log isp 'governor: scale up (reason: respawn)'
	sysctl $GOV.current_workers $LB.workers.1.state
	prints "$GOV.current_workers: 2" "$LB.workers.1.state: 0"
}
basic_cleanup() { net_end; }

# CPUs that a worker may run on, but never fewer than the minimum of two
cpus()
{
	local n
	n=$(in_host isp "$PPP_BUILD/ppp" sysctl -n mp_ncpus)
	[ "$n" -ge 2 ] || n=2
	[ "$n" -le 4 ] || n=4	# as many as lanes
	echo "$n"
}

# The set-up that scales by itself.
atf_test_case auto cleanup
auto_head() { net_head "auto-scaling: the sysctls, and what they do"; }
auto_body()
{
	# as `auto' of the example, by the sysctls of its own example
	ac basic 'set governor max 3' 'set lb drill yes'
	sysctl -f "$PPP_SRC/conf-examples/sysctl.auto.sample"
	has "$GOV.enabled: 0 -> 1" "$GOV.min_workers: 1 -> 2" \
	    "$GOV.max_workers: 3 -> 0" "$GOV.drain_timeout: 30 -> 30"
	atf_check_equal 9 "$(wc -l < said)"
	ngctl msg pppoe_lb:pppoed showgovernor
	has "  Max Workers: $(cpus)"
	# the same faster, and with room for a third
	sysctl -q $GOV.scale_up_interval=1 $GOV.scale_down_interval=1 \
	    $GOV.drain_timeout=5 $GOV.poll_interval=1 $GOV.max_workers=3
	prints
	sysctl $GOV.enabled $GOV.mode
	prints "$GOV.enabled: 1" "$GOV.mode: 1"
	ngctl msg pppoe_lb:pppoed showgovernor
	has 'Governor Status:' '  Enabled: Yes' '  Mode: Auto' \
	    '  Min Workers: 2' '  Max Workers: 3' '  Current Workers: 2' \
	    '  Active Workers: 2' '  Draining Workers: 0' \
	    '  Pending Removals: 0' '  Last Decision: none'
	sysctl $GOV
	has "$GOV.enabled: 1" "$GOV.mode: 1" "$GOV.min_workers: 2" \
	    "$GOV.max_workers: 3" "$GOV.cpu_threshold: 80" \
	    "$GOV.cpu_low_threshold: 30" "$GOV.scale_up_interval: 1" \
	    "$GOV.scale_down_interval: 1" "$GOV.current_workers: 2" \
	    "$GOV.active_workers: 2" "$GOV.draining_workers: 0" \
	    "$GOV.total_sessions: 0" "$GOV.last_decision: none" \
	    "$GOV.last_reason: none"
	# a load between the two, or exactly at the threshold: nothing
	sysctl -q $LB.test.cpu=45
	sleep 2
	sysctl -n $GOV.current_workers
	prints 2
	sysctl -q $LB.test.cpu=80
	sleep 3
	sysctl -n $GOV.current_workers
	prints 2
	# above it: one more, and no more than there may be
	sysctl -q $LB.test.cpu=81
	until_true 10 eval 'sysctl -n $GOV.current_workers;
	    [ "$(cat said)" = 3 ]' || fail "no third worker"
	wait_log isp 'ng_pppoe_lb: governor: scale up (reason: cpu_high)'
	wait_log isp 'ng_pppoe_lb: created worker 2 (now 3 workers)'
	sysctl $GOV.last_decision $GOV.last_reason
	prints "$GOV.last_decision: scale_up" "$GOV.last_reason: cpu_high"
	# below the lower one: back to the minimum, not under it
	sysctl -q $LB.test.cpu=12
	wait_log isp 'ng_pppoe_lb: governor: scale down (reason: cpu_low)'
	wait_log isp 'ng_pppoe_lb: mark worker 2 for removal (draining)'
	# a change of heart
	sysctl -q $LB.test.cpu=85
	wait_log isp 'cancel removal of worker 2 (change of heart)'
	sysctl -q $LB.test.cpu=12
	until_true 15 eval 'sysctl -n $GOV.current_workers;
	    [ "$(cat said)" = 2 ]' || fail "worker 2 does not go"
	sysctl -n $LB.workers.0.state $LB.workers.1.state
	prints 0 0
	# disabled: the load changes nothing
	sysctl $GOV.enabled=0
	prints "$GOV.enabled: 1 -> 0"
	sysctl -q $LB.test.cpu=100
	sleep 3
	sysctl -n $GOV.current_workers
	prints 2
	sysctl -q $GOV.enabled=1
	until_true 10 eval 'sysctl -n $GOV.current_workers;
	    [ "$(cat said)" = 3 ]' || fail "enabled, and no third worker"
	sysctl $LB.test.cpu=-1
	prints "$LB.test.cpu: 100 -> -1"
	sysctl mp_ncpus
	has 'mp_ncpus: [1-9][0-9]*'
}
auto_cleanup() { net_end; }

# From one set-up to the next while sessions run.
atf_test_case transition cleanup
transition_head() { net_head "basic, then auto, then high: no session drops"; }
transition_body()
{
	N=4
	ac basic 'set governor max 8'
	client_up 1 2 3 4
	ask_isp 'show sessions sid,calling-sid order sid' > before
	for s in auto high; do
		sysctl -f "$PPP_SRC/conf-examples/sysctl.$s.sample"
		[ "$code" = 0 ] || fail "$(cat errors)"
	done
	sysctl $GOV.cpu_threshold $GOV.drain_timeout $GOV.min_workers
	prints "$GOV.cpu_threshold: 70" "$GOV.drain_timeout: 60" \
	    "$GOV.min_workers: 4"
	until_true 30 eval 'sysctl -n $GOV.active_workers;
	    [ "$(cat said)" = 4 ]' || fail "not four workers: $(cat said)"
	sysctl -q $GOV.max_workers=6
	ngctl msg pppoe_lb:pppoed setworkers 6
	prints '6 workers (the governor may change that)'
	ask_isp 'show sessions sid,calling-sid order sid' > after
	diff -u before after >&2 || fail "other sessions"
	sysctl -n $LB.stats.session_teardowns $LB.health.drift_count
	prints 0 0
	for c in 1 2 3 4; do
		pings "c$c" 10.0.0.1
	done
}
transition_cleanup() { net_end; }

# A worker whose thread is stuck is seen, and named.
atf_test_case stuck cleanup
stuck_head() { net_head "health: a worker that does not answer"; }
stuck_body()
{
	N=4
	ac basic
	client_up 1 2
	sysctl -n $LB.health.worker_availability
	prints 100
	p=$(ppp_pid isp)
	for t in /proc/"$p"/task/*; do
		! grep -qx 'ppp: worker 1' "$t/comm" || tid=${t##*/}
	done
	"$PPP_BUILD/tests/net/freeze_tool" "$tid" > frozen 2>&1 &
	frozen=$!
	until_true 10 eval 'sysctl -n $LB.health.worker_availability;
	    [ "$(cat said)" = 50 ]' || fail "$(cat said frozen)"
	ask_isp 'show health' > said
	grep -q '^Warning: 1 of 2 workers (worker 1) do not answer: ' said ||
		fail "$(cat said)"
	wait_log isp "worker 1 does not answer (thread $tid, state t .*): its \
1 sessions stand still, new ones go to others"
	# a peer in turn for it gets the other one
	client_up 3 4
	sysctl -n $LB.workers.0.sessions $LB.workers.1.sessions
	prints 3 1
	pings c1 10.0.0.1
	# and nothing that is done to it stops the others
	ask_isp 'lb drain 1' > said
	[ ! -s said ] || fail "$(cat said)"
	ask_isp 'lb activate 1' > said
	[ ! -s said ] || fail "$(cat said)"
	kill $frozen
	until_true 10 eval 'sysctl -n $LB.health.worker_availability;
	    [ "$(cat said)" = 100 ]' || fail "it answers again: $(cat said)"
	wait_log isp 'ng_pppoe_lb: worker 1 answers again'
	pings c2 10.0.0.1		# it was not lost
	ask_isp 'show health json' > said
	python3 -c 'import json, sys
v = json.load(open("said"))
sys.exit(any("answer" in w for w in v["warnings"]))' || fail "$(cat said)"
	# nor does the program's end wait for it
	"$PPP_BUILD/tests/net/freeze_tool" "$tid" > frozen 2>&1 &
	until_true 10 grep -q 'stands still' frozen || fail "$(cat frozen)"
	p=$(ppp_pid isp)
	kill "$p"
	until_true 30 ended "$p" || fail "it does not end"
	wait_log isp 'worker 1 does not end: its thread is left behind'
	! in_host isp test -e /var/run/pppoed.sock || fail "its socket stays"
}
stuck_cleanup() { net_end; }

# pppoetest looks, and only looks.
atf_test_case diagnose cleanup
diagnose_head() { net_head "pppoetest: reports, forms, exit codes"; }
diagnose_body()
{
	N=4
	ac basic
	client_up 1 2 3 4
	sysctl $LB.workers.0.state $LB.governor.enabled
	cp said before
	capture_start isp em0
	face pppoetest
	has 'PPPoE Load Balancer Diagnostic Report' 'Workers: 2' \
	    '  Worker 1: ACTIVE (2 sessions, [0-9]*s uptime)' \
	    'Sessions: 4 total' '  Active: 4' '  Draining: 0' \
	    'Governor: Disabled' 'Health Score: 100/100 .*'
	face pppoetest -m diagnose --check-balance
	has '=== Load Balance Check ===' 'Imbalance: 0% (threshold: 20%)' \
	    'Status: OK' '.* 0 .* 2 .* 2 .* +0% .*'
	face pppoetest --check-affinity
	has 'Total: 4' 'Passed: 4' 'Failed: 0'
	atf_check_equal 4 "$(grep -c ' OK ' said)"
	face pppoetest --show-workers --health-score
	has '=== Worker Status ===' \
	    '=== PPPoE Load Balancer Health Score: 100/100 ==='
	face pppoetest --format json
	python3 -c 'import json
v = json.load(open("said"))
assert v["type"] == "diagnostic_report" and v["workers"] == 2, v
assert v["sessions"] == 4 and v["health_score"] == 100, v
assert v["status"] == "pass" and v["timestamp"].endswith("Z"), v' ||
		fail "$(cat said)"
	face pppoetest --format jsonl
	atf_check_equal 3 "$(grep -c '"timestamp"' said)"
	face pppoetest --format csv
	has 'worker_id,state,sessions,bytes_in,bytes_out' \
	    '0,ACTIVE,2,[0-9]*,[0-9]*'
	face pppoetest --format tap
	prints 1..3 'ok 1 - Worker 0 is ACTIVE' 'ok 2 - Worker 1 is ACTIVE' \
	    'ok 3 - Health score >= 70'
	# not a frame, not a setting; LCP echoes are the sessions' own
	capture_stop isp em0
	judge_none isp em0 'pppoed || chap || ipcp || ipv6cp ||
	    (lcp && ppp.code < 9)'
	sysctl $LB.workers.0.state $LB.governor.enabled
	diff -u before said >&2 || fail "it changed something"
	# two sessions and none: 100 percent over the mean
	ppp_stop c2
	ppp_stop c4
	until_true 10 eval 'sysctl -n $LB.workers.1.sessions;
	    [ "$(cat said)" = 0 ]' || fail "c2 and c4 have not left"
	face pppoetest --health-score --check-balance
	[ "$code" = 1 ] || fail "exit $code: $(cat said)"
	grep -q 'Load Distribution: 0/100 (max deviation 100%)' said ||
		fail "$(cat said)"
	grep -q '^  - sessions stay .*least-sessions' said ||
		fail "$(cat said)"
	face pppoetest -q --check-balance --balance-threshold 100
	prints
	face pppoetest -q --health-threshold 40
	prints
	face pppoetest -q --strict
	[ "$code" = 1 ] || fail "exit $code"
	for a in '-m create' '--format xml' '--nothing' stress \
	    '--health-threshold 101'; do
		# shellcheck disable=SC2086
		face pppoetest $a
		[ "$code" = 2 ] || fail "$a: exit $code"
		[ -s errors ] || fail "$a: not a word"
	done
	face pppoetest -S "$PWD/nobody"
	[ "$code" = 3 ] || fail "exit $code: $(cat errors)"
}
diagnose_cleanup() { net_end; }

# Messages and errors, by all three ways.
atf_test_case ways cleanup
ways_head() { net_head "the same at the prompt, through pppctl, as faces"; }
ways_body()
{
	ac basic 'set governor max 3'
	# drills are for those who ask for them
	sysctl $LB.test.cpu=100
	refused "^sysctl: unknown oid '$LB.test.cpu'"
	ask_isp 'lb drill 100' > said
	grep -q 'drills are not allowed here (set lb drill yes)' said ||
		fail "$(cat said)"
	atf_check_equal "$GOV.current_workers: 2" \
	    "$(ask_isp "sysctl $GOV.current_workers")"
	atf_check_equal 'Worker 2 added (now 3 workers)' \
	    "$(ask_isp 'ngctl msg pppoe_lb:pppoed addworker')"
	ngctl msg pppoe_lb:pppoed addworker
	prints 'Worker 3 added (now 4 workers)'
	ngctl msg pppoe_lb:pppoed addworker
	refused '^ngctl: send msg: Invalid argument: there are .* already'
	ngctl msg lb: rmworker 2
	prints
	ngctl msg pppoe_lb:pppoed rmworker 9
	refused '^ngctl: send msg: No such file or directory: .* worker 9$'
	ngctl msg pppoe_lb:pppoed nonsense
	refused '^ngctl: send msg: Invalid argument: no such command'
	ngctl msg em0: showworkers
	refused '^ngctl: send msg: No such file or directory'
	ngctl msg pppoe_lb0: setconfig '{' algorithm=1 debug=0 '}'
	prints
	sysctl -n $LB.algorithm
	prints 1
	ngctl list
	has 'There are [456] total nodes:' \
	    '  Name: em0 *Type: ether *ID: 00000001   Num hooks: 1'
	# messages as commands, and old names of them
	ngctl lb_worker pppoe_lb: 0
	has 'state: ACTIVE' 'sessions: 0'
	ngctl pppoe_lb stats
	has 'Map entries: 0' 'Algorithm: hash'
	ngctl lb_config lb: algorithm 0 debug 0
	prints
	sysctl -n $LB.algorithm
	prints 0
	ngctl lb_worker lb: 3 state 5
	refused '^ngctl: send msg: Invalid argument: .* 5: not 0 to 2$'
	ngctl pppoe_lb nonsense
	refused '^ngctl: send msg: Invalid argument: no such command'
	sysctl -q $LB.session_map_size=512
	prints
	# as directives, at the prompt
	ask_isp "set sysctl $LB.algorithm=2" > said
	prints "$LB.algorithm: 0 -> 2"
	echo "$LB.algorithm=0	# turn by turn" > "$PWD/one.conf"
	ask_isp "load sysctl $PWD/one.conf" > said
	prints "$LB.algorithm: 2 -> 0"
	ask_isp 'show lb' > said
	has 'Workers: 2 at the start; algorithm round-robin; governor off.*'
	ask_isp 'show stats json' > said
	python3 -c 'import json
v = json.load(open("said"))
assert v["workers"] == 4 and v["errors"] == 0, v' || fail "$(cat said)"
	ask_isp 'show map json' > said
	prints '[]'
	# the graph of the handbook, from standard input
	printf '%s\n' 'mkpeer em0: pppoe_lb lower downstream' \
	    'name em0:lower pppoed' 'msg pppoe_lb:pppoed setconfig em0' |
		in_host isp "$PPP_BUILD/ppp" ngctl -f- > said 2> errors
	code=$?
	prints
	# a governor that has to decide
	ngctl msg pppoe_lb:pppoed trigger 2
	prints
	sysctl -n $GOV.last_decision $GOV.last_reason
	prints scale_down by_hand
	# by the name of the program
	ln -s "$PPP_BUILD/ppp" sysctl
	atf_check_equal 1 "$(in_host isp ./sysctl -n $LB.enabled)"
	sysctl net.graph.nothing
	refused "^sysctl: unknown oid 'net.graph.nothing'"
	sysctl $GOV.cpu_usage=5
	refused "^sysctl: oid '$GOV.cpu_usage' is read only"
	printf '%s\n' "$GOV.mode=0" "$GOV.mode=9" "$GOV.cpu_threshold=70" \
	    > sysctl.conf
	sysctl -f sysctl.conf
	atf_check_equal 1 "$code"
	grep -qx "$GOV.cpu_threshold: 80 -> 70" said || fail "$(cat said)"
	grep -q "^sysctl.conf:2: sysctl: $GOV.mode=9: 9: not 0 to 1" errors ||
		fail "$(cat errors)"
	# the system's own names
	sysctl -n kernel.ostype
	prints Linux
	face kldload netgraph ng_ether ng_pppoe ng_pppoe_lb
	prints
	face kldload if_nothing
	refused "^kldload: can't load if_nothing"
	# new peers are switched off and on
	sysctl $LB.enabled=0
	prints "$LB.enabled: 1 -> 0"
	ask_isp 'quit all' > /dev/null || true
	until_true 10 eval '! in_host isp test -e /var/run/pppoed.sock' ||
		fail "it does not end"
	sysctl $GOV.enabled
	refused '^sysctl: nobody serves /var/run/pppoed.sock'
}
ways_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case basic
	atf_add_test_case auto
	atf_add_test_case ways
	atf_add_test_case transition
	atf_add_test_case stuck
	atf_add_test_case diagnose
}
