#! /usr/bin/env atf-sh
# The worker pool: sessions spread over workers, workers that come and go
# under traffic, and nobody's session notices.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/moves.sh
. "$PPP_SRC/tests/net/moves.sh"

CLIENTS='1 2 3 4 5 6'

# pool - four lanes, two workers; a switch; six clients, all up.
pool()
{
	local c
	net_begin
	host isp lan
	wire isp eth0 lan e0
	conf isp <<-EOF
	default:
	 set log Phase command
	server:
	 set lb interface eth0
	 set lb workers 2
	 set lb padirate 2000 100
	 set governor max 4
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 set server /var/run/ppp.sock ""
	EOF
	for c in $CLIENTS; do
		host "c$c"
		wire "c$c" eth1 lan "e$c"
		printf 'isp:\n set device PPPoE:eth1\n' | conf "c$c"
	done
	# shellcheck disable=SC2046,SC2086
	switch lan e0 $(printf 'e%s ' $CLIENTS)
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	for c in $CLIENTS; do
		ppp_start "c$c" -foreground isp
		wait_up "c$c"
	done
}

# worker ID FIELD - one line of `show workers ID`
worker() { ask isp "show workers $1" | sed -n "s/^$2: //p"; }
# All clients reach the concentrator, and it reaches them.
all_ping()
{
	local c
	for c in $CLIENTS; do
		pings "c$c" 10.0.0.1
		pings isp "$(address "c$c")"
	done
}

says() # COMMAND REGEX
{
	ask isp "$1" > said
	grep -q -e "$2" said || { cat said >&2; fail "\"$1\": no \"$2\""; }
}

nobody_lost()
{
	atf_check_equal "$(echo "$CLIENTS" | wc -w)" \
	    "$(ask isp 'show sessions sid' | grep -c '[0-9]')"
	says 'show stats' '^Sessions destroyed: 0$'
	says 'show stats' '^Drifts: 0$'
}

atf_test_case spread cleanup
spread_head() { net_head "sessions go to the workers in turn"; }
spread_body()
{
	pool
	atf_check_equal 3 "$(worker 0 sessions)"
	atf_check_equal 3 "$(worker 1 sessions)"
	says 'show workers' '^  Worker 1: ACTIVE (3 sessions, [0-9]*s uptime)$'
	says 'show health' '^load_imbalance_pct: 0$'
	says 'show health' '^score: 100$'
	says 'show governor' '^  Max Workers: 4$'
	says 'show map' '^Total: 6$'
	all_ping
	# as top -H shows them
	for w in 0 1; do
		grep -qx "ppp: worker $w" /proc/"$(ppp_pid isp)"/task/*/comm ||
			fail "no thread of worker $w"
	done
	# IPv6 of both lanes
	for c in 1 2; do
		in_host "c$c" ping -6 -n -c 2 -W 2 ff02::1%tun0 > /dev/null ||
			fail "c$c: nobody answers by IPv6"
	done
	nobody_lost
}
spread_cleanup() { net_end; }

atf_test_case hands cleanup
hands_head() { net_head "workers by hand: what is refused, what happens"; }
hands_body()
{
	pool
	says 'lb remove 1' 'worker 1 has 3 active sessions'
	says 'lb drain 7' 'there is no worker 7'
	says 'lb workers 5' 'not 1 to 4 workers'
	atf_check_equal '' "$(ask isp 'lb drain 1')"
	says 'show workers' '^  Worker 1: DRAINING (3 sessions'
	says 'lb drain 0' 'worker 0 is the last ACTIVE one'
	atf_check_equal 'Worker 2 added (now 3 workers)' "$(ask isp 'lb add')"
	# new sessions: not to the draining one
	ppp_stop c1
	wait_log isp 'closed (peer'
	ppp_start c1 -foreground isp
	wait_up c1
	atf_check_equal 3 "$(worker 1 sessions)"
	atf_check_equal '' "$(ask isp 'lb activate 1')"
	says 'show workers' '^  Worker 1: ACTIVE (3 sessions'
	says 'show governor history' 'cancel_drain  *by_hand  *1 '
	all_ping
	atf_check_equal '' "$(ask isp 'lb remove 1 force')"
	until_true 10 has_workers 2 || fail "worker 1 does not go"
	wait_log isp 'ng_pppoe_lb: removed worker 1 (now 2 workers)'
}
hands_cleanup() { net_end; }

# Ten times: every worker is removed and added in turn while packets fly
# through a hundred sessions.
atf_test_case moves cleanup
moves_head() { net_head "no session notices that workers come and go"; }
moves_body()
{
	atf_require_prog iperf3
	many 100
	traffic 100
	move_workers 10
	arrived 100 || fail "$(cat arrived)"
	cat arrived
	says 'show stats' '^Lanes handed over: [2-9][0-9]'
	atf_check_equal 100 "$(ask isp 'show sessions sid' | grep -c '[0-9]')"
	says 'show stats' '^Sessions destroyed: 0$'
	says 'show stats' '^Drifts: 0$'
}
moves_cleanup() { net_end; }

atf_test_case live cleanup
live_head() { net_head "the number of workers and the algorithm, live"; }
live_body()
{
	pool
	atf_check_equal '' "$(ask isp 'set lb workers 4')"
	until_true 5 has_workers 4 || fail "no four workers"
	atf_check_equal '' "$(ask isp 'set lb algorithm least-sessions')"
	for c in 1 3; do
		ppp_stop "c$c"
	done
	until_true 10 eval '[ "$(worker 0 sessions)" = 1 ]' ||
		fail "c1 and c3 have not left worker 0"
	for c in 1 3; do
		ppp_start "c$c" -foreground isp
		wait_up "c$c"
	done
	atf_check_equal 1 "$(worker 2 sessions)"
	atf_check_equal 1 "$(worker 3 sessions)"
	all_ping
	# wait, the default: they go when their sessions have ended
	atf_check_equal '2 workers' "$(ask isp 'lb workers 2')"
	says 'show governor' '^  Active Workers: 2$'
	all_ping
	says 'set lb workers 9' 'not 1 to 4 workers'
	says 'show governor' '^  Active Workers: 2$'
	atf_check_equal '' "$(ask isp 'set lb cpuaffinity auto')"
	says 'set lb cpuaffinity 9-1' 'not a list of CPUs'
	says 'set governor cpu 30 40' 'must be below'
}
live_cleanup() { net_end; }

# Real packets make a real worker busy; when they end it is idle again.
atf_test_case load cleanup
load_head() { net_head "the governor follows the load of the CPU"; }
load_body()
{
	local load
	atf_require_prog iperf3
	net_begin
	host isp home
	wire isp eth0 home eth1
	conf isp <<-EOF
	server:
	 set lb interface eth0
	 set lb workers 1
	 set governor enable
	 set governor min 1
	 set governor max 2
	 set governor poll 1
	 set governor cpu 8 3
	 set governor upinterval 1
	 set governor downinterval 2
	 set governor drain 0 migrate
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 set server /var/run/ppp.sock ""
	EOF
	printf 'isp:\n set device PPPoE:eth1\n' | conf home
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	ppp_start home -foreground isp
	wait_up home
	sleep 3
	atf_check_equal 1 "$(workers)"		# idle: nothing to do
	in_host isp setsid iperf3 -s -1 > server.out 2>&1 < /dev/null &
	sleep 0.5
	in_host home iperf3 -c 10.0.0.1 -t 12 > iperf.out 2>&1 &
	load=$!
	until_true 20 has_workers 2 || {
		ask isp 'show governor' >&2
		fail "no second worker under load"
	}
	says 'show governor history' 'scale_up  *cpu'
	wait "$load" || fail "$(cat iperf.out)"
	until_true 30 has_workers 1 || {
		ask isp 'show governor' >&2
		fail "still two workers without load"
	}
	says 'show governor history' 'scale_down'
	# ... and there it stays
	sleep 4
	atf_check_equal 1 "$(workers)"
	pings home 10.0.0.1
	says 'show stats' '^Sessions destroyed: 0$'
	ask isp 'show governor history'
}
load_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case spread
	atf_add_test_case hands
	atf_add_test_case moves
	atf_add_test_case live
	atf_add_test_case load
}
