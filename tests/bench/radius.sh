#!/bin/sh
# radius.sh - set-ups a second with the names in ppp.secret, then with a real
# RADIUS server (FreeRADIUS on the same machine) that is also accounted to.
# Root; N=1000 sessions, WINDOW=64 under way at once.
set -eu
: "${PPP_BUILD:?}" "${PPP_SRC:?}" "${N:=1000}" "${WINDOW:=64}"
atf_fail() { echo "$1" >&2; exit 1; }
atf_skip() { atf_fail "$1"; }
atf_require_prog() { command -v "$1" > /dev/null || atf_fail "no $1"; }
dir=$(mktemp -d)
cd "$dir"
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/radius.sh
. "$PPP_SRC/tests/net/radius.sh"
trap 'net_end; rm -rf "$dir"' EXIT

# once WHAT - the generator's words, and the time of the control thread
once()
{
	wait_log isp 'Listening on eth0'
	in_host home "$PPP_BUILD/pppoetest" -m create -i eth1 -n "$N" \
	    --user fred --password x --window "$WINDOW" --ip 4 \
	    --format json > "$1.out" || { cat "$1.out" >&2
		exit 1; }
	echo "$1: $(tail -n 1 "$1.out")"
}

three 'enable chap' 'set lb maxsessions 20000' <<-'END'
fred	Cleartext-Password := "x"
END
sed -i 's/padirate .*/padirate 100000 1000/
    s/10.0.0.10-.*/10.1.0.1-10.1.255.250/' isp/etc/ppp.conf
radius_conf
cp isp/etc/ppp.conf with.conf
sed '/set radius/d' with.conf | conf isp
echo 'fred x' | conf isp ppp.secret
ppp_start isp -foreground server
once secret
ppp_stop isp
: > isp/ppp.out
: > isp/log/ppp.log
conf isp < with.conf
ppp_start isp -foreground server
once radius
ask isp 'show radius'
ppp_stop isp
echo "Stop records: $(grep -c 'Status-Type = Stop' aaa/rad/detail)"
