#!/bin/sh
# pool.sh - figures of the worker pool: how evenly each algorithm spreads
# sessions over workers, what an idle session costs, set-ups with one and two
# workers.
#	N=8000		sessions
#	WORKERS=8	workers, lanes
#	HOLD=20		seconds over which the cost of LCP echo is measured
#	RUNS=3		set-up runs, with one and two workers in turn
# Needs root.  Fails when a session failed or was lost.
set -eu
: "${PPP_BUILD:?}" "${N:=8000}" "${WORKERS:=8}" "${HOLD:=20}" "${RUNS:=3}"
gen=$PPP_BUILD/tests/bench/setup_bench
ac=ppppool-ac-$$ sub=ppppool-sub-$$
dir=$(mktemp -d)
pid='' g='' bad=0

cleanup() {
	trap - EXIT INT TERM HUP
	for n in "$ac" "$sub"; do
		for p in $(ip netns pids "$n" 2>/dev/null); do
			kill "$p" 2>/dev/null || true
		done
	done
	sleep 1
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
ip -n "$ac" link set veth0 up
ip -n "$sub" link set veth1 up
printf 'bench\tsecret\n' > "$dir/ppp.secret"
chmod 600 "$dir/ppp.secret"

start() { # WORKERS ALGORITHM
	cat > "$dir/ppp.conf" <<-END
	ac:
	 set log Phase
	 set lb interface veth0
	 set lb workers $1
	 set governor max $1
	 set lb algorithm $2
	 set lb padirate 100000
	 set ifaddr 10.0.0.1 10.0.16.0-10.0.63.255
	 enable chap echo
	 set lqrperiod 30
	 set server $dir/sock ""
	END
	ip netns exec "$ac" sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' \
	    sh "$PPP_BUILD/ppp" -C "$dir" -foreground ac > "$dir/log" 2>&1 &
	pid=$!
	i=0
	until grep -q Listening "$dir/log"; do
		i=$((i + 1))
		[ $i -le 100 ] || { cat "$dir/log"; exit 1; }
		sleep 0.1
	done
	sleep 0.3
}
finish() {
	kill "$pid"
	wait "$pid" || bad=1
	pid=
}
rss() { awk '/^Rss:/ { print $2 * 1024 }' "/proc/$pid/smaps_rollup"; }
cpu_ms() {
	awk -v hz="$(getconf CLK_TCK)" \
	    '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / hz }' \
	    "/proc/$pid/stat"
}
generate() {
	ip netns exec "$sub" "$gen" -i veth1 -u bench -p secret "$@"
}

echo "== $N sessions over $WORKERS workers"
for alg in round-robin hash least-sessions; do
	start "$WORKERS" $alg
	before=$(rss)
	: > "$dir/out"
	generate -n "$N" -w 64 -H $((HOLD + 4)) > "$dir/out" 2>&1 &
	g=$!
	until grep -q ^holding "$dir/out"; do
		kill -0 $g 2>/dev/null || { cat "$dir/out"; exit 1; }
		sleep 0.1
	done
	sleep 1
	after=$(rss)
	c=$(cpu_ms)
	sleep "$HOLD"
	c=$(awk -v a="$(cpu_ms)" -v b="$c" 'BEGIN { print a - b }')
	"$PPP_BUILD/pppctl" "$dir/sock" show workers |
	    awk -v alg=$alg -v m=$(((after - before) / N)) -v cpu="$c" \
	    -v hold="$HOLD" -v n="$N" '
		/Worker [0-9]+: ACTIVE/ {
			sub(/.*\(/, "")
			s[++w] = $1
			sum += $1
		}
		END {
			avg = sum / w
			for (i in s) {
				d = s[i] > avg ? s[i] - avg : avg - s[i]
				if (d > most) most = d
			}
			printf "%-15s %d workers, most off the average " \
			    "%.2f %%, %d octets a session, echo %.3f %% of " \
			    "a CPU (%.1f us an echo)\n", alg, w,
			    100 * most / avg, m, cpu / hold / 10,
			    cpu * 1000 / (n / 30 * hold)
		}'
	wait $g || bad=1
	g=
	finish
done

echo "== $N set-ups, CHAP, IPv4 and IPv6: one worker, two workers, in turn"
r=0
while [ $r -lt "$RUNS" ]; do
	for w in 1 2; do
		start $w round-robin
		generate -n "$N" -w 64 > "$dir/out" 2>&1 || bad=1
		sed -n "s/^set up/$w worker(s):/p" "$dir/out"
		finish
	done
	r=$((r + 1))
done
[ $bad -eq 0 ] || { echo "bench: something failed"; exit 1; }
