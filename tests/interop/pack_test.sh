#! /usr/bin/env atf-sh
# Compression and encryption against pppd and the kernel's modules, in both
# roles.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

ALL='deflate deflate24 pred1 mppe vjcomp'
PACKED='ppp.protocol == 0x00fd'
CLEAR='ip || ipv6'

# has GUEST MODULE: its kernel can do that
has()
{
	guest "$1" "modprobe -d /run -q $2" > /dev/null 2>&1 ||
		[ -n "$(guest "$1" "ls -d /sys/module/$2" 2>/dev/null)" ]
}

# our_client LINE ...: the label isp, and more of it
our_client()
{
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP CCP
	isp:
	 set device PPPoE:isp
	 set authname fred
	 set authkey secret
	 disable $ALL
	 deny $ALL
	 set server /var/run/ppp.sock "" 0177
	$(printf ' %s\n' "$@")
	END
}

our_concentrator()
{
	ours_conf <<-END
	default:
	 set log Phase LCP IPCP IPV6CP CCP
	ac:
	 set lb interface home
	 set ifaddr 10.99.0.1 10.99.0.10-10.99.0.20
	 disable $ALL
	 deny $ALL
	 set server /var/run/ppp.sock "" 0177
	$(printf ' %s\n' "$@")
	END
	ours_conf ppp.secret <<-END
	fred	secret
	END
}

# both_sides INTERFACE FILTER MINIMUM: so many from us, and from the peer
both_sides()
{
	mac=$(in_ns cat "/sys/class/net/$1/address")
	judge_seen "$1" "($2) && eth.src == $mac" "$3" \
	    "($2) && eth.src != $mac" "$3"
}

# as_client MODULE PPPD-OPTIONS LINE ... - our client, data both ways
as_client()
{
	interop_begin
	guest_up isp
	[ -z "$1" ] || has isp "$1" || atf_skip "no $1 in the guest"
	more=$2
	shift 2
	our_client "$@"
	server_start isp auth=mschap-v2 v6=no "more=$more"
	capture_start isp
	ours_start foreground isp
	ours_wait_up
	ours_pings 10.77.0.1 -s 1400
	tcp_both_ways isp 10.77.0.1
}

as_client_done()
{
	ours_stop
	capture_stop isp
	judge isp chap
}

# as_server [user] MODULE PPPD-OPTIONS LINE ... - our concentrator
as_server()
{
	user=no
	case $1 in
	user)	user=yes; shift;;	# its kernel mode refuses compression
	esac
	interop_begin
	guest_up home
	[ -z "$1" ] || has home "$1" || atf_skip "no $1 in the guest"
	more=$2
	shift 2
	our_concentrator 'enable mschapv2' "$@"
	capture_start home
	ours_start foreground ac
	client_start home v6=no "more=$more" "user-space=$user"
	client_wait_up home
	guest_pings home 10.99.0.1 -s 1400
	tcp_both_ways home "$(guest_address home)"
}

as_server_done()
{
	client_stop home
	ours_stop
	capture_stop home
	judge home chap
}

atf_test_case mppe_client cleanup
mppe_client_head() { interop_head "our client, pppd with require-mppe-128"; }
mppe_client_body()
{
	as_client ppp_mppe 'require-mppe-128' 'enable mppe' 'accept mppe' \
	    'set mppe 128 stateless'
	as_client_done
	both_sides isp "$PACKED" 300
	judge_none isp "$CLEAR"
}
mppe_client_cleanup() { interop_end; }

atf_test_case mppe_server cleanup
mppe_server_head() { interop_head "pppd with require-mppe-128 to us"; }
mppe_server_body()
{
	as_server ppp_mppe 'require-mppe-128' 'enable mppe' 'accept mppe' \
	    'set mppe *'
	as_server_done
	both_sides home "$PACKED" 300
	judge_none home "$CLEAR"
}
mppe_server_cleanup() { interop_end; }

atf_test_case mppe40 cleanup
mppe40_head() { interop_head "40 bits, stateful, pppd to us"; }
mppe40_body()
{
	as_server ppp_mppe 'require-mppe-40 mppe-stateful nomppe-128' \
	    'enable mppe' 'accept mppe' 'set mppe 40 stateful'
	as_server_done
	both_sides home "$PACKED" 300
	judge_none home "$CLEAR"
}
mppe40_cleanup() { interop_end; }

# forged INTERFACE GUEST HEX: a packet of its session, as if from us
forged()
{
	file=$1.pcap
	to=$(tshark -n -r "$file" -Y 'pppoes && lcp' -T fields \
	    -e eth.dst -e pppoe.session_id 2> /dev/null |
	    grep -v -i "^$(in_ns cat "/sys/class/net/$1/address")" |
	    tail -n 1 | tr -d ':')
	set -- "$1" "$(in_ns cat "/sys/class/net/$1/address" | tr -d ':')" \
	    "$2" "${to%%[!0-9a-f]*}" "${to##*0x}"
	in_ns "$PPP_BUILD/tests/net/frame_tool" "$1" "$(printf \
	    '%s%s88641100%s%04x%s' "$4" "$2" "$5" $((${#3} / 2)) "$3")"
}

# Both begin anew after a loss. What the kernel does with its key then is
# not quite what RFC 3078 says.
atf_test_case mppe_loss cleanup
mppe_loss_head() { interop_head "stateful, and packets are lost, pppd to us"; }
mppe_loss_body()
{
	as_server ppp_mppe 'require-mppe-128 mppe-stateful' \
	    'enable mppe' 'accept mppe' 'set mppe 128 stateful'
	# a count that is not next: as if those before it were lost
	forged home 00fd1abc00112233445566
	guest_pings home 10.99.0.1 -s 1400
	guest home 'modprobe -d /run -q sch_netem
	    tc qdisc add dev wan0 root netem loss 10% &&
	    ping -n -i 0.02 -c 200 10.99.0.1 > /dev/null
	    tc qdisc del dev wan0 root' || fail "no loss"
	guest_pings home 10.99.0.1 -s 1400
	as_server_done
	both_sides home 'ccp && ppp.code == 14' 1
}
mppe_loss_cleanup() { interop_end; }

atf_test_case deflate_client cleanup
deflate_client_head() { interop_head "our client, pppd with deflate 15"; }
deflate_client_body()
{
	as_client ppp_deflate 'deflate 15;nobsdcomp' 'enable deflate' \
	    'accept deflate'
	as_client_done
	both_sides isp "$PACKED" 2
}
deflate_client_cleanup() { interop_end; }

atf_test_case deflate_server cleanup
deflate_server_head() { interop_head "pppd with deflate 12 to us"; }
deflate_server_body()
{
	as_server user ppp_deflate 'deflate 12 nobsdcomp' 'enable deflate' \
	    'accept deflate'
	as_server_done
	both_sides home "$PACKED" 2
}
deflate_server_cleanup() { interop_end; }

atf_test_case vj_client cleanup
vj_client_head() { interop_head "header compression with pppd as server"; }
vj_client_body()
{
	interop_begin
	guest_up isp
	no_stamps isp
	our_client 'enable vjcomp' 'accept vjcomp'
	server_start isp auth=chap v6=no 'more=vj-max-slots 6'
	capture_start isp
	ours_start foreground isp
	ours_wait_up
	tcp_both_ways isp 10.77.0.1
	ask 'show compress' > said
	ask 'show ipcp' >> said
	grep -q 'Out: *[1-9].*(compress)' said || fail "$(cat said)"
	grep -q 'His side: .* 6 VJ slots' said || fail "$(cat said)"
	ours_stop
	capture_stop isp
	judge isp chap
	both_sides isp 'ppp.protocol == 0x002d' 20
}
vj_client_cleanup() { interop_end; }

# TCP without timestamps is what RFC 1144 can compress.
no_stamps()
{
	guest "$1" 'sysctl -qw net.ipv4.tcp_timestamps=0'
	in_ns sysctl -qw net.ipv4.tcp_timestamps=0
}

atf_test_case vj_server cleanup
vj_server_head() { interop_head "header compression with pppd as client"; }
vj_server_body()
{
	interop_begin
	guest_up home
	no_stamps home
	our_concentrator 'enable chap' 'enable vjcomp' 'accept vjcomp' \
	    'set vj slots 5' 'set vj slotcomp off'
	capture_start home
	ours_start foreground ac
	client_start home v6=no user-space=yes
	client_wait_up home
	tcp_both_ways home "$(guest_address home)"
	client_stop home
	ours_stop
	capture_stop home
	judge home chap
	both_sides home 'ppp.protocol == 0x002d' 20
}
vj_server_cleanup() { interop_end; }

atf_init_test_cases()
{
	for t in mppe_client mppe_server mppe40 mppe_loss deflate_client \
	    deflate_server vj_client vj_server; do
		atf_add_test_case $t
	done
}
