# What forwards between two hosts, sourced by path.sh after lib.sh. A kind is
# a row of known() and, when it is no session of ours, of bed().
#	session	client and concentrator of PPP_BUILD
#	base	those of PPP_BASE, another build, when it is named
#	loop	two of loop_bench, the simplest forwarder
#	wire	the bare wire, with the MTU of a session
#	floor	two of floor_bench, the same on the sockets that ours has
# and sessions of PPP_BUILD of another make:
#	plain	its TUN devices take and give no super-packets
#	vlan	tagged frames
#	rules	40 rules in each of the filters in and out
#	rate	limited to 100 Gbit/s: the limiter looks at each packet
#	n100	beside 100 other sessions of its lane; n8000: 8,000
#	xdp	`set io xdp', when this build has it
#	w1, w2	two sessions on two lanes of one worker, or of two
#
# Its hosts are ($(ns KIND-ac)) and ($(ns KIND-sub)), 10.98.0.1 is the far end.

# The lines that a kind adds to the labels of both ends.
lines() { # KIND ac|sub
	case $1.$2 in
	vlan.ac) echo ' set lb interface veth0 vlan 7';;
	*.ac)	echo ' set lb interface veth0';;
	vlan.sub) echo ' set device PPPoE:veth1.7';;
	*.sub)	echo ' set device PPPoE:veth1';;
	esac
	case $1.$2 in
	*.ac)	echo ' set ifaddr 10.98.0.1 10.98.0.2-10.98.63.254'
		echo ' set lb padirate 100000';;
	*.sub)	echo ' set ifaddr 10.0.0.1/0 10.0.0.2/0'
		echo ' set timeout 0';;
	esac
	case $1.$2 in
	rules.*) rules;;
	rate.*)	echo ' set rate 100g 100g';;
	xdp.*)	echo ' set io xdp';;
	w1.ac)	echo ' set lb workers 1'; echo ' set governor max 2';;
	w2.ac)	echo ' set lb workers 2';;
	esac
}

# The last one lets it pass.
rules() {
	for f in in out; do
		i=0
		while [ $i -lt 39 ]; do
			echo " set filter $f $i deny 10.0.0.0/8 10.0.0.0/8" \
			    "tcp dst eq $((1000 + i))"
			i=$((i + 1))
		done
		echo " set filter $f 39 permit"
	done
}

known() { # KIND - can it be had here?
	case $1 in
	base)	[ -n "${PPP_BASE-}" ];;
	xdp)	mkdir -p "$dir/xdp"
		printf 'try:\n set io xdp\n set device PPPoE:lo\n' \
		    > "$dir/xdp/ppp.conf"
		"$PPP_BUILD/ppp" -n -C "$dir/xdp" try > "$dir/xdp/out" 2>&1;;
	*)	:;;
	esac
}

# An end of ours. Its name starts with the folder: cpu() finds it by that.
# A /run of its own: what others do to their ppp does not end it.
end() { # KIND BUILD ac|sub [OPTION ...]
	kind=$1 build=$2 side=$3
	shift 3
	[ -d "$dir/$kind-$side" ] || {
		mkdir "$dir/$kind-$side"
		{ echo "$side:"; lines "$kind" "$side"; } \
		    > "$dir/$kind-$side/ppp.conf"
		cp "$build/ppp" "$dir/run-$kind-$side"
	}
	# shellcheck disable=SC2016
	ip netns exec "$(ns "$kind-$side")" sh -c \
	    'mount -t tmpfs tmpfs /run && exec "$@"' sh \
	    "$dir/run-$kind-$side" -background -quiet "$@" \
	    -C "$dir/$kind-$side" "$side"
}

mac() { ip netns exec "$(ns "$1")" cat "/sys/class/net/$2/address"; }
loop() { # HOST INTERFACE OTHERS-MAC ADDRESS PEER
	cp "$PPP_BUILD/tests/bench/${1%-*}_bench" "$dir/run-$1"
	ip netns exec "$(ns "$1")" "$dir/run-$1" "$2" "$3" tun0 &
	await 10 ip -n "$(ns "$1")" link set tun0 up mtu 1492 2> "$dir/try"
	ip -n "$(ns "$1")" addr add "$4" peer "$5" dev tun0
}

loops() { # KIND
	m=$(mac "$1-sub" veth1)
	loop "$1-ac" veth0 "$m" 10.98.0.1 10.98.0.2
	m=$(mac "$1-ac" veth0)
	loop "$1-sub" veth1 "$m" 10.98.0.2 10.98.0.1
}

bare() {
	for h in ac:veth0:10.98.0.1 sub:veth1:10.98.0.2; do
		n=$(ns "wire-${h%%:*}") d=${h#*:}
		ip -n "$n" link set "${d%:*}" mtu 1492
		ip -n "$n" addr add "${d#*:}/24" dev "${d%:*}"
	done
}

# No super-packets: neither given by the host nor made for it.
no_offloads() {
	for side in ac sub; do
		ip -n "$(ns "plain-$side")" link set tun0 gso_max_segs 1
	done
}

crowd() { # NUMBER: so many beside it
	: > "$dir/crowd$1"
	ip netns exec "$(ns "n$1-sub")" "$PPP_BUILD/pppoetest" -m create \
	    -i veth1 -n "$1" --tries 8 --hold 100000 --format json \
	    > "$dir/crowd$1" 2>&1 &
	await 120 grep -q '^holding' "$dir/crowd$1"
}

bed() { # KIND
	hosts "$1-ac" "$1-sub"
	wire "$1-ac" veth0 "$1-sub" veth1
	b=$PPP_BUILD
	[ "$1" != base ] || b=$PPP_BASE
	case $1 in
	loop|floor) loops "$1";;
	wire)	bare;;
	*)	end "$1" "$b" ac
		end "$1" "$b" sub;;
	esac
	case $1 in
	plain)	no_offloads;;
	n[0-9]*) crowd "${1#n}";;
	w[12])	end "$1" "$b" sub -unit1;;
	esac
	ip netns exec "$(ns "$1-ac")" iperf3 -s -D > /dev/null
	ip netns exec "$(ns "$1-ac")" iperf3 -s -D -p 5202 > /dev/null
	ip netns exec "$(ns "$1-ac")" "$PPP_BUILD/tests/bench/gso_bench" \
	    take &
	await 20 ip netns exec "$(ns "$1-sub")" \
	    ping -q -c 1 -W 1 10.98.0.1 > "$dir/ping"
}
