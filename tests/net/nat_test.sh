#! /usr/bin/env atf-sh
# Network address translation: hosts of a LAN behind the client, a host of
# the outside, and what each of them sees of the other.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"
# shellcheck source=tests/net/lan.sh
. "$PPP_SRC/tests/net/lan.sh"

tables() { in_host home nft list tables; }

atf_test_case P_18_nat cleanup
P_18_nat_head() { net_head "P-18: hosts inside go out under our address"; }
P_18_nat_body()
{
	lan_begin
	home_conf 'nat enable yes'
	lan_up
	tcp_serve out 80
	udp_serve out 53
	sees 10.0.0.10 tcp_ask lan 198.51.100.2 80
	sees 10.0.0.10 udp_ask lan 198.51.100.2 53
	sees '10.0.0.10 4444' udp_ask lan 198.51.100.2 53 bind=:4444
	sees 10.0.0.10 tcp_ask home 198.51.100.2 80
	# IPv4 only: nothing of ours in another family
	atf_check_equal 'table ip ppp_tun0' "$(tables)"
	ask home 'nat enable no'
	atf_check_equal '' "$(tables)"
	ask home 'nat enable yes'
	sees 10.0.0.10 tcp_ask lan 198.51.100.2 80
	ppp_stop home
	atf_check_equal '' "$(tables)"
}
P_18_nat_cleanup() { net_end; }

atf_test_case P_19_port cleanup
P_19_port_head() { net_head "P-19: port forwards, by name, number, range"; }
P_19_port_body()
{
	lan_begin
	home_conf 'nat enable yes' \
	    'nat port tcp 192.168.7.2:ftp ftp' \
	    'nat port tcp 192.168.7.2:http http' \
	    'nat port tcp 192.168.7.2:7000-7002 7000-7002' \
	    'nat port tcp 192.168.7.2:9000-9002 MYADDR:8000-8002' \
	    'nat port udp 192.168.7.2:domain 0.0.0.0:5353' \
	    'nat port tcp 192.168.7.2:80 81 198.51.100.2' \
	    'nat port tcp 192.168.7.2:80 82 198.51.100.9:0'
	# A remote port of 0 is no port: the label is refused as a whole.
	ppp_run home -background isp && fail "home: port 0 was taken"
	logged home 'want\|not a port' || fail "home: nothing said"
	home_conf 'nat enable yes' \
	    'nat port tcp 192.168.7.2:ftp ftp' \
	    'nat port tcp 192.168.7.2:http http' \
	    'nat port tcp 192.168.7.2:7000-7002 7000-7002' \
	    'nat port tcp 192.168.7.2:9000-9002 MYADDR:8000-8002' \
	    'nat port udp 192.168.7.2:domain 0.0.0.0:5353' \
	    'nat port tcp 192.168.7.2:80 81 198.51.100.2' \
	    'nat port tcp 192.168.7.2:80 82 198.51.100.9' \
	    'nat port tcp 192.168.7.2:80 83 198.51.100.2:5000-5000'
	lan_up
	for p in 21 80 7001 9000 9002; do
		tcp_serve lan $p
	done
	udp_serve lan 53
	sees 198.51.100.2 tcp_ask out 10.0.0.10 21
	sees 198.51.100.2 tcp_ask out 10.0.0.10 80
	sees 198.51.100.2 tcp_ask out 10.0.0.10 7001
	sees 198.51.100.2 tcp_ask out 10.0.0.10 8000
	sees 198.51.100.2 tcp_ask out 10.0.0.10 8002
	sees 198.51.100.2 udp_ask out 10.0.0.10 5353
	sees 198.51.100.2 tcp_ask out 10.0.0.10 81
	sees_nobody tcp_ask out 10.0.0.10 82
	sees_nobody tcp_ask out 10.0.0.10 83 bind=:5001
	sees '198.51.100.2 5000' tcp_ask out 10.0.0.10 83 bind=:5000
	# hairpin: a host of the LAN asks for the outside address
	sees 192.168.7.1 tcp_ask lan 10.0.0.10 80
	sees_nobody tcp_ask out 10.0.0.10 84
	ask home 'nat port tcp 192.168.7.2:80 84'
	sees 198.51.100.2 tcp_ask out 10.0.0.10 84
	ask home 'nat port tcp 192.168.7.2:7001 84'	# in its place
	sees 198.51.100.2 tcp_ask out 10.0.0.10 84
	ask home 'nat clear'
	sees_nobody tcp_ask out 10.0.0.10 84
}
P_19_port_cleanup() { net_end; }

atf_test_case P_20_deny_incoming cleanup
P_20_deny_incoming_head() { net_head "P-20: what nobody asked for is refused"; }
P_20_deny_incoming_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat port tcp 192.168.7.2:80 80'
	lan_up
	tcp_serve home 22
	tcp_serve lan 80
	tcp_serve out 80
	sees 198.51.100.2 tcp_ask out 10.0.0.10 22
	pings out 10.0.0.10
	ask home 'nat deny_incoming yes'
	sees_nobody tcp_ask out 10.0.0.10 22
	! in_host out ping -n -c 2 -i 0.2 -W 1 10.0.0.10 > ping.out ||
		fail "out: home answers"
	sees 198.51.100.2 tcp_ask out 10.0.0.10 80	# has a rule
	sees 10.0.0.10 tcp_ask lan 198.51.100.2 80
	pings home 198.51.100.2
	tcp_serve home 23
	sees 192.168.7.2 tcp_ask lan 192.168.7.1 23	# not from the link
	ask home 'nat deny_incoming no'
	sees 198.51.100.2 tcp_ask out 10.0.0.10 22
}
P_20_deny_incoming_cleanup() { net_end; }

atf_test_case target cleanup
target_head() { net_head "nat target: where unknown incoming goes"; }
target_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat target 192.168.7.2' \
	    'nat port tcp MYADDR:23 22'
	lan_up
	tcp_serve lan 4000
	tcp_serve home 4000
	tcp_serve home 23
	sees '198.51.100.2' tcp_ask out 10.0.0.10 4000
	case $(tcp_ask out 10.0.0.10 4000) in
	*192.168.7.2) ;;
	*) fail "not the target" ;;
	esac
	# a rule comes first, even one that means this host
	case $(tcp_ask out 10.0.0.10 22) in
	*10.0.0.10) ;;
	*) fail "the rule is not heard" ;;
	esac
	for t in default MYADDR; do
		ask home "nat target $t"
		case $(tcp_ask out 10.0.0.10 4000) in
		*10.0.0.10) ;;
		*) fail "$t: not this host" ;;
		esac
	done
}
target_cleanup() { net_end; }

atf_test_case addr cleanup
addr_head() { net_head "nat addr: one address for another, both ways"; }
addr_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat addr 192.168.7.2 203.0.113.7'
	LAN_QUIET=y lan_up
	# The concentrator lets no foreign source pass: the wire is asked.
	capture_start home eth1
	in_host lan ping -n -c 2 -i 0.2 -W 1 198.51.100.2 > ping.out || true
	ask home 'nat clear'
	ask home 'nat addr 192.168.7.3,192.168.7.2 MYADDR'
	lan_addr lan eth0 192.168.7.3/24
	tcp_serve lan 4000
	tcp_ask out 10.0.0.10 4000 > asked
	tcp_ask out 10.0.0.10 4000 >> asked
	capture_stop home eth1
	judge_seen home eth1 'icmp && ip.src == 203.0.113.7' 2
	judge_none home eth1 'ip.addr == 192.168.7.2'
	grep -q '^198.51.100.2 .*192.168.7.2$' asked || fail "$(cat asked)"
	grep -q '^198.51.100.2 .*192.168.7.3$' asked || fail "$(cat asked)"
}
addr_cleanup() { net_end; }

atf_test_case proto cleanup
proto_head() { net_head "nat proto: a whole protocol"; }
proto_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat proto 253 192.168.7.2' \
	    'nat proto icmp 192.168.7.2 MYADDR 198.51.100.2'
	lan_up
	in_host lan socat -u IP4-RECV:253 "OPEN:$PWD/came,creat,append" &
	in_host home sysctl -qw net.ipv4.icmp_echo_ignore_all=1
	pings out 10.0.0.10		# lan answers
	! in_host isp ping -n -c 1 -W 1 10.0.0.10 > ping.out ||
		fail "isp: not the remote of the rule, and answered"
	until_true 5 eval 'echo hello |
	    in_host out socat - IP4-SENDTO:10.0.0.10:253; grep -q hello came' ||
		fail "protocol 253 never came"
}
proto_cleanup() { net_end; }

atf_test_case which_sources cleanup
which_sources_head() { net_head "nat unregistered_only: public ones stay"; }
which_sources_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat unregistered_only yes'
	lan_up
	lan_addr lan eth0 203.0.113.66/32
	lan_route home 203.0.113.66/32 dev eth2
	capture_start home eth1
	pings lan 198.51.100.2
	in_host lan ping -n -c 2 -i 0.2 -W 1 -I 203.0.113.66 198.51.100.2 \
	    > ping.out || true
	capture_stop home eth1
	judge_seen home eth1 'icmp && ip.src == 10.0.0.10' 3
	judge_seen home eth1 'icmp && ip.src == 203.0.113.66' 2
	judge_none home eth1 'ip.addr == 192.168.7.2'
	ask home 'nat unregistered_only no'
	pings lan 198.51.100.2 -I 203.0.113.66
}
which_sources_cleanup() { net_end; }

atf_test_case same_ports cleanup
same_ports_head() { net_head "nat same_ports: kept, or changed"; }
same_ports_body()
{
	lan_begin
	home_conf 'nat enable yes'
	lan_up
	udp_serve out 53
	sees '10.0.0.10 4001' udp_ask lan 198.51.100.2 53 bind=:4001
	ask home 'nat same_ports no'
	a=$(udp_ask lan 198.51.100.2 53 bind=:4002)
	b=$(udp_ask lan 198.51.100.2 53 bind=:4003)
	[ "$a $b" != '10.0.0.10 4002 10.0.0.10 4003' ] || fail "$a $b"
	case $a in
	'10.0.0.10 '*) ;;
	*) fail "no answer: $a" ;;
	esac
	ask home 'nat same_ports yes'
	sees '10.0.0.10 4004' udp_ask lan 198.51.100.2 53 bind=:4004
	# What is always so needs no switch, and says that.
	says home 'nat use_sockets no' 'never gives a port'
	says home 'nat punch_fw 100 10' 'no ipfw on this system'
	says home 'nat skinny_port 2000' 'no helper'
}
same_ports_cleanup() { net_end; }

atf_test_case proxy cleanup
proxy_head() { net_head "nat proxy: what would leave stays"; }
proxy_body()
{
	lan_begin
	home_conf 'nat enable yes' \
	    'nat proxy port 80 server 127.0.0.1:3128 rule 5' \
	    'nat proxy type no_encode port 81 server 192.168.7.2:82'
	lan_up
	tcp_serve out 80
	tcp_serve home 3128
	tcp_serve lan 82
	sees 192.168.7.2 tcp_ask lan 198.51.100.2 80
	sees 192.168.7.1 tcp_ask lan 198.51.100.2 81
	case $(tcp_ask home 198.51.100.2 80) in
	*127.0.0.1) ;;
	*) fail "home itself is not redirected" ;;
	esac
	says home 'nat proxy type encode_ip_hdr port 80 server 10.1.1.1' \
	    'cannot write the destination'
	ask home 'nat proxy delete 5'
	sees 10.0.0.10 tcp_ask lan 198.51.100.2 80
}
proxy_cleanup() { net_end; }

atf_test_case new_address cleanup
new_address_head() { net_head "another address: what goes on goes under it"; }
new_address_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat port tcp 192.168.7.2:80 80'
	lan_up
	udp_serve out 53
	tcp_serve lan 80
	sees '10.0.0.10 4005' udp_ask lan 198.51.100.2 53 bind=:4005
	ask isp 'set ifaddr 10.0.0.1 10.0.0.50-10.0.0.60'
	ask isp 'close session fred'
	until_true 20 eval '[ "$(address home)" = 10.0.0.50 ]' ||
		fail "home: the address stays"
	sees '10.0.0.50 4005' udp_ask lan 198.51.100.2 53 bind=:4005
	sees 198.51.100.2 tcp_ask out 10.0.0.50 80
}
new_address_cleanup() { net_end; }

# Owned by the process: nothing is left however it ends; and what another
# kernel or an older version left is found by its name.
atf_test_case killed cleanup
killed_head() { net_head "no table stays after kill -9, others' tables do"; }
killed_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat port tcp 192.168.7.2:80 80'
	in_host home nft add table ip mine
	in_host home nft add table ip ppp_tun7
	in_host home nft add table ip ppp_eth2
	lan_up
	atf_check_equal 'table ip mine table ip ppp_eth2 table ip ppp_tun0' \
	    "$(tables | tr '\n' ' ' | sed 's/ $//')"
	in_host home nft flush ruleset || true
	pings lan 198.51.100.2		# ours was not his to flush
	ask home '!bg sleep 100'	# which must not keep it
	ppp_stop home tun0 KILL
	atf_check_equal '' "$(tables)"
	home_start -ddial
	pings lan 198.51.100.2
	ppp_stop home
	atf_check_equal '' "$(tables)"
}
killed_cleanup() { net_end; }

atf_test_case no_nftables cleanup
no_nftables_head() { net_head "no nf_tables: told, the link stays"; }
no_nftables_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf 'nat enable yes' 'nat port tcp 192.168.7.2:80 80'
	isp_start
	in_host home setsid "$PPP_BUILD/tests/net/bare_tool" \
	    "$PPP_BUILD/ppp" -C "$PWD/home/etc" -foreground isp \
	    >> home/ppp.out 2>&1 < /dev/null &
	wait_up home
	wait_log home 'nat: this kernel has no nftables.*link is up without'
	pings home 10.0.0.1
	says home 'nat target 192.168.7.2' 'this kernel has no nftables'
	says home 'show nat' 'NAT enabled, no address yet'
	ask home 'nat enable no'
	pings home 10.0.0.1
	ppp_stop home
}
no_nftables_cleanup() { net_end; }

atf_test_case seen cleanup
seen_head() { net_head "nat log, show nat: what was translated"; }
seen_body()
{
	lan_begin
	home_conf 'nat enable yes' 'nat log yes' \
	    'nat port tcp 192.168.7.2:http http' \
	    'nat port udp 192.168.7.2:9-19 9-19' 'nat target 192.168.7.9'
	lan_up
	udp_serve out 53
	tcp_serve lan 80
	sees '10.0.0.10 4006' udp_ask lan 198.51.100.2 53 bind=:4006
	sees '198.51.100.2 4007' tcp_ask out 10.0.0.10 80 bind=:4007
	sees '198.51.100.2 4008' tcp_ask out 10.0.0.10 80 bind=:4008
	in_host out ping -n -c 1 -W 1 10.0.0.10 > ping.out || true
	l=home/log/alias.log
	a='192.168.7.2:4006 -> 198.51.100.2:53'
	b='10.0.0.10:4006 -> 198.51.100.2:53'
	until_true 5 grep -q "tun0: new udp $a as $b\$" $l ||
		fail "not logged: $(tr '\n' ' ' < $l)"
	a='198.51.100.2:4007 -> 10.0.0.10:80'
	b='198.51.100.2:4007 -> 192.168.7.2:80'
	until_true 5 grep -q "tun0: new tcp $a as $b\$" $l ||
		fail "not logged: $(tr '\n' ' ' < $l)"
	says home 'show nat' 'NAT enabled on tun0 as 10.0.0.10'
	says home 'show nat' '^ *2  port tcp 192.168.7.2:80 MYADDR:80$'
	says home 'show nat' '^ *0  port udp 192.168.7.2:9-19 MYADDR:9-19$'
	says home 'show nat' 'out, 1 to the target$'
	ask home 'nat port tcp 192.168.7.2:81 81'	# counters go on
	says home 'show nat' '^ *2  port tcp 192.168.7.2:80 MYADDR:80$'
	ask home 'show nat json' > json
	grep -q '"port tcp 192.168.7.2:80 MYADDR:80","connections":2}' json ||
		fail "$(cat json)"
	ask home 'nat log no'
	sees '10.0.0.10 4010' udp_ask lan 198.51.100.2 53 bind=:4010
	ask home 'nat log yes'
	sees '10.0.0.10 4011' udp_ask lan 198.51.100.2 53 bind=:4011
	until_true 5 grep -q ':4011 ' $l || fail "not logged again"
	! grep -q ':4010 ' $l || fail "logged all the same"
	ask home 'nat deny_incoming yes'
	ask home 'nat target default'
	in_host out ping -n -c 2 -i 0.2 -W 1 10.0.0.10 > ping.out || true
	says home 'show nat' 'Packets refused:  2'
}
seen_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case P_18_nat
	atf_add_test_case P_19_port
	atf_add_test_case P_20_deny_incoming
	atf_add_test_case target
	atf_add_test_case addr
	atf_add_test_case proto
	atf_add_test_case which_sources
	atf_add_test_case same_ports
	atf_add_test_case proxy
	atf_add_test_case new_address
	atf_add_test_case killed
	atf_add_test_case no_nftables
	atf_add_test_case seen
}
