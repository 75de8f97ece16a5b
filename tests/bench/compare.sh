#!/bin/sh
# compare.sh - path.sh with the programs of an older commit beside ours, in
# turn in one run: what a change cost or gained.
#	BASE=COMMIT	the older one (default: the one in tests/bench/baseline)
# and what path.sh takes.  Needs root.  `make bench-compare` runs it.
set -eu
: "${PPP_BUILD:?}"
src=$(cd "$(dirname "$0")/../.." && pwd)
base=${BASE:-$(cat "$src/tests/bench/baseline")}
git -C "$src" rev-parse -q --verify "$base^{commit}" > /dev/null || {
	echo "bench: no commit $base here; name one with BASE="
	exit 1
}
tree=$PPP_BUILD/base
trap 'git -C "$src" worktree remove --force "$tree"' EXIT
trap 'exit 130' INT TERM HUP
echo "bench: building $base"
git -C "$src" worktree add -q --force --detach "$tree" "$base"
make -C "$tree" -j"$(getconf _NPROCESSORS_ONLN)" BUILD=build all \
    > "$PPP_BUILD/base.log" 2>&1 || {
	tail "$PPP_BUILD/base.log"
	echo "bench: $base does not build"
	exit 1
}
PPP_BASE=$tree/build sh "$src/tests/bench/path.sh"
