#! /usr/bin/env atf-sh
# What changes between the two sides of a session: SYNs with every value of
# DSCP and ECN, judged by tshark on both interfaces and the wire between, and
# `test path', which must say the same.
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

listen()
{
	PPPOE_FRAMES=pppoes capture_start home eth1
	PPPOE_FRAMES=tcp capture_start home tun0
	PPPOE_FRAMES=tcp capture_start isp tun0
}
listened()
{
	capture_stop home eth1
	capture_stop home tun0
	capture_stop isp tun0
}

# looking NAME WHO - `test path' there, until looked NAME
looking()
{
	ask "$1" "test path $2 packets 512 time 40 json" > "$1.said" 2>&1 &
	echo $! > "$1.looks"
	looks "$1"
}
# looks NAME - one runs there: no other can begin
looks()
{
	until_true 20 eval "ask $1 'test path nobody' > probe 2>&1
	    grep -q 'one at a time looks' probe" ||
		fail "no test runs: $(cat "$1.said" probe)"
}
looked() { wait "$(cat "$1.looks")" || fail "$(cat "$1.said")"; }

# told NAME WAY FIELD FILTER - of that row
told()
{
	jq -e --arg w "$2" --arg f "$3" \
	    "[.fields[] | select(.way == \$w and .field == \$f)] |
	    length == 1 and (.[0] | $4)" "$1.said" > /dev/null ||
		fail "$1: $2 $3: not $4: $(tr -d '\n' < "$1.said")"
}

# classes NAME INTERFACE FILTER - MSS, how many SYNs, with how many values
classes()
{
	seen "$1" "$2" "tcp.flags == 2 && $3" -T fields -e ip.dsfield \
	    -e ipv6.tclass -e tcp.options.mss_val > syns
	heard
	echo "$(awk '{ print $NF }' syns | sort -u) $(grep -c . syns)" \
	    "$(sort -u syns | grep -c .)"
}

same() # MSS-BEFORE MSS-AFTER FILTER
{
	atf_check_equal "$1 256 256" "$(classes home tun0 "$3")"
	atf_check_equal "$2 256 256" "$(classes home eth1 "$3")"
	atf_check_equal "$2 256 256" "$(classes isp tun0 "$3")"
}

# both MSS-BEFORE MSS-AFTER - the same by the program, at both ends
both()
{
	told home 'to peer' MSS '.packets == 256 and .changed == 256 and
	    .before == "'"$1"'" and .after == "'"$2"'" and
	    .why == "enable tcpmssfixup: MTU 1492"'
	told home 'to peer' checksum '.changed == 256 and
	    .why == "follows the MSS"'
	told isp 'from peer' MSS '.packets == 256 and .changed == 0 and
	    .before == "'"$2"'"'
	for way in 'home:to peer' 'isp:from peer'; do
		told "${way%:*}" "${way#*:}" DSCP '.changed == 0 and
		    .packets >= 256 and .before == "64 values"'
		told "${way%:*}" "${way#*:}" ECN '.changed == 0 and
		    .before == "4 values"'
		told "${way%:*}" "${way#*:}" TTL '.changed == 0'
		told "${way%:*}" "${way#*:}" 'TCP options' '.changed == 0'
	done
	told isp 'from peer' checksum '.changed == 0'
}

atf_test_case ip4 cleanup
ip4_head() { net_head "IPv4: MSS 1460 becomes 1452; DSCP and ECN stay"; }
ip4_body()
{
	begin
	listen
	looking home client
	looking isp fred
	in_host home "$PPP_BUILD/tests/net/syn_tool" 10.0.0.10 10.0.0.1 ||
		fail "no SYNs"
	looked home
	looked isp
	listened
	same 1460 1452 'ip.src == 10.0.0.10'
	both 1460 1452
}
ip4_cleanup() { net_end; }

# sanitize: asan
atf_test_case ip6 cleanup
ip6_head() { net_head "IPv6: MSS 1440 becomes 1432; DSCP and ECN stay"; }
ip6_body()
{
	begin
	until_true 5 eval '[ -n "$(link_local home)" ]' || fail "no IPv6"
	a=$(link_local home) b=$(link_local isp)
	listen
	looking home client
	looking isp fred
	in_host home "$PPP_BUILD/tests/net/syn_tool" "$a%tun0" "$b%tun0" ||
		fail "no SYNs"
	looked home
	looked isp
	listened
	same 1440 1432 "ipv6.src == $a"
	both 1440 1432
}
ip6_cleanup() { net_end; }

atf_test_case text cleanup
text_head() { net_head "the table as text, data cut and joined, refusals"; }
text_body()
{
	begin
	ask home 'test path client time 40 packets 400' > home.said 2>&1 &
	job=$!
	looks home
	says home 'test path client' '^a test of client runs'
	in_host isp sh -c 'socat -u OPEN:/dev/zero,readbytes=3000000 \
	    TCP-LISTEN:81,reuseaddr & exec socat -u -T 20 \
	    TCP-LISTEN:82,reuseaddr OPEN:/dev/null' < /dev/null > out 2>&1 &
	until_true 20 eval "in_host isp ss -tln | grep -q :82" ||
		fail "$(cat out)"
	in_host home socat -u OPEN:/dev/zero,readbytes=3000000 \
	    TCP:10.0.0.1:82
	in_host home socat -u TCP:10.0.0.1:81 OPEN:/dev/null
	wait "$job" || true
	cp home.said said
	grep -q '^client: session .* tun0 and eth1: enough packets;' said ||
		fail "$(cat said)"
	grep -q '^to peer  *MSS .*  1460  *1452 ' said ||
	grep -q '^to peer  *MSS .*  1452  *1452 *$' said ||
		fail "$(cat said)"
	grep -q '^to peer  *length .* segments cut for the MTU$' said ||
		fail "$(cat said)"
	grep -q '^to peer  *DSCP  *[0-9]*  *0 ' said || fail "$(cat said)"
	! grep -q -e unexplained -e Wrong said || fail "$(cat said)"
	says isp 'test path wilma' '^wilma: no such session$'
	says isp 'test path fred packets 0' '^packets: not 1 to 5000$'
	says isp 'test path fred time' '^time: not 1 to 600 seconds$'
	says isp 'test path fred again' '^usage: test path who'
	says isp 'test path fred time 1' ': time is over; 0 packets on tun0'
	# stopped, and down
	ask isp 'test path fred time 300' > isp.said 2>&1 &
	job=$!
	looks isp
	ask isp 'test stop'
	wait "$job" || true
	grep -q ': stopped; ' isp.said || fail "$(cat isp.said)"
	ask isp 'test path fred time 300' > isp.said 2>&1 &
	job=$!
	looks isp
	ask isp 'close session fred'
	wait "$job" || true
	grep -q ': the session went down; ' isp.said || fail "$(cat isp.said)"
}
text_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case ip4
	atf_add_test_case ip6
	atf_add_test_case text
}
