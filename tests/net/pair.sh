# pair.sh - the usual bed: a concentrator on host isp, a client on host home,
# one wire.  After lib.sh:
#
#	pair_begin [MTU]
#	isp_conf 'enable chap' ...	# lines of its label beside the usual
#	home_conf 'enable dns' ...
#	secret 'fred secret'
#	isp_start
#	home_start -ddial
#
# or two_begin, isp_conf ..., two_start.
# Both have a prompt for ask(), with the password sesame.
# shellcheck shell=sh

PASSWORD=sesame

pair_begin() # [MTU]
{
	net_begin
	host isp home
	wire isp eth0 home eth1 "${1:-1500}"
	secret 'fred secret'
}

# two_begin [NAME NAME] - instead: hosts c1 and c2 as clients, on one switch
# with isp. Who has a name has the secret `secret'.
two_begin()
{
	net_begin
	host isp lan c1 c2
	wire isp eth0 lan e0
	for c in 1 2; do
		wire "c$c" eth1 lan "e$c"
		printf '%s\n' 'isp:' ' set device PPPoE:eth1' \
		    ${1:+" set authname $1" ' set authkey secret'} |
			conf "c$c"
		[ $# -eq 0 ] || shift
	done
	switch lan e0 e1 e2
}
two_start()
{
	isp_start
	for c in 1 2; do
		ppp_start "c$c" -foreground isp
		wait_up "c$c"
	done
}

secret() { printf '%s\n' "$@" | conf isp ppp.secret; }

isp_conf() # LINE ...
{
	{
		cat <<-END
		default:
		 set log Phase
		server:
		 set lb interface eth0
		 set lb acname tower
		 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
		 set server /var/run/ppp.sock sesame
		END
		printf ' %s\n' "$@"
	} | conf isp
}

home_conf() # LINE ...
{
	{
		cat <<-END
		default:
		 set log Phase
		isp:
		 set device PPPoE:eth1
		 set authname fred
		 set authkey secret
		 set redial 1 0
		 add default HISADDR
		 set server /var/run/ppp.sock sesame
		END
		printf ' %s\n' "$@"
	} | conf home
}

isp_start()
{
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth'
}

home_start() # MODE ...
{
	ppp_start home "$@" isp
	wait_up home
}

# no_tun - the client has let go of its device; the parent of -background
# returns a moment before
no_tun()
{
	until_true 5 eval '[ -z "$(ip -n "$(ns home)" link show type tun)" ]' ||
		fail "home: a tun device stays"
}

# says NAME COMMAND REGEX - its answer has such a line
says()
{
	ask "$1" "$2" > said 2>&1
	grep -q -e "$3" said || {
		cat said >&2
		fail "$1: \"$2\" shows nothing like \"$3\""
	}
}
comes_to_say() # NAME COMMAND REGEX, within 10 s
{
	until_true 10 eval "ask '$1' '$2' | grep -q -e '$3'" ||
		says "$@"
}

# pinging NAME ADDRESS COUNT - in the background, 20 a second; pinged NAME
# waits for its end, and all have come back.
pinging()
{
	in_host "$1" ping -n -q -c "$3" -i 0.05 -W 20 "$2" > "$1.pinged" 2>&1 &
	echo $! > "$1.pinging"
}
pinged()
{
	wait "$(cat "$1.pinging")" || true
	grep -q ' 0% packet loss' "$1.pinged" ||
		fail "$1: $(grep packets "$1.pinged")"
}

times() { grep -c -e "$2" "$1/log/ppp.log"; }

# iperf_on NAME - an iperf3 server, until its host ends
iperf_on()
{
	in_host "$1" iperf3 -s > "$1.iperf" 2>&1 < /dev/null &
	until_true 20 eval "in_host $1 ss -tln | grep -q :5201" ||
		fail "no iperf3: $(cat "$1.iperf")"
}
