#!/bin/sh
# run.sh - figures of the access concentrator, as `make bench` prints them.
#
# Two network namespaces and a veth between them: our concentrator in one, in
# the other its own load generator, `pppoetest -m create`.  Needs root.
#	N=2000		sessions of a set-up run and of the long hold
#	RUNS=3		set-up runs; the one in the middle counts
#	WINDOW=64	set-ups under way at once
#	MEM_N=10000	sessions for the memory figure
#	HOLD=300	seconds of the long hold with LCP echo
#	BENCH_JSON=f	where the figures go (BUILD/bench.json)
# Fails when a session failed or was lost.
set -eu
dir=$(mktemp -d) pid='' bad=0
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
: "${N:=2000}" "${RUNS:=3}" "${WINDOW:=64}"
: "${MEM_N:=10000}" "${HOLD:=300}" "${BENCH_JSON:=$PPP_BUILD/bench.json}"

hosts ac sub
wire ac veth0 sub veth1

conf <<END
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
# figures FILE ARG ...: its last line is JSON
figures() {
	out=$1
	shift
	generate "$@" > "$out" || bad=$((bad + 1))
}

field() {		# field FILE NAME: a number of the last line
	tail -n 1 "$1" | sed -n "s/.*\"$2\":\([0-9.e+-]*\).*/\1/p"
}

echo "== $RUNS x $N set-ups, CHAP, IPv4 and IPv6, one worker, $WINDOW at once"
for r in $(seq "$RUNS"); do
	start
	before=$(cpu_ms "$pid")
	figures "$dir/setup.$r" -n "$N" --window "$WINDOW"
	after=$(cpu_ms "$pid")
	finish
	grep -v '^{' "$dir/setup.$r"
	echo "$(field "$dir/setup.$r" sessions_per_second) $r" \
	    $(((${after%.*} - ${before%.*}) * 1000 / N)) >> "$dir/rates"
done
read -r rate mid cpu_us <<END
$(sort -n "$dir/rates" | sed -n "$(((RUNS + 1) / 2))p")
END
setup=$dir/setup.$mid

echo "== one set-up at a time"
start
figures "$dir/alone" -n 500 --window 1
grep -v '^{' "$dir/alone"
finish

echo "== memory of $MEM_N idle sessions"
start
before=$(rss "$pid")
: > "$dir/mem"
generate -n "$MEM_N" --window "$WINDOW" --hold 5 > "$dir/mem" &
g=$!
await 60 grep -q '^holding' "$dir/mem"
sleep 2
after=$(rss "$pid")
wait $g || bad=$((bad + 1))
grep -v '^{' "$dir/mem"
memory=$(((after - before) / MEM_N))
echo "memory   $before octets before, $after with $MEM_N sessions:" \
    "$memory octets a session"
finish

echo "== $N sessions held for $HOLD s with an LCP echo every 30 s"
start
figures "$dir/hold" -n "$N" --window "$WINDOW" \
    --hold "$HOLD"
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
	printf "PADI to all up, ms         %.2f at p50, %.2f at p99\n", a50, a99
	printf "  with %d under way        %.2f at p50, %.2f at p99\n", w, p50,
	    p99
	printf "processor time a set-up    %d us\n", cpu
	printf "memory an idle session     %d octets (%.2f of 8 KiB)\n",
	    mem, mem / 8192
	printf "held for %d s              %d of %d, %d lost\n", hold, held,
	    n, lost
}'
verdict
