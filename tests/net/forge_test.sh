#! /usr/bin/env atf-sh
# Frames that nobody of ours sent: from the wrong MAC, VLAN or session, with
# somebody else's address, cut off, too long, many at once. Each is counted
# by its reason, and the session beside it loses nothing.
# sanitize: asan tsan
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# isp, home and evil on one Ethernet.
three() # [MTU]
{
	net_begin
	host isp home evil lan
	wire isp eth0 lan p1 "${1:-1500}"
	wire home eth1 lan p2 "${1:-1500}"
	wire evil eth2 lan p3 "${1:-1500}"
	switch lan p1 p2 p3
	# It learns nothing, so that nothing is cut off by what is forged.
	ip -n "$(ns lan)" link set dev lan type bridge ageing_time 0
	secret 'fred secret'
	isp_conf 'enable chap' 'set lb padirate 200 4'
	home_conf
	isp_start
	home_start -ddial
	AC=$(mac isp eth0 | tr -d :)
	ME=$(mac home eth1 | tr -d :)
	EVIL=$(mac evil eth2 | tr -d :)
	SID=$(sed -n 's/.*Connected!.* session \([0-9]*\)).*/\1/p' \
	    home/log/ppp.log)
	SID=$(printf %04x "$SID")
	pinging home 10.0.0.1 "${2:-60}"
}

# send FROM-HOST INTERFACE HEX [COUNT]
send()
{
	in_host "$1" "$PPP_BUILD/tests/net/frame_tool" "$2" "$3" "${4:-1}"
}

count() # REASON, at the concentrator
{
	ask isp 'show lb csv' | sed -n "s/^dropped-$1,//p" | grep . || echo 0
}

# rises REASON BY COMMAND ...
rises()
{
	local reason by was
	reason=$1 by=$2
	shift 2
	was=$(count "$reason")
	"$@"
	until_true 5 eval "[ \$(count $reason) -ge $((was + by)) ]" ||
		fail "$reason was $was, is $(count "$reason") after $*"
}

# settles REASON - what is on its way has come
settles()
{
	local was now
	was=-1 now=$(count "$1")
	while [ "$now" != "$was" ]; do
		sleep 0.1
		was=$now now=$(count "$1")
	done
}

unharmed()
{
	pinged home
	pings home 10.0.0.1
	atf_check_equal 1 "$(times home 'Connected!')"
	atf_check_equal 1 "$(times isp ': up, ')"
	ppp_stop home
	ppp_stop isp
}

padt() { echo "886311a7$1$(printf %04x 0)$(printf %080d 0)"; } # SID
# icmp SOURCE: an echo-request to 10.0.0.1 inside the session
icmp()
{
	echo "88641100${SID}001e0021450000$(printf '1c%s' \
	    "00014000400100000${1#0}")0a0000010800f7ff00000000"
}

atf_test_case control cleanup
control_head() { net_head "forged PADT, LCP and session ids"; }
control_body()
{
	three
	other=$(printf %04x $(((0x$SID + 1) & 0xffff)))
	term=c02105010004
	# to the concentrator: wrong MAC, wrong VLAN, wrong session
	rises DISC_FORGED 1 send evil eth2 "$AC$EVIL$(padt "$SID")"
	rises DISC_FORGED 1 send evil eth2 "$AC${ME}81000007$(padt "$SID")"
	rises DISC_FORGED 1 send evil eth2 "$AC$ME$(padt "$other")"
	rises NO_SESSION 1 send evil eth2 \
	    "$AC${EVIL}88641100${SID}0006$term"
	rises NO_SESSION 1 send evil eth2 \
	    "$AC${ME}8100000788641100${SID}0006$term"
	rises NO_SESSION 1 send evil eth2 \
	    "$AC${ME}88641100${other}0006$term"
	# to the client
	send evil eth2 "$ME$EVIL$(padt "$SID")"
	send evil eth2 "$ME${AC}81000007$(padt "$SID")"
	send evil eth2 "$ME$AC$(padt "$other")"
	send evil eth2 "$ME${EVIL}88641100${SID}0006$term"
	send evil eth2 "$ME${AC}8100000788641100${SID}0006$term"
	send evil eth2 "$ME${AC}88641100${other}0006$term"
	unharmed
}
control_cleanup() { net_end; }

atf_test_case data cleanup
data_head() { net_head "spoofed source, cut off, oversized, padded data"; }
data_body()
{
	three 4000
	capture_start home eth1
	# Short frames are padded by Ethernet: legal, and answered.
	send home eth1 "$AC${ME}88641100${SID}000ac0210907000800000000$(
	    printf %080d 0)"
	rises IP_SOURCE 1 send home eth1 "$AC$ME$(icmp 0a000063)"
	rises IP_SOURCE 1 send home eth1 "$AC$ME$(icmp 0a000001)"
	rises IP_SHORT 1 send home eth1 \
	    "$AC${ME}88641100${SID}000600214500001c"
	rises PPPOE_SHORT 1 send home eth1 \
	    "$AC${ME}88641100${SID}ffffc0210907000800000000"
	rises PPPOE_FORMAT 1 send home eth1 \
	    "$AC${ME}88642200${SID}000ac0210907000800000000"
	rises PPPOE_FORMAT 1 send home eth1 \
	    "$AC${ME}886411a7${SID}000ac0210907000800000000"
	rises PPP_SHORT 1 send home eth1 \
	    "$AC${ME}88641100${SID}0001c0$(printf %080d 0)"
	rises LCP_BAD 1 send home eth1 \
	    "$AC${ME}88641100${SID}000ac02109070fff00000000"
	rises OVERSIZE 1 send home eth1 \
	    "$AC${ME}88641100${SID}0f00c021$(printf %07600d 0)"
	rises DISC_SHORT 1 send home eth1 \
	    "ffffffffffff${ME}8863110900000004010100ff$(printf %080d 0)"
	capture_stop home eth1
	judge_seen home eth1 'lcp && ppp.code == 10 && ppp.identifier == 7'
	judge_none home eth1 "icmp.type == 0 && ip.dst == 10.0.0.99"
	unharmed
}
data_cleanup() { net_end; }

atf_test_case flood cleanup
flood_head() { net_head "PADIs without end, and who is there already"; }
flood_body()
{
	three 1500 100
	padi=886311090000000c0101000001030004deadbeef$(printf %064d 0)
	rises PADI_RATE 1000 send evil eth2 "ffffffffffff$EVIL$padi" 20000
	rises PADI_RATE 1000 send evil eth2 "ffffffffffff$EVIL$padi" 20000
	unharmed
}
flood_cleanup() { net_end; }

atf_test_case unknown cleanup
unknown_head() { net_head "frames of unknown sessions: few PADTs answer many"; }
unknown_body()
{
	three 1500 100
	capture_start evil eth2
	f=$AC${EVIL}886411004444000ac0210907000800000000$(printf %060d 0)
	# in pieces: what does not fit the ring is not looked at
	for i in 1 2 3 4 5 6 7 8; do
		rises NO_SESSION 600 send evil eth2 "$f" 1000
		settles NO_SESSION
	done
	# a flood also drowns our answers on their way; this one is alone
	sleep 1.1
	send evil eth2 "$f"
	sleep 0.3
	capture_stop evil eth2
	judge_seen evil eth2 "pppoe.code == 0xa7 && eth.src == $(mac isp eth0)"
	n=$(seen evil eth2 "pppoe.code == 0xa7" | wc -l)
	[ "$n" -le 1000 ] || fail "$n PADTs"
	unharmed
}
unknown_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case control
	atf_add_test_case data
	atf_add_test_case flood
	atf_add_test_case unknown
}
