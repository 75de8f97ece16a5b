# lib.sh - for interop tests: peers that are not ours, and a judge.
#
#	. "$PPP_SRC/tests/interop/lib.sh"
#
#	x_head() { interop_head "what it proves"; }
#	x_body() {
#		interop_begin
#		guest_up isp			# tap "isp" in namespace $NS
#		server_start isp auth=chap mtu=1492 v6=yes echo=10
#		ours_conf <<-END		# its ppp.conf
#		...
#		END
#		capture_start isp
#		ours_start foreground isp
#		ours_wait_up
#		...
#		capture_stop isp
#		judge isp
#		judge_seen isp 'ipcp && ppp.code == 2' 2 'icmp' 6
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
	for f in *.log ours/log/ppp.log ours/out; do
		[ ! -s "$f" ] || { echo "--- $f"; tail -n 60 "$f"; } >&2
	done
	atf_fail "$1"
}

in_ns() { ip netns exec "$NS" "$@"; }

# until_true SECONDS COMMAND ... - false when it did not come true in time.
until_true()
{
	end=$(($(date +%s) + ($1 < 40 ? 40 : $1)))
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
#	[v6=yes] [echo=SECONDS] [ac=] [service=] [if=wan0]
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
	s=$(option service '' "$@")
	guest "$g" "cp /mnt/server-options /etc/ppp/pppoe-server-options
	    setsid pppoe-server -F -I $(option 'if' wan0 "$@") \
		-C '$(option ac real-ac "$@")' ${s:+-S '$s'} \
		-L 10.77.0.1 -R 10.77.0.10 -N 50 \
		> /tmp/server.log 2>&1 < /dev/null &
	    sleep 0.5; kill -0 \$!" || fail "pppoe-server does not run on $g"
}

server_log() { guest "$1" "cat /tmp/server.log /tmp/pppd.log" 2>/dev/null; }
server_stop() # NAME
{
	guest "$1" "pkill -x pppoe-server; pkill -x pppd
	    for i in 1 2 3 4 5 6 7 8 9 10; do
		pidof pppoe-server pppd pppoe > /dev/null || break
		sleep 0.2
	    done"
}

server_killed() # NAME: no word to its peers
{
	guest "$1" "pkill -9 -x pppoe-server; pkill -9 -x pppoe
	    pkill -9 -x pppd; true"
}

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
client_stop() # NAME
{
	guest "$1" "pkill -x pppd
	    for i in 1 2 3 4 5 6 7 8 9 10; do
		pidof pppd > /dev/null || break
		sleep 0.2
	    done"
}

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

# guest_pings NAME ADDRESS [PING-OPTION ...]: three go there and come back; on
# a busy machine not at once
guest_pings()
{
	g=$1 a=$2
	shift 2
	until_true 40 three_come_back guest "$g" \
	    "ping -n -c 3 -i 0.2 -W 2 $* $a" || {
		cat ping.out >&2
		fail "$g: answers of $a are missing"
	}
}
three_come_back() # COMMAND ...
{
	"$@" > ping.out 2>&1
	grep -q ' 3 received' ping.out
}

# --- our binary -------------------------------------------------------------

# Its files are in ours/: etc (for -C), run and log (its /var/run, /var/log),
# and out, its standard output and error.
# ours_conf [FILE]: standard input becomes ppp.conf, ppp.secret ...
ours_conf()
{
	mkdir -p ours/etc ours/run ours/log
	(umask 077; cat > "ours/etc/${1:-ppp.conf}")
}

# in_ours COMMAND ... - in the namespace, with its /var/run and /var/log.
in_ours()
{
	in_ns sh -c '
		mount --bind "$1/run" /var/run &&
		mount --bind "$1/log" /var/log || exit 125
		shift
		exec "$@"' sh "$PWD/ours" "$@"
}

# ours_start MODE LABEL ...: it goes on while the test does.  MODE:
# foreground, ddial ...
ours_start()
{
	m=$1
	shift
	echo "--- ppp -$m $*" >> ours/out
	in_ours setsid "$PPP_BUILD/ppp" -C "$PWD/ours/etc" -"$m" "$@" \
	    >> ours/out 2>&1 < /dev/null &
	echo $! > ours/started
	until_true 10 ours_runs || fail "our program does not run"
}

# ours_run MODE LABEL ...: until it returns; its status is the function's.
ours_run()
{
	m=$1
	shift
	echo "--- ppp -$m $*" >> ours/out
	in_ours timeout 60 "$PPP_BUILD/ppp" -C "$PWD/ours/etc" -"$m" "$@" \
	    >> ours/out 2>&1 < /dev/null
}

# The pid file is the program's own.
ours_pid() { cat ours/run/tun0.pid; }
ours_runs() { kill -0 "$(ours_pid)"; }
ours_is_gone() { ! ours_runs 2>/dev/null; }

# ours_wait_up [SECONDS]: it has an address and a peer
ours_wait_up()
{
	until_true "${1:-20}" ours_is_up ||
		fail "our client has no address after ${1:-20} s"
}
ours_is_up() { ip -n "$NS" -4 -o addr show dev tun0 | grep -q ' peer '; }
ours_is_down() { ! ours_is_up; }

ours_stop() # [SIGNAL]: politely, and it must end
{
	kill -"${1:-TERM}" "$(ours_pid)" || fail "no process to stop"
	until_true 10 ours_is_gone || fail "our process does not end"
}

ours_address()
{
	ip -n "$NS" -4 -o addr show dev tun0 |
		sed -n 's|.* inet \([0-9.]*\).*|\1|p'
}

ours_link_local()
{
	ip -n "$NS" -6 -o addr show dev tun0 scope link |
		sed -n 's|.* inet6 \([0-9a-f:]*\).*|\1|p'
}

# ours_pings ADDRESS [PING-OPTION ...]: three go there and come back, once
# the peer, which we may be ahead of, answers at all.
ours_pings()
{
	a=$1
	shift
	until_true 40 three_come_back in_ns \
	    ping -n -c 3 -i 0.2 -W 2 "$@" "$a" || {
		cat ping.out >&2
		fail "answers of $a are missing"
	}
}

# tcp_both_ways GUEST ADDRESS: what goes out comes back, so that every octet
# crosses the line twice
tcp_both_ways()
{
	guest "$1" 'setsid socat TCP4-LISTEN:7,fork,reuseaddr EXEC:cat \
	    > /dev/null 2>&1 < /dev/null &
	    for i in $(seq 100); do
		ss -ltn | grep -q ":7 " && exit
		sleep 0.3
	    done; exit 1' || fail "$1: socat does not listen"
	head -c 1000000 /dev/urandom > sent
	in_ns timeout 60 socat -t 10 - "TCP4:$2:7" < sent > back ||
		fail "no TCP through the line"
	atf_check cmp sent back
}

logged() { grep -q -e "$1" ours/out ours/log/ppp.log; } # REGEX
wait_log() # REGEX [SECONDS]
{
	until_true "${2:-20}" logged "$1" ||
		fail "nothing logged like \"$1\" after ${2:-20} s"
}

# ask COMMAND - through pppctl; the label says "set server /var/run/ppp.sock".
ask() { in_ours timeout 60 "$PPP_BUILD/pppctl" /var/run/ppp.sock "$1"; }

# --- the wire and its judge -------------------------------------------------

capture_start() # INTERFACE: into INTERFACE.pcap
{
	rm -f "$1.tcpdump"	# what it said last time
	# Not in_ns: the pid of a function is that of a shell.
	ip netns exec "$NS" tcpdump -i "$1" --immediate-mode -U -s 0 \
	    -Z root -w "$1.pcap" > "$1.tcpdump" 2>&1 < /dev/null &
	echo $! > "$1.tcpdump.pid"
	until_true 10 grep -q 'listening on' "$1.tcpdump" ||
		atf_fail "tcpdump does not listen on $1: $(cat "$1.tcpdump")"
}

capture_stop() # INTERFACE
{
	settled "$1.pcap"
	kill "$(cat "$1.tcpdump.pid")" 2>/dev/null || true
	until_true 5 grep -q 'packets captured' "$1.tcpdump" || true
	rm -f "$1.tcpdump.pid"
}

# settled FILE - what is on its way to tcpdump has come, unless there is no
# end of it
settled()
{
	sleep 0.4
	now=$(stat -c %s "$1")
	for t in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.2
		was=$now now=$(stat -c %s "$1")
		[ "$now" != "$was" ] || return 0
	done
}

# seen INTERFACE FILTER [TSHARK-OPTION ...]: the frames, one a line.
# "lcp && ppp.code == 2" is a Configure-Ack; a filter that tshark refuses is a
# failure, not "nothing".
seen()
{
	file=$1.pcap filter=$2
	shift 2
	tshark -n -r "$file" -Y "$filter" "$@" 2> tshark.err || {
		cat tshark.err >&2
		touch tshark.failed
	}
}
heard() { [ ! -e tshark.failed ] || atf_fail "tshark refused a filter"; }

# counts INTERFACE FILTER ... - for each filter, in a line: the number of its
# frames and the first one's number.  One run of tshark, which takes long to
# start.  No commas in filters.
counts()
{
	i=$1
	shift
	z=io,stat,0
	for f in "$@"; do
		z="$z,COUNT(frame.number)frame.number && ($f)"
		z="$z,MIN(frame.number)frame.number && ($f)"
	done
	tshark -n -q -r "$i.pcap" -z "$z" > stat.out 2> tshark.err || {
		cat tshark.err >&2
		touch tshark.failed
	}
	# | 0.000 <> 9.013 | COUNT | MIN | COUNT | MIN | ...
	awk -F '|' '/<>/ { for (i = 3; i + 1 < NF; i += 2)
		print $i + 0, $(i + 1) + 0 }' stat.out
}

MALFORMED='_ws.malformed || _ws.short'

judge_formed() { judge_none "$1" "$MALFORMED"; } # INTERFACE

# judge INTERFACE [AUTH]: no malformed frame, and the whole exchange is there,
# in order.  AUTH: pap or chap, none without it.
judge()
{
	judge_order "$1" 'pppoe.code == 0x09' 'pppoe.code == 0x07' \
	    'pppoe.code == 0x19' 'pppoe.code == 0x65' 'lcp && ppp.code == 1' \
	    'lcp && ppp.code == 2' ${2:+"$2"} 'ipcp || ipv6cp'
}

# judge_order INTERFACE FILTER ... - each was seen, first seen in this order,
# and nothing was malformed
judge_order()
{
	o=$1 last=0
	shift
	counts "$o" "$MALFORMED" "$@" > counts.out
	heard
	exec 3< counts.out
	read -r n at <&3 || atf_fail "no answer of tshark"
	[ "$n" -eq 0 ] || judge_formed "$o"
	for f in "$@"; do
		read -r n at <&3 || atf_fail "no answer of tshark for '$f'"
		if [ "$n" -eq 0 ] || [ "$at" -le "$last" ]; then
			seen "$o" 'pppoed or pppoes' >&2
			fail "'$f' is missing on $o, or too early"
		fi
		last=$at
	done
	exec 3<&-
}

# took INTERFACE: whole seconds until IPCP was agreed on, to the file "took"
took()
{
	up=$(seen "$1" 'ipcp && ppp.code == 2' \
	    -T fields -e frame.time_relative | tail -n 1)
	heard
	echo "${up%.*}" >> took
}

# judge_quick: one session at least did not wait for a Restart timer of 3 s.
# A peer may lose what comes early, but not always.
judge_quick()
{
	[ "$(sort -n took | head -n 1)" -lt 2 ] ||
		fail "seconds to come up: $(cat took)"
}

# judge_seen INTERFACE FILTER MINIMUM [FILTER MINIMUM ...]
judge_seen()
{
	o=$1
	shift
	all=$#
	# The filters alone: the list is turned once, pair by pair.
	: > minimum
	while [ "$all" -gt 0 ]; do
		set -- "$@" "$1"
		printf '%s\t%s\n' "$2" "$1" >> minimum
		shift 2
		all=$((all - 2))
	done
	counts "$o" "$@" > counts.out
	heard
	paste counts.out minimum > judged
	while read -r n _ want f; do
		[ "$n" -ge "$want" ] || {
			seen "$o" 'pppoed or pppoes' >&2
			fail "$n frames of '$f' on $o, want $want"
		}
	done < judged
}

# judge_none INTERFACE FILTER
judge_none()
{
	bad=$(seen "$1" "$2")
	heard
	[ -z "$bad" ] || fail "not wanted on $1: $bad"
}
