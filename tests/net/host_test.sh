#! /usr/bin/env atf-sh
# What a session changes on its host, and that all of it is put back.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# setup ARGUMENT ... - of the client's program
setup()
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	echo 'fred secret' | conf isp ppp.secret
	conf isp <<-EOF
	default:
	 set log Phase
	server:
	 set lb interface eth0
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 set dns 192.0.2.53 192.0.2.54
	 accept dns
	 enable chap
	EOF
	conf home <<-EOF
	default:
	 set log Phase
	isp:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey secret
	 set dial
	 enable dns
	 add default HISADDR
	EOF
	printf 'search example.net\nnameserver 198.51.100.1\n' > before
	cp before home/resolv.conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	ppp_start home "$@" isp
	wait_up home
}

routes() { ip -n "$(ns "$1")" route show; }
names() { cmp -s "$1" home/resolv.conf; }

atf_test_case put_back cleanup
put_back_head() { net_head "address, route, MTU, name servers, all put back"; }
put_back_body()
{
	setup -foreground
	atf_check_equal 10.0.0.10 "$(address home)"
	atf_check_equal 10.0.0.1 "$(peer home)"
	atf_check_equal 1492 "$(mtu home)"
	atf_check_equal 'default via 10.0.0.1 dev tun0 proto static ' \
	    "$(routes home | grep default)"
	printf 'search example.net\n\nnameserver 192.0.2.53\n%s\n' \
	    'nameserver 192.0.2.54' > during
	until_true 5 names during || fail "$(cat home/resolv.conf)"
	pings home "$(link_local isp)%tun0"
	ppp_stop home
	atf_check -o empty ip -n "$(ns home)" link show type tun
	atf_check_equal '' "$(routes home)"
	names before || fail "$(cat home/resolv.conf)"
	atf_check -o empty find home/run ! -type d
}
put_back_cleanup() { net_end; }

# Nothing can be put back by a process that was killed; the next run can live
# with what it left.
atf_test_case after_kill cleanup
after_kill_head() { net_head "a run after one that was killed"; }
after_kill_body()
{
	setup -nat -foreground
	ppp_stop home tun0 KILL
	ppp_start home -nat -foreground isp
	wait_up home
	pings home 10.0.0.1
	atf_check_equal 1 "$(in_host home nft list tables | grep -c ppp_tun0)"
	ppp_stop home
	atf_check_equal '' "$(in_host home nft list tables)"
}
after_kill_cleanup() { net_end; }

atf_test_case nat cleanup
nat_head() { net_head "-nat: a LAN behind the client, until it ends"; }
nat_body()
{
	setup -nat -foreground
	host lan
	wire lan eth0 home eth2
	ip -n "$(ns lan)" addr add 192.168.7.2/24 dev eth0
	ip -n "$(ns home)" addr add 192.168.7.1/24 dev eth2
	ip -n "$(ns lan)" route add default via 192.168.7.1
	in_host home sysctl -qw net.ipv4.ip_forward=1
	capture_start home eth1
	pings lan 10.0.0.1
	capture_stop home eth1
	judge_seen home eth1 'icmp && ip.src == 10.0.0.10' 3
	judge_none home eth1 'ip.addr == 192.168.7.2'
	ppp_stop home
	atf_check_equal '' "$(in_host home nft list tables)"
}
nat_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case put_back
	atf_add_test_case after_kill
	atf_add_test_case nat
}
