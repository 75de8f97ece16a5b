#! /usr/bin/env atf-sh
# Two links of one client, each over a wire of its own, in one bundle of the
# concentrator. tshark reads the fragments.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

PASSWORD=sesame
MP='ppp.protocol == 0x003d'

# bed LINE-OF-THE-CLIENT ...: two wires, eth0-eth1 and eth2-eth3
bed()
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	wire isp eth2 home eth3
	printf '%s\n' 'fred secret' 'anna secret' | conf isp ppp.secret
	conf isp <<-END
	default:
	 set log Phase LCP
	server:
	 set lb interface eth0
	 set lb interface eth2
	 set lb workers 1
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 enable chap
	 set mrru 1500
	 enable echo
	 set echoperiod 1
	 set server /var/run/ppp.sock sesame
	END
	{
		cat <<-END
		default:
		 set log Phase LCP
		isp:
		 set device PPPoE:eth1
		 set authname fred
		 set authkey secret
		 set redial 1 0
		 set mrru 1500
		 set enddisc label
		 clone two
		 link two set device PPPoE:eth3
		 link two set mode ddial
		 add default HISADDR
		 set server /var/run/ppp.sock sesame
		END
		printf ' %s\n' "$@"
	} | conf home
}

start() # MODE
{
	capture_start home eth1
	capture_start home eth3
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth2'
	ppp_start home "-$1" isp
	wait_up home
}

# how many links are open
open_links() { ask home 'show links' | grep -c ', open\]'; }
links_are() { [ "$(open_links)" -eq "$1" ]; }
links() # N
{
	until_true 10 links_are "$1" ||
		fail "$(ask home 'show links'; ask home 'show mp')"
}

finish()
{
	ppp_stop home
	capture_stop home eth1
	capture_stop home eth3
	for i in eth1 eth3; do
		judge_order home $i 'pppoe.code == 0x65' \
		    'lcp && ppp.code == 2' 'chap.code == 3'
	done
}

atf_test_case bundle cleanup
bundle_head() { net_head "whole packets, fragments, a link that goes, comes"; }
bundle_body()
{
	bed
	start foreground
	links 2
	atf_check_equal 1500 "$(mtu home)"
	ask home 'show mp' > mp.out
	atf_check -o match:'^Multilink is active' \
	    -o match:'my  side: MRRU 1500, SHORTSEQ on' \
	    -o match:'two .in the bundle.' cat mp.out
	for l in deflink two; do
		ask home "link $l show physical json" > link.json
		atf_check -o match:"\"name\":\"$l\",.*\"session\":[1-9]" \
		    cat link.json
	done
	pings home 10.0.0.1
	pings home 10.0.0.1 -M 'do' -s 1472
	pings isp "$(address home)" -M 'do' -s 1472
	# One address for both, and one bundle of two sessions.
	atf_check_equal 10.0.0.1 "$(peer home)"
	ask isp 'show sessions username ip' > sessions
	atf_check_equal 1 "$(grep -c '10\.0\.0\.10' sessions)"
	# A link ends while packets flow: none is lost. Then it is cut.
	in_host home ping -n -c 60 -i 0.05 -W 2 10.0.0.1 > flow.out &
	flow=$!
	sleep 1
	ask home 'link two close'
	links 1
	wait $flow
	atf_check -o match:' 60 received' cat flow.out
	ask home 'link two open'
	links 2
	ip -n "$(ns home)" link set eth3 down
	links 1
	until_true 12 in_host home ping -n -c 1 -W 1 -s 1472 10.0.0.1 ||
		fail "the bundle is gone with its link"
	pings home 10.0.0.1 -M 'do' -s 1472
	ip -n "$(ns home)" link set eth3 up
	ask home 'link two open'
	links 2
	# The first link is no better than the others.
	ask home 'link deflink close'
	links 1
	pings home 10.0.0.1 -M 'do' -s 1472
	atf_check_equal 1 "$(grep -c 'bundle: Network' home/log/ppp.log)"
	finish
	judge_seen home eth1 "$MP && eth.src == $(mac home eth1)" 20
	judge_seen home eth3 "$MP && eth.src == $(mac home eth3)" 20
	judge_seen home eth1 "$MP && eth.dst == $(mac home eth1)" 20
	judge_seen home eth3 "$MP && eth.dst == $(mac home eth3)" 20
	judge_none home eth1 "ipcp && !($MP)"
	judge_none home eth3 "ipcp && !($MP)"
}
bundle_cleanup() { net_end; }

# A concentrator that comes late to all of it: control is served first.
atf_test_case overtaken cleanup
overtaken_head() { net_head "what a link brought before its end is not lost"; }
overtaken_body()
{
	bed
	start foreground
	links 2
	in_host home ping -n -c 10 -i 0.1 -W 5 10.0.0.1 > flow.out &
	flow=$!
	sleep 0.3
	kill -STOP "$(ppp_pid isp)"
	sleep 0.5
	ask home 'link two close'
	sleep 0.1
	kill -CONT "$(ppp_pid isp)"
	links 1
	wait $flow
	atf_check -o match:' 10 received' cat flow.out
	finish
	judge_order home eth3 "$MP && eth.src == $(mac home eth3)" \
	    'lcp && ppp.code == 5'
}
overtaken_cleanup() { net_end; }

atf_test_case alone cleanup
alone_head() { net_head "without MRRU at the peer one link is used"; }
alone_body()
{
	bed 'link * set redial 30 0'
	sed -i '/set mrru/d' isp/etc/ppp.conf
	start foreground
	pings home 10.0.0.1
	wait_log home 'multilink was not agreed on, another link is up'
	links 1
	says_inactive
	atf_check_equal 1492 "$(mtu home)"
	finish
	judge_none home eth1 "$MP"
	judge_none home eth3 "$MP"
}
alone_cleanup() { net_end; }

says_inactive()
{
	ask home 'show mp' > mp.out
	atf_check -o match:'^Multilink is inactive' cat mp.out
}

atf_test_case one_link cleanup
one_link_head() { net_head "a bundle of a single link; 24 bits of sequence"; }
one_link_body()
{
	bed 'link two set mode interactive' 'disable shortseq' 'deny shortseq'
	start foreground
	links 1
	ask home 'show mp' > mp.out
	atf_check -o match:'^Multilink is active' \
	    -o match:'my  side: MRRU 1500, SHORTSEQ off' cat mp.out
	pings home 10.0.0.1 -M 'do' -s 1472
	ppp_stop home
	capture_stop home eth1
	judge_order home eth1 'chap.code == 3' "$MP"
	judge_seen home eth1 "$MP && eth.src == $(mac home eth1)" 8
}
one_link_cleanup() { net_end; }

atf_test_case packed cleanup
packed_head() { net_head "CCP and header compression belong to the bundle"; }
packed_body()
{
	bed 'disable deflate' 'deny deflate' 'enable pred1'
	sed -i 's/^ enable chap/&\n enable pred1 vjcomp\n accept pred1/' \
	    isp/etc/ppp.conf
	start foreground
	links 2
	until_true 5 eval 'ask home "show ccp" | grep -q "CCP .Opened"' ||
		fail "$(ask home 'show ccp')"
	until_true 5 eval '[ "$(mtu home)" = 1494 ]' ||
		fail "MTU $(mtu home)"
	pings home 10.0.0.1 -M 'do' -s 1466
	pings isp "$(address home)" -M 'do' -s 1466
	head -c 300000 "$PPP_BUILD/ppp" > data
	in_host isp timeout 60 socat -u TCP4-LISTEN:7777,reuseaddr \
	    OPEN:got,creat,trunc > socat.out 2>&1 < /dev/null &
	until_true 5 in_host isp sh -c 'ss -ltn | grep -q :7777' ||
		fail "no listener: $(cat socat.out)"
	in_host home timeout 60 socat -u OPEN:data TCP4:10.0.0.1:7777 ||
		fail "no connection"
	until_true 10 cmp -s data got || fail "data differs: $(cmp data got)"
	ask home 'show proto' > proto.out
	atf_check -o match:'COMPD *: *[1-9][0-9]*, *[1-9]' cat proto.out
	finish
	# In the bundle, not beside it: nothing of it outside fragments.
	judge_seen home eth1 "$MP && eth.src == $(mac home eth1)" 50
	judge_seen home eth3 "$MP && eth.src == $(mac home eth3)" 50
	judge_none home eth1 "ip || ppp.protocol == 0x00fd && !($MP)"
	judge_none home eth3 "ip || ppp.protocol == 0x00fd && !($MP)"
}
packed_cleanup() { net_end; }

atf_test_case autoload cleanup
autoload_head() { net_head "a link more under load, one less without"; }
autoload_body()
{
	bed 'set ifaddr 10.9.0.1/0 10.9.0.2/0 255.255.255.255 0.0.0.0' \
	    'link * set mode auto' 'link * set bandwidth 400000' \
	    'set autoload 10 60 2'
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth2'
	ppp_run home -auto isp || fail "-auto did not start"
	in_host home ping -n -c 5 -i 0.2 -W 1 10.0.0.1 > /dev/null || true
	wait_log home 'Connected!'
	links 1
	# 1000 octets, 80 a second: 640 kbit/s each way.
	in_host home ping -n -q -i 0.0125 -w 5 -s 972 10.0.0.1 > load.out &
	load=$!
	wait_log home 'autoload: .* opening two'
	links 2
	wait $load
	wait_log home 'autoload: .* closing two'
	links 1
	pings home 10.0.0.1
	ppp_stop home
}
autoload_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case bundle
	atf_add_test_case overtaken
	atf_add_test_case alone
	atf_add_test_case one_link
	atf_add_test_case packed
	atf_add_test_case autoload
}
