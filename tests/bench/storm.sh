#!/bin/sh
# storm.sh - all subscribers of a concentrator dial at once, as after a power
# cut, while others are up; with the limits that the program has by default.
#	N=8000		subscribers in the storm
#	HELD=200	sessions that were up before, with an LCP echo each 2 s
#	WORKERS=2	workers, lanes
#	FOR=60		seconds that the held ones are watched
#	VLAN=		the tag that all of them have, or none
# Needs root.  Fails when a held session is lost or a dialling one fails.
set -eu
dir=$(mktemp -d) bad=0
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
: "${N:=8000}" "${HELD:=200}" "${WORKERS:=2}" "${FOR:=60}" "${VLAN:=}"

tag=${VLAN:+--vlan=$VLAN}

hosts ac lan one two
ip -n "$(ns lan)" link add lan type bridge mcast_snooping 0
ip -n "$(ns lan)" link set lan up
for w in ac:veth0:p0 one:veth1:p1 two:veth2:p2; do
	h=${w%%:*} p=${w##*:} w=${w#*:}
	wire "$h" "${w%:*}" lan "$p"
	ip -n "$(ns lan)" link set "$p" master lan
done

conf <<END
ac:
 set log Phase
 set lb interface veth0${VLAN:+ vlan $VLAN}
 set lb workers $WORKERS
 set governor max $WORKERS
 set ifaddr 10.0.0.1 10.0.16.0-10.0.63.255
 enable chap echo
 set lqrperiod 2
 set server $dir/sock ""
END
start

# shellcheck disable=SC2086
dial one veth1 $tag -n "$HELD" --hold "$FOR" > "$dir/held" &
held=$!
await 60 grep -q ^holding "$dir/held"
echo "== $N subscribers at once, $HELD sessions up"
# shellcheck disable=SC2086
dial two veth2 $tag -n "$N" --window "$N" --mac 02:42:00:80:00:00 \
    > "$dir/storm" || bad=$((bad + 1))
grep -v '^{' "$dir/storm"
ask show workers
ask "show lb" | grep -i -e drop -e rate || true
wait "$held" || bad=$((bad + 1))
grep ^held "$dir/held"
finish
verdict
