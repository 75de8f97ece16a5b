#! /usr/bin/env atf-sh
# A session on an untagged wire, in VLAN 7 and in 7 inside 100: tags are read
# from and written into the frames, no VLAN device anywhere.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# setup MTU AC-INTERFACE-ARGUMENTS CLIENT-DEVICE
setup()
{
	net_begin
	host isp home
	wire isp eth0 home eth1 "$1"
	echo 'fred secret' | conf isp ppp.secret
	conf isp <<-EOF
	default:
	 set log Phase
	 set server /var/run/ppp.sock secret
	server:
	 set lb interface eth0$2
	 set lb acname ac1
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 enable chap
	EOF
	conf home <<-EOF
	default:
	 set log Phase
	isp:
	 set device PPPoE:eth1$3
	 set authname fred
	 set authkey secret
	 set reconnect 1 100
	 set dial
	 add default HISADDR
	EOF
	capture_start home eth1
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	ppp_start home -foreground isp
	wait_up home
}

# session FILTER-OF-THE-TAGS
session()
{
	pings home 10.0.0.1
	pings isp "$(address home)" -s 1400
	PASSWORD=secret
	ask isp 'show sessions' > sessions
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 "pppoe.code == 0xa7"
	judge_seen home eth1 'icmp' 12
	judge_none home eth1 "(pppoed || pppoes) && !($1)"
}

untagged='!vlan && !ieee8021ad'
seven='vlan.id == 7 && !ieee8021ad'
both='ieee8021ad.id == 100 && vlan.id == 7'

atf_test_case no_tag cleanup
no_tag_head() { net_head "a session without tags"; }
no_tag_body()
{
	setup 1500 '' ''
	atf_check_equal 1492 "$(mtu home)"
	session "$untagged"
}
no_tag_cleanup() { net_end; }

atf_test_case vlan cleanup
vlan_head() { net_head "a session in VLAN 7"; }
vlan_body()
{
	setup 1500 ' vlan 7' .7
	atf_check_equal 1492 "$(mtu home)"
	session "$seven"
	atf_check -o match:' 7$' cat sessions
}
vlan_cleanup() { net_end; }

atf_test_case qinq cleanup
qinq_head() { net_head "a session in VLAN 7 inside VLAN 100"; }
qinq_body()
{
	setup 1508 ' vlan 100:7' .100.7
	atf_check_equal 1492 "$(mtu home)"
	session "$both"
	atf_check -o match:'100:7' cat sessions
}
qinq_cleanup() { net_end; }

atf_test_case any cleanup
any_head() { net_head "a concentrator for whatever tags its peers use"; }
any_body()
{
	setup 1508 ' vlan any' .100.7
	session "$both"
	atf_check -o match:'100:7' cat sessions
}
any_cleanup() { net_end; }

# An interface of 1,500 has no room for 1,492 behind two tags: what does not
# fit must not vanish without a word.
atf_test_case qinq_small_wire cleanup
qinq_small_wire_head() { net_head "two tags on a wire of 1,500 octets"; }
qinq_small_wire_body()
{
	setup 1500 ' vlan 100:7' .100.7
	m=$(mtu home)
	pings home 10.0.0.1 -M 'do' -s $((m - 28))
}
qinq_small_wire_cleanup() { net_end; }

atf_test_case other_vlan cleanup
other_vlan_head() { net_head "peers in another VLAN, or none, hear nothing"; }
other_vlan_body()
{
	setup 1508 ' vlan 100:7' .100.7
	pings home 10.0.0.1
	ppp_stop home
	capture_stop home eth1
	judge_seen home eth1 'pppoe.code == 7'
	for d in eth1 eth1.7 eth1.100 eth1.7.100 eth1.100.8; do
		capture_start home eth1
		conf home <<-EOF
		isp:
		 set device PPPoE:$d
		 set authname fred
		 set authkey secret
		EOF
		ppp_start home -foreground isp
		sleep 2
		ppp_stop home
		capture_stop home eth1
		judge_seen home eth1 'pppoe.code == 9'
		judge_none home eth1 'pppoe.code == 7'
	done
}
other_vlan_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case no_tag
	atf_add_test_case vlan
	atf_add_test_case qinq
	atf_add_test_case any
	atf_add_test_case qinq_small_wire
	atf_add_test_case other_vlan
}
