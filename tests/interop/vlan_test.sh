#! /usr/bin/env atf-sh
# The kernel's PPPoE on VLAN devices against us, who have none: tags are read
# from and written into the frames.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

PPPOE='pppoed or pppoes'

# tagged_only INTERFACE FILTER: every PPPoE frame is of this kind
tagged_only()
{
	judge_none "$1" "($PPPOE) && !($2)"
}

# vlans GUEST: 7, and 7 in 100, as devices
vlans()
{
	guest_vlan "$1" 7
	guest "$1" 'ip link add link wan0 name s100 type vlan \
		proto 802.1ad id 100 &&
	    ip link set dev s100 up &&
	    ip link add link s100 name s100.7 type vlan id 7 &&
	    ip link set dev s100.7 up' || fail "no QinQ devices"
}

atf_test_case server cleanup
server_head() { interop_head "pppd in VLAN 7 and 100:7, our concentrator"; }
server_body()
{
	interop_begin
	guest_up home
	vlans home
	server_in 'vlan 7' wan0.7 'vlan.id == 7 && !ieee8021ad'
	# Two tags take eight octets from such a wire, and not of a larger one.
	server_in 'vlan 100:7' s100.7 'ieee8021ad.id == 100 && vlan.id == 7' \
	    1456
	ip -n "$NS" link set dev home mtu 1508
	server_in 'vlan any' s100.7 'ieee8021ad.id == 100 && vlan.id == 7'
	nobody_but_7
}
server_cleanup() { interop_end; }

conf_in() # TAGS
{
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP
	ac:
	 set lb interface home $1
	 set ifaddr 10.99.0.1 10.99.0.10-10.99.0.20
	 enable chap
	END
	echo 'fred secret' | ours_conf ppp.secret
}

# server_in TAGS GUEST-INTERFACE FILTER [PING-SIZE]
server_in()
{
	conf_in "$1"
	capture_start home
	ours_start foreground ac
	client_start home "if=$2"
	client_wait_up home
	guest_pings home 10.99.0.1 -M 'do' -s "${4:-1464}"
	client_stop home
	wait_log 'closed (peer: peer sent Terminate-Request)'
	ours_stop
	capture_stop home
	judge home chap
	tagged_only home "$3"
	# Without `set lb acname' the host names us.
	judge_seen home "icmp.type == 0 && $3" 3 "pppoe.code == 0xa7 && $3" 1 \
	    "pppoe.code == 7 && pppoed.tags.ac_name == \"$(hostname)\"" 1
}

# No answer to a PADI without tags, nor with these around ours.
nobody_but_7()
{
	conf_in 'vlan 7'
	capture_start home
	ours_start foreground ac
	guest home 'for i in wan0 s100 s100.7; do
		timeout 3 pppoe -A -t 1 -I $i > /dev/null 2>&1 &
	    done; wait' || true
	ours_stop
	capture_stop home
	judge_seen home 'pppoe.code == 9' 3 \
	    'pppoe.code == 9 && vlan.id == 7' 1 \
	    'pppoe.code == 9 && ieee8021ad.id == 100 && !vlan' 1 \
	    'pppoe.code == 9 && !ieee8021ad && !vlan' 1
	judge_none home 'pppoe.code == 7'
}

atf_test_case client cleanup
client_head() { interop_head "our client, pppoe-server in VLAN 7 and 100:7"; }
client_body()
{
	interop_begin
	guest_up isp
	vlans isp
	client_in PPPoE:isp.7 wan0.7 'vlan.id == 7 && !ieee8021ad'
	ip -n "$NS" link set dev isp mtu 1508
	client_in PPPoE:isp.100.7 s100.7 'ieee8021ad.id == 100 && vlan.id == 7'
}
client_cleanup() { interop_end; }

# client_in DEVICE GUEST-INTERFACE FILTER
client_in()
{
	server_start isp "if=$2" auth=chap
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP
	 set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0
	isp:
	 set device $1
	 disable deflate pred1 mppe vjcomp
	 deny deflate pred1 mppe vjcomp
	 set authname fred
	 set authkey secret
	 add default HISADDR
	END
	capture_start isp
	ours_start foreground isp
	ours_wait_up
	ours_pings 10.77.0.1 -M 'do' -s 1464
	ours_stop
	capture_stop isp
	server_stop isp
	judge isp chap
	tagged_only isp "$3"
	judge_seen isp "icmp.type == 0 && $3" 3 "pppoe.code == 0xa7 && $3" 1
}

atf_init_test_cases()
{
	atf_add_test_case server
	atf_add_test_case client
}
