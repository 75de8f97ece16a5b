#! /usr/bin/env atf-sh
# Two links of one bundle, each on a VLAN of its own, against pppd's and the
# kernel's multilink.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

MP='ppp.protocol == 0x003d'

# pppoe-server on VLAN 10 and on 20; pppd's of both meet in one bundle.
two_servers()
{
	guest_vlan isp 10
	guest_vlan isp 20
	server_start isp auth=chap 'if=wan0.10' 'more=multilink;mrru 1500'
	guest isp "setsid pppoe-server -F -I wan0.20 -C real-ac -L 10.77.0.1 \
		-R 10.77.0.60 -N 50 > /tmp/server2.log 2>&1 < /dev/null &
	    sleep 0.5; kill -0 \$!" || fail "no second pppoe-server"
}

client_conf()
{
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP
	 set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0
	isp:
	 set device PPPoE:isp.10
	 set authname fred
	 set authkey secret
	 set redial 1 0
	 set mrru 1500
	 disable deflate pred1 mppe vjcomp
	 deny deflate pred1 mppe vjcomp
	 set enddisc label
	 clone two
	 link two set device PPPoE:isp.20
	 set server /var/run/ppp.sock "" 0177
	END
}

links_open() # N
{
	[ "$(ask 'show links' | grep -c ', open\]')" -eq "$1" ]
}

atf_test_case client cleanup
client_head() { interop_head "our bundle of two links, pppd's multilink"; }
client_body()
{
	interop_begin
	guest_up isp
	two_servers
	client_conf
	capture_start isp
	ours_start ddial isp
	ours_wait_up
	# The first one's pppd is the master; pppoe-server ends a pppd whose
	# link is lost, and a master takes the bundle with it.
	links_open 1 || fail "$(ask 'show links')"
	ours_pings 10.77.0.1 -M 'do' -s 1472
	ask 'link two set mode ddial'
	until_true 20 links_open 2 || fail "$(ask 'show links')"
	ask 'show mp' > mp.out
	atf_check -o match:'Multilink is active' cat mp.out
	atf_check -o match:'mtu 1500' ip -n "$NS" link show dev tun0
	# Whole packets over both, and what fits no link in two pieces.
	ours_pings 10.77.0.1
	ours_pings 10.77.0.1 -M 'do' -s 1472
	tcp_both_ways isp 10.77.0.1
	# A link ends: the bundle stays. For some seconds more pppd sends half
	# of each packet into it.
	OURS=$(in_ns cat /sys/class/net/isp/address)
	ask 'link two close'
	until_true 10 links_open 1 || fail "$(ask 'show links')"
	until_true 25 in_ns ping -n -c 1 -W 1 -s 1472 10.77.0.1 ||
		fail "the bundle is gone with its link"
	ours_pings 10.77.0.1 -M 'do' -s 1472
	atf_check -o match:' peer 10.77.0.1' ip -n "$NS" -4 addr show dev tun0
	# And comes back.
	ask 'link two open'
	until_true 20 links_open 2 || fail "$(ask 'show links')"
	ours_pings 10.77.0.1 -M 'do' -s 1472
	ours_stop
	capture_stop isp
	# pppd's numbers begin anew with a bundle: tshark takes what is left of
	# half a packet of the bundle before for a part of another one.
	MALFORMED="($MALFORMED) && !(mp.fragment.overlap.conflicts &&
	    eth.src != $OURS)"
	judge isp chap
	judge_seen isp "$MP && vlan.id == 10 && eth.src == $OURS" 20 \
	    "$MP && vlan.id == 20 && eth.src == $OURS" 20 \
	    "$MP && vlan.id == 10 && eth.src != $OURS" 20 \
	    "$MP && vlan.id == 20 && eth.src != $OURS" 20 \
	    "mp.first == 1 && mp.last == 0 && eth.src == $OURS" 3 \
	    "mp.first == 0 && mp.last == 1 && eth.src == $OURS" 3
	# A Protocol-Reject of pppd quotes the IPCP that came too early.
	judge_none isp "ipcp && !($MP) && eth.src == $OURS"
}
client_cleanup() { interop_end; }

atf_init_test_cases()
{
	atf_add_test_case client
}
