#!/bin/sh
# pool.sh - figures of the worker pool: how evenly each algorithm spreads
# sessions over workers, what an idle session costs, set-ups with one and two
# workers.
#	N=8000		sessions
#	WORKERS=8	workers, lanes
#	HOLD=65		seconds of LCP echo that are measured: two a session
#	RUNS=3		set-up runs, with one and two workers in turn
# Needs root.  Fails when a session failed or was lost.
set -eu
dir=$(mktemp -d) pid='' bad=0
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
: "${N:=8000}" "${WORKERS:=8}" "${HOLD:=65}" "${RUNS:=3}"

hosts ac sub
wire ac veth0 sub veth1

begin() { # WORKERS ALGORITHM
	conf <<-END
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
	start
}

echo "== $N sessions over $WORKERS workers"
for alg in round-robin hash least-sessions; do
	begin "$WORKERS" $alg
	before=$(rss "$pid")
	: > "$dir/out"
	hold=3
	[ $alg != round-robin ] || hold=$((HOLD + 4))
	generate -n "$N" --hold $hold > "$dir/out" &
	g=$!
	await 60 grep -q ^holding "$dir/out"
	sleep 1
	after=$(rss "$pid")
	ask show workers |
	    awk -v alg=$alg -v m=$(((after - before) / N)) '
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
			    "%.2f %%, %d octets a session\n", alg, w,
			    100 * most / avg, m
		}'
	if [ $alg = round-robin ]; then
		c=$(cpu_ns "$pid")
		sleep "$HOLD"
		c=$(($(cpu_ns "$pid") - c))
	fi
	wait $g || bad=$((bad + 1))
	[ $alg != round-robin ] ||
		sed -n 's/.* \([0-9]*\) echoes answered$/\1/p' "$dir/out" |
		awk -v c="$c" -v hold="$HOLD" -v n="$N" '{
			printf "echo            %d answered for %d sessions " \
			    "in %d s: %.3f %% of a CPU, %.1f us each with " \
			    "all else\n", $1, n, hold, c / hold / 1e7,
			    c / 1000 / $1 }'
	finish
done

echo "== $N set-ups, CHAP, IPv4 and IPv6: one worker, two workers, in turn"
r=0
while [ $r -lt "$RUNS" ]; do
	for w in 1 2; do
		begin $w round-robin
		generate -n "$N" > "$dir/out" || bad=$((bad + 1))
		sed -n "s/^set up/$w worker(s):/p" "$dir/out"
		finish
	done
	r=$((r + 1))
done
verdict
