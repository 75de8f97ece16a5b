#! /usr/bin/env atf-sh
# set io xdp: data through AF_XDP, past the stack; what it is not for goes to
# the packet sockets as before.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# on NAME INTERFACE: it has a program of XDP, by the driver
on() { ip -n "$(ns "$1")" link show dev "$2" | grep -q ' xdp'; }
off() { ! on "$@"; }
lanes() { ask isp 'show lb csv' | sed -n 's/^lanes-xdp,//p'; }
has_lanes() { [ "$(lanes)" = "$1" ]; }

# The kernel has such sockets; whether ours work is what we test.
has_af_xdp() { python3 -c 'import socket; socket.socket(44, 3)'; }

# both_up [ISP-LINE ...] - with AF_XDP on both sides, one queue
both_up()
{
	has_af_xdp 2> python.err || atf_skip "the kernel has no AF_XDP"
	isp_conf 'set io xdp' "$@"
	home_conf 'set io xdp'
	isp_start
	home_start -ddial
	until_true 20 has_lanes 1 || says isp 'show lb' '^lanes-xdp  *1$'
	says home 'show physical' '^ Frames:  *xdp$'
}

tell() # COMMAND, which is accepted in silence
{
	ask isp "$1" > told 2>&1
	[ ! -s told ] || fail "\"$1\": $(cat told)"
}

# carries [OPTION] - TCP from home to isp
carries()
{
	in_host isp setsid iperf3 -s -D -I "$PWD/iperf.pid" > /dev/null
	until_true 10 eval 'in_host isp ss -ltn | grep -q :5201'
	in_host home timeout 60 iperf3 -c 10.0.0.1 -n 30M "$@" > iperf.out \
	    2>&1 || { cat iperf.out >&2; fail "no TCP $*"; }
	kill "$(tr -d '\0' < iperf.pid)"
	until_true 10 eval '! in_host isp ss -ltn | grep -q :5201'
}

no_drift()
{
	says isp 'show stats' '[Dd]rift[^0-9]* 0$'
}

atf_test_case session cleanup
session_head() { net_head "data passes the stack by, control does not"; }
session_body()
{
	pair_begin
	both_up
	on isp eth0 || fail "isp: no program"
	says isp 'show lb' '^I/O: xdp; eth0 (native): xdp 1 lane'
	# tcpdump sees what reaches the stack, in and out
	capture_start isp eth0
	pings home 10.0.0.1
	pings isp "$(address home)" -s 1450
	pings home "$(link_local isp)%tun0"
	carries
	carries -R
	ppp_stop home
	capture_stop isp eth0
	judge_none isp eth0 'icmp || icmpv6 || tcp'
	judge_seen isp eth0 'lcp && ppp.code == 5'
	until_true 20 off home eth1 || fail "home: a program stays"
	# and an end that nobody can prepare
	on isp eth0 || fail "isp: no program any more"
	kill -9 "$(ppp_pid isp)"
	until_true 20 off isp eth0 || fail "isp: a program stays"
}
session_cleanup() { net_end; }

# In the frame itself: one tag, and two.
atf_test_case tags cleanup
tags_head() { net_head "VLAN 7, and 7 inside 100"; }
tags_body()
{
	pair_begin
	home_conf 'set io xdp' 'set device PPPoE:eth1.7'
	both_up 'set lb interface eth0 vlan 7' \
	    'set lb interface eth0 vlan 100:7'
	for tag in .7 .100.7; do
		[ $tag = .7 ] || {
			ppp_stop home
			home_conf 'set io xdp' "set device PPPoE:eth1$tag"
			home_start -ddial
		}
		capture_start isp eth0
		pings home 10.0.0.1
		pings isp "$(address home)" -s 1400
		capture_stop isp eth0
		judge_none isp eth0 icmp
	done
}
tags_cleanup() { net_end; }

# A bridge takes the tag out of what it passes on and keeps it apart, where a
# program sees it only if it asks. The packet socket is told of it.
atf_test_case hidden cleanup
hidden_head() { net_head "VLAN 7 from a driver that keeps the tag apart"; }
hidden_body()
{
	net_begin
	has_af_xdp 2> python.err || atf_skip "the kernel has no AF_XDP"
	host isp home lan
	wire isp eth0 lan p0
	wire home eth1 lan p1
	switch lan p0 p1
	secret 'fred secret'
	isp_conf 'set io xdp' 'set lb interface eth0 vlan 7'
	home_conf 'set device PPPoE:eth1.7'
	isp_start
	home_start -ddial
	until_true 20 has_lanes 1 || says isp 'show lb' '^lanes-xdp  *1$'
	pings home 10.0.0.1 -s 1400
	says isp 'show sessions' ' 7$'
}
hidden_cleanup() { net_end; }

# A bridge has no program in its driver: the stack runs it.
atf_test_case generic cleanup
generic_head() { net_head "an interface whose driver cannot"; }
generic_body()
{
	pair_begin
	has_af_xdp 2> python.err || atf_skip "the kernel has no AF_XDP"
	switch isp eth0
	isp_conf 'set io xdp' 'set lb interface none' \
	    'set lb interface lan' 'set lb interface lan vlan 7'
	home_conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on lan'
	wait_log isp 'lan: io xdp (generic): sessions with a VLAN tag'
	home_start -ddial
	until_true 20 has_lanes 1 || says isp 'show lb' '^lanes-xdp  *1$'
	says isp 'show lb' '; lan (generic): xdp 1 lane'
	capture_start isp lan
	pings home 10.0.0.1
	pings isp "$(address home)" -s 1450
	capture_stop isp lan
	judge_none isp lan icmp
}
generic_cleanup() { net_end; }

# Only out: what comes in is seen by the stack, what goes out is not, and no
# program is there.
atf_test_case send cleanup
send_head() { net_head "frames leave by AF_XDP and arrive as ever"; }
send_body()
{
	pair_begin
	has_af_xdp 2> python.err || atf_skip "the kernel has no AF_XDP"
	isp_conf 'set lb io xdp-send'
	home_conf
	isp_start
	home_start -ddial
	until_true 20 has_lanes 1 || says isp 'show lb' '^lanes-xdp  *1$'
	says isp 'show lb' '^I/O: xdp-send; eth0: xdp-send 1 lane, packet (no'
	off isp eth0 || fail "a program"
	capture_start isp eth0
	pings home 10.0.0.1
	pings home 10.0.0.1 -s 1450
	carries -R
	capture_stop isp eth0
	judge_seen isp eth0 'icmp.type == 8' 6
	judge_none isp eth0 'icmp.type == 0'
	no_drift
}
send_cleanup() { net_end; }

# two_of NAME - two sessions of one host, one in each lane
two_of()
{
	conf "$1" <<-END
	isp:
	 set device PPPoE:eth1
	 set redial 1 0
	END
	for u in 0 1; do
		ppp_start "$1" -unit $u -foreground isp
		wait_up "$1" tun$u
	done
	for u in 0 1; do
		pings "$1" 10.0.0.1 -I tun$u -s 1400
	done
}

# Two lanes on two queues, and on one: a session of each.
atf_test_case lanes cleanup
lanes_head() { net_head "a lane without a queue of its own goes on as ever"; }
lanes_body()
{
	net_begin
	host isp home away
	ip link add name eth0 netns "$(ns isp)" numrxqueues 2 numtxqueues 2 \
	    type veth peer name eth1 netns "$(ns home)" numrxqueues 2 \
	    numtxqueues 2
	wire_end isp eth0
	wire_end home eth1
	wire isp eth2 away eth1
	secret 'fred secret'
	isp_conf 'set io xdp' 'set lb interface eth2' 'set lb workers 2' \
	    'set governor max 2'
	isp_start
	until_true 20 has_lanes 3 || says isp 'show lb' '^lanes-xdp  *3$'
	says isp 'show lb' '; eth0 (native): xdp 2 lanes; eth2'
	says isp 'show lb' \
	    '; eth2 (native): xdp 1 lane, packet (no queue of its own) 1 lane$'
	two_of home
	two_of away
	no_drift
}
lanes_cleanup() { net_end; }

# On and off at the prompt, and an interface that comes again.
atf_test_case live cleanup
live_head() { net_head "interfaces go and come, the program with them"; }
live_body()
{
	pair_begin
	both_up
	wire isp eth9 home eth9
	tell 'set lb interface eth9'
	until_true 20 has_lanes 2 || says isp 'show lb' '^lanes-xdp  *2$'
	tell 'set lb interface eth0 off'
	until_true 20 off isp eth0 || fail "a program stays"
	tell 'set lb interface eth0'	# its queue may be busy a while
	until_true 20 on isp eth0 || fail "no program"
	until_true 20 has_lanes 2 || says isp 'show lb' '^lanes-xdp  *2$'
	until_true 20 is_up home || fail "home does not come again"
	pings home 10.0.0.1

	# packet from now on, for what opens from now on
	tell 'set lb io packet'
	has_lanes 2 || fail "an open interface changed"
	tell 'set lb io xdp'
	ip -n "$(ns isp)" link del dev eth0
	until_true 20 has_lanes 1 || fail "a lane of no interface"
	wire isp eth0 home eth1
	until_true 40 has_lanes 2 || says isp 'show lb' '^lanes-xdp  *2$'
	wait_up home
	pings home 10.0.0.1
	no_drift
}
live_cleanup() { net_end; }

# What cannot be is said, and nothing is replaced.
atf_test_case refused cleanup
refused_head() { net_head "another program, and no rights"; }
refused_body()
{
	pair_begin
	both_up
	mkdir other
	sed '/set server/d; s/10\.0\.0/10.9.0/g' isp/etc/ppp.conf \
	    > other/ppp.conf
	chmod 600 other/ppp.conf
	in_host isp "$PPP_BUILD/ppp" -C "$PWD/other" -foreground server \
	    > two 2>&1 && fail "a second one starts"
	grep -q 'eth0: io xdp: another XDP program is attached' two ||
		fail "$(cat two)"
	pings home 10.0.0.1
	ppp_stop isp
	until_true 20 off isp eth0 || fail "a program stays"

	in_host isp setpriv --bounding-set -bpf,-sys_admin \
	    "$PPP_BUILD/ppp" -C "$PWD/other" -foreground server > two 2>&1 &&
		fail "it starts without rights"
	grep -q 'eth0: io xdp: .*CAP_BPF' two || fail "$(cat two)"
	off isp eth0 || fail "a program stays"
	sed -i 's/set io xdp/set io auto/' isp/etc/ppp.conf
	in_host isp setsid setpriv --bounding-set -bpf,-sys_admin \
	    "$PPP_BUILD/ppp" -C "$PWD/isp/etc" -foreground server \
	    > isp/ppp.out 2>&1 < /dev/null &
	until_true 20 is_down home
	wait_up home
	pings home 10.0.0.1
	says isp 'show lb' '^I/O: auto; eth0: packet 2 lanes$'
}
refused_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case session
	atf_add_test_case tags
	atf_add_test_case hidden
	atf_add_test_case generic
	atf_add_test_case send
	atf_add_test_case lanes
	atf_add_test_case live
	atf_add_test_case refused
}
