#! /usr/bin/env atf-sh
# Compression and encryption between our client and our concentrator: that
# packets of protocol 0x00fd crossed, and that data came out as it went in.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

ALL='deflate deflate24 pred1 mppe vjcomp'

# only OPTION ...: the lines that leave nothing but these, for isp_conf
only()
{
	printf ' %s\n' "disable $ALL" "deny $ALL" "enable $*" "accept $*"
}

# data: what shrinks and what does not, there and back through TCP
data()
{
	[ -s data ] || {
		head -c 300000 "$PPP_BUILD/ppp"
		head -c 100000 /dev/urandom
		yes 'all work and no play' | head -c 300000
	} > data
	in_host isp timeout 30 socat -u TCP4-LISTEN:7777,reuseaddr \
	    OPEN:got,creat,trunc > socat.out 2>&1 < /dev/null &
	until_true 5 in_host isp sh -c 'ss -ltn | grep -q :7777' ||
		fail "no listener: $(cat socat.out)"
	in_host home timeout 30 socat -u OPEN:data TCP4:10.0.0.1:7777 ||
		fail "no connection"
	until_true 10 cmp -s data got || fail "data differs: $(cmp data got)"
}

# packed NAME MINIMUM: so many frames of 0x00fd each way, nothing in clear
PACKED='ppp.protocol == 0x00fd'
packed()
{
	local from
	for from in home:eth1 isp:eth0; do
		judge_seen home eth1 "$PACKED && eth.src == $(mac \
		    "${from%:*}" "${from#*:}")" "$1"
	done
}

# carry LINES ...: both with these lines beside the usual, data over it
carry()
{
	pair_begin
	isp_conf 'enable mschapv2' "$@"
	home_conf "$@"
	capture_start home eth1
	isp_start
	home_start -ddial
	comes_to_say home 'show ccp' 'CCP \[Opened\]'
	pings home 10.0.0.1
	pings home 10.0.0.1 -s 1400
	data
	says home 'show proto' 'COMPD *: *[1-9][0-9]*, *[1-9]'
}

carried() # FRAMES
{
	ppp_stop home
	ppp_stop isp
	capture_stop home eth1
	judge home eth1
	packed "$1"
	judge_none home eth1 'pppoe.payload_length > 1494'
}

atf_test_case deflate cleanup
deflate_head() { net_head "Deflate, windows of two sizes"; }
deflate_body()
{
	carry "$(only deflate)" 'set deflate 12'
	says home 'show ccp' \
	    'My protocol = DEFLATE (window 12), His protocol = DEFLATE'
	atf_check_equal 1492 "$(mtu home)"
	carried 20
	# far fewer octets crossed than were sent
	judge_seen home eth1 "$PACKED && pppoe.payload_length < 200" 100
}
deflate_cleanup() { net_end; }

atf_test_case pred1 cleanup
pred1_head() { net_head "Predictor-1; packets never grow over the MRU"; }
pred1_body()
{
	carry "$(only pred1)"
	says home 'show ccp' 'His protocol = PREDICTOR1'
	until_true 5 eval '[ "$(mtu home)" = 1486 ]' ||
		fail "MTU $(mtu home)"
	pings home 10.0.0.1 -M "do" -s 1458
	carried 50
	judge_none home eth1 'ip && tcp'
}
pred1_cleanup() { net_end; }

atf_test_case mppe cleanup
mppe_head() { net_head "MPPE required: not one packet of IP in clear"; }
mppe_body()
{
	carry "$(only mppe)" 'set mppe 128 stateless'
	says home 'show ccp' 'My protocol = MPPE (128 bits, stateless)'
	atf_check_equal 1488 "$(mtu home)"
	pings home 10.0.0.1 -M "do" -s 1460
	carried 50
	judge_none home eth1 'ip || ipv6'
	judge_order home eth1 'ccp' "$PACKED"
}
mppe_cleanup() { net_end; }

atf_test_case mppe_stateful cleanup
mppe_stateful_head() { net_head "MPPE with 40 bits, stateful"; }
mppe_stateful_body()
{
	carry "$(only mppe)" 'set mppe 40 stateful'
	says home 'show ccp' 'His protocol = MPPE (40 bits, stateful)'
	carried 50
	judge_none home eth1 'ip || ipv6'
}
mppe_stateful_cleanup() { net_end; }

atf_test_case mppe_refused cleanup
mppe_refused_head() { net_head "required and refused: told, and nothing goes"; }
mppe_refused_body()
{
	pair_begin
	isp_conf 'enable mschapv2'
	home_conf 'set mppe 128' 'set redial 30 1'
	capture_start home eth1
	isp_start
	ppp_start home -ddial isp
	wait_log home 'encryption is required and was not agreed on'
	# a login without keys
	ppp_stop home
	ppp_stop isp
	isp_conf 'enable chap'
	isp_start
	ppp_start home -ddial isp
	wait_log home 'this login gives no keys (MS-CHAPv2 does)'
	ppp_stop home
	capture_stop home eth1
	judge_none home eth1 'ip || ipv6'
	judge_none home eth1 "(ipcp || ipv6cp) && eth.src == $(mac home eth1)"
}
mppe_refused_cleanup() { net_end; }

atf_test_case vj cleanup
vj_head() { net_head "header compression; three octets in place of forty"; }
vj_body()
{
	pair_begin
	isp_conf 'enable chap' "$(only vjcomp)" 'set vj slots 8'
	home_conf "$(only vjcomp)"
	# TCP without timestamps is what RFC 1144 can compress
	for h in isp home; do
		in_host $h sysctl -qw net.ipv4.tcp_timestamps=0
	done
	capture_start home eth1
	isp_start
	home_start -ddial
	data
	says home 'show compress' 'Out: *[1-9][0-9]* (compress) / [1-9]'
	says home 'show compress' 'In: *[1-9][0-9]* (compress)'
	says home 'show ipcp' 'His side: .* 8 VJ slots with slot comp'
	says home 'show ipcp' 'My side: .* 16 VJ slots with slot comp'
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 'ppp.protocol == 0x002d' 50
	judge_seen home eth1 'ppp.protocol == 0x002f' 1
	# Acks without data: change octet, checksum, one or two differences
	judge_seen home eth1 \
	    'ppp.protocol == 0x002d && pppoe.payload_length < 14' 10
}
vj_cleanup() { net_end; }

atf_test_case both cleanup
both_head() { net_head "headers, then Deflate"; }
both_body()
{
	carry "$(only deflate vjcomp)"
	says home 'show proto' 'VJ_COMP *: *[1-9]'
	carried 20
}
both_cleanup() { net_end; }

atf_test_case refused cleanup
refused_head() { net_head "ppp(8)'s defaults to a peer without any of it"; }
refused_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	capture_start home eth1
	isp_start
	home_start -ddial
	pings home 10.0.0.1
	says home 'show ccp' 'CCP \[Stopped\]'
	says home 'show ccp' 'My protocol = none, His protocol = none'
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 'ccp && ppp.code == 1'
	judge_seen home eth1 'lcp && ppp.code == 8'
	judge_none home eth1 "$PACKED"
}
refused_cleanup() { net_end; }

atf_test_case commands cleanup
commands_head() { net_head "open, close and down ccp, and data in between"; }
commands_body()
{
	pair_begin
	isp_conf 'enable chap' "$(only deflate)"
	home_conf "$(only deflate)" 'set log Phase CCP'
	isp_start
	home_start -ddial
	comes_to_say home 'show ccp' 'CCP \[Opened\]'
	pings home 10.0.0.1
	ask home 'close ccp' > /dev/null
	comes_to_say home 'show ccp' 'CCP \[Stopped\]'
	pings home 10.0.0.1
	ask home 'open ccp' > /dev/null
	comes_to_say home 'show ccp' 'CCP \[Opened\]'
	pings home 10.0.0.1
	ask home 'down ccp' > /dev/null
	comes_to_say home 'show ccp' 'CCP \[Initial\]'
	ask home 'open ccp' > /dev/null
	comes_to_say home 'show ccp' 'CCP \[Opened\]'
	pings home 10.0.0.1
	ask home 'close ccp!' > /dev/null
	comes_to_say home 'show ccp' 'CCP \[Closed\]'
	pings home 10.0.0.1
	ask home close
	wait_down home
	says home 'open ccp' 'LCP must be open before opening CCP'
	logged home 'rcvd Configure-Request .* Deflate=7800' ||
		fail "CCP is not logged"
	ppp_stop home
}
commands_cleanup() { net_end; }

atf_init_test_cases()
{
	for t in deflate pred1 mppe mppe_stateful mppe_refused vj both \
	    refused commands; do
		atf_add_test_case $t
	done
}
