#!/bin/sh
# demo.sh - a concentrator and three clients on one wire, in network
# namespaces of their own: PAP, CHAP and MS-CHAPv2, IPv4 and IPv6, traffic,
# a look through pppctl, and hang-ups seen by both sides. Needs root; leaves
# nothing behind, also when interrupted.
set -eu

ppp=$(readlink -f "${PPP_BUILD:-build}/ppp")
bench=${DEMO_SECS:-2}
dir=$(mktemp -d "${TMPDIR:-/tmp}/ppp-demo.XXXXXX")
id=$$
ac=pppd$id-ac
clients='1 2 3'

say()
{
	printf '\n== %s\n' "$*"
}

in_ns() # NS COMMAND...
{
	ns=$1
	shift
	ip netns exec "$ns" "$@"
}

client_ns()
{
	echo "pppd$id-c$1"
}

pids_of_ns()
{
	ip netns pids "$1" 2>/dev/null || true
}

cleanup()
{
	trap - EXIT INT TERM HUP
	set +e
	for ns in $(for c in $clients; do client_ns "$c"; done) "$ac"; do
		for p in $(pids_of_ns "$ns"); do kill "$p" 2>/dev/null; done
	done
	n=0
	while [ $n -lt 30 ] && [ -n "$(pids_of_ns "$ac")" ]; do
		sleep 0.1
		n=$((n + 1))
	done
	for ns in $(for c in $clients; do client_ns "$c"; done) "$ac"; do
		for p in $(pids_of_ns "$ns"); do kill -9 "$p" 2>/dev/null; done
		ip netns del "$ns" 2>/dev/null
		rm -rf "/etc/netns/$ns"
	done
	rm -rf "$dir"
}

stop()
{
	echo
	echo "interrupted: cleaning up"
	cleanup
	exit 130
}
trap cleanup EXIT
trap stop INT TERM HUP

# Bounded wait for a command to succeed.
wait_for() # SECONDS WHAT COMMAND...
{
	tries=$(($1 * 10))
	what=$2
	shift 2
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		if [ $tries -le 0 ]; then
			echo "demo: gave up waiting for $what" >&2
			exit 1
		fi
		sleep 0.1
	done
}

make_wire()
{
	ip netns add "$ac"
	ip -n "$ac" link set lo up
	for c in $clients; do
		ns=$(client_ns "$c")
		mkdir -p "/etc/netns/$ns"
		echo '# of the demo' > "/etc/netns/$ns/resolv.conf"
		ip netns add "$ns"
		ip -n "$ns" link set lo up
		ip -n "$ac" link add "eth$c" type veth peer name eth0 \
		    netns "$ns"
		ip -n "$ac" link set "eth$c" up
		ip -n "$ns" link set eth0 up
	done
}

# What each client wants to prove itself with.
method()
{
	case $1 in
	1) echo pap;;
	2) echo chap;;
	3) echo chap81;;
	esac
}

# Client 2 stays when its line is cut, and dials again.
mode_of()
{
	case $1 in
	2) echo -ddial;;
	*) echo -background;;
	esac
}

deny_others()
{
	case $1 in
	1) echo ' deny chap chap81 mschap';;
	2) echo ' deny pap chap81 mschap';;
	3) echo ' deny pap chap mschap';;
	esac
}

write_configs()
{
	mkdir "$dir/ac"
	cat > "$dir/ac/ppp.conf" <<-END
	default:
	 set log Phase
	demo:
	 set lb interface eth1
	 set lb interface eth2
	 set lb interface eth3
	 set lb acname demo-ac
	 set lb service isp
	 set ifaddr 10.99.0.1 10.99.0.10-10.99.0.99
	 enable pap chap chap81 echo
	 set echoperiod 5
	 accept dns
	 set dns 10.99.0.1
	 set server $dir/ac.sock "" 0177
	END
	cat > "$dir/ac/ppp.secret" <<-END
	user1 secret-1
	user2 secret-2
	user3 secret-3 10.99.0.200
	END
	for c in $clients; do
		mkdir "$dir/c$c"
		cat > "$dir/c$c/ppp.conf" <<-END
		default:
		 set log Phase
		 set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0
		isp:
		 set device PPPoE:eth0:isp
		 set authname user$c
		 set authkey secret-$c
		$(deny_others "$c")
		 set dial
		 set login
		 enable dns
		 add default HISADDR
		 set server $dir/c$c.sock "" 0177
		END
	done
	chmod 600 "$dir"/*/ppp.*
}

pppctl()
{
	sock=$1
	shift
	"$ppp" pppctl "$dir/$sock.sock" "$*"
}

tun_of() # the TUN device in a namespace
{
	ip -n "$1" -o link show | sed -n 's/.*[ ]\(tun[0-9]*\):.*/\1/p' |
	    head -n 1
}

fe80_of() # NS DEV
{
	ip -n "$1" -6 -o addr show dev "$2" |
	    sed -n 's|.*inet6 \(fe80:[^/ ]*\).*|\1|p' | head -n 1
}

act_open()
{
	pppctl "$1" show link | grep -q 'State: *open'
}

link_closed()
{
	pppctl "$1" show link | grep -q 'State: *closed'
}

bring_up()
{
	say "access concentrator: ppp -background demo"
	grep -v server "$dir/ac/ppp.conf"
	in_ns "$ac" "$ppp" -background -quiet -C "$dir/ac" demo
	for c in $clients; do
		mode=$(mode_of "$c")
		say "client $c ($(method "$c")): ppp $mode isp"
		in_ns "$(client_ns "$c")" "$ppp" "$mode" -quiet \
		    -C "$dir/c$c" isp
		wait_for 10 "client $c" act_open "c$c"
		pppctl "c$c" show link | sed -n 2p
	done
}

pass_traffic()
{
	acdev=$(tun_of "$ac")
	ll=$(fe80_of "$ac" "$acdev")
	in_ns "$ac" iperf3 -s -D --pidfile "$dir/iperf3.pid" >/dev/null
	for c in $clients; do
		ns=$(client_ns "$c")
		dev=$(tun_of "$ns")
		say "client $c: addresses, ping, throughput"
		ip -n "$ns" -br addr show dev "$dev"
		in_ns "$ns" ping -q -c 3 -i 0.2 10.99.0.1 | tail -n 2
		in_ns "$ns" ping -q -c 3 -i 0.2 "$ll%$dev" | tail -n 2
		in_ns "$ns" iperf3 -c 10.99.0.1 -t "$bench" -f m |
		    grep -E 'sender|receiver'
		in_ns "$ns" iperf3 -6 -c "$ll%$dev" -t 1 -f m |
		    grep receiver
	done
}

look()
{
	say "pppctl: show sessions"
	pppctl ac show sessions
	say "pppctl (client 2): show bundle"
	pppctl c2 show bundle | head -n 5
	grep nameserver "/etc/netns/$(client_ns 2)/resolv.conf"
}

gone()
{
	! pppctl ac show sessions | grep -q "$1"
}

hang_up()
{
	say "client 1 hangs up: pppctl ... quit all"
	pppctl c1 quit all || true
	wait_for 5 "the concentrator to see it" gone user1
	pppctl ac show sessions
	say "the concentrator hangs up: pppctl ... close session user2"
	pppctl ac close session user2
	wait_for 5 "the concentrator to let go" gone user2
	wait_for 5 "client 2 to see it" link_closed c2
	pppctl ac show sessions
	say "the same in both logs: pppctl ... show log tail"
	pppctl ac show log tail | grep 'closed ('
	pppctl c2 show log tail | grep Disconnected
}

if [ "$(id -u)" != 0 ]; then
	echo "demo.sh: network namespaces need root: sudo make demo" >&2
	exit 1
fi
make_wire
write_configs
bring_up
pass_traffic
look
hang_up
say "done: one concentrator, three clients, all closed and cleaned up"
