#!/bin/sh
# path.sh - what one session carries.  In one run, in turn, on this machine:
#	session	client and concentrator of PPP_BUILD
#	base	those of PPP_BASE, another build, when it is named
#	loop	two of loop_bench, the simplest forwarder
#	wire	the bare wire, with the MTU of a session
# Each between network namespaces of its own.  TCP and small UDP packets by
# iperf3, with the processor time of both programs; round trips by ping.
# The figures are left in tests/bench/out, with a plot if there is gnuplot.
#	SECS=5		seconds of each measurement
#	RUNS=3		runs; the one in the middle counts, the others in ()
#	ONLY='up rtt'	these of: up down up6 down6 up8 udp rtt busy
# Needs root.  `make bench` runs it.
set -eu
dir=$(mktemp -d)
src=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/bench/lib.sh
. "$src/tests/bench/lib.sh"
: "${SECS:=5}" "${RUNS:=3}" "${ONLY:=up down up6 down6 up8 udp rtt busy}"
out=$src/tests/bench/out
kinds="session${PPP_BASE:+ base} loop wire"
mkdir -p "$out"

# ---- two hosts of each kind, and what forwards between them ----

pppoe() { # KIND BUILD
	mkdir "$dir/$1-ac" "$dir/$1-sub"
	cat > "$dir/$1-ac/ppp.conf" <<-END
	ac:
	 set lb interface veth0
	 set ifaddr 10.98.0.1 10.98.0.2-10.98.0.9
	END
	cat > "$dir/$1-sub/ppp.conf" <<-END
	sub:
	 set device PPPoE:veth1
	 set ifaddr 10.0.0.1/0 10.0.0.2/0
	END
	for side in ac sub; do
		cp "$2/ppp" "$dir/run-$1-$side"
		# shellcheck disable=SC2016
		ip netns exec "$(ns "$1-$side")" sh -c \
		    'mount -t tmpfs tmpfs /run && exec "$@"' sh \
		    "$dir/run-$1-$side" -background -quiet \
		    -C "$dir/$1-$side" "$side"
	done
}

mac() { ip netns exec "$(ns "$1")" cat "/sys/class/net/$2/address"; }
loop() { # HOST INTERFACE OTHERS-MAC ADDRESS PEER
	cp "$PPP_BUILD/tests/bench/loop_bench" "$dir/run-$1"
	ip netns exec "$(ns "$1")" "$dir/run-$1" "$2" "$3" tun0 &
	await 10 ip -n "$(ns "$1")" link set tun0 up mtu 1492
	ip -n "$(ns "$1")" addr add "$4" peer "$5" dev tun0
}

for kind in $kinds; do
	hosts "$kind-ac" "$kind-sub"
	wire "$kind-ac" veth0 "$kind-sub" veth1
	case $kind in
	session) pppoe session "$PPP_BUILD";;
	base)	pppoe base "$PPP_BASE";;
	loop)	m=$(mac loop-sub veth1)
		loop loop-ac veth0 "$m" 10.98.0.1 10.98.0.2
		m=$(mac loop-ac veth0)
		loop loop-sub veth1 "$m" 10.98.0.2 10.98.0.1;;
	wire)	ip -n "$(ns wire-ac)" link set veth0 mtu 1492
		ip -n "$(ns wire-sub)" link set veth1 mtu 1492
		ip -n "$(ns wire-ac)" addr add 10.98.0.1/24 dev veth0
		ip -n "$(ns wire-sub)" addr add 10.98.0.2/24 dev veth1;;
	esac
	ip netns exec "$(ns "$kind-ac")" iperf3 -s -D > /dev/null
	await 20 ip netns exec "$(ns "$kind-sub")" \
	    ping -q -c 1 -W 1 10.98.0.1 > "$dir/ping"
done

# ---- one measurement ----

# Processor seconds of a kind's programs so far.
cpu() { # KIND
	pgrep -f "^$dir/run-$1-" | while read -r p; do
		cat "/proc/$p/stat"
	done | awk -v hz="$(getconf CLK_TCK)" \
	    '{ sub(/.*\) /, ""); s += $12 + $13 } END { print s / hz }'
}

# The concentrator's address that @1 of IP is reached by.
far() { # KIND 4|6
	[ "$2" = 6 ] || { echo 10.98.0.1; return; }
	dev=tun0
	[ "$1" != wire ] || dev=veth0
	a=$(ip -n "$(ns "$1-ac")" -6 -o addr show dev $dev scope link |
	    awk '{ sub("/.*", "", $4); print $4; exit }')
	[ "$1" != wire ] || dev=veth1
	echo "$a%$dev"
}

# carry KIND IP OPTION ... - "Gbit/s CPU-seconds-a-GB" or, for UDP, "thousand
# packets/s CPU-microseconds-a-packet".
carry() {
	kind=$1 to=$(far "$1" "$2")
	shift 2
	before=$(cpu "$kind")
	ip netns exec "$(ns "$kind-sub")" iperf3 -c "$to" -t "$SECS" -J "$@" \
	    > "$dir/iperf" || { cat "$dir/iperf" >&2; exit 1; }
	after=$(cpu "$kind")
	jq -r --argjson used "$(awk "BEGIN { print $after - $before }")" '
	    .end | if .sum.packets then .sum as $s |
		($s.packets - $s.lost_packets) as $n |
		"\($n / $s.seconds / 1e3) \($used * 1e6 / $n)"
	    else .sum_received |
		"\(.bits_per_second / 1e9) \($used * 1e9 / .bytes)" end' \
	    "$dir/iperf"
}

# trips KIND - "p50 p99" of round trips, in milliseconds.
trips() {
	ip netns exec "$(ns "$1-sub")" ping -D -i 0.002 -c $((SECS * 200)) \
	    10.98.0.1 | sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
	    awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)],
		t[int(NR * 0.99)] }'
}
busy() {
	ip netns exec "$(ns "$1-sub")" iperf3 -c 10.98.0.1 -t "$SECS" \
	    > "$dir/load" &
	sleep 0.3
	trips "$1"
	wait $!
}

one() { # MEASURE KIND
	case $1 in
	up)	carry "$2" 4;;
	down)	carry "$2" 4 -R;;
	up6)	carry "$2" 6;;
	down6)	carry "$2" 6 -R;;
	up8)	carry "$2" 4 -P 8;;
	udp)	carry "$2" 4 -u -b 0 -l 36;;
	rtt)	trips "$2";;
	busy)	busy "$2";;
	esac
}

# ---- all of them ----

title() {
	case $1 in
	up)	echo "TCP up:Gbit/s:CPU s/GB";;
	down)	echo "TCP down:Gbit/s:CPU s/GB";;
	up6)	echo "TCP up, IPv6:Gbit/s:CPU s/GB";;
	down6)	echo "TCP down, IPv6:Gbit/s:CPU s/GB";;
	up8)	echo "TCP up, 8 flows:Gbit/s:CPU s/GB";;
	udp)	echo "UDP up, 64 octets:kpackets/s:CPU us/packet";;
	rtt)	echo "round trip, idle:p50 ms:p99 ms";;
	busy)	echo "round trip, TCP up beside it:p50 ms:p99 ms";;
	*)	echo "bench: no measurement $1" >&2; exit 1;;
	esac
}

echo "== one session: $RUNS runs of $SECS s, in turn; the middle (the others)"
: > "$out/path.tsv"
for m in $ONLY; do
	head=$(title "$m")
	for _ in $(seq "$RUNS"); do
		for kind in $kinds; do
			printf '%s\t%s\t' "$m" "$kind"
			one "$m" "$kind" | tr ' ' '\t'
		done
	done | tee -a "$out/path.tsv" |
		awk -v head="$head" -f "$src/tests/bench/path.awk"
done
if command -v gnuplot > /dev/null; then
	gnuplot -e "dir='$out'" "$src/tests/bench/path.gnuplot"
	echo "plots: tests/bench/out/path.svg"
fi
