# lib.sh - for network tests: hosts, wires between them, our program on each,
# and a judge who reads what went over the wire.
#
#	. "$PPP_SRC/tests/net/lib.sh"
#
#	atf_test_case x cleanup
#	x_head() { net_head "what it proves"; }
#	x_body() {
#		net_begin
#		host isp home
#		wire isp eth0 home eth1
#		conf isp < ...			# its ppp.conf
#		ppp_start isp -foreground server
#		capture_start home eth1
#		ppp_start home -foreground isp
#		wait_up home
#		...
#		capture_stop home eth1
#		judge home eth1
#	}
#	x_cleanup() { net_end; }
#
# A host NAME is a network namespace; its directory NAME/ holds etc (for -C),
# run (its /var/run), log (its /var/log) and resolv.conf (its /etc/resolv.conf)
# so that hosts share no file.  net_end ends what runs there, whatever it is.
# shellcheck shell=sh

net_head() # DESCRIPTION
{
	atf_set descr "$1"
	atf_set require.user root
	atf_set require.progs "ip tcpdump tshark ping timeout"
	atf_set timeout 300
}

# The cleanup part is a process of its own: it reads what the body noted.
net_begin()
{
	[ -x "$PPP_BUILD/ppp" ] || atf_fail "no $PPP_BUILD/ppp"
	[ -c /dev/net/tun ] || atf_skip "no /dev/net/tun here"
	NET=ppp-n-$$
	echo "$NET" > net
	: > hosts
	trap 'net_end; exit 130' INT TERM HUP
}

net_end()
{
	local h
	[ -s net ] || return 0
	NET=$(cat net)
	while read -r h; do
		host_end "$h"
	done < hosts
	: > hosts
}

fail() # TEXT, with what our program logged
{
	local f
	for f in */log/ppp.log */ppp.out; do
		[ ! -s "$f" ] || { echo "--- $f"; tail -n 60 "$f"; } >&2
	done
	atf_fail "$(printf %s "$1" | tr '\n' ' ')"	# of one line
}

# until_true SECONDS COMMAND ... - false when it did not come true in time,
# on a machine that may have other things to do: nobody is given less than 40,
# or LEAST, where it must not come true.
until_true()
{
	local end least
	least=${LEAST-40}
	end=$(($(date +%s) + ($1 < least ? least : $1)))
	shift
	while ! "$@" > /dev/null 2>&1; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# --- hosts and wires --------------------------------------------------------

ns() { echo "$NET-$1"; }

host() # NAME ...
{
	local h
	for h in "$@"; do
		ip netns add "$(ns "$h")" || atf_skip "no network namespaces"
		echo "$h" >> hosts
		mkdir -p "$h/etc" "$h/run" "$h/log"
		mkdir -p "/etc/netns/$(ns "$h")"
		: > "$h/resolv.conf"
		ln -sf "$PWD/$h/resolv.conf" "/etc/netns/$(ns "$h")/"
		ip -n "$(ns "$h")" link set dev lo up
	done
}

host_end() # NAME
{
	local sig p
	for sig in TERM KILL; do
		p=$(ip netns pids "$(ns "$1")" 2>/dev/null)
		# shellcheck disable=SC2086
		[ -z "$p" ] || kill -"$sig" $p 2>/dev/null || true
		host_leaves "$1"
	done
	ip netns del "$(ns "$1")" 2>/dev/null || true
	rm -rf "/etc/netns/$(ns "$1")"
}
host_leaves() # NAME: within three seconds, or not
{
	local i
	for i in 1 2 3 4 5 6 7 8 9 10; do
		! host_is_idle "$1" || return 0
		sleep 0.3
	done
}
host_is_idle() { [ -z "$(ip netns pids "$(ns "$1")" 2>/dev/null)" ]; }

# in_host NAME COMMAND ... - with the host's own /var/run and /var/log.
in_host()
{
	local h
	h=$1
	shift
	ip netns exec "$(ns "$h")" sh -c '
		mount --bind "$1/run" /var/run &&
		mount --bind "$1/log" /var/log || exit 125
		shift
		exec "$@"' sh "$PWD/$h" "$@"
}

wire() # NAME INTERFACE NAME INTERFACE [MTU]
{
	ip link add name "$2" netns "$(ns "$1")" mtu "${5:-1500}" type veth \
	    peer name "$4" netns "$(ns "$3")" mtu "${5:-1500}" ||
		atf_fail "no wire $1 $2 - $3 $4"
	# No IPv6 of the kernel's own: the wire carries what we send.
	wire_end "$1" "$2"
	wire_end "$3" "$4"
}

wire_end()
{
	in_host "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=1" || true
	ip -n "$(ns "$1")" link set dev "$2" up
}

# switch NAME INTERFACE ... - NAME becomes a host whose interfaces are one
# Ethernet; make the wires to it first.
switch()
{
	local n i
	n=$(ns "$1")
	shift
	ip -n "$n" link add name lan type bridge mcast_snooping 0
	ip -n "$n" link set dev lan up
	for i in "$@"; do
		ip -n "$n" link set dev "$i" master lan
	done
}

mac() # NAME INTERFACE
{
	ip -n "$(ns "$1")" -o link show dev "$2" |
		sed -n 's|.*link/ether \([0-9a-f:]*\).*|\1|p'
}

# --- our program ------------------------------------------------------------

# conf NAME [FILE] - standard input becomes ppp.conf, ppp.secret, ...
conf() { (umask 077; cat > "$1/etc/${2:-ppp.conf}"); }

# ppp_start NAME ARGUMENT ... - it goes on while the test does; its standard
# output and error are in NAME/ppp.out.
ppp_start()
{
	local n
	n=$1
	shift
	in_host "$n" setsid "$PPP_BUILD/ppp" -C "$PWD/$n/etc" "$@" \
	    >> "$n/ppp.out" 2>&1 < /dev/null &
}

# ppp_run NAME ARGUMENT ... - until it returns (-background, -ddial), a
# minute at most.  Its exit code is that of the function.
ppp_run()
{
	local n
	n=$1
	shift
	in_host "$n" timeout 60 "$PPP_BUILD/ppp" -C "$PWD/$n/etc" "$@" \
	    >> "$n/ppp.out" 2>&1 < /dev/null
}

# The process that holds tunN; the pid file is the program's own.
ppp_pid() { cat "$1/run/${2:-tun0}.pid"; } # NAME [tunN]
ppp_lives() { ! ended "$(ppp_pid "$@")"; }

# ended PID - gone with all its threads, or a zombie whom nobody has asked for
# yet
ended()
{
	! grep -qs '^State:.[^Z]' "/proc/$1"/task/*/status
}

ppp_stop() # NAME [tunN] [SIGNAL]: politely, and it must end
{
	local p
	p=$(ppp_pid "$1" "${2:-tun0}")
	kill -"${3:-TERM}" "$p" || fail "$1: no process to stop"
	until_true 10 ended "$p" ||
		fail "$1: still there long after ${3:-TERM}"
	! grep -qs -e 'Sanitizer:' -e 'runtime error:' "$1/ppp.out" ||
		fail "$1: a sanitizer found something"
}

# ask NAME COMMAND - through pppctl, to a program whose label says
# "set server /var/run/ppp.sock ..." (PASSWORD= when it wants one).
ask()
{
	in_host "$1" timeout 60 "$PPP_BUILD/pppctl" \
	    ${PASSWORD:+-p "$PASSWORD"} /var/run/ppp.sock "$2"
}

# --- what became of it ------------------------------------------------------

is_up() # NAME [tunN]: it has an address and a peer
{
	ip -n "$(ns "$1")" -4 -o addr show dev "${2:-tun0}" | grep -q ' peer '
}
is_down() { ! is_up "$@" 2>/dev/null; }

wait_up() # NAME [tunN] [SECONDS]
{
	until_true "${3:-20}" is_up "$1" "${2:-tun0}" ||
		fail "$1: ${2:-tun0} gets no address"
}

wait_down() # NAME [tunN] [SECONDS]
{
	until_true "${3:-20}" is_down "$1" "${2:-tun0}" ||
		fail "$1: ${2:-tun0} keeps its address"
}

logged() { grep -q -e "$2" "$1/log/ppp.log" "$1/ppp.out"; } # NAME REGEX

wait_log() # NAME REGEX [SECONDS]
{
	until_true "${3:-20}" logged "$1" "$2" ||
		fail "$1: nothing logged like \"$2\""
}

address() # NAME [tunN]: ours on it
{
	ip -n "$(ns "$1")" -4 -o addr show dev "${2:-tun0}" |
		sed -n 's|.* inet \([0-9.]*\).*|\1|p'
}

peer() # NAME [tunN]: the other end's
{
	ip -n "$(ns "$1")" -4 -o addr show dev "${2:-tun0}" |
		sed -n 's|.* peer \([0-9.]*\).*|\1|p'
}

link_local() # NAME [tunN]
{
	ip -n "$(ns "$1")" -6 -o addr show dev "${2:-tun0}" scope link |
		sed -n 's|.* inet6 \([0-9a-f:]*\).*|\1|p'
}

mtu() # NAME [tunN]
{
	ip -n "$(ns "$1")" -o link show dev "${2:-tun0}" |
		sed -n 's|.* mtu \([0-9]*\).*|\1|p'
}

# pings NAME ADDRESS [OPTION ...] - three go there and come back; on a busy
# machine not at once.
pings()
{
	until_true 20 three_come_back "$@" || {
		cat ping.out >&2
		fail "$1: answers of $2 are missing"
	}
}
three_come_back()
{
	local n a
	n=$1 a=$2
	shift 2
	in_host "$n" ping -n -c 3 -i 0.2 -W 2 "$@" "$a" > ping.out 2>&1
	grep -q ' 3 received' ping.out
}

# --- the wire and its judge -------------------------------------------------

# Types of PPPoE, also 3Com's, and everything behind a tag.
PPPOE_FRAMES='ether proto 0x8863 or ether proto 0x8864 or
    ether proto 0x3c12 or ether proto 0x3c13 or vlan'

capture_start() # NAME INTERFACE: into NAME.INTERFACE.pcap
{
	local c
	c=$1.$2
	rm -f "$c.tcpdump"	# what it said last time
	in_host "$1" sh -c 'echo $$ > "$1"; shift; exec "$@"' sh \
	    "$PWD/$c.pid" tcpdump -i "$2" -B 16384 -U -s 0 --immediate-mode \
	    -Z root -w "$PWD/$c.pcap" "$PPPOE_FRAMES" \
	    > "$c.tcpdump" 2>&1 < /dev/null &
	until_true 10 grep -q 'listening on' "$c.tcpdump" ||
		atf_fail "tcpdump does not listen: $(cat "$c.tcpdump")"
}

capture_stop() # NAME INTERFACE
{
	local c
	c=$1.$2
	settled "$c.pcap"
	kill "$(cat "$c.pid")" 2>/dev/null || true
	until_true 10 grep -q 'packets captured' "$c.tcpdump" ||
		atf_fail "tcpdump does not end: $(cat "$c.tcpdump")"
	rm -f "$c.pid"
}

# settled FILE - what is on its way to tcpdump has come, unless there is no
# end of it
settled()
{
	local was now i
	sleep 0.4
	now=$(stat -c %s "$1")
	for i in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.2
		was=$now now=$(stat -c %s "$1")
		[ "$now" != "$was" ] || return 0
	done
}

# seen NAME INTERFACE FILTER [TSHARK-OPTION ...] - frames, one a line.  A
# filter that tshark refuses is a failure, not "nothing": heard says so.
seen()
{
	local p f
	p=$1.$2.pcap f=$3
	shift 3
	tshark -n -r "$p" -Y "$f" "$@" 2> tshark.err || {
		cat tshark.err >&2
		touch tshark.failed
	}
}
heard() { [ ! -e tshark.failed ] || atf_fail "tshark refused a filter"; }

# judge NAME INTERFACE - nothing malformed, no error of any expert, and the
# phases of a session each began after the one before.
judge()
{
	local bad
	bad=$(seen "$1" "$2" "_ws.malformed || _ws.short ||
	    _ws.expert.severity == Error")
	heard
	[ -z "$bad" ] || atf_fail "malformed on $1 $2: $bad"
	judge_order "$1" "$2" 'pppoe.code == 0x09' 'pppoe.code == 0x07' \
	    'pppoe.code == 0x19' 'pppoe.code == 0x65' 'lcp && ppp.code == 1' \
	    'ipcp || ipv6cp'
}

# judge_order NAME INTERFACE FILTER ... - each was seen, first seen in order.
judge_order()
{
	local n i f last at
	n=$1 i=$2 last=0
	shift 2
	for f in "$@"; do
		at=$(seen "$n" "$i" "$f" -T fields -e frame.number | head -n 1)
		heard
		[ -n "$at" ] || { seen "$n" "$i" 'pppoed or pppoes' >&2
			fail "no frame of '$f' on $n $i"; }
		[ "$at" -gt "$last" ] || { seen "$n" "$i" 'pppoed or pppoes' >&2
			fail "'$f' came too early on $n $i"; }
		last=$at
	done
}

judge_seen() # NAME INTERFACE FILTER [MINIMUM]
{
	local got
	got=$(seen "$1" "$2" "$3" | grep -c .)
	heard
	[ "$got" -ge "${4:-1}" ] || { seen "$1" "$2" 'pppoed or pppoes' >&2
		fail "$got frames of '$3' on $1 $2, want ${4:-1}"; }
}

judge_none() # NAME INTERFACE FILTER
{
	local bad
	bad=$(seen "$1" "$2" "$3")
	heard
	[ -z "$bad" ] || fail "not wanted on $1 $2: $bad"
}
