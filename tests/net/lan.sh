# lan.sh - a LAN behind the client, and a host behind the concentrator that
# knows no way back to the LAN.  After lib.sh and pair.sh:
#
#	lan (192.168.7.2) - 192.168.7.1 home 10.0.0.10 - 10.0.0.1 isp
#	198.51.100.1 - out (198.51.100.2)
#
#	lan_begin
#	home_conf 'nat enable yes' ...
#	lan_up [MODE ...]
#	tcp_serve lan 80; tcp_ask out 10.0.0.10 80
# shellcheck shell=sh

lan_begin()
{
	pair_begin
	host lan out
	wire lan eth0 home eth2
	wire isp eth9 out eth0
	lan_addr lan eth0 192.168.7.2/24
	lan_addr home eth2 192.168.7.1/24
	lan_addr isp eth9 198.51.100.1/24
	lan_addr out eth0 198.51.100.2/24
	lan_route lan default via 192.168.7.1
	lan_route out 10.0.0.0/24 via 198.51.100.1
	in_host home sysctl -qw net.ipv4.ip_forward=1
	in_host isp sysctl -qw net.ipv4.ip_forward=1
	isp_conf 'enable chap'
}

lan_addr() { ip -n "$(ns "$1")" addr add "$3" dev "$2"; }
lan_route()
{
	local h
	h=$1
	shift
	ip -n "$(ns "$h")" route add "$@"
}

lan_up() # [MODE ...]
{
	isp_start
	home_start "${@:--ddial}"
	until_true 5 in_host lan ping -n -c 1 -W 1 198.51.100.2 ||
		[ -n "${LAN_QUIET:-}" ] || fail "lan: no way out"
}

# tcp_serve NAME PORT, udp_serve - say who asked, from which port, whom
tcp_serve()
{
	in_host "$1" socat "TCP4-LISTEN:$2,fork,reuseaddr" \
	    'SYSTEM:echo $SOCAT_PEERADDR $SOCAT_PEERPORT $SOCAT_SOCKADDR' \
	    > /dev/null 2>&1 < /dev/null &
	until_true 5 eval "in_host '$1' ss -Hltn 'sport = :$2' | grep -q ." ||
		atf_fail "$1: nobody listens on $2"
}
udp_serve()
{
	in_host "$1" socat -T 5 "UDP4-LISTEN:$2,fork,reuseaddr" \
	    'SYSTEM:read x; echo $SOCAT_PEERADDR $SOCAT_PEERPORT' \
	    > /dev/null 2>&1 < /dev/null &
	until_true 5 eval "in_host '$1' ss -Hlun 'sport = :$2' | grep -q ." ||
		atf_fail "$1: nobody listens on $2"
}

# tcp_ask NAME ADDRESS PORT [SOCAT-OPTION] - what the server says: whom it
# sees; nothing when it cannot be reached
tcp_ask()
{
	in_host "$1" timeout 4 socat -t 2 - \
	    "TCP4:$2:$3,connect-timeout=2${4:+,$4}" < /dev/null 2> ask.err ||
		true
}
udp_ask()	# a busy machine answers late: again, with more patience
{
	local t got
	for t in 0.4 1 3; do
		got=$(echo x | in_host "$1" timeout 5 socat -t $t - \
		    "UDP4:$2:$3${4:+,$4}" 2> ask.err) || true
		[ -z "$got" ] || break
	done
	[ -z "$got" ] || echo "$got"
}

# sees TEXT COMMAND ... - its answer begins with these words
sees()
{
	local want got
	want=$1
	shift
	got=$("$@")
	[ -n "$got" ] || got=$("$@")	# a busy machine: once more
	case $got in
	"$want" | "$want "*) ;;
	*) fail "$*: \"$got\", want \"$want\"" ;;
	esac
}
sees_nobody()
{
	local got
	got=$("$@")
	[ -z "$got" ] || fail "$*: \"$got\", want no answer"
}
