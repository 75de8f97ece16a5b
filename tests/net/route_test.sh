#! /usr/bin/env atf-sh
# Routes of add and delete: at the start, in ppp.linkup, at the prompt; what
# follows addresses, and what others have.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# In place of home_conf, which has a default route.
bare_conf()
{
	{
		cat <<-END
		default:
		 set log Phase
		isp:
		 set device PPPoE:eth1
		 set authname fred
		 set authkey secret
		 set redial 1 0
		 set server /var/run/ppp.sock sesame
		END
		printf ' %s\n' "$@"
	} | conf home
}

route() # DEST: what home has, or nothing
{
	ip -n "$(ns home)" route show "$1" | sed 's/ *$//'
}
route6() { ip -n "$(ns home)" -6 route show "$1" | sed 's/ *$//'; }

renumber() # ADDRESS - the concentrator gives the client this one
{
	want=$1
	ask isp "set ifaddr 10.0.0.1 $1-$1"
	ask isp 'close session fred'
	until_true 20 eval '[ "$(address home)" = "$want" ]' ||
		fail "home: no $want"
}

VIA='via 10.0.0.1 dev tun0 proto static'

atf_test_case P_11_sticky cleanup
P_11_sticky_head() { net_head "P-11: add default HISADDR follows the peer"; }
P_11_sticky_body()
{
	pair_begin
	isp_conf 'enable chap' 'accept dns' 'set dns 192.0.2.53 192.0.2.54'
	bare_conf 'enable dns' 'add default HISADDR' \
	    'add 192.0.2.0/24 HISADDR' 'add DNS0 HISADDR' \
	    'add DNS1/31 HISADDR' 'add MYADDR/24 10.0.0.1' \
	    'add 198.51.100.0/24 10.0.0.1' 'add default HISADDR6' \
	    'add 2001:db8::/32 HISADDR6'
	isp_start
	home_start -ddial
	until_true 5 eval '[ -n "$(route6 default)" ]' || fail "no default6"
	atf_check_equal "default $VIA" "$(route default)"
	atf_check_equal "192.0.2.0/24 $VIA" "$(route 192.0.2.0/24)"
	atf_check_equal "192.0.2.53 $VIA" "$(route 192.0.2.53)"
	atf_check_equal "192.0.2.54/31 $VIA" "$(route 192.0.2.54/31)"
	atf_check_equal "10.0.0.0/24 $VIA" "$(route 10.0.0.0/24)"
	atf_check_equal "198.51.100.0/24 $VIA" "$(route 198.51.100.0/24)"
	case $(route6 default) in
	"default via $(link_local isp) dev tun0 "*) ;;
	*) fail "$(route6 default)" ;;
	esac
	[ -n "$(route6 2001:db8::/32)" ] || fail "no 2001:db8::/32"
	says home 'show ncp' 'add DNS0 HISADDR'
	says home 'show route' '192.0.2.53 .*10.0.0.1 .*UGH'
	# what the kernel has learnt of one host is no route
	in_host isp sysctl -qw net.ipv4.ip_forward=1
	host far
	wire isp eth5 far eth0
	ip -n "$(ns isp)" link set eth5 mtu 1000
	ip -n "$(ns isp)" route add 198.51.100.0/24 dev eth5
	learnt=no
	for _ in 1 2 3 4 5; do		# it is told with its first use
		in_host home ping -n -c 1 -W 2 -M "do" -s 1200 198.51.100.9 \
		    > /dev/null 2>&1 || true
		ip -n "$(ns home)" route show cache > seen
		! grep -q '^198.51.100.9 ' seen || learnt=yes
	done
	[ $learnt = yes ] || fail "home has learnt nothing"
	ask home 'show route' > said
	! grep '^198.51.100.9' said || fail "show route: $(cat said)"
	# the peer, its name servers and our address change
	ask isp 'set dns 192.0.2.63'
	ask isp 'set ifaddr 10.7.0.1 10.7.0.9-10.7.0.9'
	ask isp 'close session fred'
	until_true 20 eval '[ "$(address home)" = 10.7.0.9 ]' ||
		fail "home: no new address"
	VIA='via 10.7.0.1 dev tun0 proto static'
	until_true 5 eval '[ -n "$(route 192.0.2.63)" ]' || fail "no DNS0"
	atf_check_equal "default $VIA" "$(route default)"
	atf_check_equal '' "$(route 192.0.2.53)"
	atf_check_equal "192.0.2.63 $VIA" "$(route 192.0.2.63)"
	ask home 'delete 192.0.2.0/24'
	atf_check_equal '' "$(route 192.0.2.0/24)"
	ppp_stop home
	atf_check_equal '' "$(ip -n "$(ns home)" route show)"
}
P_11_sticky_cleanup() { net_end; }

atf_test_case P_12_linkup cleanup
P_12_linkup_head() { net_head "P-12: add in ppp.linkup, also on demand"; }
P_12_linkup_body()
{
	pair_begin
	isp_conf 'enable chap'
	bare_conf 'set ifaddr 10.9.0.1/0 10.9.0.2/0' 'set timeout 0' \
	    'add 192.0.2.0/24 HISADDR'
	printf 'other:\n add 10.1.1.1 HISADDR\nisp:\n add default HISADDR\n' |
		conf home ppp.linkup
	isp_start
	ppp_run home -auto isp || fail "no auto"
	# at rest a route leads to the line, so that it can be dialled
	atf_check_equal '192.0.2.0/24 via 10.9.0.2 dev tun0 proto static' \
	    "$(route 192.0.2.0/24)"
	atf_check_equal '' "$(route default)"
	in_host home ping -n -c 1 -W 1 192.0.2.1 > ping.out || true
	until_true 20 eval '[ "$(route default)" = "default $VIA" ]' ||
		fail "no default route: $(route default)"
	atf_check_equal "192.0.2.0/24 $VIA" "$(route 192.0.2.0/24)"
	atf_check_equal '' "$(route 10.1.1.1)"
	pings home 10.0.0.1
	# again, when the section repeats what is known: no complaint
	ask isp 'close session fred'
	wait_log home 'Disconnected'
	until_true 10 eval 'in_host home ping -n -c 1 -W 1 10.0.0.1' ||
		true
	until_true 10 eval '[ "$(route default)" = "default $VIA" ]' ||
		fail "no default route, the second time"
	! logged home 'already exists' || fail "home: complains"
}
P_12_linkup_cleanup() { net_end; }

atf_test_case P_22_delete_all cleanup
P_22_delete_all_head() { net_head "P-22: delete ALL, add 0 0 HISADDR, !bg"; }
P_22_delete_all_body()
{
	pair_begin
	isp_conf 'enable chap'
	bare_conf 'add 192.0.2.0/24 HISADDR' 'add 2001:db8::/32 HISADDR6'
	printf 'isp:\n delete ALL\n add 0 0 HISADDR\n !bg touch %s\n' \
	    "$PWD/came" | conf home ppp.linkup
	isp_start
	ip -n "$(ns home)" link add dum0 type veth \
	    peer name dum1
	ip -n "$(ns home)" addr add 172.16.0.1/16 dev dum0
	ip -n "$(ns home)" link set dum0 up
	ip -n "$(ns home)" link set dum1 up
	ip -n "$(ns home)" route add 172.17.0.0/16 via 172.16.0.2
	home_start -ddial
	until_true 10 eval '[ "$(route default)" = "default $VIA" ]' ||
		fail "no default route: $(route default)"
	until_true 5 test -e came || fail "nothing was started"
	atf_check_equal '' "$(route 192.0.2.0/24)"
	[ -n "$(route 10.0.0.1)" ] || fail "the interface's own route went"
	[ -n "$(route 172.17.0.0/16)" ] || fail "somebody else's route went"
	atf_check_equal "Sticky routes: add default HISADDR" \
	    "$(ask home 'show ncp' | grep -A1 Sticky | tr -d '\n' |
		sed 's/  */ /g')"
	ask home 'add 203.0.113.0 255.255.255.0 HISADDR'
	ip -n "$(ns home)" route add 203.0.114.0/24 via 10.0.0.1
	ask home 'delete ALL'
	atf_check_equal '' "$(route default)$(route 203.0.113.0/24)"
	atf_check_equal '' "$(route 203.0.114.0/24)"
}
P_22_delete_all_cleanup() { net_end; }

atf_test_case P_34_bang cleanup
P_34_bang_head() { net_head "P-34: what exists needs a bang"; }
P_34_bang_body()
{
	pair_begin
	isp_conf 'enable chap'
	bare_conf
	isp_start
	home_start -ddial
	ask home 'add default HISADDR'
	atf_check_equal "default $VIA" "$(route default)"
	says home 'add default HISADDR' 'Add route failed: 0.0.0.0/0 already'
	ask home 'add! default HISADDR'
	ask home 'delete default'
	atf_check_equal '' "$(route default)"
	says home 'delete default' 'Del route failed: 0.0.0.0/0: Non-exist'
	[ -z "$(ask home 'delete! default' 2>&1)" ] || fail "not silent"
	# one of somebody else's
	ip -n "$(ns home)" link add dum0 type veth \
	    peer name dum1
	ip -n "$(ns home)" addr add 172.16.0.1/16 dev dum0
	ip -n "$(ns home)" link set dum0 up
	ip -n "$(ns home)" link set dum1 up
	ip -n "$(ns home)" route add default via 172.16.0.2
	ip -n "$(ns home)" -6 route add default dev dum0
	says home 'add default HISADDR' 'Add route failed: 0.0.0.0/0 already'
	says home 'add default HISADDR6' 'Add route failed: ::/0 already'
	! ask home 'show ncp' | grep -q 'add default' ||
		fail "home: refused and remembered"
	atf_check_equal 'default via 172.16.0.2 dev dum0' "$(route default)"
	ask home 'add! default HISADDR'
	atf_check_equal "default $VIA" "$(route default)"
	ask home 'add! default HISADDR'		# ours: not kept for later
	ask home 'add! default6 HISADDR6'
	says home 'show ncp' 'add! default HISADDR6'
	ask home 'add! 192.0.2.1 10.0.0.1'
	atf_check_equal "192.0.2.1 $VIA" "$(route 192.0.2.1)"
	says home 'add 192.0.2.2 0.0.0.0' 'gateway 0.0.0.0'
	says home 'add 192.0.2.2 192.0.2.255.1' 'Invalid gateway address'
	says home 'add 1.2.3.4.5 HISADDR' 'Invalid destination address'
	says home 'add 10.1.0.0 255.0.255.0 HISADDR' 'Invalid netmask'
	says home 'add ::/0 HISADDR' 'IPv4 and IPv6 in one route'
	# at the end what a bang replaced is there again
	ppp_stop home
	atf_check_equal 'default via 172.16.0.2 dev dum0 proto static' \
	    "$(route default)"
	case $(route6 default) in
	'default dev dum0 '*) ;;
	*) fail "$(route6 default)" ;;
	esac
}
P_34_bang_cleanup() { net_end; }

atf_test_case sroutes cleanup
sroutes_head() { net_head "disable sroutes: remembered, not applied again"; }
sroutes_body()
{
	pair_begin
	isp_conf 'enable chap'
	bare_conf 'disable sroutes' 'add default HISADDR'
	isp_start
	home_start -ddial
	pings home 10.0.0.1
	atf_check_equal '' "$(route default)"
	says home 'show ncp' 'add default HISADDR'
	ask home 'enable sroutes'
	atf_check_equal "default $VIA" "$(route default)"
	ask home 'disable sroutes'
	renumber 10.0.0.77
	atf_check_equal '' "$(route default)"
}
sroutes_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case P_11_sticky
	atf_add_test_case P_12_linkup
	atf_add_test_case P_22_delete_all
	atf_add_test_case P_34_bang
	atf_add_test_case sroutes
}
