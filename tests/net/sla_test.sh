#! /usr/bin/env atf-sh
# `test sla': pings and iperf3 through one session, from either of its ends.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

begin()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -ddial
}

# of FILTER - true of the JSON that was said
of()
{
	jq -e "$1" said > /dev/null || fail "not $1: $(cat said)"
}

atf_test_case pings cleanup
pings_head() { net_head "ten pings from both ends, IPv4 and IPv6"; }
pings_body()
{
	begin
	capture_start home eth1
	ask home 'test sla client ping time 1 json detail' > said
	of '.end == "done" and .destination == "10.0.0.1" and
	    .source == "10.0.0.10" and .interface == "tun0"'
	of '.results | .["delay.twoway.icmp.us.sent"] == 10 and
	    .["delay.twoway.icmp.us.received"] == 10 and
	    .["delay.twoway.icmp.us.min"] > 0 and
	    .["delay.twoway.icmp.us.min"] <= .["delay.twoway.icmp.us.mean"] and
	    .["delay.twoway.icmp.us.mean"] <= .["delay.twoway.icmp.us.max"]'
	of '.values["delay.twoway.icmp.us"] | length == 10 and all(. > 0)'
	of '.results | has("mSLA.tcpBandwidth.download.iperf.min") | not'
	until_true 5 eval '[ -n "$(link_local home)" ]' || fail "no IPv6"
	for who in fred "$(mac home eth1)" 10.0.0.10; do
		ask isp "test sla $who ping time 1" > said
		grep -q '^ping, ms .* 0.000$' said || fail "$(cat said)"
		grep -q '; 10 pings sent, 10 answered$' said ||
			fail "$(cat said)"
	done
	ask isp "test sla fred $(link_local home) ping time 1 json" > said
	of '.end == "done" and .results["delay.twoway.icmp.us.received"] == 10'
	capture_stop home eth1
	judge_seen home eth1 'icmp.type == 8 && ip.src == 10.0.0.10' 10
	judge_seen home eth1 'icmp.type == 8 && ip.dst == 10.0.0.10' 30
	judge_seen home eth1 'icmpv6.type == 128' 10
	judge_seen home eth1 'icmpv6.type == 129' 10
}
pings_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case pings
}
