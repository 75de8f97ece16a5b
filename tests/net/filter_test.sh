#! /usr/bin/env atf-sh
# The packet filters: what they deny is not on the wire, or not on the other
# side of it; what may dial and what keeps the line up.
# sanitize: asan
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

pair() # LINE of the client ...
{
	pair_begin
	isp_conf 'enable chap' 'set log Phase Filter'
	home_conf "$@"
	isp_start
}

AUTO='set ifaddr 10.9.0.1/0 10.9.0.2/0 255.255.255.255 0.0.0.0'

say() # HOST PROTO ADDRESS PORT [FROM]: one word there
{
	local t
	case $2 in UDP*) t=30;; *) t=2;; esac	# TCP may wait for an answer
	echo word | in_host "$1" timeout $t socat -u - \
	    "$2:$3:$4${5:+,sourceport=$5}" > /dev/null 2>&1 || true
}
# tun_start HOST: what its stack sees, into HOST.tun
tun_start()
{
	rm -f tun.err
	in_host "$1" sh -c 'echo $$ > "$1/tun.pid"; exec tcpdump -i tun0 -n \
	    -l --immediate-mode -Z root 2> "$1/tun.err"' sh "$PWD" \
	    > "$1.tun" < /dev/null &
	until_true 10 grep -q 'listening on' tun.err ||
		atf_fail "no tcpdump: $(cat tun.err)"
}
tun_stop() { sleep 0.3; kill "$(cat tun.pid)"; sleep 0.2; }

atf_test_case blocks cleanup
blocks_head() { net_head "in and out deny what they say, and nothing else"; }
blocks_body()
{
	pair 'set filter out 0 deny udp dst eq 137' \
	    'set filter out 1 deny MYADDR HISADDR udp dst eq 139' \
	    'set filter out 2 permit any any' \
	    'set filter in 0 permit udp dst eq 4000' \
	    'set filter in 1 permit icmp src eq 0' \
	    'set filter in 2 permit tcp estab' \
	    'set filter in 3 deny 0/0 0/0'
	ppp_start home -foreground isp
	wait_up home
	capture_start home eth1
	tun_start home
	# out: 137 stays here, 138 leaves
	say home UDP4-SENDTO 10.0.0.1 137
	say home UDP4-SENDTO 10.0.0.1 138
	say home UDP4-SENDTO 10.0.0.1 139
	# in: 4000 comes through, 4001 does not; IPv6 neither
	say isp UDP4-SENDTO 10.0.0.10 4000
	say isp UDP4-SENDTO 10.0.0.10 4001
	pings home 10.0.0.1
	in_host isp ping -n -c 1 -W 1 10.0.0.10 > ping.out && fail "answered"
	in_host isp ping -6 -n -c 1 -W 1 "$(link_local home)%tun0" \
	    > ping6.out && fail "answered by IPv6"
	tun_stop
	capture_stop home eth1
	judge_none home eth1 'udp.dstport == 137'
	judge_none home eth1 'udp.dstport == 139'
	judge_seen home eth1 'udp.dstport == 138'
	judge_seen home eth1 'udp.dstport == 4000'
	judge_seen home eth1 'udp.dstport == 4001'
	judge_seen home eth1 'icmp.type == 0' 3
	grep -q '> 10.0.0.10.4000: UDP' home.tun || fail "$(cat home.tun)"
	grep -q '10.0.0.10.4001' home.tun && fail "4001 came: $(cat home.tun)"
	says home 'show filter out' '^   0 deny udp dst eq 137$'
	says home 'show filter out' '1 deny MYADDR HISADDR udp dst eq 139$'
	says home 'show filter' '^alive:$'
	# a live change counts from the next packet on
	ask home 'set filter in -1' > cleared
	grep -q 'in filter cleared' cleared || fail "$(cat cleared)"
	in_host isp ping -n -c 1 -W 2 10.0.0.10 > ping.out ||
		fail "still closed: $(cat ping.out)"
}
blocks_cleanup() { net_end; }

atf_test_case concentrator cleanup
concentrator_head() { net_head "a concentrator: keywords by session"; }
concentrator_body()
{
	pair_begin
	isp_conf 'set filter in 0 permit HISADDR MYADDR icmp' \
	    'set filter in 1 permit HISADDR 10.0.0.1 udp dst gt 5000' \
	    'set filter out 0 deny MYADDR any udp' 'set filter out 1 permit'
	home_conf
	isp_start
	home_start -foreground
	capture_start home eth1
	tun_start isp
	pings home 10.0.0.1
	say home UDP4-SENDTO 10.0.0.1 5001
	say home UDP4-SENDTO 10.0.0.1 5000
	say isp UDP4-SENDTO 10.0.0.10 6000
	tun_stop
	capture_stop home eth1
	grep -q '> 10.0.0.1.5001: UDP' isp.tun || fail "$(cat isp.tun)"
	grep -q '> 10.0.0.1.5000' isp.tun && fail "5000 came"
	judge_seen home eth1 'udp.dstport == 5000'
	judge_none home eth1 'udp.dstport == 6000'
	says isp 'show lb' '^dropped-FILTER_IN:* *1$'
	says isp 'show lb' '^dropped-FILTER_OUT:* *1$'
}
concentrator_cleanup() { net_end; }

# dfilter blocking SMTP: SMTP traffic does not bring the link up.
atf_test_case p_23 cleanup
p_23_head() { net_head "P-23: what dial denies does not dial; the rest waits"; }
p_23_body()
{
	pair "$AUTO" 'set timeout 0' 'set log Phase Filter' \
	    'set filter dial 0 deny 0 0 tcp dst eq smtp' \
	    'set filter dial 1 permit 0/0 0/0'
	ppp_run home -auto isp || fail "-auto did not start"
	capture_start home eth1
	say home TCP4 10.0.0.1 25
	wait_log home 'DIALbound rule = 0 deny TCP src = 10.9.0.1:[0-9]* '
	says home 'show bundle' '^Phase Dead'
	says home 'show lanes' 'tun0'
	# a packet that may: it brings the line up and is itself not lost
	say home UDP4-SENDTO 10.0.0.1 4242
	wait_log home 'DIALbound rule = 1 accept UDP'
	wait_log home 'Connected!'
	wait_log home 'bundle: Network'
	sleep 0.5
	capture_stop home eth1
	judge_seen home eth1 'udp.dstport == 4242'
	judge_none home eth1 'tcp.port == 25'
	atf_check_equal 1 "$(seen home eth1 'pppoe.code == 9' | grep -c .)"
}
p_23_cleanup() { net_end; }

# set timeout 180, 300, 0: here 2, 60, 0 seconds.
atf_test_case p_6 cleanup
p_6_head() { net_head "P-6: the later timeout wins, 0 is never"; }
p_6_body()
{
	pair 'set timeout 60' 'set timeout 2'
	ppp_run home -background isp || fail "exit $?"
	p=$(ppp_pid home)
	wait_log home 'Idle timer expired' 10
	until_true 10 ended "$p" || fail "-background goes on"
	home_conf 'set timeout 2' 'set timeout 0'
	ppp_start home -foreground isp
	wait_up home
	says home 'show bundle' 'Idle Timer: *Disabled'
	sleep 4
	is_up home || fail "closed with timeout 0"
	ask home 'set timeout 1'
	until_true 6 eval '[ "$(times home "Idle timer expired")" = 2 ]' ||
		fail "set timeout does not apply at once"
}
p_6_cleanup() { net_end; }

atf_test_case alive cleanup
alive_head() { net_head "alive and timeouts: ping holds no line, UDP does"; }
alive_body()
{
	pair 'set timeout 4' 'set filter alive 0 deny icmp' \
	    'set filter alive 1 permit udp dst eq 9 timeout 60' \
	    'set filter alive 2 permit any any' 'disable ipv6cp' \
	    'set log Phase Filter'
	ppp_start home -foreground isp
	wait_up home
	# pings all the time, and yet
	in_host home ping -n -q -i 0.2 -w 10 10.0.0.1 > ping.out &
	wait_log home 'Idle timer expired'
	wait_log home 'ALIVEbound rule = 0 deny ICMP'
	# foreground has ended with its line; again, with a rule's own timeout
	until_true 10 ppp_ended || fail "home goes on"
	: > home/log/ppp.log
	ppp_start home -foreground isp
	wait_up home
	say home UDP4-SENDTO 10.0.0.1 9
	sleep 5
	is_up home || fail "rule timeout: closed too early"
	says home 'show bundle' 'Idle Timer: *4s ([345][0-9]s remaining)'
	say home UDP4-SENDTO 10.0.0.1 10
	wait_log home 'Idle timer expired' 8
}
ppp_ended() { ! ppp_lives home 2> /dev/null; }
alive_cleanup() { net_end; }

# In a concentrator each session has its own; none without `set timeout'.
atf_test_case idle_sessions cleanup
idle_sessions_head() { net_head "set timeout of a concentrator"; }
idle_sessions_body()
{
	pair_begin
	isp_conf 'set timeout 2' 'set filter alive 0 permit udp' \
	    'set filter alive 1 deny'
	home_conf 'set redial 60 1'
	isp_start
	home_start -foreground
	in_host home sh -c 'while [ ! -e enough ]; do echo x; sleep 0.1; done |
	    socat -u - UDP4-SENDTO:10.0.0.1:4000' > udp.out 2>&1 &
	sleep 4
	is_up home || fail "closed while UDP goes"
	: > enough
	in_host home ping -n -q -i 0.2 -w 5 10.0.0.1 > ping.out &
	wait_log isp 'closed (.*idle' 8
	wait_log home 'Disconnected! (peer'
	# a live change counts for sessions that are up
	ask isp 'set timeout 0'
	says isp 'show lb' '^ended-IDLE:* *1$'
}
idle_sessions_cleanup() { net_end; }

atf_test_case logs cleanup
logs_head() { net_head "levels TCP/IP, DNS: a line a packet, a flood is cut"; }
logs_body()
{
	pair 'set log Phase TCP/IP DNS' 'disable ipv6cp'
	ppp_start home -foreground isp
	wait_up home
	say home UDP4-SENDTO 10.0.0.1 4242 1025
	wait_log home 'OUT UDP: 10.0.0.10:1025 ---> 10.0.0.1:4242 (5/33)$'
	say home TCP4 10.0.0.1 4243
	wait_log home 'OUT TCP: 10.0.0.10:[0-9]* ---> 10.0.0.1:4243 SYN seq:'
	wait_log home 'IN TCP: 10.0.0.1:4243 ---> 10.0.0.10:[0-9]* RST ACK'
	printf '\0\1\1\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\34\0\1' |
		in_host home socat -u - UDP4-SENDTO:10.0.0.1:53
	wait_log home 'Outbound query IN AAAA www.example.org$'
	# a flood: pings answer as before, and the log says what it left out
	in_host home ping -n -q -f -l 50 -c 3000 10.0.0.1 > flood.out ||
		fail "$(cat flood.out)"
	sleep 1.2
	pings home 10.0.0.1
	wait_log home '[0-9]* lines about packets left out'
	n=$(grep -c 'ICMP:' home/log/ppp.log)
	[ "$n" -lt 6000 ] || fail "$n lines"
}
logs_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case blocks
	atf_add_test_case concentrator
	atf_add_test_case p_23
	atf_add_test_case p_6
	atf_add_test_case alive
	atf_add_test_case idle_sessions
	atf_add_test_case logs
}
