#! /usr/bin/env atf-sh
# pppd with the kernel's PPPoE against our concentrator.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

# server_conf [LINE ...] - the label ac on the guest's wire, and more of it
server_conf()
{
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP CCP
	ac:
	 set lb interface home
	 set lb acname our-ac
	 set lb service isp
	 set ifaddr 10.99.0.1 10.99.0.10-10.99.0.20
	 accept dns
	 set dns 10.99.0.53 10.99.0.54
	 set server /var/run/ppp.sock "" 0177
	$(printf ' %s\n' "$@")
	END
	ours_conf ppp.secret <<-END
	fred	secret
	anna	"other secret"	10.99.0.77
	END
}

# theirs_end FILE: the peer hangs up, we agree, both say PADT or one does
theirs_end()
{
	judge_order "$1" "lcp && ppp.code == 5 && eth.src != $OURS" \
	    "lcp && ppp.code == 6 && eth.src == $OURS" 'pppoe.code == 0xa7'
}

atf_test_case auth cleanup
auth_head() { interop_head "PAP, CHAP with MD5, MS-CHAP, MS-CHAPv2, none"; }
auth_body()
{
	interop_begin
	guest_up home
	OURS=$(in_ns cat /sys/class/net/home/address)
	auth_with pap pap 'lcp.opt.auth_protocol == 0xc023' 'pap.code == 2'
	auth_with chap chap 'lcp.opt.algorithm == 5' 'chap.code == 3'
	auth_with chap80 chap 'lcp.opt.algorithm == 128' 'chap.code == 3'
	auth_with chap81 chap 'lcp.opt.algorithm == 129' 'chap.code == 3'
	auth_with none '' lcp ipcp
	judge_none home-none 'pap or chap or lcp.opt.auth_protocol'
	judge_quick
}
auth_cleanup() { interop_end; }

# auth_with METHOD PROTOCOL OPTION-FILTER SUCCESS-FILTER
auth_with()
{
	if [ "$1" = none ]; then
		server_conf
	else
		server_conf "enable $1"
	fi
	capture_start home
	ours_start foreground ac
	client_start home
	client_wait_up home
	atf_check_equal 10.99.0 "$(guest_address home | cut -d. -f1-3)"
	guest_pings home 10.99.0.1
	client_stop home
	wait_log 'closed (peer: peer sent Terminate-Request)'
	ours_stop
	capture_stop home
	mv home.pcap "home-$1.pcap"
	judge "home-$1" "$2"
	theirs_end "home-$1"
	judge_seen "home-$1" "$3" 2 "$4" 1 'icmp.type == 0' 3 \
	    'pppoe.code == 0x07 && pppoed.tags.ac_name == "our-ac"' 1
	took "home-$1"
}

atf_test_case session cleanup
session_head() { interop_head "addresses, MTU, echo, DNS, data both ways"; }
session_body()
{
	interop_begin
	guest_up home
	OURS=$(in_ns cat /sys/class/net/home/address)
	server_conf 'enable chap81' 'enable echo' 'set echoperiod 1'
	capture_start home
	ours_start foreground ac
	client_start home user=anna 'password="other secret"' echo=1
	client_wait_up home
	up_at=$(date +%s)
	atf_check_equal 10.99.0.77 "$(guest_address home)"
	atf_check -o match:'mtu 1492' bash "$GUEST" run home \
	    'ip link show dev ppp0'
	atf_check -o inline:'nameserver 10.99.0.53\nnameserver 10.99.0.54\n' \
	    bash "$GUEST" run home 'grep nameserver /etc/ppp/resolv.conf'
	whole_packets
	ipv6_pings
	tcp_both_ways home 10.99.0.77
	until_true 5 eval '[ "$(date +%s)" -ge $((up_at + 4)) ]'
	ask 'show sessions' > sessions.out || fail "show sessions"
	atf_check -o match:'anna' -o match:'10.99.0.77' cat sessions.out
	atf_check -o match:'1 closed' -e ignore \
	    echo "$(ask 'close session anna')"
	until_true 10 guest home '! pidof pppd' || fail "pppd goes on"
	ours_stop
	capture_stop home
	judge home chap
	judge_order home "lcp && ppp.code == 5 && eth.src == $OURS" \
	    "lcp && ppp.code == 6 && eth.src != $OURS" 'pppoe.code == 0xa7'
	judge_seen home "lcp && ppp.code == 9 && eth.src == $OURS" 3 \
	    "lcp && ppp.code == 10 && eth.src != $OURS" 3 \
	    "lcp && ppp.code == 9 && eth.src != $OURS" 3 \
	    "lcp && ppp.code == 10 && eth.src == $OURS" 3
	atf_check_equal '' "$(ip -n "$NS" -4 route)"
}
session_cleanup() { interop_end; }

# 1492 octets pass in one piece, 1493 do not.
whole_packets()
{
	guest_pings home 10.99.0.1 -M 'do' -s 1464
	atf_check -s exit:1 -o match:' 0 received' -e ignore \
	    bash "$GUEST" run home \
	    'ping -n -c 2 -i 0.2 -W 1 -M do -s 1465 10.99.0.1'
	ours_pings 10.99.0.77 -M 'do' -s 1464
	atf_check -s exit:1 -o match:' 0 received' -e ignore \
	    ip netns exec "$NS" ping -n -c 2 -i 0.2 -W 1 -M 'do' -s 1465 \
	    10.99.0.77
}

ipv6_pings()
{
	guest_pings home "$(ours_link_local)%ppp0"
	theirs=$(guest home 'ip -6 -o addr show dev ppp0 scope link' |
		sed -n 's|.* inet6 \([0-9a-f:]*\).*|\1|p')
	ours_pings "$theirs%tun0"
}

atf_test_case user_space cleanup
user_space_head() { interop_head "rp-pppoe's own client; CCP and VJ refused"; }
user_space_body()
{
	interop_begin
	guest_up home
	OURS=$(in_ns cat /sys/class/net/home/address)
	server_conf 'enable pap chap chap81'
	capture_start home
	ours_start foreground ac
	client_start home user-space=yes service=isp ac=our-ac
	client_wait_up home
	guest_pings home 10.99.0.1 -M 'do' -s 1464
	client_stop home
	wait_log 'closed (peer: peer'
	ours_stop
	capture_stop home
	judge home chap
	judge_seen home "ccp && eth.src != $OURS" 1 \
	    "lcp && ppp.code == 8 && eth.src == $OURS" 1 \
	    "ipcp && ppp.code == 4 && eth.src == $OURS" 1 \
	    'pppoe.code == 0xa7' 1
}
user_space_cleanup() { interop_end; }

atf_test_case refused cleanup
refused_head() { interop_head "wrong passwords and names, wrong service"; }
refused_body()
{
	interop_begin
	guest_up home
	OURS=$(in_ns cat /sys/class/net/home/address)
	server_conf 'enable pap' 'enable chap'
	ours_start foreground ac
	refused_as chap fred wrong refuse-pap 4
	refused_as pap fred wrong refuse-chap 3
	refused_as chap nobody secret refuse-pap 4

	capture_start home
	guest home 'timeout 3 pppoe -d -t 1 -S silver -I wan0' || true
	capture_stop home
	judge_seen home 'pppoe.code == 0x09' 1
	judge_none home 'pppoe.code == 0x07'
	ours_stop
}
refused_cleanup() { interop_end; }

# refused_as PROTOCOL USER PASSWORD PPPD-OPTION FAILURE-CODE
refused_as()
{
	capture_start home
	client_start home "user=$2" "password=$3" "more=$4"
	until_true 15 guest home '! pidof pppd' || fail "pppd goes on"
	capture_stop home
	judge_formed home
	judge_seen home "$1.code == $5" 1 'pppoe.code == 0xa7' 1
	judge_none home ipcp
	logged "/[0-9]* $2: authentication failed" ||
		fail "$2 is not in the log"
	client_log home > client.log
	atf_check -o ignore grep -i 'authentication failed\|Login incorrect' \
	    client.log
}

atf_test_case comes_back cleanup
comes_back_head() { interop_head "a peer or we die without a word"; }
comes_back_body()
{
	interop_begin
	guest_up home
	OURS=$(in_ns cat /sys/class/net/home/address)
	server_conf 'enable chap' 'enable echo' 'set echoperiod 1'
	capture_start home
	ours_start foreground ac
	client_start home
	client_wait_up home
	first=$(guest_address home)

	# Killed, it dials again at once: a second session beside the first,
	# which ends when its echoes stay unanswered.
	guest home 'pkill -9 -x pppd; sleep 0.3'
	client_start home
	client_wait_up home
	atf_check test "$(guest_address home)" != "$first"
	wait_log 'fred: closed (nobody: no reply to LCP echo)'
	guest_pings home 10.99.0.1
	ask 'show sessions' > sessions.out || fail "show sessions"
	atf_check_equal 1 "$(grep -c fred sessions.out)"

	# We hang up.
	ours_stop
	until_true 10 guest home '! pidof pppd' || fail "pppd goes on"
	client_log home > client.log
	atf_check -o ignore grep 'LCP terminated by peer' client.log

	# We are killed and start again while the peer still sends.
	ours_start foreground ac
	client_start home echo=1
	client_wait_up home
	kill -9 "$(ours_pid)"
	until_true 5 ours_is_gone || fail "we live"
	ours_start foreground ac
	until_true 5 guest home '! pidof pppd' || fail "no PADT told pppd"
	client_start home
	client_wait_up home
	guest_pings home 10.99.0.1
	client_stop home
	ours_stop
	capture_stop home
	judge home chap
	judge_order home "pppoe.code == 0x65" \
	    "lcp && ppp.code == 5 && eth.src == $OURS" \
	    "lcp && ppp.code == 5 && eth.src != $OURS"
	judge_seen home 'pppoe.code == 0x65' 4 'chap.code == 3' 4 \
	    "pppoe.code == 0xa7 && eth.src == $OURS && \
	    pppoed.tags.generic_error contains \"no such session\"" 1
}
comes_back_cleanup() { interop_end; }

# figure NAME OPERATOR NUMBER - of the one line of show quality
figure()
{
	ask 'show quality json' > quality.json
	jq -e "length == 1 and (.[0].$1 // -1) $2 $3" quality.json
}

atf_test_case quality cleanup
quality_head() { interop_head "set quality: pppd's answers, delayed and lost"; }
quality_body()
{
	interop_begin
	guest_up home
	server_conf 'enable chap81' 'set quality 2 2'
	ours_start foreground ac
	guest home 'modprobe -d /run -q sch_netem
	    tc qdisc add dev wan0 root netem delay 60ms' ||
		atf_skip "no netem in the guest"
	client_start home
	client_wait_up home
	until_true 40 figure sent '>=' 4 || fail "$(cat quality.json)"
	figure min_ms '>=' 55 > /dev/null || fail "$(cat quality.json)"
	figure max_ms '>=' 60 > /dev/null || fail "$(cat quality.json)"
	guest home 'tc qdisc change dev wan0 root netem delay 10ms loss 40%'
	until_true 60 figure lost '>' 0 || fail "$(cat quality.json)"
	until_true 60 figure min_ms '<' 55 || fail "$(cat quality.json)"
	ours_runs || fail "it is gone"
	guest home 'tc qdisc del dev wan0 root'
	client_stop home
	ours_stop
}
quality_cleanup() { interop_end; }

atf_init_test_cases()
{
	atf_add_test_case quality
	atf_add_test_case auth
	atf_add_test_case session
	atf_add_test_case user_space
	atf_add_test_case refused
	atf_add_test_case comes_back
}
