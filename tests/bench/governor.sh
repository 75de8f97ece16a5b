#!/bin/sh
# governor.sh - how long the governor takes from a step of the load to the new
# worker, and from idle back to the minimum: with the intervals it has by
# default, and with the shortest ones. The load is iperf3 through a session;
# the thresholds are low, because the client has to live on this machine, too.
#	RUNS=3		runs of the short one
# Needs root.
set -eu
dir=$(mktemp -d)
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
: "${RUNS:=3}"

hosts ac sub
wire ac veth0 sub veth1
mkdir "$dir/sub"
printf 'sub:\n set device PPPoE:veth1\n' > "$dir/sub/ppp.conf"
cp "$PPP_BUILD/ppp" "$dir/client"

workers() { ask show governor | sed -n 's/^  Active Workers: //p'; }
have() { [ "$(workers)" = "$1" ]; }
now() { date +%s%N; }
since() {
	awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", (b - a) / 1e9 }'
}

# step WHAT LINE ... - with these lines in the label
step() {
	what=$1
	shift
	conf <<-END
	ac:
	 set log Phase
	 set lb interface veth0
	 set ifaddr 10.98.0.1 10.98.0.10-10.98.0.99
	 set governor min 1
	 set governor max 2
	 set governor cpu 5 1
	 set governor enable
	$(printf ' %s\n' "$@")
	 set server $dir/sock ""
	END
	start
	# shellcheck disable=SC2016
	ip netns exec "$(ns sub)" sh -c 'mount -t tmpfs tmpfs /run &&
	    exec "$@"' sh "$dir/client" -background -quiet -C "$dir/sub" sub
	sleep 6				# a poll that saw it idle
	ip netns exec "$(ns ac)" iperf3 -s -1 -D
	sleep 0.5
	t=$(now)
	ip netns exec "$(ns sub)" iperf3 -c 10.98.0.1 -t 60 > /dev/null 2>&1 &
	load=$!
	await 60 have 2
	up=$(since "$t")
	kill $load
	wait $load || true
	t=$(now)
	await 60 have 1
	drains=$(since "$t")
	await 120 gone
	echo "$what: new worker after $up s; idle: given up after $drains s," \
	    "gone after $(since "$t") s"
	for p in $(ip netns pids "$(ns sub)"); do
		kill "$p" 2>/dev/null || true
	done
	finish
}
gone() { ask show governor | grep -q 'Current Workers: 1'; }

echo "== from a step of the load to the new worker, and back"
step "poll 5, up 10, down 60, drain 30 (default)"
for _ in $(seq "$RUNS"); do
	step "poll 1, up 1, down 1, drain 0" 'set governor poll 1' \
	    'set governor upinterval 1' 'set governor downinterval 1' \
	    'set governor drain 0 migrate'
done
verdict
