#! /usr/bin/env atf-sh
# What the wire carries: sizes, MSS, larger payloads, name servers, 3Com's
# types, several sessions of one MAC, limits.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# syns: one connection each, IPv4 and IPv6, from home to isp
syns()
{
	local ll
	ll=$(link_local isp)
	in_host isp timeout 20 sh -c 'echo $$ > "$1/tcp.pid"
	    exec socat TCP6-LISTEN:7777,fork,ipv6only=0 EXEC:cat' sh "$PWD" \
	    > tcp.out 2>&1 < /dev/null &
	until_true 5 eval "in_host home sh -c \
	    'echo x | socat -T1 - TCP4:10.0.0.1:7777'" ||
		fail "no TCP: $(cat tcp.out)"
	in_host home sh -c "echo x | socat -T1 - 'TCP6:[$ll%tun0]:7777'" \
	    > six.out || fail "no TCP over IPv6"
	kill "$(cat tcp.pid)"
}

atf_test_case sizes cleanup
sizes_head() { net_head "MTU 1492, MSS 1452 and 1432, nothing larger"; }
sizes_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	capture_start home eth1
	isp_start
	home_start -ddial
	atf_check_equal 1492 "$(mtu home)"
	atf_check_equal 1492 "$(mtu isp)"
	pings home 10.0.0.1 -M "do" -s 1464
	pings isp 10.0.0.10 -M "do" -s 1464
	in_host home ping -n -c 1 -W 1 -M "do" -s 1465 10.0.0.1 > ping.out \
	    2>&1 && fail "1493 octets in one piece"
	# A LAN behind does not know: its SYN is lowered on the way.
	ip -n "$(ns home)" link set dev tun0 mtu 1500
	syns
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 'tcp.flags.syn == 1 && ip &&
	    tcp.options.mss_val == 1452' 2
	judge_seen home eth1 'tcp.flags.syn == 1 && ipv6 &&
	    tcp.options.mss_val == 1432' 2
	judge_none home eth1 'tcp.flags.syn == 1 && ip &&
	    tcp.options.mss_val > 1452'
	judge_none home eth1 'tcp.flags.syn == 1 && ipv6 &&
	    tcp.options.mss_val > 1432'
	judge_seen home eth1 'pppoe.payload_length == 1494' 12
	judge_none home eth1 'pppoe.payload_length > 1494'
}
sizes_cleanup() { net_end; }

atf_test_case payload cleanup
payload_head() { net_head "RFC 4638: 1500 octets where the wire has 1508"; }
payload_body()
{
	pair_begin 1508
	isp_conf 'enable chap' 'set lb maxpayload 1500'
	home_conf 'set pppoe max-payload 1500'
	capture_start home eth1
	isp_start
	home_start -ddial
	atf_check_equal 1500 "$(mtu home)"
	pings home 10.0.0.1 -M "do" -s 1472
	pings isp 10.0.0.10 -M "do" -s 1472
	ppp_stop home
	# A client that does not ask gets no more than 1492.
	home_conf
	home_start -ddial
	atf_check_equal 1492 "$(mtu home)"
	pings isp "$(address home)" -M dont -s 1472
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 \
	    'pppoe.code == 9 && frame contains 01:20:00:02:05:dc' 1
	judge_seen home eth1 \
	    'pppoe.code == 0x65 && frame contains 01:20:00:02:05:dc' 1
	judge_seen home eth1 'pppoe.payload_length == 1502' 12
}
payload_cleanup() { net_end; }

atf_test_case name_servers cleanup
name_servers_head() { net_head "enable dns, accept dns, and put back"; }
name_servers_body()
{
	pair_begin
	isp_conf 'enable chap' 'accept dns' 'set dns 192.0.2.53 192.0.2.54'
	home_conf 'enable dns'
	printf 'search example.net\nnameserver 198.51.100.1\n' > before
	cp before home/resolv.conf
	capture_start home eth1
	isp_start
	home_start -ddial
	until_true 5 grep -q 192.0.2.53 home/resolv.conf ||
		fail "not written: $(cat home/resolv.conf)"
	atf_check -o match:'^nameserver 192.0.2.54$' \
	    -o not-match:198.51.100.1 cat home/resolv.conf
	ppp_stop home
	atf_check cmp before home/resolv.conf
	# Not asked for: not told, not written.
	home_conf
	home_start -ddial
	atf_check cmp before home/resolv.conf
	ppp_stop home
	# A concentrator that does not tell: the client lives without.
	ppp_stop isp
	isp_conf 'enable chap' 'deny dns'
	isp_start
	home_conf 'enable dns'
	home_start -ddial
	pings home 10.0.0.1
	atf_check cmp before home/resolv.conf
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 \
	    'ppp.code == 2 && ipcp.opt.pri_dns_address == 192.0.2.53'
	judge_seen home eth1 'ipcp && ppp.code == 4'
}
name_servers_cleanup() { net_end; }

atf_test_case P_45_three_com cleanup
P_45_three_com_head() { net_head "3Com's ether types, both sides"; }
P_45_three_com_body()
{
	pair_begin
	isp_conf 'enable chap' 'set lb interface none' \
	    'set lb interface eth0 3com'
	home_conf 'set pppoe 3Com'
	capture_start home eth1
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0.*3Com'
	home_start -ddial
	pings home 10.0.0.1
	ppp_stop home
	capture_stop home eth1
	judge_seen home eth1 'eth.type == 0x3c12' 5
	judge_seen home eth1 'eth.type == 0x3c13' 10
	judge_none home eth1 'eth.type == 0x8863 || eth.type == 0x8864'
}
P_45_three_com_cleanup() { net_end; }

atf_test_case one_mac cleanup
one_mac_head() { net_head "sessions of one MAC up to macsessions"; }
one_mac_body()
{
	pair_begin
	isp_conf 'enable chap' 'set lb macsessions 3'
	home_conf 'set redial 1 1'
	capture_start home eth1
	isp_start
	for i in 1 2 3; do
		ppp_run home -background isp || fail "client $i: exit $?"
	done
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "a fourth one is up"
	grep -q 'session limit of this MAC' home/log/ppp.log ||
		fail "the client does not know why"
	says isp 'show lb csv' '^sessions,3$'
	says isp 'show lb csv' '^dropped-LIMIT_MAC,[1-9]'
	ppp_stop home tun1
	until_true 5 eval 'ask isp "show lb csv" | grep -q "^sessions,2$"' ||
		fail "the session is not gone"
	ppp_run home -background isp || fail "no room again: exit $?"
	capture_stop home eth1
	judge_seen home eth1 'pppoe.code == 0x65 && pppoe.session_id != 0' 4
	judge_seen home eth1 'pppoe.code == 0x65 && pppoe.session_id == 0'
}
one_mac_cleanup() { net_end; }

atf_test_case one_name cleanup
one_name_head() { net_head "sessions of one name up to namesessions"; }
one_name_body()
{
	pair_begin
	isp_conf 'enable chap' 'set lb namesessions 2'
	home_conf 'set redial 1 1'
	capture_start home eth1
	isp_start
	for i in 1 2; do
		ppp_run home -background isp || fail "client $i: exit $?"
	done
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "a third one is up"
	grep -q 'Too many sessions' home/log/ppp.log ||
		fail "the client does not know why"
	says isp 'show why' 'authentication: session limit reached (we)'
	says isp 'show lb csv' '^sessions,2$'
	# by who it is, and by which worker
	says isp 'show sessions user fred csv' '^eth0,fred,'
	atf_check_equal '' "$(ask isp 'show sessions user nobody sid csv' |
	    sed 1d)"
	atf_check_equal 2 "$(ask isp 'show sessions worker 0 sid csv' |
	    sed 1d | wc -l)"
	# the oldest makes room
	[ -z "$(ask isp 'set lb namesessions 2 replace')" ] || fail "replace"
	ppp_run home -background isp || fail "not replaced: exit $?"
	wait_log isp 'fred: has logged in elsewhere'
	wait_log isp 'fred: closed (we: session limit reached)'
	until_true 20 eval 'ask isp "show lb csv" | grep -q "^sessions,2$"' ||
		fail "not two sessions"
	capture_stop home eth1
	judge_seen home eth1 'chap.code == 4'
}
one_name_cleanup() { net_end; }

atf_test_case all_macs cleanup
all_macs_head() { net_head "sessions of all up to maxsessions"; }
all_macs_body()
{
	pair_begin
	isp_conf 'enable chap' 'set lb maxsessions 1'
	home_conf 'set redial 1 1'
	isp_start
	home_start -background
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "a second one is up"
	grep -q 'session limit of all peers' home/log/ppp.log ||
		fail "the client does not know why"
	pings home 10.0.0.1
	# Live: room for one more.
	ask isp 'set lb maxsessions 2'
	ppp_run home -background isp || fail "no room: exit $?"
	says isp 'show lb csv' '^sessions,2$'
}
all_macs_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case sizes
	atf_add_test_case payload
	atf_add_test_case name_servers
	atf_add_test_case P_45_three_com
	atf_add_test_case one_mac
	atf_add_test_case one_name
	atf_add_test_case all_macs
}
