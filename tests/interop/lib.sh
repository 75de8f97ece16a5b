# lib.sh - for interop tests: peers that are not ours, and a judge.
#
#	. "$PPP_SRC/tests/interop/lib.sh"
#
#	x_head() { interop_head "what it proves"; }
#	x_body() {
#		interop_begin
#		guest_up isp			# tap "isp" in namespace $NS
#		server_start isp auth=chap mtu=1492 v6=yes echo=10
#		capture_start isp
#		ours_start DIR LABEL
#		ours_wait_up
#		...
#		capture_stop isp
#		judge isp
#		judge_seen isp 'ipcp && ppp.code == 2' 2
#	}
#	x_cleanup() { interop_end; }
#
# Our own binary lives in namespace $NS, where each guest's wan0 appears as an
# interface with the guest's name.  Two guests are put on one wire with bridge.
# Users: fred with the password secret.
# shellcheck shell=sh

GUEST="$PPP_SRC/tests/interop/guest.sh"

interop_head() # DESCRIPTION
{
	atf_set descr "$1"
	atf_set require.user root
	atf_set require.progs "linux.uml pppd pppoe-server tshark tcpdump ip"
	atf_set timeout "${2:-240}"
}

# Everything of one test is found again through files in its directory, for
# the cleanup part runs as a process of its own.
interop_begin()
{
	[ -c /dev/net/tun ] || atf_skip "no /dev/net/tun here"
	NS=ppp-i-$$
	echo "$NS" > ns
	GUEST_DIR=$PWD/guests
	export GUEST_DIR
	ip netns add "$NS" || atf_skip "no network namespaces here"
	# in_ns shows its own resolv.conf to what runs there, not the machine's.
	mkdir -p "/etc/netns/$NS"
	: > "/etc/netns/$NS/resolv.conf"
	ip -n "$NS" link set dev lo up
}

interop_end()
{
	[ -s ns ] || return 0
	NS=$(cat ns)
	GUEST_DIR=$PWD/guests
	export GUEST_DIR
	for p in *.pid; do
		[ ! -s "$p" ] || kill "$(cat "$p")" 2>/dev/null || true
	done
	bash "$GUEST" stop-all
	# What our binary left in the namespace must not outlive it.
	for p in $(ip netns pids "$NS" 2>/dev/null); do
		kill -9 "$p" 2>/dev/null || true
	done
	ip netns del "$NS" 2>/dev/null || true
	rm -rf "/etc/netns/$NS"
}

fail() # TEXT, with what the logs say
{
	for f in *.log; do
		[ ! -s "$f" ] || { echo "--- $f"; tail -n 60 "$f"; } >&2
	done
	atf_fail "$1"
}

in_ns() { ip netns exec "$NS" "$@"; }

# until_true SECONDS COMMAND ... - false when it did not come true in time.
until_true()
{
	end=$(($(date +%s) + $1))
	shift
	while ! "$@" > /dev/null 2>&1; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# --- guests -----------------------------------------------------------------

guest_up() # NAME ...; booted at the same time
{
	for g in "$@"; do
		bash "$GUEST" start "$g" "$NS" "$g" > "$g.boot" 2>&1 &
		echo $! > "$g.booting"
	done
	for g in "$@"; do
		wait "$(cat "$g.booting")" || {
			cat "$g.boot" >&2
			atf_fail "guest $g did not boot"
		}
	done
}

guest() # NAME COMMAND ...
{
	bash "$GUEST" run "$@"
}

bridge() # NAME NAME ...: the wires of these guests become one, "lan"
{
	ip -n "$NS" link add name lan type bridge mcast_snooping 0
	in_ns sysctl -qw net.ipv6.conf.lan.disable_ipv6=1
	ip -n "$NS" link set dev lan up
	for g in "$@"; do
		ip -n "$NS" link set dev "$g" master lan
	done
}

# guest_vlan NAME ID: its peer is then on wan0.ID
guest_vlan()
{
	guest "$1" "ip link add link wan0 name wan0.$2 type vlan id $2 &&
	    ip link set dev wan0.$2 up"
}

secrets() # NAME: fred's, with every kind of authentication
{
	guest "$1" "umask 077
	    for f in pap chap; do
		echo 'fred * secret *' > /etc/ppp/\$f-secrets
	    done
	    : > /etc/ppp/options"
}

# option NAME DEFAULT ARGUMENT ...: the value of NAME=value among them
option()
{
	o=$1 v=$2
	shift 2
	for a in "$@"; do
		case $a in
		"$o="*)	v=${a#*=};;
		esac
	done
	echo "$v"
}

# server_start NAME [auth=pap|chap|mschap|mschap-v2|none] [mtu=] [mru=]
#	[v6=yes] [echo=SECONDS] [ac=] [service=] [kernel=no] [if=wan0]
#	[more='PPPD-OPTION;PPPD-OPTION']
# rp-pppoe's pppoe-server with pppd; 10.77.0.1, its peers from 10.77.0.10.
# Its log is read with server_log.
server_start()
{
	g=$1
	shift
	secrets "$g"
	{
		case $(option auth chap "$@") in
		pap)		echo require-pap;;
		chap)		echo require-chap;;
		mschap)		echo require-mschap;;
		mschap-v2)	echo require-mschap-v2;;
		none)		echo noauth;;
		*)		atf_fail "auth=$(option auth chap "$@")?";;
		esac
		echo "mtu $(option mtu 1492 "$@")"
		echo "mru $(option mru "$(option mtu 1492 "$@")" "$@")"
		[ "$(option v6 no "$@")" = no ] || echo +ipv6
		e=$(option echo 0 "$@")
		[ "$e" = 0 ] || printf '%s\n' "lcp-echo-interval $e" \
		    "lcp-echo-failure 3"
		printf '%s\n' "ms-dns 10.77.0.53" "ms-dns 10.77.0.54" \
		    nodefaultroute noipdefault debug "logfile /tmp/pppd.log"
		option more '' "$@" | tr ';' '\n'
	} > "guests/$g/server-options"
	k=
	[ "$(option kernel yes "$@")" != yes ] || k=-k
	s=$(option service '' "$@")
	guest "$g" "cp /mnt/server-options /etc/ppp/pppoe-server-options
	    setsid pppoe-server -F $k -I $(option 'if' wan0 "$@") \
		-C '$(option ac real-ac "$@")' ${s:+-S '$s'} \
		-L 10.77.0.1 -R 10.77.0.10 -N 50 \
		> /tmp/server.log 2>&1 < /dev/null &
	    sleep 0.5; kill -0 \$!" || fail "pppoe-server does not run on $g"
}

server_log() { guest "$1" "cat /tmp/server.log /tmp/pppd.log" 2>/dev/null; }
server_stop() { guest "$1" "pkill -x pppoe-server; pkill -x pppd; sleep 1"; }

# client_start NAME [user=] [password=] [v6=yes] [mtu=] [service=] [ac=] [echo=]
#	[user-space=yes] [if=wan0] [more=PPPD-OPTIONS]
# pppd with the kernel's PPPoE, or over rp-pppoe's user-space pppoe.
client_start()
{
	g=$1
	shift
	secrets "$g"
	u=$(option user fred "$@") i=$(option 'if' wan0 "$@")
	guest "$g" "for f in pap chap; do
	    echo '$u * $(option password secret "$@") *' > /etc/ppp/\$f-secrets
	    done"
	m=$(option mtu 1492 "$@") s=$(option service '' "$@")
	c=$(option ac '' "$@") e=$(option 'echo' 0 "$@")
	if [ "$(option user-space no "$@")" = no ]; then
		how="plugin rp-pppoe.so nic-$i"
		[ -z "$s" ] || how="$how rp_pppoe_service '$s'"
		[ -z "$c" ] || how="$how rp_pppoe_ac '$c'"
	else
		how="pty 'pppoe -I $i -T 80 ${s:+-S $s} ${c:+-C $c}'"
	fi
	[ "$(option v6 yes "$@")" = no ] || how="$how +ipv6"
	[ "$e" = 0 ] || how="$how lcp-echo-interval $e lcp-echo-failure 3"
	guest "$g" "setsid pppd $how user '$u' noauth nodefaultroute \
	    noipdefault usepeerdns mtu $m mru $m maxfail 1 debug nodetach \
	    ipparam test logfile /tmp/pppd.log $(option more '' "$@") \
	    > /tmp/client.log 2>&1 < /dev/null &"
}

client_log() { guest "$1" "cat /tmp/client.log /tmp/pppd.log" 2>/dev/null; }
client_stop() { guest "$1" "pkill -x pppd; sleep 1"; }

# client_wait_up NAME [SECONDS]
client_wait_up()
{
	until_true "${2:-30}" guest "$1" \
	    "ip -4 -o addr show dev ppp0 | grep -q peer" && return
	client_log "$1" > "$1.pppd.log"
	fail "$1: the client has no address after ${2:-30} s"
}

guest_address() # NAME [ppp0]: its IPv4 address
{
	guest "$1" "ip -4 -o addr show dev ${2:-ppp0}" |
		sed -n 's/.* inet \([0-9.]*\).*/\1/p'
}

guest_ping() # NAME ADDRESS [PING-OPTIONS]
{
	g=$1 a=$2
	shift 2
	guest "$g" "ping -n -c 3 -i 0.3 -W 2 $* $a"
}

# --- our binary -------------------------------------------------------------

# ours_start DIR MODE LABEL ...: build/ppp in the namespace, its output in
# ours.log.  MODE: background, ddial, dedicated, foreground ...
ours_start()
{
	dir=$1 mode=$2
	shift 2
	in_ns setsid "$PPP_BUILD/ppp" -C "$dir" -"$mode" "$@" \
	    > ours.log 2>&1 < /dev/null &
	echo $! > ours.pid
}

# ours_wait_up [SECONDS] [INTERFACE]: it has a point-to-point address
ours_wait_up()
{
	until_true "${1:-30}" ours_is_up "${2:-tun0}" && return
	fail "our client has no address after ${1:-30} s"
}
ours_is_up()
{
	ip -n "$NS" -4 -o addr show dev "$1" | grep -q ' peer '
}

ours_stop()
{
	kill "$(cat ours.pid)" 2>/dev/null || return 0
	until_true "${1:-10}" ours_is_gone || fail "our process does not end"
}
ours_is_gone() { ! kill -0 "$(cat ours.pid)" 2>/dev/null; }

# --- the wire and its judge -------------------------------------------------

capture_start() # INTERFACE: into INTERFACE.pcap
{
	in_ns tcpdump -i "$1" -U -s 0 -Z root -w "$1.pcap" \
	    > "$1.tcpdump" 2>&1 < /dev/null &
	echo $! > "$1.tcpdump.pid"
	until_true 10 grep -q 'listening on' "$1.tcpdump" ||
		atf_fail "tcpdump does not listen on $1: $(cat "$1.tcpdump")"
}

capture_stop() # INTERFACE
{
	sleep 0.5		# what is on its way to tcpdump
	kill "$(cat "$1.tcpdump.pid")" 2>/dev/null || true
	until_true 5 grep -q 'packets captured' "$1.tcpdump" || true
	rm -f "$1.tcpdump.pid"
}

# seen INTERFACE FILTER: the frames, one a line.  "lcp && ppp.code == 2" is a
# Configure-Ack; a filter that tshark refuses is a failure, not "nothing".
seen()
{
	tshark -n -r "$1.pcap" -Y "$2" 2> tshark.err || {
		cat tshark.err >&2
		touch tshark.failed
	}
}
heard() { [ ! -e tshark.failed ] || atf_fail "tshark refused a filter"; }

# judge INTERFACE: no malformed frame, and the whole exchange is there
judge()
{
	bad=$(seen "$1" '_ws.malformed || _ws.short')
	heard
	[ -z "$bad" ] || atf_fail "malformed on $1: $bad"
	all=$(seen "$1" 'pppoed or lcp or ipcp or ipv6cp or pap or chap')
	for w in PADI PADO PADR PADS 'PPP LCP' 'PPP IPCP\|PPP IPV6CP'; do
		echo "$all" | grep -q "$w" || {
			echo "$all" >&2
			atf_fail "no $w on $1"
		}
	done
}

# judge_seen INTERFACE FILTER [MINIMUM]
judge_seen()
{
	n=$(seen "$1" "$2" | grep -c .)
	heard
	[ "$n" -ge "${3:-1}" ] || {
		seen "$1" 'pppoed or lcp or ipcp or ipv6cp or pap or chap' >&2
		atf_fail "$n frames of '$2' on $1, want ${3:-1}"
	}
}

# judge_none INTERFACE FILTER
judge_none()
{
	bad=$(seen "$1" "$2")
	heard
	[ -z "$bad" ] || atf_fail "not wanted on $1: $bad"
}
