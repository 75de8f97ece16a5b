#!/bin/bash
# guest.sh - a User Mode Linux guest with a kernel's own PPP and PPPoE, as a
# peer for tests.
#
#	guest.sh start NAME NETNS TAP	boot it; its wan0 is wired to TAP
#	guest.sh run NAME COMMAND ...	a shell command in the guest; its output
#					and status are the command's (SECS=60)
#	guest.sh log NAME		its console so far
#	guest.sh stop NAME		also when it is gone already
#	guest.sh stop-all
#
# TAP is made in the network namespace NETNS, which is made if need be; stop
# removes what start made.  The guest boots in some seconds from the kernel of
# Debian's user-mode-linux; its root is this machine's, read only, so what is
# installed here can be run there.  Its own are /etc/ppp (a copy), /run, /tmp,
# /root and /var/log.  A folder at /mnt is shared: GUEST_DIR/NAME here.
# Whatever happens, it powers off after LIFE seconds (900).  MEM= is its memory.
set -eu
GUEST_DIR=${GUEST_DIR:-${TMPDIR:-/tmp}/ppp-guests}
BOOT_SECS=60
say() { echo "guest.sh: $*" >&2; }
die() { say "$*"; exit 1; }

# --- inside: the first process ---------------------------------------------

word() { # NAME: its value on the kernel's command line
	local w
	for w in $(< /proc/cmdline); do
		[[ $w != "$1="* ]] || echo "${w#*=}"
	done
}

own() { # DIRECTORY: becomes an empty one in memory
	mount -t tmpfs none "$1"
}

inside() {
	export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export HOME=/root TERM=dumb LC_ALL=C
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mountpoint -q /dev || mount -t devtmpfs dev /dev
	mkdir -p /dev/pts /dev/net
	mount -t devpts none /dev/pts
	mount -t hostfs none /mnt -o "$(word guest.share)"
	ln -s /proc/self/fd /dev/fd
	own /run
	mkdir -p /run/lock /run/netns /run/etc-ppp
	cp -a /etc/ppp/. /run/etc-ppp/ 2>/dev/null || true
	mount --bind /run/etc-ppp /etc/ppp
	mkdir -p /run/lib
	ln -s /usr/lib/uml/modules /run/lib/modules
	for m in ipv6 tun veth 8021q bridge pppoe ppp_async ppp_synctty \
	    ppp_mppe ppp_deflate bsd_comp; do
		modprobe -d /run -q "$m" || true
	done
	[[ -e /dev/ppp ]] || mknod /dev/ppp c 108 0
	[[ -e /dev/net/tun ]] || mknod /dev/net/tun c 10 200
	for d in /tmp /root /var/log; do own $d; done
	hostname "$(word guest.name)"
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
	    net.ipv6.conf.default.accept_dad=0 || true
	ip link set lo up
	ip link set vec0 name wan0
	sysctl -qw net.ipv6.conf.wan0.disable_ipv6=1 || true
	ip link set wan0 up
	serve "$(word guest.life)"
	poweroff -f
}

# Each N.job that appears in /mnt is a shell script: N.out and N.rc answer it.
serve() { # SECONDS
	local job n
	mkfifo /run/never	# nobody writes; reading it is a short sleep
	exec 7<> /run/never
	uname -r > /mnt/up.new
	mv /mnt/up.new /mnt/up
	while ((SECONDS < $1)) && [[ ! -e /mnt/off ]]; do
		for job in /mnt/*.job; do
			[[ -e $job ]] || continue
			n=${job%.job}
			mv "$job" "$n.sh"
			{
				rc=0
				bash "$n.sh" > "$n.out" 2>&1 < /dev/null ||
					rc=$?
				echo $rc > "$n.rc.new"
				mv "$n.rc.new" "$n.rc"
			} 7>&- &
		done
		read -rt 0.05 -u 7 || true
	done
}

# --- outside ----------------------------------------------------------------

alive() { # DIRECTORY
	[[ -s $1/pid ]] && kill -0 "$(< "$1/pid")" 2>/dev/null
}

halt() { # DIRECTORY: the guest's processes and what start made
	local d=$1 p i
	[[ -d $d ]] || return 0
	if alive "$d"; then
		p=$(< "$d/pid")
		touch "$d/off"
		for ((i = 0; i < 30; i++)); do
			alive "$d" || break
			sleep 0.1
		done
		kill -9 -- "-$p" 2>/dev/null || true
	fi
	if [[ -s $d/tap ]]; then
		ip -n "$(< "$d/ns")" link del dev "$(< "$d/tap")" \
		    2>/dev/null || true
	fi
	if [[ -e $d/made-ns ]]; then
		ip netns del "$(< "$d/ns")" 2>/dev/null || true
	fi
	rm -rf "$d"
}

start() { # NAME NETNS TAP
	local name=$1 ns=$2 tap=$3 mac i
	d=$GUEST_DIR/$1		# not local: the trap needs it
	[[ $name =~ ^[a-z0-9-]{1,20}$ ]] || die "name: a-z, 0-9 and - only"
	((${#tap} < 16)) || die "$tap: too long for an interface's name"
	[[ $(id -u) = 0 ]] || die "must be root"
	command -v linux.uml > /dev/null || die "user-mode-linux is missing"
	[[ -c /dev/net/tun ]] || die "/dev/net/tun is missing"
	if alive "$d"; then die "$name is running; stop it first"; fi
	halt "$d"
	mkdir -p "$d"
	trap 'halt "$d"' EXIT
	trap 'exit 130' INT TERM HUP

	echo "$ns" > "$d/ns"
	if ! ip netns exec "$ns" true 2>/dev/null; then
		ip netns add "$ns"
		touch "$d/made-ns"
	fi
	ip -n "$ns" link set lo up
	if ! ip -n "$ns" link show dev "$tap" > /dev/null 2>&1; then
		ip -n "$ns" tuntap add dev "$tap" mode tap
		echo "$tap" > "$d/tap"
	fi
	ip netns exec "$ns" sysctl -qw "net.ipv6.conf.$tap.disable_ipv6=1"
	ip -n "$ns" link set dev "$tap" up

	printf '#!/bin/bash\nexec %q inside\n' "$(readlink -f "$0")" \
	    > "$d/init"
	chmod +x "$d/init"
	mac=$(cksum <<< "$name" | awk '{ printf "02:00:5e:%02x:%02x:%02x",
		$1 / 65536 % 256, $1 / 256 % 256, $1 % 256 }')
	# Its memory is a file that is deleted at once; /dev/shm is no disk.
	[[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm
	setsid ip netns exec "$ns" linux.uml mem="${MEM:-256M}" quiet ro \
	    root=none rootfstype=hostfs rootflags=/ init="$d/init" \
	    uml_dir="$d/" umid=uml con=null con0=null,fd:1 ssl=null \
	    "vec0:transport=tap,ifname=$tap,depth=64,mac=$mac" \
	    guest.name="$name" guest.share="$d" guest.life="${LIFE:-900}" \
	    < /dev/null > "$d/console" 2>&1 &
	echo $! > "$d/pid"
	for ((i = 0; i < BOOT_SECS * 10; i++)); do
		if [[ -e $d/up ]]; then
			echo "$name: Linux $(< "$d/up")"
			trap - EXIT
			return
		fi
		alive "$d" || break
		sleep 0.1
	done
	grep -v "^ \[<" "$d/console" | tail -n 30 >&2
	die "$name did not boot"
}

run() { # NAME COMMAND ...
	local d=$GUEST_DIR/$1 n end
	shift
	alive "$d" || die "no such guest is running"
	n=$d/$$-$RANDOM
	printf '%s\n' "$*" > "$n.new"
	mv "$n.new" "$n.job"
	end=$((SECONDS + ${SECS:-60}))
	while [[ ! -e $n.rc ]]; do
		if ((SECONDS >= end)); then
			cat "$n.out" 2>/dev/null || true
			say "no answer in ${SECS:-60} s: $*"
			exit 124
		fi
		alive "$d" || die "the guest died: $*"
		sleep 0.05
	done
	cat "$n.out"
	exit "$(< "$n.rc")"
}

case ${1-}:$# in
inside:1)	inside;;
start:4)	start "$2" "$3" "$4";;
run:[3-9]|run:??) shift; run "$@";;
log:2)		cat "$GUEST_DIR/$2/console";;
stop:2)		halt "$GUEST_DIR/$2";;
stop-all:1)	for g in "$GUEST_DIR"/*/; do halt "${g%/}" & done; wait;;
*)		sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2;;
esac
