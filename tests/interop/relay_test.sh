#! /usr/bin/env atf-sh
# rp-pppoe's tools on the wire: a discovery that only asks, and a relay.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

# concentrator INTERFACE
concentrator()
{
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP
	ac:
	 set lb interface $1
	 set lb acname our-ac
	 set lb service isp gold
	 set ifaddr 10.99.0.1 10.99.0.10-10.99.0.20
	 enable chap
	 set server /var/run/ppp.sock "" 0177
	END
	echo 'fred secret' | ours_conf ppp.secret
}

# relay CLIENTS-INTERFACE SERVERS-INTERFACE: a relay in the guest "between";
# one of the two is wan0, the other one end of a cable to far0.
relay()
{
	guest between "ip link add near0 type veth peer name far0
	    for i in near0 far0; do
		sysctl -qw net.ipv6.conf.\$i.disable_ipv6=1
		ip link set dev \$i up
	    done
	    setsid pppoe-relay -F -C $1 -S $2 \
		> /tmp/relay.log 2>&1 < /dev/null &
	    sleep 0.5; kill -0 \$!" || fail "pppoe-relay does not run"
}

atf_test_case asked cleanup
asked_head() { interop_head "pppoe -A lists us; a session never used"; }
asked_body()
{
	interop_begin
	guest_up home
	concentrator home
	capture_start home
	ours_start foreground ac
	guest home 'timeout 20 pppoe -A -t 1 -I wan0' > list.out 2>&1 || true
	cat list.out
	atf_check -o match:'Access-Concentrator: our-ac' \
	    -o match:'Service-Name: isp' -o match:'Service-Name: gold' \
	    -o match:'AC-Ethernet-Address:' cat list.out

	# Discovery alone, then PADT by hand.
	guest home 'timeout 20 pppoe -d -I wan0 -S gold' > sid.out
	sid=$(sed -n 's/^\([0-9]*:[0-9a-f:]*\).*/\1/p' sid.out)
	[ -n "$sid" ] || fail "no session: $(cat sid.out)"
	guest home "timeout 10 pppoe -k -I wan0 -e $sid" || fail "no PADT"
	wait_log 'closed (peer: peer sent PADT)'
	ask 'show sessions' > sessions.out || fail "show sessions"
	atf_check_equal 1 "$(wc -l < sessions.out)"	# its heading
	ours_stop
	capture_stop home
	judge_formed home
	judge_order home 'pppoe.code == 0x09' 'pppoe.code == 0x07' \
	    'pppoe.code == 0x19' 'pppoe.code == 0x65' 'pppoe.code == 0xa7'
}
asked_cleanup() { interop_end; }

atf_test_case to_us cleanup
to_us_head() { interop_head "pppd, pppoe-relay, our concentrator"; }
to_us_body()
{
	interop_begin
	guest_up between
	relay near0 wan0
	concentrator between
	capture_start between
	ours_start foreground ac
	client_start between if=far0 service=isp
	client_wait_up between
	guest_pings between 10.99.0.1 -M 'do' -s 1464
	client_stop between
	wait_log 'closed (peer: peer sent Terminate-Request)'
	ours_stop
	capture_stop between
	judge between chap
	relayed
}
to_us_cleanup() { interop_end; }

# The relay's tag went up and came back.
relayed()
{
	judge_seen between \
	    'pppoe.code == 0x09 && pppoed.tags.relay_session_id' 1 \
	    'pppoe.code == 0x07 && pppoed.tags.relay_session_id' 1 \
	    'icmp.type == 0' 3 'pppoe.code == 0xa7' 1
}

atf_test_case to_them cleanup
to_them_head() { interop_head "our client, pppoe-relay, pppoe-server"; }
to_them_body()
{
	interop_begin
	guest_up between
	relay wan0 near0
	server_start between if=far0 auth=mschap-v2 v6=yes
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP
	 set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0
	isp:
	 set device PPPoE:between
	 disable deflate pred1 mppe vjcomp
	 deny deflate pred1 mppe vjcomp
	 set authname fred
	 set authkey secret
	 add default HISADDR
	END
	capture_start between
	ours_start foreground isp
	ours_wait_up
	ours_pings 10.77.0.1 -M 'do' -s 1464
	ours_stop
	capture_stop between
	judge between chap
	judge_seen between 'icmp.type == 0' 3 'pppoe.code == 0xa7' 1 \
	    'pppoe.code == 0x07 && pppoed.tags.relay_session_id' 1 \
	    'pppoe.code == 0x19 && pppoed.tags.relay_session_id' 1
}
to_them_cleanup() { interop_end; }

atf_init_test_cases()
{
	atf_add_test_case asked
	atf_add_test_case to_us
	atf_add_test_case to_them
}
