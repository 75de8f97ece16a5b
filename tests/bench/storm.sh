#!/bin/sh
# storm.sh - all subscribers of a concentrator dial at once, as after a power
# cut, while others are up; with the limits that the program has by default.
#	N=8000		subscribers in the storm
#	HELD=200	sessions that were up before, with an LCP echo each 2 s
#	WORKERS=2	workers, lanes
#	FOR=60		seconds that the held ones are watched
# Needs root.  Fails when a held session is lost or a dialling one fails.
set -eu
: "${PPP_BUILD:?}" "${N:=8000}" "${HELD:=200}" "${WORKERS:=2}" "${FOR:=60}"
gen=$PPP_BUILD/tests/bench/setup_bench
ac=pppstorm-ac-$$ lan=pppstorm-lan-$$ one=pppstorm-1-$$ two=pppstorm-2-$$
dir=$(mktemp -d)
bad=0

cleanup() {
	trap - EXIT INT TERM HUP
	for n in "$ac" "$lan" "$one" "$two"; do
		for p in $(ip netns pids "$n" 2>/dev/null); do
			kill "$p" 2>/dev/null || true
		done
	done
	sleep 1
	for n in "$ac" "$lan" "$one" "$two"; do
		ip netns del "$n" 2>/dev/null || true
	done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

[ "$(id -u)" -eq 0 ] || { echo "bench: needs root"; exit 1; }
# plug HOST INTERFACE PORT - HOST's interface into the switch
plug() {
	ip link add "$2" netns "$1" type veth peer name "$3" netns "$lan"
	ip -n "$1" link set "$2" up
	ip -n "$lan" link set "$3" up master lan
}
for n in "$ac" "$lan" "$one" "$two"; do
	ip netns add "$n"
done
ip -n "$lan" link add lan type bridge mcast_snooping 0
ip -n "$lan" link set lan up
plug "$ac" veth0 p0
plug "$one" veth1 p1
plug "$two" veth2 p2

cat > "$dir/ppp.conf" <<END
ac:
 set log Phase
 set lb interface veth0
 set lb workers $WORKERS
 set governor max $WORKERS
 set ifaddr 10.0.0.1 10.0.16.0-10.0.63.255
 enable chap echo
 set lqrperiod 2
 set server $dir/sock ""
END
printf 'bench\tsecret\n' > "$dir/ppp.secret"
chmod 600 "$dir/ppp.secret"
ip netns exec "$ac" sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh \
    "$PPP_BUILD/ppp" -C "$dir" -foreground ac > "$dir/log" 2>&1 &
pid=$!
i=0
until grep -q Listening "$dir/log"; do
	i=$((i + 1))
	[ $i -le 100 ] || { echo "bench: no concentrator"; exit 1; }
	sleep 0.1
done

ip netns exec "$one" "$gen" -i veth1 -u bench -p secret -n "$HELD" \
    -H "$FOR" > "$dir/held" 2>&1 &
held=$!
until grep -q ^holding "$dir/held"; do sleep 0.1; done
echo "== $N subscribers at once, $HELD sessions up"
ip netns exec "$two" "$gen" -i veth2 -u bench -p secret -n "$N" -w "$N" \
    -m 100000 > "$dir/storm" 2>&1 || bad=1
grep -v '^{' "$dir/storm"
"$PPP_BUILD/pppctl" "$dir/sock" show workers
"$PPP_BUILD/pppctl" "$dir/sock" "show lb" | grep -i -e drop -e rate || true
wait "$held" || bad=1
grep ^held "$dir/held"
kill "$pid"
wait "$pid" || bad=1
[ $bad -eq 0 ] || { echo "bench: something was lost"; exit 1; }
