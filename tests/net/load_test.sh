#! /usr/bin/env atf-sh
# More than the machine can carry: data that fills every queue, peers that all
# come at once. Who is up stays up.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

dropped() # REASON, at the concentrator
{
	ask isp 'show lb csv' | sed -n "s/^dropped-$1,//p" | grep . || echo 0
}

# The concentrator gets a twentieth of the time, in pieces, for SECONDS.
starve()
{
	local p end
	p=$(ppp_pid isp)
	end=$(($(date +%s) + $1))
	while [ "$(date +%s)" -lt "$end" ]; do
		kill -STOP "$p"
		sleep 0.8
		kill -CONT "$p"
		sleep 0.05
	done
}

# The wire brings far more frames of a session than the lane can look at; its
# ring overflows all the time. The peer beside it asks for an echo each second
# and gets it: five lost ones in a row would be the end of the session.
atf_test_case echo cleanup
echo_head() { net_head "no echo is lost to a flood of data"; }
echo_body()
{
	local sid f
	pair_begin
	host evil lan
	wire isp eth1 lan p1
	wire home eth2 lan p2
	wire evil eth3 lan p3
	switch lan p1 p2 p3
	isp_conf 'set lb interface eth1'
	home_conf 'set device PPPoE:eth2' 'enable echo' 'set lqrperiod 1'
	isp_start
	home_start -ddial
	# another session of the same lane: the last bits of its id say so
	sid=$(sed -n 's/.*Connected!.* session \([0-9]*\)).*/\1/p' \
	    home/log/ppp.log)
	sid=$(printf %04x $((sid ^ 64)))
	f=$(mac isp eth1 | tr -d :)$(mac evil eth3 | tr -d :)88641100
	f=$f${sid}00060021$(printf %092d 0)
	in_host evil "$PPP_BUILD/tests/net/frame_tool" eth3 "$f" for 12 \
	    > sent &
	starve 11
	wait $! || fail "nothing was sent"
	until_true 10 eval '[ "$(dropped RECV_FULL)" -gt 0 ]' ||
		{ ask isp 'show lb csv' >&2; fail "the ring did not overflow"; }
	echo "sent $(cat sent), lost in the ring $(dropped RECV_FULL)"
	pings home 10.0.0.1
	atf_check_equal 1 "$(times home 'Connected!')"
	atf_check_equal 1 "$(times isp ': up, ')"
	atf_check_equal 0 "$(times isp ': closed ')"
}
echo_cleanup() { net_end; }

# With the limits of the program: a thousand peers ask in the same moment.
# All come up, and who was up before loses nothing.
atf_test_case storm cleanup
storm_head() { net_head "everybody dials at once"; }
storm_body()
{
	local sub
	pair_begin
	host many lan
	wire isp eth1 lan p1
	wire home eth2 lan p2
	wire many eth3 lan p3
	switch lan p1 p2 p3
	secret 'fred secret' 'many secret'
	isp_conf 'set lb interface eth1' 'enable chap echo' \
	    'set lqrperiod 1' 'set ifaddr 10.0.0.1 10.0.1.0-10.0.15.255'
	home_conf 'set device PPPoE:eth2' 'enable echo' 'set lqrperiod 1'
	isp_start
	home_start -ddial
	pinging home 10.0.0.1 200
	in_host many "$PPP_BUILD/pppoetest" -m create -i eth3 --user many \
	    --password secret -n 1000 --window 1000 --hold 3 --tries 8 \
	    > many.out 2>&1 || fail "$(cat many.out)"
	cat many.out
	grep -q '^set up   1000 of 1000 ' many.out || fail "$(cat many.out)"
	grep -q '^held     1000 of 1000 sessions, 0 lost' many.out ||
		fail "$(cat many.out)"
	pinged home
	atf_check_equal 1 "$(times home 'Connected!')"
	atf_check_equal 1001 "$(times isp ': up, ')"
}
storm_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case echo
	atf_add_test_case storm
}
