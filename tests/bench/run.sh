#!/bin/sh
# run.sh - figures of the access concentrator, as `make bench` prints them.
#
# Two network namespaces and a veth between them: our concentrator in one, in
# the other a generator of subscribers made of the same engines.  Needs root.
#	N=2000		sessions of a set-up run and of the long hold
#	RUNS=3		set-up runs; the one in the middle counts
#	WINDOW=64	set-ups under way at once
#	MEM_N=10000	sessions for the memory figure
#	HOLD=300	seconds of the long hold with LCP echo
#	BENCH_JSON=f	where the figures go (BUILD/bench.json)
# Fails when a session failed or was lost.
set -eu
: "${PPP_BUILD:?}" "${N:=2000}" "${RUNS:=3}" "${WINDOW:=64}"
: "${MEM_N:=10000}" "${HOLD:=300}" "${BENCH_JSON:=$PPP_BUILD/bench.json}"
ppp=$PPP_BUILD/ppp gen=$PPP_BUILD/tests/bench/setup_bench
ac=pppbench-ac-$$ sub=pppbench-sub-$$
dir=$(mktemp -d)
pid='' g=
bad=0

cleanup() {
	trap - EXIT INT TERM HUP
	[ -z "$g" ] || kill "$g" 2>/dev/null || true
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	[ -z "$pid" ] || wait "$pid" || true
	ip netns del "$ac" 2>/dev/null || true
	ip netns del "$sub" 2>/dev/null || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

[ "$(id -u)" -eq 0 ] || { echo "bench: needs root"; exit 1; }
ip netns add "$ac"
ip netns add "$sub"
ip link add veth0 netns "$ac" type veth peer name veth1 netns "$sub"
ip -n "$ac" link set lo up
ip -n "$ac" link set veth0 up
ip -n "$sub" link set veth1 up

cat > "$dir/ppp.conf" <<END
ac:
 set log Phase
 set lb interface veth0
 set lb acname bench
 set lb padirate 100000
 set ifaddr 10.0.0.1 10.0.16.0-10.0.63.255
 enable chap
 enable echo
 set lqrperiod 30
END
printf 'bench\tsecret\n' > "$dir/ppp.secret"
chmod 600 "$dir/ppp.secret"

# A fresh concentrator; $pid is the process itself.  It has a /run and a name
# of its own: what others do to their ppp does not end it.
cp "$ppp" "$dir/concentrator"
start() {
	: > "$dir/log"
	# shellcheck disable=SC2016
	ip netns exec "$ac" sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' \
	    sh "$dir/concentrator" -C "$dir" -foreground ac \
	    > "$dir/log" 2>&1 &
	pid=$!
	i=0
	until grep -q Listening "$dir/log" && [ -e "/proc/$pid" ]; do
		i=$((i + 1))
		if [ $i -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then
			echo "bench: the concentrator does not start:"
			cat "$dir/log"
			exit 1
		fi
		sleep 0.1
	done
	sleep 0.3
}

finish() {
	if ! kill "$pid" 2>/dev/null; then
		echo "bench: the concentrator ended by itself:"
		tail -n 5 "$dir/log"
		bad=$((bad + 1))
	fi
	wait "$pid" || true
	pid=
}

# generate FILE ARG ...: its last line is JSON
generate() {
	out=$1
	shift
	ip netns exec "$sub" "$gen" -i veth1 -u bench -p secret "$@" \
	    > "$out" 2>&1 || bad=$((bad + 1))
}

rss() {			# octets of memory that are in use, all in
	awk '/^Rss:/ { print $2 * 1024 }' "/proc/$pid/smaps_rollup"
}
cpu() {			# microseconds of processor time so far
	awk -v hz="$(getconf CLK_TCK)" \
	    '{ sub(/.*\) /, ""); print ($12 + $13) * 1000000 / hz }' \
	    "/proc/$pid/stat"
}
field() {		# field FILE NAME: a number of the last line
	tail -n 1 "$1" | sed -n "s/.*\"$2\":\([0-9.e+-]*\).*/\1/p"
}

echo "== $RUNS x $N set-ups, CHAP, IPv4 and IPv6, one worker, $WINDOW at once"
for r in $(seq "$RUNS"); do
	start
	before=$(cpu)
	generate "$dir/setup.$r" -n "$N" -w "$WINDOW"
	after=$(cpu)
	finish
	grep -v '^{' "$dir/setup.$r"
	echo "$(field "$dir/setup.$r" sessions_per_second) $r" \
	    $(((${after%.*} - ${before%.*}) / N)) >> "$dir/rates"
done
read -r rate mid cpu_us <<END
$(sort -n "$dir/rates" | sed -n "$(((RUNS + 1) / 2))p")
END
setup=$dir/setup.$mid

echo "== one set-up at a time"
start
generate "$dir/alone" -n 500 -w 1
grep -v '^{' "$dir/alone"
finish

echo "== memory of $MEM_N idle sessions"
start
before=$(rss)
: > "$dir/mem"
ip netns exec "$sub" "$gen" -i veth1 -u bench -p secret -n "$MEM_N" \
    -w "$WINDOW" -H 5 > "$dir/mem" 2>&1 &
g=$!
i=0
until grep -q '^holding' "$dir/mem" || [ $i -gt 600 ] ||
    ! kill -0 $g 2>/dev/null; do
	i=$((i + 1))
	sleep 0.1
done
sleep 2
after=$(rss)
wait $g || bad=$((bad + 1))
g=
grep -v '^{' "$dir/mem"
memory=$(((after - before) / MEM_N))
echo "memory   $before octets before, $after with $MEM_N sessions:" \
    "$memory octets a session"
finish

echo "== $N sessions held for $HOLD s with an LCP echo every 30 s"
start
generate "$dir/hold" -n "$N" -w "$WINDOW" -H "$HOLD"
grep -v '^{' "$dir/hold"
echoes=$(field "$dir/hold" echoes)
want=$((N * (HOLD / 30 - 1)))
[ "$want" -gt 0 ] || want=0
if [ "${echoes:-0}" -lt "$want" ]; then
	echo "bench: only ${echoes:-no} echoes, at least $want expected"
	bad=$((bad + 1))
fi
finish

cat > "$BENCH_JSON" <<END
{
  "alone": $(tail -n 1 "$dir/alone"),
  "setup": $(tail -n 1 "$setup"),
  "cpu_us_per_setup": $cpu_us,
  "octets_per_session": $memory,
  "hold": $(tail -n 1 "$dir/hold")
}
END
echo "== figures"
awk -v rate="$rate" -v mem="$memory" -v cpu="$cpu_us" \
    -v a50="$(field "$dir/alone" p50_ms)" \
    -v a99="$(field "$dir/alone" p99_ms)" -v w="$WINDOW" \
    -v p50="$(field "$setup" p50_ms)" -v p99="$(field "$setup" p99_ms)" \
    -v n="$N" -v hold="$HOLD" -v lost="$(field "$dir/hold" lost)" \
    -v held="$(field "$dir/hold" held)" 'BEGIN {
	printf "set-ups a second           %d (%.1f x the aim of 1000)\n",
	    rate, rate / 1000
	printf "PADI to IPCP up, ms        %.2f at p50, %.2f at p99\n", a50, a99
	printf "  with %d under way        %.2f at p50, %.2f at p99\n", w, p50,
	    p99
	printf "processor time a set-up    %d us\n", cpu
	printf "memory an idle session     %d octets (%.2f of 8 KiB)\n",
	    mem, mem / 8192
	printf "held for %d s              %d of %d, %d lost\n", hold, held,
	    n, lost
}'
[ "$bad" -eq 0 ] || { echo "bench: $bad steps failed"; exit 1; }
