#! /usr/bin/env atf-sh
# PPP on lines of octets against pppd of a Linux guest: pppd records what went
# over its line, and tshark reads that.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

bed()
{
	interop_begin
	guest_up isp
	ip -n "$NS" addr add 192.0.2.2/24 dev isp
	guest isp 'ip addr add 192.0.2.1/24 dev wan0'
	secrets isp
}

# pppd's options, one a line
options()
{
	printf '%s\n' nodetach noproxyarp nodefaultroute local debug \
	    'logfile /tmp/pppd.log' 'record /mnt/line.record' "$@" \
	    > guests/isp/options
}

line_judged() # FILTER MINIMUM ...
{
	# pppd writes its end late: what is whole is enough.
	tshark -n -r guests/isp/line.record -w line.pcap 2> /dev/null || true
	judge_seen line "$@"
	judge_none line _ws.malformed
}

# some_tcp GUEST ADDRESS: what goes out comes back; pppd's pty is slow
some_tcp()
{
	guest "$1" 'setsid socat TCP4-LISTEN:7,fork,reuseaddr EXEC:cat \
	    > /dev/null 2>&1 < /dev/null &
	    for i in 1 2 3 4 5 6 7 8 9 10; do
		ss -ltn | grep -q ":7 " && exit
		sleep 0.3
	    done; exit 1' || fail "$1: socat does not listen"
	head -c 60000 /dev/urandom > sent
	in_ns timeout 30 socat -t 10 - "TCP4:$2:7" < sent > back ||
		fail "no TCP through the line: $(wc -c < back) octets"
	atf_check cmp sent back
}

gave_up()
{
	guest isp 'cat /tmp/pppd.log' > isp.pppd.log 2>/dev/null
	fail "$1"
}

atf_test_case pppd_serves cleanup
pppd_serves_head()
{
	interop_head "set device HOST:PORT with pppd notty behind: CHAP, data"
}
pppd_serves_body()
{
	bed
	options require-chap 10.77.0.1:10.77.0.10 'asyncmap 000a0000' \
	    'ms-dns 10.77.0.53'
	guest isp 'setsid socat TCP-LISTEN:3333,reuseaddr \
	    EXEC:"pppd notty file /mnt/options" > /tmp/socat.log 2>&1 \
	    < /dev/null &
	    for i in 1 2 3 4 5 6 7 8 9 10; do
		ss -ltn | grep -q ":3333 " && exit
		sleep 0.3
	    done; exit 1' || fail "socat does not listen"
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP
	isp:
	 set device 192.0.2.1:3333
	 disable deflate pred1 mppe vjcomp
	 deny deflate pred1 mppe vjcomp
	 set authname fred
	 set authkey secret
	 set accmap 00000001
	 set ifaddr 10.0.0.1/0 10.0.0.2/0
	 enable dns
	 set server /var/run/ppp.sock "" 0177
	END
	ours_start foreground isp
	until_true 20 ours_is_up || gave_up "no address"
	atf_check_equal 10.77.0.10 "$(ours_address)"
	ours_pings 10.77.0.1
	ours_pings 10.77.0.1 -s 1400
	some_tcp isp 10.77.0.1
	ask 'show hdlc' > said
	grep -q 'Sequence fields: 0$' said || { cat said >&2
		fail "frames were broken on the way"; }
	ask 'show lcp' > said
	for s in 'his side.*ACCMAP 000a0000, PROTOCOMP on, ACFCOMP on' \
	    'my  side.*ACCMAP 00000001, PROTOCOMP on, ACFCOMP on'; do
		grep -q "$s" said || { cat said >&2; fail "not agreed: $s"; }
	done
	ours_stop
	sleep 0.5
	line_judged 'lcp && ppp.code == 2' 2 'chap && chap.code == 3' 1 \
	    'ipcp && ppp.code == 2' 2 icmp 12 'lcp && ppp.code == 5' 1
}
pppd_serves_cleanup() { interop_end; }

atf_test_case pppd_calls cleanup
pppd_calls_head()
{
	interop_head "pppd pty calls our ppp -direct, which wants CHAP"
}
pppd_calls_body()
{
	bed
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP
	in:
	 enable chap
	 set ifaddr 10.88.0.1 10.88.0.2
	 disable deflate pred1 mppe vjcomp
	 deny deflate pred1 mppe vjcomp
	END
	echo 'fred secret' | ours_conf ppp.secret
	in_ours socat TCP-LISTEN:4444,reuseaddr,fork \
	    EXEC:"$PPP_BUILD/ppp -C $PWD/ours/etc -direct in" \
	    > socat.out 2>&1 < /dev/null &
	echo $! > socat.pid
	until_true 5 in_ns sh -c 'ss -ltn | grep -q ":4444 "' ||
		fail "socat does not listen"
	options 'user fred' noauth noipdefault 'maxfail 1' \
	    'pty "socat - TCP:192.0.2.2:4444"'
	guest isp 'setsid pppd file /mnt/options > /tmp/client.log 2>&1 \
	    < /dev/null &'
	until_true 20 ours_is_up || gave_up "no address"
	client_wait_up isp
	atf_check_equal 10.88.0.2 "$(guest_address isp)"
	guest_pings isp 10.88.0.1
	guest_pings isp 10.88.0.1 -s 1400
	ours_pings 10.88.0.2
	some_tcp isp 10.88.0.2
	guest isp 'pkill -x pppd; sleep 1'
	until_true 10 ours_is_gone || fail "-direct outlives its line"
	line_judged 'lcp && ppp.code == 2' 2 'chap && chap.code == 3' 1 \
	    'ipcp && ppp.code == 2' 2 icmp 12
}
pppd_calls_cleanup() { interop_end; }

atf_init_test_cases()
{
	atf_add_test_case pppd_serves
	atf_add_test_case pppd_calls
}
