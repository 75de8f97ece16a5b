#!/bin/sh
# moves.sh - packets lost and reordered while workers are removed and added:
# real clients, with iperf3 over TCP and UDP in two of their sessions and ping
# in all others; lanes with their sessions move each time.
#	N=100		sessions
#	TIMES=10	a worker is removed and one added
# Needs root.  Fails when more than a ring's worth was lost.
set -eu
: "${PPP_BUILD:?}" "${PPP_SRC:?}" "${N:=100}" "${TIMES:=10}"
atf_fail() { echo "$1" >&2; exit 1; }
atf_skip() { atf_fail "$1"; }
dir=$(mktemp -d)
cd "$dir"
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/moves.sh
. "$PPP_SRC/tests/net/moves.sh"
trap 'net_end; rm -rf "$dir"' EXIT

many "$N"
echo "== $N sessions, one of two workers removed and added $TIMES times"
traffic "$N"
move_workers "$TIMES"
arrived "$N" || { cat arrived; exit 1; }
cat arrived
ask isp 'show stats' | grep -e Lanes -e Drifts -e destroyed
