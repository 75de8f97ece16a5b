#! /usr/bin/env atf-sh
# The handbook's set-up for a high load: eight workers, and the crowd that it
# is for.  The crowd is `pppoetest -m create`, our engines as subscribers.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/faces.sh
. "$PPP_SRC/tests/net/faces.sh"

LB=net.graph.pppoe_lb
GOV=$LB.governor
code=0		# of the last face()

# The set-up for a high load.
atf_test_case high cleanup
high_head() { net_head "eight workers: states, balance, health, statistics"; }
high_body()
{
	N=8
	ac high 'set governor max 8' 'set governor cpu 100 1' \
	    'set lb algorithm round-robin'
	sysctl $GOV.current_workers $GOV.sess_per_worker $GOV.min_workers
	prints "$GOV.current_workers: 8" "$GOV.sess_per_worker: 1000" \
	    "$GOV.min_workers: 4"
	sysctl -q $GOV.enabled=0
	client_up 1 2 3 4 5 6 7 8
	for i in 0 1 2 3 4 5 6 7; do
		sysctl -n $LB.workers.$i.sessions
		prints 1
	done
	sysctl $LB.health
	has "$LB.health.score: 100" "$LB.health.load_imbalance_pct: 0" \
	    "$LB.health.worker_availability: 100"
	ngctl msg pppoe_lb:pppoed showstats
	has 'Workers: 8 (8 active)' 'Sessions: 8' 'Sessions created: 8' \
	    'Worker 7: ACTIVE, 1 sessions, .*'
	sysctl $LB.stats.total_errors
	prints "$LB.stats.total_errors: 0"
	sysctl $LB.workers.1.state=1
	prints "$LB.workers.1.state: 0 -> 1"
	sysctl $GOV.draining_workers
	prints "$GOV.draining_workers: 1"
	ngctl msg pppoe_lb:pppoed showworkers
	has '  Worker 1: DRAINING (1 sessions, .* uptime)'
	sysctl $LB.workers.1.state=2
	refused '^sysctl: .*workers.1.state=2: worker 1 has 1 active sessions'
	sysctl $LB.workers.1.state=5
	refused '^sysctl: .*workers.1.state=5: 5: not 0 to 2'
	sysctl $LB.workers.1.state=0
	prints "$LB.workers.1.state: 1 -> 0"
	sysctl $GOV.sess_per_worker=900
	prints "$GOV.sess_per_worker: 1000 -> 900"
	sysctl -n $GOV.sessions_per_worker
	prints 900
	ngctl msg pppoe_lb: getmap
	has 'Session ID  Worker  Last Activity' 'Total: 8'
	sysctl -N $LB.sessions.7
	has "$LB.sessions.7.id" "$LB.sessions.7.worker_id"
	# when each has carried its last packet
	pings c3 10.0.0.1
	since=$(date +%s)
	sysctl $LB.sessions
	python3 - "$since" <<-'END' || fail "$(cat said)"
	import re, sys
	v = dict(re.findall(r"sessions\.(\d+\.\w+): (\d+)",
	    open("said").read()))
	at = [int(n) for k, n in v.items() if k.endswith("last_activity")]
	err = [n for k, n in v.items() if k.endswith("errors")]
	assert len(at) == 8 and err == ["0"] * 8, v
	assert any(abs(n - int(sys.argv[1])) < 30 for n in at), at
	END
	# one worker kept on a CPU
	cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' \
	    /proc/self/status)
	sysctl "$LB.workers.3.affinity=$cpu"
	prints "$LB.workers.3.affinity: -1 -> $cpu"
	tid=$(ask_isp 'show workers 3' | sed -n 's/^tid: //p')
	grep -qx 'ppp: worker 3' /proc/"$(ppp_pid isp)"/task/"$tid"/comm ||
		fail "thread $tid is not worker 3"
	grep -q "^Cpus_allowed_list:[^0-9]*$cpu\$" \
	    /proc/"$(ppp_pid isp)"/task/"$tid"/status ||
		fail "worker 3 may run elsewhere"
	sysctl $LB.workers.3.affinity=1023
	refused 'affinity=1023: worker 3 cannot run on CPU 1023'
	sysctl $LB.workers.3.affinity=-1
	prints "$LB.workers.3.affinity: $cpu -> -1"
	# fewer by hand: nobody is cut off
	ngctl msg pppoe_lb:pppoed setworkers 6
	prints '6 workers'
	sysctl $GOV.active_workers
	prints "$GOV.active_workers: 6"
	sysctl $GOV.desired_workers=8
	prints "$GOV.desired_workers: 6 -> 8"
	sysctl -n $GOV.total_sessions
	prints 8
	# all of the tree, and not a line that is not of it
	sysctl $LB
	! grep -v "^$LB\.[a-z_.0-9]*: " said || fail "what is this?"
	[ "$(wc -l < said)" -gt 140 ] || fail "only $(wc -l < said) lines"
}
high_cleanup() { net_end; }

# crowd ALGORITHM - eight workers, no governor; a host on the switch
crowd()
{
	ac high 'set governor max 8' "set lb algorithm $1" \
	    'set lb padirate 100000 100' 'set governor disable' \
	    'set ifaddr 10.0.0.1 10.1.0.0-10.1.63.255'
	crowd_host
}
crowd_host()
{
	host crowd
	wire crowd veth1 lan e9
	ip -n "$(ns lan)" link set dev e9 master lan
}

# comes N [OPTION ...] - N sessions are up; they stay until they are told to
# go; $crowd waits for their generator.
comes()
{
	local n
	n=$1
	shift
	rm -f crowd.out
	in_host crowd sh -c 'echo $$ > crowd.pid; exec "$@"' sh \
	    "$PPP_BUILD/pppoetest" -m create -i veth1 -n "$n" \
	    --user fred --password secret --tries 8 --ip 4 --hold 1h "$@" \
	    > crowd.out 2>&1 &
	crowd=$!
	until_true 90 grep -q ^holding crowd.out || fail "$(cat crowd.out)"
	grep -q "^holding  $n sessions" crowd.out || fail "$(cat crowd.out)"
}

# goes - the crowd hangs up, and nobody was lost
goes()
{
	kill "$(cat crowd.pid)"
	wait "$crowd" || fail "$(cat crowd.out)"
	until_true 30 eval 'sysctl -n $GOV.total_sessions;
	    [ "$(cat said)" = 0 ]' || fail "still there: $(cat said)"
}

# About 1100 sessions: each worker within 20 percent of the average.
atf_test_case H_3_H_4_H_5_spread cleanup
H_3_H_4_H_5_spread_head() { net_head "1,100 sessions, evenly" 300; }
H_3_H_4_H_5_spread_body()
{
	local alg i n
	crowd round-robin
	for alg in 0 1 2; do
		sysctl -q $LB.algorithm=$alg
		prints
		comes 1100
		sysctl -n $GOV.avg_sessions_worker
		prints 137
		for i in 0 1 2 3 4 5 6 7; do
			sysctl -n $LB.workers.$i.sessions
			n=$(cat said)
			{ [ "$n" -ge 110 ] && [ "$n" -le 165 ]; } ||
				fail "algorithm $alg: worker $i has $n"
		done
		sysctl -n $LB.health.load_imbalance_pct
		[ "$(cat said)" -le 20 ] || fail "algorithm $alg: $(cat said)"
		ngctl msg pppoe_lb:pppoed showstats
		has 'Sessions: 1100' 'Drifts: 0'
		sysctl $LB.stats.total_errors $LB.health.drift_count
		prints "$LB.stats.total_errors: 0" "$LB.health.drift_count: 0"
		goes
	done
}
H_3_H_4_H_5_spread_cleanup() { net_end; }

# Eight thousand sessions at once.
atf_test_case H_6_capacity cleanup
H_6_capacity_head() { net_head "8 workers, 8,000 sessions" 300; }
H_6_capacity_body()
{
	local i
	crowd least-sessions
	comes 8000 --window 128
	sysctl $GOV.total_sessions $GOV.avg_sessions_worker
	prints "$GOV.total_sessions: 8000" "$GOV.avg_sessions_worker: 1000"
	for i in 0 1 2 3 4 5 6 7; do
		sysctl -n $LB.workers.$i.sessions
		prints 1000
	done
	sysctl $LB.health.score $LB.health.drift_count
	prints "$LB.health.score: 100" "$LB.health.drift_count: 0"
	goes
	sysctl -n $LB.stats.session_creates $LB.stats.session_teardowns
	prints 8000 8000
}
H_6_capacity_cleanup() { net_end; }

# Under hash a MAC that comes back comes back to its worker, and one worker
# that drains moves nobody else.
atf_test_case hash_home cleanup
hash_home_head() { net_head "the same MAC, the same worker" 300; }
hash_home_body()
{
	crowd hash
	homes first
	homes second
	diff -u first second >&2 || fail "some came to another worker"
	sysctl -q $LB.workers.3.state=1
	homes third
	! grep -q ' 3$' third || fail "worker 3 drains, and got some"
	grep -v ' 3$' first > stay
	grep -v -x -F -f stay third | cut -d ' ' -f 1 | sort > moved
	sed -n 's/ 3$//p' first | sort > drained
	[ -s drained ] || fail "worker 3 had nobody"
	diff -u drained moved >&2 || fail "others moved as well"
}
hash_home_cleanup() { net_end; }

# homes FILE - 400 MACs come and go; who was where
homes()
{
	comes 400
	ask_isp 'show sessions calling-sid,worker csv' | tr -d '"\r' |
	    sed -n 's/^\(..:.*\),/\1 /p' | sort > "$1"
	[ "$(wc -l < "$1")" = 400 ] || fail "$1: $(head -n 3 "$1")"
	goes
}

# The basic set-up is for up to 500 sessions. More are not sent away.
atf_test_case B_10_beyond cleanup
B_10_beyond_head() { net_head "two workers, 500 sessions, and 200 more" 300; }
B_10_beyond_body()
{
	ac basic
	crowd_host
	comes 500
	few=$crowd few_pid=$(cat crowd.pid)
	sysctl -n $LB.workers.0.sessions $LB.workers.1.sessions
	prints 250 250
	comes 200 --mac 02:42:00:80:00:00
	sysctl -n $GOV.total_sessions $GOV.current_workers $LB.health.score
	prints 700 2 100
	kill "$few_pid"
	wait "$few" || fail "the 500 were cut off"
	goes
}
B_10_beyond_cleanup() { net_end; }

# The times of the set-up for a high load, on a clock that is put forward:
# up by one at 71 percent and not before 5 seconds, down below 40 percent and
# not before 120, never fewer than four.
atf_test_case H_9_times cleanup
H_9_times_head() { net_head "high load: when it scales up, when down"; }
H_9_times_body()
{
	ac high 'set governor max 8' 'set lb workers 4' 'set lb drill yes' \
	    'set governor cpu 70 40' 'set governor drain 0'
	sysctl -n $GOV.scale_up_interval
	prints 5
	sysctl -q $LB.test.cpu=70
	ahead 500
	workers_are 4
	# longer than 5 seconds: real ones pass, too
	sysctl -q $GOV.scale_up_interval=400
	sysctl -q $LB.test.cpu=71
	ahead 5
	workers_are 5
	ahead 300
	workers_are 5
	ahead 100
	workers_are 6
	sysctl -q $LB.test.cpu=40
	ahead 500
	workers_are 6
	sysctl -q $LB.test.cpu=39
	ahead 5
	workers_are 5
	ahead 60
	workers_are 5
	ahead 60
	workers_are 4
	ahead 500
	ahead 500
	workers_are 4
	ask_isp 'show governor history jsonl' > said
	grep -c '"scale_down"' said > n
	atf_check_equal 2 "$(cat n)"
}
H_9_times_cleanup() { net_end; }

# ahead SECONDS - so much time passes for the governor, and it decides
ahead()
{
	offset=$((${offset-0} + $1))
	sysctl -q "$LB.test.clock_offset=$offset"
	prints
}
workers_are() # N
{
	sysctl -n $GOV.active_workers
	prints "$1"
}

# The handbook's example of an uneven one: named, and what to do about it.
atf_test_case H_10_uneven cleanup
H_10_uneven_head() { net_head "an uneven load is seen and named" 300; }
H_10_uneven_body()
{
	local i
	crowd round-robin
	for i in 2 3 4 5 6 7; do
		ask_isp "lb remove $i" > said
		[ ! -s said ] || fail "$(cat said)"
	done
	ask_isp 'lb drain 1' > said
	comes 456
	many=$(cat crowd.pid)
	ask_isp 'lb activate 1' > said
	ask_isp 'lb drain 0' > said
	comes 45 --mac 02:42:00:80:00:00
	ask_isp 'lb activate 0' > said
	sysctl -n $LB.workers.0.sessions $LB.workers.1.sessions
	prints 456 45
	# 456 over the mean of 250.5
	sysctl $LB.health
	has "$LB.health.load_imbalance_pct: 82" \
	    "$LB.health.load_distribution: 18" "$LB.health.status: fail"
	ask_isp 'show health' > said
	has 'Warning: worker 0 has 82% more sessions than the average.*'
	face pppoetest --check-balance
	[ "$code" = 1 ] || fail "exit $code: $(cat said)"
	grep -q 'Status: WARNING' said || fail "$(cat said)"
	kill "$many"
	goes
}
H_10_uneven_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case high
	atf_add_test_case H_3_H_4_H_5_spread
	atf_add_test_case H_6_capacity
	atf_add_test_case hash_home
	atf_add_test_case H_10_uneven
	atf_add_test_case H_9_times
	atf_add_test_case B_10_beyond
}
