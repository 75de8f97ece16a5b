#!/bin/sh
# filter.sh - what packet filters cost a session: no filter, one of 40 rules
# where the last one matches, and again, in turn, within one run of the same
# two programs; processor time of the concentrator.
#	SECS=3		seconds of each measurement
#	RUNS=3		runs; the one in the middle counts
# Needs root.  `make bench` runs it.
set -eu
dir=$(mktemp -d)
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
: "${SECS:=3}" "${RUNS:=3}"

"$PPP_BUILD/tests/bench/filter_bench"
hosts ac sub
wire ac veth0 sub veth1
mkdir "$dir/ac" "$dir/sub"
cat > "$dir/ac/ppp.conf" <<END
ac:
 set lb interface veth0
 set ifaddr 10.98.0.1 10.98.0.10-10.98.0.99
 set server $dir/sock "" 0177
END
printf 'sub:\n set device PPPoE:veth1\n' > "$dir/sub/ppp.conf"
cp "$PPP_BUILD/ppp" "$dir/filter-ac"
cp "$PPP_BUILD/ppp" "$dir/filter-sub"
# Each has a /run of its own.
for n in ac sub; do
	# shellcheck disable=SC2016
	ip netns exec "$(ns $n)" sh -c 'mount -t tmpfs tmpfs /run &&
	    exec "$@"' sh "$dir/filter-$n" -background -quiet -C "$dir/$n" $n
done
ip netns exec "$(ns ac)" iperf3 -s -D
sleep 0.5

rules() {			# NUMBER: as many in each of in and out
	ask "set filter in -1; set filter out -1" > /dev/null
	i=1
	while [ $i -lt "$1" ]; do
		for f in in out; do
			ask "set filter $f $i deny 10.0.0.0/8 10.0.0.0/8 \
			    tcp dst eq $((1000 + i))" > /dev/null
		done
		i=$((i + 1))
	done
	[ "$1" -eq 0 ] || ask "set filter in 39 permit; set filter out 39 \
	    permit; set filter in 0 deny udp dst eq 9; set filter out 0 deny \
	    udp dst eq 9" > /dev/null
}

cpu() {				# seconds of the concentrator so far
	for p in $(pgrep -f "$dir/filter-ac"); do
		cat "/proc/$p/stat"
	done | awk -v hz="$(getconf CLK_TCK)" \
	    '{ sub(/.*\) /, ""); s += $12 + $13 } END { print s / hz }'
}

# measure OPTION ...: processor seconds a GB, or of a million datagrams
measure() {
	before=$(cpu)
	ip netns exec "$(ns sub)" iperf3 -c 10.98.0.1 -t "$SECS" -J "$@" \
	    > "$dir/iperf"
	jq --argjson used "$(awk "BEGIN { print $(cpu) - $before }")" \
	    '.end | if .sum_received.packets then
		$used / (.sum_received.packets - .sum_received.lost_packets)
		* 1e6 else $used / .sum_received.bytes * 1e9 end' "$dir/iperf"
}

echo "== $RUNS runs of $SECS s, filters of 0 and of 40 rules in turn"
for what in 'TCP up:' 'TCP down:-R' '64-octet UDP up:-u -b 40m -l 64'; do
	opt=${what#*:}
	for r in $(seq "$RUNS"); do
		for n in 0 40; do
			rules $n
			# shellcheck disable=SC2086
			measure $opt >> "$dir/$n.$r.of"
		done
	done
	for n in 0 40; do
		cat "$dir/$n".*.of | middle > "$dir/$n"
		rm "$dir/$n".*.of
	done
	echo "$(cat "$dir/0") $(cat "$dir/40")" | awk -v w="${what%%:*}" '{
		printf "%-16s %.3f and %.3f processor seconds a %s: %.2f\n",
		    w, $1, $2, w ~ /UDP/ ? "million" : "GB", $2 / $1 }'
done
