#!/bin/sh
# path.sh - what one session carries.  In one run, in turn, on this machine:
# client and concentrator, an older build, the simplest forwarder and the bare
# wire (KINDS), and sessions of another make (MORE; kinds.sh says which).
# Each between network namespaces of its own.  TCP and UDP by iperf3 and
# gso_bench, with the processor time of both programs; round trips by ping.
# The figures are left in tests/bench/out, with a plot if there is gnuplot.
#	SECS=5		seconds of each measurement
#	RUNS=3		runs; the one in the middle counts, the others in ()
#	ONLY='up rtt'	these of: up down both up6 down6 up8 down8 both8
#			flood udp64 udp512 udp1492 gso rtt busy busy8 two
#	KINDS, MORE	whom; MORE is measured in up down flood rtt only, w1
#			and w2 in "two", floor in rtt
# Needs root.  `make bench` runs it.
set -eu
dir=$(mktemp -d)
src=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/bench/lib.sh
. "$src/tests/bench/lib.sh"
# shellcheck source=tests/bench/kinds.sh
. "$src/tests/bench/kinds.sh"
: "${SECS:=5}" "${RUNS:=3}"
: "${ONLY:=up down both up6 down6 up8 down8 both8 flood udp64 udp512
	udp1492 gso rtt busy busy8 two}"
: "${KINDS=session base loop wire}"
: "${MORE=floor plain vlan rules rate n100 n8000 xdp w1 w2}"
# One line each: gnuplot gets them.
line() { echo "$1" | tr -s "[:space:]" " "; }
ONLY=$(line "$ONLY") KINDS=$(line "$KINDS") MORE=$(line "$MORE")
out=$src/tests/bench/out
mkdir -p "$out"

# ---- one measurement ----

# Processor seconds of a kind's programs so far.
cpu() { # KIND
	pgrep -f "^$dir/run-$1-" | while read -r p; do
		cat "/proc/$p/task/"*/schedstat
	done | awk '{ s += $1 } END { printf "%.6f\n", s / 1e9 }'
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

iperf() { # KIND IP OPTION ... - its JSON; $used: processor seconds
	kind=$1 to=$(far "$1" "$2")
	shift 2
	before=$(cpu "$kind")
	ip netns exec "$(ns "$kind-sub")" iperf3 -c "$to" -t "$SECS" -J "$@" \
	    > "$dir/iperf" 2> "$dir/iperf.err" ||
		{ cat "$dir/iperf" "$dir/iperf.err" >&2; exit 1; }
	used=$(awk "BEGIN { print $(cpu "$kind") - $before }")
}

# carry KIND IP OPTION ... - "Gbit/s CPU-seconds-a-GB", both ways together
carry() {
	iperf "$@"
	jq -r --argjson used "$used" '.end |
	    [.sum_received, .sum_received_bidir_reverse // empty] |
	    (map(.bits_per_second) | add) as $bps |
	    "\($bps / 1e9) \($used * 1e9 / (map(.bytes) | add))"' "$dir/iperf"
}

# came KIND - UDP packets that its far host has had, read by iperf3 or not:
# a forwarder is not to blame for who reads slowly.
came() {
	ip netns exec "$(ns "$1-ac")" cat /proc/net/snmp |
		awk '$1 == "Udp:" && $2 ~ /[0-9]/ { print $2 + $4 }'
}

# passes KIND OCTETS RATE - so many thousand packets a second of IP come
# through, fewer than one in a thousand lost, at the second try at least; $got
passes() {
	for _ in 1 2; do
		had=$(came "$1")
		iperf "$1" 4 -u -l $(($2 - 28)) -b $(($3 * 8000 * ($2 - 28)))
		got=$(jq -r --argjson used "$used" --argjson rate "$3" \
		    --argjson n $(($(came "$1") - had)) '.end.sum |
		    if (.packets - $n) * 1000 < .packets and
			$n / .seconds > $rate * 900 then
			"\($n / .seconds / 1e3) \($used * 1e6 / $n)"
		    else "" end' "$dir/iperf")
		[ -z "$got" ] || return 0
	done
	return 1
}

# datagrams KIND OCTETS - at the highest rate that passes, within a tenth:
# "thousand packets/s CPU-microseconds-a-packet".
datagrams() {
	low=0 high=0 rate=64 best='0 0' secs=$SECS SECS=1
	while [ $rate -gt 0 ] && { [ $high -eq 0 ] ||
	    [ $((high - low)) -gt $((high / 10)) ]; }; do
		if passes "$1" "$2" $rate; then
			low=$rate best=$got
		else
			high=$rate
		fi
		rate=$((high == 0 ? 2 * low : (low + high) / 2))
	done
	SECS=$secs
	echo "$best"
}

# flood KIND - as many as the sender can; what arrived
flood() {
	had=$(came "$1")
	iperf "$1" 4 -u -b 0 -l 36
	jq -r --argjson used "$used" --argjson n $(($(came "$1") - had)) '
	    "\($n / .end.sum.seconds / 1e3) \($used * 1e6 / $n)"' \
	    "$dir/iperf"
}

# octets KIND - of IP that its far host has had
octets() {
	ip netns exec "$(ns "$1-ac")" awk '
	    $1 == "IpExt:" && $2 !~ /[0-9]/ { n = split($0, name) }
	    $1 == "IpExt:" && $2 ~ /[0-9]/ {
		for (i = 2; i <= n; i++)
			if (name[i] == "InOctets")
				print $i
	    }' /proc/net/netstat
}
# segments KIND - UDP in datagrams of 1464 octets that its hosts may hand over
# by the dozen; what arrived: "Gbit/s CPU-seconds-a-GB".
segments() {
	had=$(octets "$1") before=$(cpu "$1")
	ip netns exec "$(ns "$1-sub")" "$PPP_BUILD/tests/bench/gso_bench" \
	    send 10.98.0.1 "$SECS" 1464
	awk "BEGIN { n = $(octets "$1") - $had; print n * 8 / 1e9 / $SECS,
	    ($(cpu "$1") - $before) * 1e9 / n }"
}

# trips KIND - "p50 p99" of round trips, in milliseconds.
trips() {
	ip netns exec "$(ns "$1-sub")" ping -D -i 0.002 -c $((SECS * 200)) \
	    10.98.0.1 | sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
	    awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)],
		t[int(NR * 0.99)] }'
}
busy() { # KIND FLOWS
	ip netns exec "$(ns "$1-sub")" iperf3 -c 10.98.0.1 -t "$SECS" \
	    -P "$2" > "$dir/load" &
	sleep 0.3
	trips "$1"
	wait $!
}

# two KIND - a flow through each of its two sessions at once
two() {
	before=$(cpu "$1")
	for u in 0 1; do
		a=$(ip -n "$(ns "$1-sub")" -4 -o addr show dev tun$u |
		    awk '{ sub("/.*", "", $4); print $4 }')
		ip netns exec "$(ns "$1-sub")" iperf3 -c 10.98.0.1 \
		    -B "$a%tun$u" -p $((5201 + u)) -t "$SECS" -J \
		    > "$dir/two$u" &
	done
	wait %% || true
	await $((SECS + 20)) eval 'jq -e .end "$dir/two0" "$dir/two1" \
	    > "$dir/jq" 2>&1'
	used=$(awk "BEGIN { print $(cpu "$1") - $before }")
	jq -s -r --argjson used "$used" \
	    'map(.end.sum_received) | (map(.bits_per_second) | add) as $bps |
	    "\($bps / 1e9) \($used * 1e9 / (map(.bytes) | add))"' \
	    "$dir/two0" "$dir/two1"
}

# NAME:TITLE:HOW, HOW being one of the above.
table() {
	cat <<-'END'
	up:TCP up:carry KIND 4
	down:TCP down:carry KIND 4 -R
	both:TCP both ways:carry KIND 4 --bidir
	up6:TCP up, IPv6:carry KIND 6
	down6:TCP down, IPv6:carry KIND 6 -R
	up8:TCP up, 8 flows:carry KIND 4 -P 8
	down8:TCP down, 8 flows:carry KIND 4 -R -P 8
	both8:TCP both ways, 8 flows:carry KIND 4 --bidir -P 4
	flood:UDP up, 64 octets, a flood:flood KIND
	udp64:UDP 64, loss < 0.1 %:datagrams KIND 64
	udp512:UDP 512, loss < 0.1 %:datagrams KIND 512
	udp1492:UDP 1492, loss < 0.1 %:datagrams KIND 1492
	gso:UDP up, cut by the host:segments KIND
	rtt:round trip, idle:trips KIND
	busy:round trip, TCP beside it:busy KIND 1
	busy8:round trip, 8 flows beside:busy KIND 8
	two:two sessions, a flow each:two KIND
	END
}

title() { # NAME - its title and units
	t=$(table | sed -n "s/^$1:\(.*\):.*/\1/p")
	case $(how "$1") in
	carry*|two*|segments*) echo "$t:Gbit/s:CPU s/GB";;
	flood*|datagrams*) echo "$t:kpackets/s:CPU us/packet";;
	*)	echo "$t:p50 ms:p99 ms";;
	esac
}
how() { table | sed -n "s/^$1:.*://p"; }

whom() { # NAME - the kinds that it is measured of
	for k in $KINDS $MORE; do
		! known "$k" || case " $KINDS .$1.$k" in
		*.two.w?)	echo "$k";;
		*.rtt.floor)	echo "$k";;
		*.two.*|*.w?|*.floor) ;;
		*" $k "*)	echo "$k";;
		*.up.*|*.down.*|*.flood.*|*.rtt.*) echo "$k";;
		esac
	done
}

measure() { # NAME - RUNS lines for each kind
	how=$(how "$1")
	[ -n "$how" ] || { echo "bench: no measurement $1" >&2; exit 1; }
	for _ in $(seq "$RUNS"); do
		for kind in $(whom "$1"); do
			printf '%s\t%s\t' "$1" "$kind"
			eval "$(echo "$how" | sed "s/KIND/$kind/")" |
				tr ' ' '\t'
		done
	done
}

# ---- all of them ----

for k in $KINDS $MORE; do
	if known "$k"; then
		bed "$k"
	else
		[ "$k" = base ] || echo "bench: no $k here"
	fi
done
echo "== one session: $RUNS runs of $SECS s, in turn; the middle (the others)"
: > "$out/path.tsv"
for m in $ONLY; do
	measure "$m" | tee -a "$out/path.tsv" |
		awk -v head="$(title "$m")" -f "$src/tests/bench/path.awk"
done
if command -v gnuplot > /dev/null; then
	for m in $ONLY; do
		printf '%s:%s\n' "$m" "$(title "$m")" | tr : '\t' | cut -f 1,3,4
	done > "$out/titles.tsv"
	gnuplot -e "dir='$out'; measures='$ONLY'; kinds='$KINDS $MORE'" \
	    "$src/tests/bench/path.gnuplot" 2> "$out/gnuplot.err" ||
		cat "$out/gnuplot.err"
	echo "plots: tests/bench/out/path.svg"
fi
