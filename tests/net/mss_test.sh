#! /usr/bin/env atf-sh
# MSS options of the SYNs that crossed, both ways, IPv4 and IPv6, with NAT
# and without. The concentrator leaves them alone; the client does not.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"
# shellcheck source=tests/net/lan.sh
. "$PPP_SRC/tests/net/lan.sh"

# sniff NAME INTERFACE FILTER: whatever crosses there, until sniffed
sniff()
{
	rm -f "$1.$2.tcpdump"
	in_host "$1" sh -c 'echo $$ > "$1"; shift; exec "$@"' sh \
	    "$PWD/$1.$2.pid" tcpdump -i "$2" -U --immediate-mode -Z root \
	    -w "$PWD/$1.$2.pcap" "$3" > "$1.$2.tcpdump" 2>&1 < /dev/null &
	until_true 10 grep -q 'listening on' "$1.$2.tcpdump" ||
		atf_fail "tcpdump: $(cat "$1.$2.tcpdump")"
}
sniffed() { capture_stop "$1" "$2"; }

# mss NAME INTERFACE FILTER: the values that were seen there
mss()
{
	seen "$1" "$2" "tcp.flags.syn == 1 && $3" \
	    -T fields -e tcp.options.mss_val | sort -un | tr '\n' ' '
	heard
}

is() # WHAT WANTED GOT
{
	[ "$3" = "$2 " ] || fail "$1: MSS \"$3\", want $2"
}

begin() # LINE ... of the client
{
	lan_begin
	isp_conf 'enable chap' 'disable tcpmssfixup'
	home_conf "$@"
	isp_start
	home_start -ddial
	tcp_serve out 80
}

listen() { sniff home eth1 'pppoes'; sniff home tun0 tcp; }
listened() { sniffed home eth1; sniffed home tun0; }

atf_test_case nat4 cleanup
nat4_head() { net_head "IPv4 behind NAT: 1452 both ways"; }
nat4_body()
{
	begin 'nat enable yes' 'nat port tcp 192.168.7.2:80 80'
	tcp_serve lan 80
	listen
	sniff out eth0 tcp
	sniff lan eth0 tcp
	sees 10.0.0.10 tcp_ask lan 198.51.100.2 80
	sees 198.51.100.2 tcp_ask out 10.0.0.10 80
	listened
	sniffed out eth0
	sniffed lan eth0
	is 'leaving lan' 1460 "$(mss lan eth0 'ip.src == 192.168.7.2')"
	is 'on the wire' 1452 "$(mss home eth1 'ip.src == 10.0.0.10')"
	is 'reaching out' 1452 "$(mss out eth0 'ip.src == 10.0.0.10')"
	is 'leaving out' 1460 "$(mss out eth0 'ip.src == 198.51.100.2')"
	is 'still' 1460 "$(mss home eth1 'ip.src == 198.51.100.2')"
	is 'out of the tun' 1452 "$(mss home tun0 'ip.src == 198.51.100.2')"
	is 'reaching lan' 1452 "$(mss lan eth0 'ip.src == 198.51.100.2')"
}
nat4_cleanup() { net_end; }

atf_test_case plain4 cleanup
plain4_head() { net_head "IPv4 without NAT, and disable tcpmssfixup"; }
plain4_body()
{
	begin
	ip -n "$(ns home)" route change default via 10.0.0.1 dev tun0 \
	    advmss 1460
	listen
	sees 10.0.0.10 tcp_ask home 198.51.100.2 80
	listened
	is 'into the tun' 1460 "$(mss home tun0 'ip.src == 10.0.0.10')"
	is 'on the wire' 1452 "$(mss home eth1 'ip.src == 10.0.0.10')"
	is 'answer, wire' 1460 "$(mss home eth1 'ip.src == 198.51.100.2')"
	is 'answer, tun' 1452 "$(mss home tun0 'ip.src == 198.51.100.2')"
	ask home 'disable mssfixup'
	listen
	sees 10.0.0.10 tcp_ask home 198.51.100.2 80
	listened
	is 'off, wire' 1460 "$(mss home eth1 'ip.src == 10.0.0.10')"
	is 'off, tun' 1460 "$(mss home tun0 'ip.src == 198.51.100.2')"
}
plain4_cleanup() { net_end; }

atf_test_case ip6 cleanup
ip6_head() { net_head "IPv6, with NAT for IPv4 and without: 1432"; }
ip6_body()
{
	begin 'nat enable yes'
	in_host isp socat 'TCP6-LISTEN:81,fork,reuseaddr' SYSTEM:'echo hi' \
	    > /dev/null 2>&1 < /dev/null &
	until_true 5 eval '[ -n "$(link_local home)" ]' || fail "no IPv6"
	a=$(link_local home) b=$(link_local isp)
	ip -n "$(ns home)" -6 route add "$b" dev tun0 advmss 1440
	ip -n "$(ns isp)" -6 route add "$a" dev tun0 advmss 1440
	for nat in yes no; do
		ask home "nat enable $nat"
		listen
		until_true 5 eval '[ "$(in_host home timeout 4 socat -t 2 - \
		    "TCP6:[$b%tun0]:81" < /dev/null)" = hi ]' ||
			fail "no answer"
		listened
		is "$nat, tun" 1440 "$(mss home tun0 "ipv6.src == $a")"
		is "$nat, wire" 1432 "$(mss home eth1 "ipv6.src == $a")"
		is "$nat, wire, answer" 1440 \
		    "$(mss home eth1 "ipv6.src == $b && tcp.flags.ack == 1")"
		is "$nat, tun, answer" 1432 \
		    "$(mss home tun0 "ipv6.src == $b && tcp.flags.ack == 1")"
	done
}
ip6_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case nat4
	atf_add_test_case plain4
	atf_add_test_case ip6
}
