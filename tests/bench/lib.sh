# What the scripts of figures begin with, sourced: hosts that are network
# namespaces, an end that leaves nothing behind, a concentrator in host ac.
#	hosts ac sub			# $(ns ac) is its namespace
#	wire ac veth0 sub veth1
#	conf < ...			# ppp.conf of the concentrator
#	start				# it listens; $pid
#	finish
# $dir is for files, made by the script; $bad counts what went wrong, and
# `verdict' ends the script.
: "${PPP_BUILD:?}" "${dir:?}"
[ "$(id -u)" -eq 0 ] || { echo "bench: needs root"; exit 1; }
all='' pid='' bad=0

cleanup() {
	trap - EXIT INT TERM HUP
	for n in $all; do
		for p in $(ip netns pids "$n" 2>/dev/null); do
			kill "$p" 2>/dev/null || true
		done
	done
	sleep 0.5
	for n in $all; do
		for p in $(ip netns pids "$n" 2>/dev/null); do
			kill -9 "$p" 2>/dev/null || true
		done
		ip netns del "$n" 2>/dev/null || true
	done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

ns() { echo "pppbench-$1-$$"; }
hosts() {
	for n in "$@"; do
		ip netns add "$(ns "$n")"
		all="$all $(ns "$n")"
		ip -n "$(ns "$n")" link set lo up
	done
}
wire() { # HOST INTERFACE HOST INTERFACE
	ip link add "$2" netns "$(ns "$1")" type veth \
	    peer name "$4" netns "$(ns "$3")"
	ip -n "$(ns "$1")" link set "$2" up
	ip -n "$(ns "$3")" link set "$4" up
}

# The concentrator's label ac; bench/secret may log in.
conf() {
	cat > "$dir/ppp.conf"
	printf 'bench\tsecret\n' > "$dir/ppp.secret"
	chmod 600 "$dir/ppp.secret"
}

# It has a /run and a name of its own: what others do to their ppp does not
# end it.
start() {
	[ -e "$dir/concentrator" ] ||
		cp "$PPP_BUILD/ppp" "$dir/concentrator"
	: > "$dir/log"
	ip netns exec "$(ns ac)" sh -c 'mount -t tmpfs tmpfs /run &&
	    exec "$@"' sh "$dir/concentrator" -C "$dir" -foreground ac \
	    > "$dir/log" 2>&1 &
	pid=$!
	i=0
	until grep -q Listening "$dir/log"; do
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
	wait "$pid" || bad=$((bad + 1))
	pid=
}
ask() { "$PPP_BUILD/pppctl" "$dir/sock" "$@"; }

# Subscribers on an interface of a host: words as they go, JSON as last line.
dial() { # HOST INTERFACE ARGUMENT ...
	h=$1 if=$2
	shift 2
	ip netns exec "$(ns "$h")" "$PPP_BUILD/pppoetest" -m create -i "$if" \
	    --user bench --password secret --tries 8 --format json "$@" 2>&1
}
generate() { dial sub veth1 "$@"; }

# How long to wait for what is not under test.
await() { # SECONDS COMMAND ...
	tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "bench: not so: $*"; exit 1; }
		sleep 0.1
	done
}

# Of process $1: octets of memory in use, all in; milliseconds and nanoseconds
# of processor time so far.
rss() { awk '/^Rss:/ { print $2 * 1024 }' "/proc/$1/smaps_rollup"; }
cpu_ms() {
	awk -v hz="$(getconf CLK_TCK)" \
	    '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / hz }' \
	    "/proc/$1/stat"
}

cpu_ns() {
	cat "/proc/$1/task/"*/schedstat | awk '{ s += $1 }
	    END { printf "%.0f\n", s }'
}

# The line in the middle, by its first number.
middle() { sort -n | awk '{ l[NR] = $0 } END { print l[int((NR + 1) / 2)] }'; }

verdict() {
	[ "$bad" -eq 0 ] || { echo "bench: $bad steps failed"; exit 1; }
}
