#! /usr/bin/env atf-sh
# The interface goes down, comes up, goes away and comes back, on either side.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

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
	 enable chap echo
	 set echoperiod 1
	EOF
	conf home <<-EOF
	default:
	 set log Phase
	isp:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey secret
	 set redial 1 0
	 set dial
	 add default HISADDR
	EOF
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	ppp_start home -ddial isp
	wait_up home
	pings home 10.0.0.1
}

times() { grep -c -e "$2" "$1/log/ppp.log"; } # NAME REGEX: logged how often
again() { [ "$(times "$1" Connected!)" -ge "$2" ]; }

wait_again() # NAME TIMES: connected that often, and up
{
	until_true 30 again "$1" "$2" || fail "$1: not dialled again"
	wait_up "$1"
	pings "$1" 10.0.0.1
}

link() { ip -n "$(ns "$1")" link set dev "$2" "$3"; }

atf_test_case client_down cleanup
client_down_head() { net_head "client: down ends the link, up dials again"; }
client_down_body()
{
	setup
	link home eth1 down
	wait_down home
	wait_log home 'interface is gone or down'
	sleep 2
	link home eth1 up
	wait_again home 2
}
client_down_cleanup() { net_end; }

atf_test_case client_gone cleanup
client_gone_head() { net_head "client: removed and made anew"; }
client_gone_body()
{
	setup
	ip -n "$(ns home)" link del dev eth1
	wait_down home
	sleep 3
	ppp_lives home || fail "home: it ended with its interface"
	wire isp eth0 home eth1
	wait_again home 2
}
client_gone_cleanup() { net_end; }

atf_test_case server_down_briefly cleanup
server_down_briefly_head() { net_head "concentrator: down for a moment"; }
server_down_briefly_body()
{
	setup
	link isp eth0 down
	sleep 2
	link isp eth0 up
	pings home 10.0.0.1
	atf_check_equal 1 "$(times home 'Connected!')"
}
server_down_briefly_cleanup() { net_end; }

# The peer's side never learns of the end while the wire is cut; its next
# packet is answered by a PADT.
atf_test_case server_down_long cleanup
server_down_long_head() { net_head "concentrator: down until echoes fail"; }
server_down_long_body()
{
	setup
	link isp eth0 down
	wait_log isp 'closed (.*no reply to LCP echo)'
	link isp eth0 up
	in_host home ping -n -c 1 -W 1 10.0.0.1 > ping.out
	wait_log home 'peer sent PADT'
	wait_again home 2
}
server_down_long_cleanup() { net_end; }

atf_test_case server_gone cleanup
server_gone_head() { net_head "concentrator: removed and made anew"; }
server_gone_body()
{
	setup
	ip -n "$(ns isp)" link del dev eth0
	sleep 2
	wire home eth1 isp eth0
	wait_again home 2
}
server_gone_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case client_down
	atf_add_test_case client_gone
	atf_add_test_case server_down_briefly
	atf_add_test_case server_down_long
	atf_add_test_case server_gone
}
