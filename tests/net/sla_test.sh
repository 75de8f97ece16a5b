#! /usr/bin/env atf-sh
# `test sla': pings and iperf3 through one session, from either of its ends.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

begin()
{
	pair_begin
	isp_conf 'enable chap' 'set rate 30m 20m'
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

# whole WHICH - min, mean, max of those results are there and in order
whole()
{
	of ".results | .[\"$1.min\"] > 0 and .[\"$1.min\"] <= .[\"$1.mean\"] and
	    .[\"$1.mean\"] <= .[\"$1.max\"]"
}
# near WHICH LOW HIGH
near() { of ".results[\"$1\"] | . >= $2 and . <= $3"; }

atf_test_case client cleanup
client_head() { net_head "the client's line against an iperf3 behind it"; }
client_body()
{
	begin
	iperf_on isp
	capture_start home eth1
	ask home 'test sla client time 6 rate 2m json detail' > said
	capture_stop home eth1
	of '.end == "done" and .destination == "10.0.0.1" and .why == "" and
	    .unknown == {}'
	near mSLA.tcpBandwidth.download.iperf.mean 1 25	# set rate 30m 20m
	near mSLA.tcpBandwidth.upload.iperf.mean 1 35
	for way in download upload; do
		whole mSLA.tcpBandwidth.$way.iperf
		whole mSLA.udpCapacity.$way.iperf
		near mSLA.udpCapacity.$way.iperf.mean 0.5 2.5
		near mSLA.udpCapacity.$way.iperf.jitter 0 1000000
		near mSLA.udpCapacity.$way.iperf.error 0 100
	done
	of '.values | length == 5 and all(length > 0)'
	# it crossed the wire, inside the session, from and to its addresses
	judge_seen home eth1 'pppoe.code == 0 && tcp.port == 5201 &&
	    ip.src == 10.0.0.10 && tcp.len > 1000' 20
	judge_seen home eth1 'pppoe.code == 0 && tcp.port == 5201 &&
	    ip.src == 10.0.0.1 && tcp.len > 1000' 20
	judge_seen home eth1 'pppoe.code == 0 && udp.port == 5201 &&
	    ip.src == 10.0.0.10' 20
	judge_seen home eth1 'pppoe.code == 0 && udp.port == 5201 &&
	    ip.src == 10.0.0.1' 20
}
client_cleanup() { net_end; }

atf_test_case session cleanup
session_head() { net_head "a session of the concentrator, IPv4 and IPv6"; }
session_body()
{
	begin
	iperf_on home
	ask isp 'test sla fred tcp time 2 detail' > said
	grep -q '^TCP download, Mbit/s  *[0-9]' said || fail "$(cat said)"
	grep -q '^TCP upload, Mbit/s: [0-9.]* [0-9.]*$' said ||
		fail "$(cat said)"
	! grep -q -e ping -e UDP -e complete said || fail "$(cat said)"
	until_true 5 eval '[ -n "$(link_local home)" ]' || fail "no IPv6"
	sid=$(ask isp 'show sessions sid json' | jq '.[0].sid')
	PPPOE_FRAMES='pppoes and ip6'
	capture_start home eth1
	far="[$(link_local home)]:5201"
	ask isp "test sla $sid $far udp time 4 rate 1m json" \
	    > said
	capture_stop home eth1
	of '.end == "done" and .interface == "tun0"'
	for way in download upload; do
		whole mSLA.udpCapacity.$way.iperf
		near mSLA.udpCapacity.$way.iperf.mean 0.3 1.3
	done
	judge_seen home eth1 'ipv6 && udp.port == 5201' 40
}
session_cleanup() { net_end; }

atf_test_case refused cleanup
refused_head() { net_head "no server, no way, no such session"; }
refused_body()
{
	begin
	ask home 'test sla client time 1 json' > said
	of '.end == "done" and .results["delay.twoway.icmp.us.received"] == 10'
	of '.results["mSLA.tcpBandwidth.download.iperf.mean"] == -1'
	of '.results["mSLA.udpCapacity.upload.iperf.error"] == -1'
	of '.unknown["mSLA.tcpBandwidth.download.iperf"] | test("refused")'
	says home 'test sla client tcp time 1' '^TCP download, .* -1 '
	grep -q '^TCP download, Mbit/s: .*refused' said || fail "$(cat said)"
	# not through the session
	says home 'test sla client 127.0.0.1 ping' \
	    '^Not .* route to 127.0.0.1 leads through lo, not through tun0'
	ip -n "$(ns home)" route add 192.0.2.0/24 via 10.0.0.1 dev tun0
	ip -n "$(ns isp)" route add 192.0.2.0/24 dev tun0
	says isp 'test sla fred 192.0.2.1 ping time 1' \
	    '^Not .* 0 packets went through the session, of 10 sent to 192'
	says home 'test sla client no.such.host.invalid ping' '^Not complete: '
	says home 'test sla fred' '^fred: no session of ours'
	says home 'test sla link nosuch' '^link nosuch: no such link$'
	says home 'test sla link deflink ping time 1' '10 answered$'
	says isp 'test sla wilma' '^wilma: no such session$'
	says isp 'test sla client' '^client: no such session$'
	says isp 'test sla' '^usage: test sla who'
	says isp 'test sla fred time 0' '^time: not 1 to 3600 seconds$'
	says isp 'test sla fred rate x' '^rate: not 1k to 1000g'
	says isp 'test sla fred 10.0.0.10:0' '^10.0.0.10:0: not HOST, HOST:PORT'
	says isp 'test sla fred 10.0.0.10 again' '^usage: test sla who'
	says isp 'test stop' '^no test runs$'
}
refused_cleanup() { net_end; }

# those NAME TEXT - processes there with such a command line
those()
{
	local p
	for p in $(ip netns pids "$(ns "$1")"); do
		! tr '\0' ' ' < "/proc/$p/cmdline" | grep -q -e "$2" ||
			echo "$p"
	done 2> pids.err
}

# testing NAME COMMAND - in the background, and it runs
testing()
{
	ask "$1" "$2" > "$1.said" 2>&1 &
	job=$!
	until_true 20 eval "[ -n \"\$(those $1 --sla-run)\" ]" ||
		fail "$(cat "$1.said")"
}

# sanitize: asan tsan
atf_test_case ended cleanup
ended_head() { net_head "stopped, forsaken, and a session that dies"; }
ended_body()
{
	begin
	iperf_on home
	testing isp 'test sla fred time 200 json'
	says isp 'test sla fred' '^a test of fred runs'
	ask isp 'test stop'
	wait "$job" || true
	mv isp.said said
	of '.end == "stopped"'
	# who goes takes the test along
	testing isp 'test sla fred time 200'
	those isp '^[^ ]*pppctl ' | xargs kill
	wait "$job" || true
	until_true 20 eval '[ -z "$(those isp --sla-run)" ]' ||
		fail "a test that nobody waits for"
	testing isp 'test sla fred time 200 json'
	ask isp 'close session fred'
	wait "$job" || true
	mv isp.said said
	of '.end == "session down" and .why == "the session went down"'
	says isp 'test stop' '^no test runs$'
	# and the program ends while one runs
	until_true 30 eval "ask isp 'show sessions' | grep -q fred" ||
		fail "fred does not come back"
	testing isp 'test sla fred time 200'
	ppp_stop isp
	wait "$job" || true
}
ended_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case pings
	atf_add_test_case client
	atf_add_test_case session
	atf_add_test_case refused
	atf_add_test_case ended
}
