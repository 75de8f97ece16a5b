#!/bin/sh
# path.sh - what one session carries, beside the bare wire in the same run:
# iperf3 up and down through a client and a concentrator on this machine.
#	SECS=5		seconds of each measurement
#	RUNS=3		runs; the one in the middle counts
# Needs root.  `make bench` runs it.
set -eu
dir=$(mktemp -d)
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
: "${SECS:=5}" "${RUNS:=3}"

hosts ac sub
wire ac veth0 sub veth1
ac=$(ns ac) sub=$(ns sub)
ip -n "$ac" addr add 10.97.0.1/24 dev veth0
ip -n "$sub" addr add 10.97.0.2/24 dev veth1
mkdir "$dir/ac" "$dir/sub"
cat > "$dir/ac/ppp.conf" <<END
ac:
 set lb interface veth0
 set ifaddr 10.98.0.1 10.98.0.10-10.98.0.99
END
cat > "$dir/sub/ppp.conf" <<END
sub:
 set device PPPoE:veth1
 set ifaddr 10.0.0.1/0 10.0.0.2/0
END
cp "$PPP_BUILD/ppp" "$dir/path-ac"
cp "$PPP_BUILD/ppp" "$dir/path-sub"

ip netns exec "$ac" "$dir/path-ac" -background -quiet -C "$dir/ac" ac
ip netns exec "$sub" "$dir/path-sub" -background -quiet -C "$dir/sub" sub
ip netns exec "$ac" iperf3 -s -D
sleep 0.5

# Processor seconds of both programs so far.
cpu() {
	for p in $(pgrep -f "$dir/path-"); do
		cat "/proc/$p/stat"
	done | awk -v hz="$(getconf CLK_TCK)" \
	    '{ sub(/.*\) /, ""); s += $12 + $13 } END { print s / hz }'
}

# measure ADDRESS OPTION...: "bits-a-second cpu-seconds-a-gigabyte"
measure() {
	to=$1
	shift
	before=$(cpu)
	ip netns exec "$sub" iperf3 -c "$to" -t "$SECS" -J "$@" \
	    > "$dir/iperf"
	after=$(cpu)
	awk -v used="$(awk "BEGIN { print $after - $before }")" '
	/"sum_received"/ { in_sum = 1 }
	in_sum && /"bytes"/ { gsub(/[^0-9]/, ""); octets = $0 }
	in_sum && /"bits_per_second"/ {
		gsub(/[^0-9.e+]/, ""); sub(/^[^0-9]*/, "")
		print $0 + 0, used / (octets / 1e9)
		exit
	}' "$dir/iperf"
}

echo "== TCP, one flow, $RUNS runs of $SECS s: session / bare wire, in turn"
for way in up down; do
	opt=
	[ $way = up ] || opt=-R
	: > "$dir/session"
	: > "$dir/wire"
	for _ in $(seq "$RUNS"); do
		# shellcheck disable=SC2086
		measure 10.98.0.1 $opt >> "$dir/session"
		# shellcheck disable=SC2086
		measure 10.97.0.1 $opt >> "$dir/wire"
	done
	echo "$(middle < "$dir/session") $(middle < "$dir/wire")" |
	    awk -v way=$way '{
		printf "%-5s %.2f Gbit/s, %.2f of the bare wire; ", way,
		    $1 / 1e9, $1 / $3
		printf "%.2f processor seconds a GB, both programs\n", $2
	}'
done
