#! /usr/bin/env atf-sh
# What a session gives its host: addresses, their mask, the interface's name,
# name servers, proxy ARP; and that none of it stays.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

inet() { ip -n "$(ns home)" -4 -o addr show dev tun0 |
	sed 's/.* inet \([^ ]*\( peer [^ ]*\)*\).*/\1/'; }
# first_asks - the addresses of our IPCP requests on the wire, in order
asks()
{
	seen home eth1 'ipcp && ppp.code == 1 && pppoes' \
	    -T fields -e eth.src -e ipcp.opt.ip_address
}

atf_test_case P_10_ifaddr cleanup
P_10_ifaddr_head() { net_head "P-10: set ifaddr fixed, of a net, anything"; }
P_10_ifaddr_body()
{
	pair_begin
	isp_conf 'enable chap' 'set ifaddr 10.0.0.1 10.0.0.10-10.0.0.10'
	home_conf 'set ifaddr 10.5.0.1/0 10.5.0.2/0 255.255.255.255 0.0.0.0'
	isp_start
	capture_start home eth1
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	capture_stop home eth1
	# 0.0.0.0 was asked for first, then what the peer said
	first=$(asks | awk -v m="$(mac home eth1)" '$1 == m { print $2 }' |
	    head -n 1)
	atf_check_equal 0.0.0.0 "$first"
	says home 'show ipcp' 'Trigger address:  0.0.0.0'
	ppp_stop home
	# an address of our own within what the peer allows: it insists
	home_conf 'set ifaddr 10.0.0.10/24 10.0.0.1/24'
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	ppp_stop home
	home_conf 'set ifaddr 10.0.0.10 10.0.0.1'
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	ppp_stop home
	home_conf 'set ifaddr 0 0'
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	ppp_stop home
	# what lies outside is not taken
	home_conf 'set ifaddr 10.9.0.0/16 0'
	ppp_start home -foreground isp
	until_true 10 ask home 'show ipcp'
	comes_to_say home 'show ipcp' 'IPCP \[\(Closed\|Stopped\)'
	is_down home || fail "home took $(inet)"
}
P_10_ifaddr_cleanup() { net_end; }

atf_test_case mask_and_list cleanup
mask_and_list_head() { net_head "set ifaddr: the mask, a list, none in use"; }
mask_and_list_body()
{
	pair_begin
	isp_conf 'enable chap' 'set ifaddr 10.0.0.1 10.0.0.10-10.0.0.10'
	home_conf 'set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.0'
	isp_start
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/24' "$(inet)"
	says home 'show iface' 'inet 10.0.0.10 --> 10.0.0.1 netmask 0xffffff00'
	ppp_stop home
	# shorter than that of the class: not used
	home_conf 'set ifaddr 10.0.0.1/0 10.0.0.2/0 240.0.0.0'
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	ppp_stop home
	# of a list, the only one that nobody has
	ip -n "$(ns home)" addr add 10.0.0.2/32 dev eth1
	home_conf 'set ifaddr 10.0.0.5/0 10.0.0.2,10.0.0.1,10.0.0.2'
	home_start -ddial
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	ppp_stop home
}
mask_and_list_cleanup() { net_end; }

atf_test_case P_47_P_50_interface cleanup
P_47_P_50_interface_head() { net_head "P-47, P-50: show and interface agree"; }
P_47_P_50_interface_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -ddial
	ip -n "$(ns home)" addr show dev tun0 > is
	for w in POINTOPOINT UP mtu.1492 'inet 10.0.0.10 peer 10.0.0.1/32'; do
		grep -q "$w" is || fail "no $w: $(cat is)"
	done
	says home 'show iface' '<UP,POINTOPOINT.*mtu 1492 has [0-9] address'
	says home 'show iface' 'inet 10.0.0.10 --> 10.0.0.1 netmask'
	says home 'show ipcp' 'My side:  *10.0.0.10'
	says home 'show ipcp' 'His side:  *10.0.0.1,'
	says home 'show bundle' "Process ID: *$(ppp_pid home)\$"
	grep -q "iff:.tun0" "/proc/$(ppp_pid home)"/fdinfo/* ||
		fail "tun0 is not its own"
}
P_47_P_50_interface_cleanup() { net_end; }

atf_test_case iface cleanup
iface_head() { net_head "iface add, clear, delete, name, description"; }
iface_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf 'nat enable yes' 'iface add 10.77.0.1' \
	    'iface description the way out'
	isp_start
	home_start -ddial
	pings home 10.0.0.1
	ip -n "$(ns home)" addr show dev tun0 > is
	grep -q 'inet 10.77.0.1/32' is || fail "$(tr "\n" " " < is)"
	ip -n "$(ns home)" link show tun0 |
		grep -q 'alias the way out' || fail "$(tr "\n" " " < is)"
	ask home 'iface add 10.78.0.1/24'
	ask home 'iface add 10.79.0.1 255.255.255.0 10.79.0.2'
	ask home 'iface add 2001:db8::1/64'
	says home 'iface add 10.78.0.1/24' 'already'
	ask home 'iface add! 10.78.0.1/24'
	says home 'iface show' 'inet 10.79.0.1 --> 10.79.0.2 netmask 0xffffff00'
	says home 'iface show' 'inet6 2001:db8::1 prefixlen 64'
	says home 'iface add 10.78.0.2 2001:db8::2' 'IPv4 and IPv6'
	says home 'iface add 10.78.0.300' 'usage: iface add'
	ask home 'iface delete 10.78.0.1'
	says home 'iface delete 10.78.0.1' 'No such interface address'
	[ -z "$(ask home 'iface rm! 10.78.0.1' 2>&1)" ] || fail "not silent"
	says home 'iface delete 10.0.0.10' 'Cannot remove active'
	ask home 'iface clear inet6'
	[ -n "$(link_local home)" ] || fail "the link-local address went"
	! ask home 'iface show' | grep -q 2001:db8 || fail "IPv6 stays"
	ask home 'iface clear'
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32' "$(inet)"
	pings home 10.0.0.1
	# another name: routes, NAT and what comes later know it
	ask home 'iface name dsl0'
	says home 'show iface' '^dsl0 '
	pings home 10.0.0.1
	atf_check_equal 'table ip ppp_dsl0' "$(in_host home nft list tables)"
	says home 'iface name lo' 'exists'
	says home 'iface name a/b' 'not a name'
	ask home 'add 192.0.2.0/24 HISADDR'
	ask isp 'close session fred'
	until_true 20 eval 'ip -n "$(ns home)" route show 192.0.2.0/24 |
	    grep -q "via 10.0.0.1 dev dsl0"' || fail "no route"
	until_true 5 is_up home dsl0 || fail "no address on dsl0"
	ppp_stop home
	atf_check -o empty ip -n "$(ns home)" link show type tun
	atf_check_equal '' "$(in_host home nft list tables)"
	atf_check -o empty find home/run ! -type d
}
iface_cleanup() { net_end; }

atf_test_case iface_alias cleanup
iface_alias_head() { net_head "iface-alias: old addresses stay, translated"; }
iface_alias_body()
{
	pair_begin
	host out
	wire isp eth9 out eth0
	ip -n "$(ns isp)" addr add 198.51.100.1/24 dev eth9
	ip -n "$(ns out)" addr add 198.51.100.2/24 dev eth0
	ip -n "$(ns out)" route add default via 198.51.100.1
	in_host isp sysctl -qw net.ipv4.ip_forward=1
	isp_conf 'enable chap'
	home_conf 'set ifaddr 10.9.0.1/0 10.9.0.2/0' 'set timeout 0'
	isp_start
	# dialled by the first packet, which goes out under another address
	ppp_run home -nat -auto isp || fail "no auto"
	atf_check_equal '10.9.0.1 peer 10.9.0.2/32' "$(inet)"
	in_host home ping -n -c 8 -i 0.5 -W 2 -I 10.9.0.1 198.51.100.2 \
	    > ping.out || { cat ping.out >&2; fail "no answer"; }
	atf_check_equal '10.0.0.10 peer 10.0.0.1/32 10.9.0.1/32' \
	    "$(inet | sort | tr '\n' ' ' | sed 's/ $//')"
	ask isp 'set ifaddr 10.0.0.1 10.0.0.50-10.0.0.50'
	ask isp 'close session fred'
	wait_log home Disconnected
	in_host home ping -n -c 10 -i 0.5 -W 2 -I 10.0.0.10 198.51.100.2 \
	    > ping.out || { cat ping.out >&2; fail "no answer"; }
	inet | grep -q '^10.0.0.50 peer' || fail "$(inet)"
	inet | grep -q '^10.0.0.10/32' || fail "10.0.0.10 went: $(inet)"
	ask home 'iface clear'
	atf_check_equal '10.0.0.50 peer 10.0.0.1/32' "$(inet)"
	ask home 'nat enable no'
	says home 'enable iface-alias' 'Cannot enable iface-alias without NAT'
}
iface_alias_cleanup() { net_end; }

same() { cmp -s "$1" home/resolv.conf; }
is_now() { tr "\n" " " < home/resolv.conf; }

atf_test_case P_39_resolv cleanup
P_39_resolv_head() { net_head "P-39: resolv.conf, its own lines and back"; }
P_39_resolv_body()
{
	pair_begin
	isp_conf 'enable chap' 'accept dns' 'set dns 192.0.2.53 192.0.2.54'
	home_conf 'enable dns'
	printf '# ours\ndomain example.net\nsearch a.example b.example\n%s\n' \
	    'nameserver 198.51.100.1' > before
	echo 'options ndots:2' >> before
	cp before home/resolv.conf
	printf '# ours\ndomain example.net\nsearch a.example b.example\n%s\n' \
	    'options ndots:2' > during
	printf '\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n' >> during
	isp_start
	home_start -ddial
	until_true 5 same during || fail "$(is_now)"
	ask home 'resolv restore'
	same before || fail "restore: $(is_now)"
	ask home 'resolv rewrite'
	same during || fail "rewrite: $(is_now)"
	ask home 'resolv restore'
	ask home 'resolv readonly'
	ask isp 'close session fred'
	wait_log home 'Disconnected'
	until_true 20 eval '[ "$(times home Connected!)" = 2 ]' ||
		fail "not dialled again"
	wait_up home
	same before || fail "readonly: $(is_now)"
	printf 'domain other.example\nnameserver 198.51.100.9\n' > other
	cp other home/resolv.conf
	ask home 'resolv reload'
	ask home 'resolv writable'
	ask home 'resolv rewrite'
	printf 'domain other.example\n\n%s\n%s\n' 'nameserver 192.0.2.53' \
	    'nameserver 192.0.2.54' > during
	same during || fail "reload, rewrite: $(is_now)"
	says home 'resolv frob' 'Invalid command'
	ppp_stop home
	same other || fail "at the end: $(is_now)"
	# what somebody else wrote meanwhile is his
	home_start -ddial
	until_true 5 same during || fail "$(is_now)"
	cp before home/resolv.conf
	ppp_stop home
	same before || fail "somebody else's: $(is_now)"
	atf_check -o empty find home/run ! -type d
}
P_39_resolv_cleanup() { net_end; }

atf_test_case killed cleanup
killed_head() { net_head "after kill -9 the next start puts all back"; }
killed_body()
{
	pair_begin
	isp_conf 'enable chap' 'accept dns' 'set dns 192.0.2.53'
	home_conf 'enable dns proxy' 'nat enable yes' \
	    'nat port tcp 192.168.7.2:80 80'
	printf 'search example.net\nnameserver 198.51.100.1\n' > before
	cp before home/resolv.conf
	host lan
	wire lan eth0 home eth2
	ip -n "$(ns home)" addr add 10.0.0.200/24 dev eth2
	ip -n "$(ns home)" route del 10.0.0.0/24 dev eth2
	isp_start
	home_start -ddial
	until_true 5 eval '! same before' || fail "resolv.conf not written"
	ip -n "$(ns home)" neigh show proxy | grep -q '^10.0.0.1 dev eth2' ||
		fail "no proxy entry"
	ppp_stop home tun0 KILL
	! same before || fail "who put it back?"
	[ -n "$(ip -n "$(ns home)" neigh show proxy)" ] || fail "no entry"
	# The next one wants none of it.
	home_conf 'disable ipcp'
	rm home/log/ppp.log home/ppp.out
	ppp_start home -foreground isp
	wait_log home 'bundle: Network'
	same before || fail "not put back: $(is_now)"
	atf_check_equal '' "$(ip -n "$(ns home)" neigh show proxy)"
	atf_check_equal '' "$(in_host home nft list tables)"
	atf_check_equal '' "$(inet)"
	ppp_stop home
	atf_check -o empty find home/run ! -type d
	atf_check_equal '' "$(ip -n "$(ns home)" route show)"
}
killed_cleanup() { net_end; }

# lan (203.14.100.2) - 203.14.100.3 isp 203.14.100.1 - 203.14.100.20 home
atf_test_case P_28_proxy cleanup
P_28_proxy_head() { net_head "P-28: enable pap proxy: ARP on the LAN"; }
P_28_proxy_body()
{
	pair_begin
	host lan
	wire isp eth9 lan eth0
	ip -n "$(ns isp)" addr add 203.14.100.3/24 dev eth9
	ip -n "$(ns lan)" addr add 203.14.100.2/24 dev eth0
	in_host isp sysctl -qw net.ipv4.ip_forward=1 \
	    net.ipv4.neigh.eth9.proxy_delay=0
	isp_conf 'enable pap' 'enable proxy' \
	    'set ifaddr 203.14.100.1 203.14.100.20-203.14.100.40'
	home_conf 'accept pap'
	isp_start
	home_start -ddial
	a=$(address home)
	case $a in
	203.14.100.2[0-9] | 203.14.100.3[0-9] | 203.14.100.40) ;;
	*) fail "not of the range: $a" ;;
	esac
	atf_check_equal "$a dev eth9 proxy" "$(ip -n "$(ns isp)" \
	    neigh show proxy | sed 's/ *$//; s/ proto [^ ]*//')"
	pings lan "$a"
	ip -n "$(ns lan)" neigh show "$a" | grep -q "$(mac isp eth9)" ||
		fail "lan: $(ip -n "$(ns lan)" neigh)"
	ppp_stop home
	until_true 5 eval '[ -z "$(ip -n "$(ns isp)" neigh show proxy)" ]' ||
		fail "the entry stays"
	home_start -ddial
	ppp_stop isp tun0 KILL
	[ -n "$(ip -n "$(ns isp)" neigh show proxy)" ] || fail "no entry"
	ppp_start isp -foreground server
	until_true 10 eval '[ -z "$(ip -n "$(ns isp)" neigh show proxy)" ]' ||
		fail "the entry outlives the next start"
}
P_28_proxy_cleanup() { net_end; }

atf_test_case proxyall cleanup
proxyall_head() { net_head "proxyall: ARP for what is behind the peer"; }
proxyall_body()
{
	pair_begin
	host lan
	wire home eth2 lan eth0
	ip -n "$(ns home)" addr add 172.16.0.1/16 dev eth2
	ip -n "$(ns lan)" addr add 172.16.0.2/16 dev eth0
	# a second net of ours, on another interface
	ip -n "$(ns home)" addr add 172.17.0.1/16 dev eth1
	in_host home sysctl -qw net.ipv4.ip_forward=1 \
	    net.ipv4.neigh.eth2.proxy_delay=0
	isp_conf 'enable chap'
	home_conf 'add 172.16.9.8/30 HISADDR' 'enable proxyall' \
	    'add 172.17.9.8/30 HISADDR'
	isp_start
	ip -n "$(ns isp)" addr add 172.16.9.9/32 dev lo
	ip -n "$(ns isp)" route add 172.16.0.2 dev tun0
	home_start -ddial
	until_true 5 eval '[ "$(ip -n "$(ns home)" neigh show proxy |
	    grep -c "172.16.9.[89] \|172.16.9.1[01] ")" = 4 ]' ||
		fail "$(ip -n "$(ns home)" neigh show proxy)"
	ip -n "$(ns home)" neigh show proxy | grep -q '^172.17.9.9 dev eth1 '||
		fail "$(ip -n "$(ns home)" neigh show proxy)"
	in_host lan ping -n -c 1 -W 2 172.16.9.9 > ping.out 2>&1 || true
	ip -n "$(ns lan)" neigh show 172.16.9.9 | grep -q \
	    "$(mac home eth2)" || fail "$(ip -n "$(ns lan)" neigh)"
	ask home 'disable proxyall'
	atf_check_equal '' "$(ip -n "$(ns home)" neigh show proxy)"
	ask home 'enable proxyall'
	[ -n "$(ip -n "$(ns home)" neigh show proxy)" ] || fail "not again"
	ppp_stop home
	atf_check_equal '' "$(ip -n "$(ns home)" neigh show proxy)"
}
proxyall_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case P_10_ifaddr
	atf_add_test_case mask_and_list
	atf_add_test_case P_47_P_50_interface
	atf_add_test_case iface
	atf_add_test_case iface_alias
	atf_add_test_case P_39_resolv
	atf_add_test_case killed
	atf_add_test_case P_28_proxy
	atf_add_test_case proxyall
}
