#! /usr/bin/env atf-sh
# Limits of bits a second: they hold, up and down, for TCP and UDP, live; one
# session's costs another nothing; what is urgent goes first.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# rate HOST TO OPTION ... - bits a second that arrived, the start left out
rate()
{
	local h to
	h=$1 to=$2
	shift 2
	in_host "$h" iperf3 -c "$to" -t 3 -O 1 -J "$@" > "iperf.$h" 2>&1 || {
		cat "iperf.$h" >&2
		fail "iperf3 failed"
	}
	jq '.end | (.sum_received // .sum) | .bits_per_second | floor' \
	    "iperf.$h"
}

# near GOT WANT PERCENT - of the bits of IP; the caller adds headers
near()
{
	[ "$1" -ge $(($2 * (100 - $3) / 100)) ] &&
	[ "$1" -le $(($2 * (100 + $3) / 100)) ]
}

# holds WANT WHAT HOST TO OPTION ... - within 5 %; a busy machine may not come
# so far at once.
holds()
{
	local want what got i
	want=$1 what=$2
	shift 2
	for i in 1 2 3 4 5; do
		got=$(rate "$@") || exit 1
		echo "$what, time $i: $got of $want"
		! near "$got" "$want" 5 || return 0
	done
	fail "$what: $got bits a second, want $want within 5 %"
}

# hold_both WANT-FRED WANT-JANE WHAT [OPTION] - a flood of fred's, fifteen
# times his rate, beside jane's TCP
hold_both()
{
	local i flood n
	for i in 1 2 3 4 5; do
		# shellcheck disable=SC2086
		rate c1 10.0.0.1 -p 5201 -u -b 60m -l 1400 ${4-} > one &
		flood=$!
		# shellcheck disable=SC2086
		n=$(rate c2 10.0.0.1 -p 5202 ${4-}) || exit 1
		wait $flood || fail "no flood"
		echo "$3, time $i: $(cat one) of $1, $n of $2"
		! near "$(cat one)" "$1" 5 || ! near "$n" "$2" 5 || return 0
	done
	fail "$3: $(cat one) and $n bits a second, want $1 and $2 within 5 %"
}

server() # HOST [PORT]: of iperf3, until the host ends
{
	in_host "$1" iperf3 -s -D -p "${2:-5201}"
	until_true 5 eval "in_host '$1' ss -ltn | grep -q ':${2:-5201} '" ||
		atf_fail "no iperf3 on $1"
}

atf_test_case limits cleanup
limits_head() { net_head "set rate of a concentrator holds both ways"; }
limits_body()
{
	pair_begin
	isp_conf 'set rate 8m 20m'
	home_conf
	isp_start
	home_start -foreground
	server isp
	# payload of TCP: 1440 of 1492 octets; UDP 1400 of 1428
	holds $((8000000 * 1440 / 1492)) 'TCP up' home 10.0.0.1
	holds $((20000000 * 1440 / 1492)) 'TCP down' home 10.0.0.1 -R
	holds $((8000000 * 1400 / 1428)) 'UDP up' \
	    home 10.0.0.1 -u -b 40m -l 1400
	holds $((20000000 * 1400 / 1428)) 'UDP down' \
	    home 10.0.0.1 -u -b 40m -l 1400 -R
	says isp 'show sessions rate-limit,rate-drops' '20000/8000 *[1-9]'
	says isp 'show lb' '^dropped-RATE_IN:* *[1-9]'
	says isp 'show lb' '^dropped-RATE_OUT:* *[1-9]'
	# live, and back
	ask isp 'set rate 40m 40m'
	holds $((40000000 * 1440 / 1492)) live home 10.0.0.1 -R
}
limits_cleanup() { net_end; }

# Two clients, fred and jane, on a switch; NAME KEY ... of each are given.
atf_test_case others cleanup
others_head() { net_head "limits by user; one session's is no other's"; }
others_body()
{
	two_begin fred jane
	isp_conf 'enable chap' 'set rate 1m 1m'
	secret 'fred secret * * * rate=2m/4m' \
	    'jane secret 10.0.0.77 rate=20m/30m/60k'
	two_start
	server isp 5201
	server isp 5202
	says isp 'show sessions username,rate-limit' 'fred *4000/2000'
	says isp 'show sessions username,ip,rate-limit' \
	    'jane *10.0.0.77 *30000/20000'
	# one's flood is his own trouble, down and up
	hold_both $((4000000 * 1400 / 1428)) $((30000000 * 1440 / 1492)) \
	    down -R
	hold_both $((2000000 * 1400 / 1428)) $((20000000 * 1440 / 1492)) up
	# by hand, one session of two; then the label's
	atf_check_equal '1 changed' "$(ask isp 'lb rate jane 0 10m')"
	says isp 'show sessions username,rate-limit' 'jane *10000/0'
	says isp 'show sessions username,rate-limit' 'fred *4000/2000'
	holds $((10000000 * 1440 / 1492)) 'by hand' c2 10.0.0.1 -p 5202 -R
	atf_check_equal '1 changed' "$(ask isp 'lb rate 10.0.0.77 default')"
	says isp 'show sessions username,rate-limit' 'jane *1000/1000'
	says isp 'lb rate fred 1k 1m' 'not 8k to 400g bits a second'
}
others_cleanup() { net_end; }

dgrams() # PORT: forty to there, one after the other
{
	local i
	for i in 1 2 3 4 5 6 7 8 9 10; do
		printf 'aaaabbbbccccdddd' | in_host home socat -b 4 -u - \
		    "UDP4-SENDTO:10.0.0.1:$1"
	done
}
came() { seen isp eth0 "udp.dstport == $1 && !icmp" | grep -c .; } # PORT

atf_test_case urgent cleanup
urgent_head() { net_head "set urgent: in a full queue it goes first"; }
urgent_body()
{
	pair_begin
	isp_conf
	home_conf 'set rate 1m 0' 'set urgent udp 5202'
	isp_start
	home_start -foreground
	server isp
	capture_start isp eth0
	# a flood of eight times the rate fills the queue of 30
	in_host home iperf3 -c 10.0.0.1 -u -b 8m -l 1000 -t 120 \
	    > flood.out 2>&1 &
	flood=$!
	until_true 8 eval "ask home 'show bundle' |
	    grep -q '^ Queued: *[1-9][0-9]* of 30 packets'" ||
		fail "the queue is never full: $(cat flood.out)"
	says home 'show ipcp' '^ Queued packets:  [1-9]'
	says home 'show physical' '^ Queued Packets:  [1-9]'
	dgrams 5203
	dgrams 5202
	# low delay: every ping; without, not
	in_host home ping -q -n -Q 0x10 -c 20 -i 0.02 10.0.0.1 > ping.out ||
		true
	kill $flood 2> /dev/null || true
	capture_stop isp eth0
	grep -q ' 0% packet loss' ping.out || fail "$(cat ping.out)"
	atf_check_equal 40 "$(came 5202)"
	n=$(came 5203)
	[ "$n" -lt 40 ] || fail "the flood harms nobody"
	says home 'show ncp' '^Urgent UDP ports: 5202$'
	says home 'show ncp' '^Urgent TCP ports: 21, .*, 543, 544$'
	says home 'show ncp' '^Urgent TOS: *on$'
}
urgent_cleanup() { net_end; }

# The kernel itself keeps packets to a local address; without its route in
# the table "local" they come to us as on a BSD.
atf_test_case loopback cleanup
loopback_head() { net_head "enable loopback: our own address does not leave"; }
loopback_body()
{
	pair_begin
	isp_conf
	home_conf
	isp_start
	home_start -foreground
	a=$(address home)
	in_host home ip route del local "$a" dev tun0 table local
	capture_start home eth1
	in_host home tcpdump -i tun0 -n -l --immediate-mode -Z root \
	    > tun.out 2> tun.err < /dev/null &
	dump=$!
	until_true 10 grep -q 'listening on' tun.err || atf_fail "no tcpdump"
	send_home() { echo x | in_host home socat -u - "UDP4-SENDTO:$a:$1"; }
	send_home 4001 2> /dev/null
	ask home 'disable loopback'
	send_home 4002 2> /dev/null
	send_home 4002 2> /dev/null
	capture_stop home eth1
	kill $dump 2> /dev/null || true
	judge_none home eth1 'udp.dstport == 4001'
	judge_seen home eth1 'udp.dstport == 4002'
	[ "$(grep -c "> $a.4001: UDP" tun.out)" = 2 ] ||
		fail "not looped: $(cat tun.out)"
}
loopback_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case limits
	atf_add_test_case others
	atf_add_test_case urgent
	atf_add_test_case loopback
}
