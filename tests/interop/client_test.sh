#! /usr/bin/env atf-sh
# Our client against rp-pppoe's pppoe-server with pppd.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

# client_conf SECRET DEVICE [LINE ...] - the label isp, and more of it. Nothing
# is compressed, so that tshark reads all of it; pack_test has that.
client_conf()
{
	secret=$1 device=$2
	shift 2
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP CCP
	 set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0
	isp:
	 set device $device
	 set authname fred
	 set authkey $secret
	 set dial
	 set login
	 disable deflate pred1 mppe vjcomp
	 deny deflate pred1 mppe vjcomp
	 enable dns
	 add default HISADDR
	 set server /var/run/ppp.sock "" 0177
	$(printf ' %s\n' "$@")
	END
}

# polite_end FILE: Terminate-Request, its Ack, PADT
polite_end()
{
	judge_order "$1" 'lcp && ppp.code == 5' 'lcp && ppp.code == 6' \
	    'pppoe.code == 0xa7'
}

atf_test_case auth cleanup
auth_head() { interop_head "PAP, CHAP with MD5, MS-CHAP, MS-CHAPv2"; }
auth_body()
{
	interop_begin
	guest_up isp
	client_conf secret PPPoE:isp
	auth_with pap pap 0xc023 'pap.code == 2'
	auth_with chap chap 0xc223 'chap.code == 3' 5
	auth_with mschap chap 0xc223 'chap.code == 3' 128
	auth_with mschap-v2 chap 0xc223 'chap.code == 3' 129
	judge_quick
}
auth_cleanup() { interop_end; }

# auth_with METHOD PROTOCOL NUMBER SUCCESS-FILTER [ALGORITHM]
auth_with()
{
	server_start isp "auth=$1" v6=yes
	capture_start isp
	ours_start foreground isp
	ours_wait_up
	ours_pings 10.77.0.1
	ours_stop
	capture_stop isp
	mv isp.pcap "isp-$1.pcap"
	judge "isp-$1" "$2"
	polite_end "isp-$1"
	judge_seen "isp-$1" "lcp.opt.auth_protocol == $3" 2 "$4" 1 \
	    'icmp.type == 0' 3 ${5:+"lcp.opt.algorithm == $5" 2}
	took "isp-$1"
	server_log isp > server.log
	atf_check -o ignore grep 'LCP terminated by peer' server.log
	server_stop isp
}

atf_test_case session cleanup
session_head() { interop_head "addresses, MTU, echo, DNS, data both ways"; }
session_body()
{
	interop_begin
	guest_up isp
	# Later seconds find what they left behind, not what was here before.
	echo "nameserver 192.0.2.1" > "/etc/netns/$NS/resolv.conf"
	client_conf secret PPPoE:isp 'enable echo' 'set echoperiod 1'
	server_start isp auth=chap v6=yes echo=1
	capture_start isp
	ours_start foreground isp
	ours_wait_up
	up_at=$(date +%s)
	atf_check_equal 10.77.0.10 "$(ours_address)"
	atf_check -o match:'default via 10.77.0.1 dev tun0' \
	    ip -n "$NS" -4 route
	atf_check -o match:'mtu 1492' ip -n "$NS" link show dev tun0
	atf_check -o inline:'nameserver 10.77.0.53\nnameserver 10.77.0.54\n' \
	    grep nameserver "/etc/netns/$NS/resolv.conf"
	whole_packets
	ipv6_pings
	tcp_both_ways isp 10.77.0.1
	until_true 5 eval '[ "$(date +%s)" -ge $((up_at + 4)) ]'
	ours_stop
	capture_stop isp
	judge isp chap
	polite_end isp
	# Echo both ways; CCP and VJ are refused as the RFCs want it.
	judge_seen isp "lcp && ppp.code == 9 && eth.src == $OURS" 3 \
	    "lcp && ppp.code == 10 && eth.src != $OURS" 3 \
	    "lcp && ppp.code == 9 && eth.src != $OURS" 3 \
	    "lcp && ppp.code == 10 && eth.src == $OURS" 3 \
	    "lcp && ppp.code == 8 && eth.src == $OURS" 1 \
	    "ipcp && ppp.code == 4 && eth.src == $OURS" 1
	atf_check -o inline:'nameserver 192.0.2.1\n' \
	    cat "/etc/netns/$NS/resolv.conf"
	atf_check -s exit:1 -e ignore ip -n "$NS" link show dev tun0
	atf_check_equal '' "$(ip -n "$NS" -4 route)"
}
session_cleanup() { interop_end; }

# 1492 octets pass in one piece, 1493 do not.
whole_packets()
{
	OURS=$(in_ns cat /sys/class/net/isp/address)
	ours_pings 10.77.0.1 -M 'do' -s 1464
	atf_check -s exit:1 -o match:'0 received' -e ignore \
	    ip netns exec "$NS" ping -n -c 2 -i 0.2 -W 1 -M 'do' -s 1465 \
	    10.77.0.1
	guest_pings isp 10.77.0.10 -M 'do' -s 1464
}

ipv6_pings()
{
	theirs=$(guest isp 'ip -6 -o addr show dev ppp0 scope link' |
		sed -n 's|.* inet6 \([0-9a-f:]*\).*|\1|p')
	ours_pings "$theirs%tun0"
	guest_pings isp "$(ours_link_local)%ppp0"
}

atf_test_case redial cleanup
redial_head() { interop_head "the server hangs up, dies, comes back"; }
redial_body()
{
	interop_begin
	guest_up isp
	client_conf secret PPPoE:isp 'enable echo' 'set echoperiod 1' \
	    'set redial 1 0'
	server_start isp auth=chap
	capture_start isp
	OURS=$(in_ns cat /sys/class/net/isp/address)
	ours_run ddial isp || fail "-ddial does not start"
	ours_wait_up
	ours_pings 10.77.0.1

	guest isp 'pkill -x pppd'
	wait_log 'Disconnected! (peer: peer sent Terminate-Request'
	until_true 5 ours_is_down || fail "the address stays"
	ours_wait_up
	ours_pings 10.77.0.1
	atf_check_equal 2 "$(connected)"

	server_killed isp
	wait_log 'Disconnected! (nobody: no reply to LCP echo'
	atf_check_equal '' "$(ip -n "$NS" -4 route)"
	wait_log 'Disconnected! (nobody: no access concentrator answered' 30
	server_start isp auth=chap
	ours_wait_up 30
	ours_pings 10.77.0.1
	atf_check_equal 3 "$(connected)"

	ask 'quit all' > quit.out || fail "quit all: $(cat quit.out)"
	until_true 10 ours_is_gone || fail "our process does not end"
	capture_stop isp
	judge isp chap
	judge_order isp "lcp && ppp.code == 5 && eth.src != $OURS" \
	    "lcp && ppp.code == 6 && eth.src == $OURS" \
	    "lcp && ppp.code == 5 && eth.src == $OURS" \
	    "lcp && ppp.code == 6 && eth.src != $OURS"
	judge_seen isp 'pppoe.code == 0x65' 3 'chap.code == 3' 3 \
	    'icmp.type == 0' 9
}
redial_cleanup() { interop_end; }

connected() { grep -c 'deflink: Connected!' ours/log/ppp.log; }

atf_test_case background cleanup
background_head() { interop_head "exit codes of -background, set reconnect"; }
background_body()
{
	interop_begin
	guest_up isp
	server_start isp auth=chap
	client_conf secret PPPoE:isp 'enable echo' 'set echoperiod 1' \
	    'set reconnect 1 9' 'set redial 1 2'
	ours_run background isp || fail "-background returned $?"
	ours_is_up || fail "-background returned before the link was up"
	ours_pings 10.77.0.1
	server_killed isp
	wait_log 'Reconnect try 1 of 9 in 1s'
	server_start isp auth=chap
	ours_wait_up 40
	ours_pings 10.77.0.1
	ours_stop

	server_stop isp
	rc=0
	ours_run background isp || rc=$?
	atf_check_equal 8 "$rc"
	atf_check -o ignore grep 'Child failed (errdead)' ours/out
	until_true 5 ours_is_gone || fail "a failed child stays"
}
background_cleanup() { interop_end; }

atf_test_case refused cleanup
refused_head() { interop_head "a wrong secret: its reason, and no storm"; }
refused_body()
{
	interop_begin
	guest_up isp
	client_conf wrong PPPoE:isp
	refused_with pap pap 'pap.code == 3'
	refused_with chap chap 'chap.code == 4'

	# Twenty seconds of -ddial as it is without `set redial'.
	server_start isp auth=mschap-v2
	capture_start isp
	ours_run ddial isp || fail "-ddial does not start"
	sleep 20
	ask 'show link' > link.out || fail "show link: $(cat link.out)"
	atf_check -o match:'closed' cat link.out
	ours_stop
	capture_stop isp
	judge_formed isp
	judge_seen isp 'chap.code == 4 && chap.message contains "E=691"' 1
	atf_check_equal 1 "$(seen isp 'pppoe.code == 0x09' | grep -c .)"
	logged 'Chap Input: FAILURE (E=691' || fail "E=691 is not in the log"
}
refused_cleanup() { interop_end; }

# refused_with METHOD LOG-NAME FILTER
refused_with()
{
	server_start isp "auth=$1"
	capture_start isp
	rc=0
	ours_run background isp || rc=$?
	capture_stop isp
	mv isp.pcap "isp-$1.pcap"
	atf_check_equal 8 "$rc"
	judge_formed "isp-$1"
	judge_seen "isp-$1" "$3" 1 'pppoe.code == 0xa7' 1
	judge_none "isp-$1" 'ipcp'
	atf_check_equal 1 "$(seen "isp-$1" 'pppoe.code == 0x09' | grep -c .)"
	# What the refusing side said, word for word.
	seen "isp-$1" "$3" -T fields -e "$2.message" > said
	[ -s said ] || fail "the server said nothing"
	logged "Input: FAILURE ($(cat said))" || fail "$(cat said): not logged"
	logged "Disconnected! (peer: .*: $(cat said))" ||
		fail "$(cat said): not in the reason"
	server_stop isp
}

atf_test_case choice cleanup
choice_head() { interop_head "Service-Name and AC-Name"; }
choice_body()
{
	interop_begin
	guest_up isp
	server_start isp auth=chap ac=real-ac service=gold
	choice_up PPPoE:isp:gold
	choice_up 'PPPoE:isp:real-ac\\gold'
	choice_up '"PPPoE:isp:real-ac\\"'
	choice_refused PPPoE:isp:silver \
	    'no access concentrator answered: service "silver"'

	choice_refused 'PPPoE:isp:other-ac\\gold' \
	    'no access concentrator of that name: AC "other-ac", service "gold"'
}
choice_cleanup() { interop_end; }

choice_up() # DEVICE
{
	client_conf secret "$1"
	capture_start isp
	ours_run background isp || fail "$1: exit $?"
	ours_is_up || fail "$1: no address"
	ours_stop
	capture_stop isp
	judge isp chap
}

choice_refused() # DEVICE REGEX
{
	client_conf secret "$1"
	capture_start isp
	rc=0
	ours_run background isp || rc=$?
	capture_stop isp
	atf_check_equal 8 "$rc"
	judge_formed isp
	judge_none isp 'pppoe.code == 0x65'
	logged "Disconnected! (.*$2" || fail "$1: no clear reason is logged"
}

atf_init_test_cases()
{
	atf_add_test_case auth
	atf_add_test_case session
	atf_add_test_case redial
	atf_add_test_case background
	atf_add_test_case refused
	atf_add_test_case choice
}
