#! /usr/bin/env atf-sh
# The acceptance scenarios of files, prompt and socket, by their names.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

scenario() # NAME DESCRIPTION
{
	atf_test_case "$1" cleanup
	eval "
	says_$1=\"P-${1#P_}: \$2\"
	${1}_head() { net_head \"\$says_$1\"; }
	${1}_cleanup() { net_end; }"
}

# server LINE ... - a concentrator that wants CHAP, with a socket of its own
server()
{
	pair_begin
	isp_conf 'enable chap' "$@"
	isp_start
}

scenario P_1 "default at every start, provider on load and dial, no blanks"
P_1_body()
{
	server
	conf home <<-END
	# a comment at the left
	default:
	 set log Phase

	    # an indented one
	 set server /var/run/ppp.sock sesame	# behind a command

	provider:
	  set device PPPoE:eth1

	  set authname fred
	  set authkey secret
	END
	ppp_start home -foreground provider
	wait_up home
	says home 'show bundle' '^ Auth name: *fred$'
	says home 'show log' '^Log:   Phase '
	ppp_stop home
	# Without the label only default is read; then it is dialled.
	code=0
	in_host home setsid -w "$PPP_BUILD/ppp" -C "$PWD/home/etc" \
	    -interactive > no.tty 2>&1 < /dev/null || code=$?
	atf_check_equal 2 $code
	grep -q 'Cannot open /dev/tty' no.tty || fail "$(cat no.tty)"
	prompt_of home
	typed 'show bundle' '^ Auth name: *.$'
	typed 'dial provider' 'PPP ON .*> '
	typed 'show bundle' '^ Label: *provider'
	typed 'close' 'ppp ON .*> '
	typed 'load provider' 'ppp ON .*> '
	quits
}

# --- a terminal: prompt_of NAME [MODE]; typed WORDS REGEX --------------------

prompt_of()
{
	: > tty.out
	rm -f keys
	mkfifo keys
	in_host "$1" sh -c 'echo $$ > tty.pid; exec socat \
	    EXEC:"$1/ppp -C $2/etc",pty,setsid,ctty,stderr,rawer \
	    STDIO' sh "$PPP_BUILD" "$PWD/$1" < keys > tty.out 2>&1 &
	exec 3> keys
	until_true 10 grep -a -q ' ON .*> ' tty.out ||
		fail "no prompt: $(cat -v tty.out)"
}

typed()
{
	local from
	from=$(wc -c < tty.out)
	printf '%s\r' "$1" >&3
	until_true 10 eval "tail -c +$((from + 1)) tty.out |
	    grep -a -q -e '$2'" ||
		fail "after \"$1\" no \"$2\": $(cat -v tty.out)"
}

quits()
{
	printf 'quit\r' >&3
	until_true 10 ended "$(cat tty.pid)" || fail "quit: it goes on"
}

scenario P_2 "classes of the log in any case; a second set replaces the first"
P_2_body()
{
	server
	home_conf 'set log Phase Chat LCP IPCP CCP tun command'
	home_start -foreground
	wait_log home '^.*tun0: LCP: .*Configure-Request'
	wait_log home '^.*tun0: IPCP: '
	says home 'show log' '^Log:   CCP Chat Command IPCP LCP Phase Tun '
	ask home 'set log phase tun'
	says home 'show log' '^Log:   Phase Tun Warning Error Alert$'
	n=$(grep -c ': LCP: ' home/log/ppp.log)
	ask home 'open lcp'
	comes_to_say home 'show ipcp' '^IPCP \[Opened\]$'
	atf_check_equal "$n" "$(grep -c ': LCP: ' home/log/ppp.log)"
	says home 'set log frob' '^frob: Invalid log value'
	says home 'show log' '^Log:   Phase Tun Warning Error Alert$'
	ask home 'set log +lcp -tun'
	says home 'show log' '^Log:   LCP Phase Warning Error Alert$'
	ask home 'set log'
	says home 'show log' '^Log:   Warning Error Alert$'
}

scenario P_7 "enable dns writes resolv.conf, without it nothing is touched"
P_7_body()
{
	server 'accept dns' 'set dns 192.0.2.53 192.0.2.54'
	printf 'search example.org\nnameserver 10.1.1.1\n' > home/resolv.conf
	cp home/resolv.conf before
	home_conf '# enable dns'
	home_start -ddial
	says home 'show bundle' '^Phase Network'
	atf_check cmp before home/resolv.conf
	ppp_stop home
	home_conf 'enable dns'
	home_start -ddial
	until_true 5 grep -q 192.0.2.54 home/resolv.conf ||
		fail "$(cat home/resolv.conf)"
	printf 'search example.org\nnameserver 192.0.2.53\n%s\n' \
	    'nameserver 192.0.2.54' | diff -B - home/resolv.conf ||
		fail "another resolv.conf"
	ppp_stop home
	atf_check cmp before home/resolv.conf
}

scenario P_9 "authname and authkey prove us, by PAP and by CHAP"
P_9_body()
{
	pair_begin
	secret 'foo bar'
	isp_conf 'enable pap'
	isp_start
	conf home <<-END
	isp:
	 set device PPPoE:eth1
	 set authname foo
	 set authkey bar
	 set redial 1 0
	END
	capture_start home eth1
	ppp_start home -foreground isp
	wait_up home
	ask isp 'disable pap'
	ask isp 'enable chap'
	ppp_stop home
	ppp_start home -foreground isp
	wait_up home
	capture_stop home eth1
	judge_seen home eth1 'pap.code == 2' 1
	judge_seen home eth1 'chap && chap.code == 3' 1
}

scenario P_13 "root only; allow users names who else may, for one or for all"
P_13_body()
{
	server
	id nobody > /dev/null 2>&1 || atf_skip "no user nobody"
	chmod 755 . home home/etc
	conf home <<-END
	default:
	 set log Phase
	isp:
	 set device PPPoE:eth1
	mine:
	 allow users daemon nobody
	 set device PPPoE:eth1
	 set authname fred
	 set authkey secret
	quiet:
	 allow users nobody
	 allow modes auto ddial
	 set device PPPoE:eth1
	END
	chgrp nogroup home/etc/ppp.conf
	chmod 640 home/etc/ppp.conf
	as_nobody 1 -n -C "$PWD/home/etc" isp
	grep -q '^isp: User access denied (neither default nor isp' said ||
		fail "$(cat said)"
	as_nobody 0 -n -C "$PWD/home/etc" mine
	as_nobody 1 -n -background -C "$PWD/home/etc" quiet
	grep -q "^quiet: Mode denied .*ppp.conf:12 does not name back" said ||
		fail "$(cat said)"
	as_nobody 0 -n -ddial -C "$PWD/home/etc" quiet
	sed -i 's/^ set log Phase/ allow users nobody/' home/etc/ppp.conf
	as_nobody 0 -n -C "$PWD/home/etc" isp
	sed -i '/^isp:/a\ allow users daemon' home/etc/ppp.conf
	as_nobody 1 -n -C "$PWD/home/etc" isp
	grep -q 'allow users at .*ppp.conf:4 does not name nobody' said ||
		fail "$(cat said)"
	chmod 666 home/etc/ppp.conf
	as_nobody 255 -n -C "$PWD/home/etc" mine
	grep -q 'Access violation: Please protect .*/ppp.conf$' said ||
		fail "$(cat said)"
	# With the rights of the file, not of a set-user-id: a copy that has
	# the two capabilities brings the line up for that user.
	chmod 640 home/etc/ppp.conf
	cp "$PPP_BUILD/ppp" ./ppp && chmod 755 ppp
	setcap cap_net_admin,cap_net_raw+ep ppp || atf_skip "no capabilities"
	own_dev
	chmod 666 dev/net/tun
	in_host home sh -c 'mount --bind "$1/dev" /dev && exec setpriv \
	    --reuid nobody --regid nogroup --clear-groups ./ppp \
	    -C "$1/home/etc" -ddial mine' sh "$PWD" > said 2>&1 ||
		fail "$(cat said)"
	until_true 5 in_host home pgrep -u nobody -x ppp || fail "it ended"
	wait_log isp 'fred: up, 10.0.0.10'
	pings home 10.0.0.1
}

# own_dev - a /dev for mount --bind
own_dev()
{
	mkdir dev dev/net
	for d in null zero urandom random tty net/tun; do
		cp -a "/dev/$d" "dev/$d"
	done
}

# as_nobody CODE ARGUMENT ... - what it said is in `said`
as_nobody()
{
	local code want
	want=$1 code=0
	shift
	in_host home setpriv --reuid nobody --regid nogroup --clear-groups \
	    "$PPP_BUILD/ppp" "$@" > said 2>&1 || code=$?
	[ "$code" -eq "$want" ] || fail "$*: exit $code: $(cat said)"
}

# told NAME LINE ... - what a peer that asks for name servers is told.  Both
# kinds are on the wire: IPCP options 129 to 132.
scenario P_14 "the old spellings: enable msext, set ns, set nbns"
P_14_body()
{
	server 'enable msext' 'set ns 203.14.100.1 203.14.100.2' \
	    'set nbns 203.14.100.5'
	home_conf 'enable dns'
	home_start -ddial
	says home 'show ipcp' '^ Resolver DNS: *203.14.100.1, 203.14.100.2$'
	ask isp 'show ipcp' | grep -q 203.14.100.5 || fail "no nbns"
}

scenario P_15 "accept dns, set dns, set nbns; else those of resolv.conf"
P_15_body()
{
	pair_begin
	printf 'nameserver 198.51.100.7\n' > isp/resolv.conf
	isp_conf 'enable chap' 'accept dns'
	isp_start
	home_conf 'enable dns'
	home_start -ddial
	says home 'show ipcp' '^ Resolver DNS: *198.51.100.7$'
	ppp_stop home
	ask isp 'set dns 203.14.100.1 203.14.100.2'
	home_start -ddial
	says home 'show ipcp' '^ Resolver DNS: *203.14.100.1, 203.14.100.2$'
	ppp_stop home
	ask isp 'deny dns'
	home_start -ddial
	says home 'show ipcp' '^ Resolver DNS: *none$'
}

scenario P_16 "an empty set login: no script, PAP or CHAP at once"
P_16_body()
{
	server
	home_conf 'set login "ABORT x"' 'set login'
	home_start -ddial
	says home 'show link' '^ Login Script: *$'
	wait_log home 'Chap Input: SUCCESS'
}

scenario P_17 "accept PAP and CHAP in capitals; both are the default"
P_17_body()
{
	server
	home_conf
	home_start -ddial
	says home 'show lcp' '^ PAP  *= disabled & accepted$'
	says home 'show lcp' '^ CHAP  *= disabled & accepted$'
	ask home 'deny PAP CHAP chap80 chap81'
	says home 'show lcp' '^ CHAP  *= disabled & denied$'
	ask home 'accept PAP'
	ask home 'accept CHAP'
	says home 'show lcp' '^ PAP  *= disabled & accepted$'
	says home 'show lcp' '^ CHAP  *= disabled & accepted$'
}

scenario P_24 "ppp, then dial provider"
P_24_body()
{
	server
	conf home <<-END
	provider:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey secret
	END
	prompt_of home
	typed 'dial provider' 'PPP ON .*> '
	pings home 10.0.0.1
	typed 'dial nobody' 'nobody: Configuration label not found'
	pings home 10.0.0.1
	quits
}

scenario P_25 "ppp -auto: up on the first packet out"
P_25_body()
{
	server
	home_conf 'set ifaddr 10.9.0.1/0 10.9.0.2/0 255.255.255.255 0.0.0.0'
	ppp_run home -auto isp || fail "exit $?"
	says home 'show bundle' '^Phase Dead$'
	in_host home ping -n -c 12 -i 0.2 -W 1 10.0.0.1 > ping.out || true
	grep -q 'bytes from 10.0.0.1' ping.out || fail "$(cat ping.out)"
	says home 'show bundle' '^Phase Network$'
	code=0
	in_host home "$PPP_BUILD/ppp" -auto > said 2>&1 || code=$?
	atf_check_equal 1 $code
	grep -q 'A system must be specified in auto mode' said ||
		fail "$(cat said)"
}

scenario P_26 "the socket has the number of the tun and the mask"
P_26_body()
{
	server
	home_conf 'set server /var/run/ppp-tun%d DiagnosticPassword 0177'
	ppp_start home -unit 4 -ddial isp
	until_true 10 [ -S home/run/ppp-tun4 ] || fail "$(ls home/run)"
	atf_check_equal 'srw-------' "$(stat -c %A home/run/ppp-tun4)"
	sock() {
		in_host home timeout 60 "$PPP_BUILD/pppctl" "$@" > said 2>&1
	}
	sock -p wrong /var/run/ppp-tun4 show version || fail "exit $?"
	grep -q '^Password incorrect$' said || fail "$(cat said)"
	grep -q PPP said && fail "a stranger was told"
	sock -p DiagnosticPassword /var/run/ppp-tun4 show version
	grep -q '^PPP Version' said || fail "$(cat said)"
	sock -p DiagnosticPassword /var/run/ppp-tun4 \
	    'set server +3000 other; quit'
	sock -p other 3004 'show bundle; quit all'
	grep -q '^ Diagnostic socket: *TCP port 3004$' said ||
		fail "$(cat said)"
	until_true 10 [ ! -e home/run/tun4.pid ] || fail "it goes on"
}

# The key comes from a program, which waits; then a bridge lets no IPCP pass:
# the way up stops where each letter changes.
scenario P_33 "the prompt's letters follow the phases, and back"
P_33_body()
{
	net_begin
	host isp home lan
	wire isp eth0 lan p1
	wire home eth1 lan p2
	switch lan p1 p2
	in_host lan nft add table netdev no
	in_host lan nft add chain netdev no ipcp \
	    '{ type filter hook ingress device p1 priority 0; }'
	in_host lan nft add rule netdev no ipcp @ll,160,16 0x8021 drop ||
		atf_fail "no filter"
	secret 'fred secret'
	isp_conf 'enable chap'
	isp_start
	printf '%s\n' '#!/bin/sh' 'until [ -e "$1" ]; do sleep 0.1; done' \
	    'printf "fred\nsecret\n"' > home/key
	chmod 755 home/key .
	conf home <<-END
	isp:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey "!$PWD/home/key $PWD/go"
	END
	prompt_of home
	typed 'load isp' 'ppp ON .*> '
	typed 'dial' 'Ppp ON .*> '
	typed 'show bundle' '^Phase Authenticate'
	: > go
	prompt_is PPp
	typed 'show bundle' '^Phase Network'
	is_down home || fail "it has an address"
	in_host lan nft delete table netdev no
	prompt_is PPP
	pings home 10.0.0.1
	ask isp 'close session fred'
	prompt_is ppp
	quits
	# Not one of them was left out.
	tr '\r\n' '  ' < tty.out > letters
	grep -a -q 'ppp ON .*Ppp ON .*PPp ON .*PPP ON .*ppp ON ' letters ||
		fail "$(cat -v letters)"
}
prompt_is()
{
	until_true 10 eval "tail -c 80 tty.out | grep -a -q '$1 ON .*> '" ||
		fail "not $1: $(cat -v tty.out)"
}

scenario P_35 "signals: HUP TERM INT QUIT USR1 USR2 TSTP"
P_35_body()
{
	server
	for sig in HUP TERM QUIT; do
		home_conf
		home_start -ddial
		ppp_stop home tun0 $sig
		atf_check_equal 1 "$(times home 'Signal [0-9]*, terminate')"
		no_tun
		: > home/log/ppp.log
	done
	# INT: down, kept down, and the program stays in ddial.
	home_start -ddial
	p=$(ppp_pid home)
	kill -INT "$p"
	wait_log home 'Caught signal 2, abort connection(s)'
	wait_down home
	sleep 1.5
	atf_check_equal 1 "$(times home 'Connected!')"
	says home 'show bundle' '^Phase Dead$'
	# USR2 closes the socket and drops who is there, USR1 opens it again.
	kill -USR2 "$p"
	until_true 5 [ ! -e home/run/ppp.sock ] || fail "USR2: still there"
	kill -USR1 "$p"
	until_true 5 [ -S home/run/ppp.sock ] || fail "USR1: not there"
	says home 'show version' '^PPP Version'
	# TSTP does not stop a daemon; the line stays up.
	ask home open
	wait_up home
	kill -TSTP "$p"
	pings home 10.0.0.1
	# INT ends the other modes.
	ppp_stop home
	home_start -foreground
	ppp_stop home tun0 INT
}

scenario P_40 "the log goes to syslog as ppp, facility daemon"
P_40_body()
{
	server
	home_conf 'set log Phase tun debug' 'log MYADDR of LABEL'
	# A /dev of its own with a syslogd's socket in it.
	own_dev
	in_host home sh -c 'echo $$ > syslogd.pid; exec socat -u \
	    UNIX-RECV:"$1/dev/log" -' sh "$PWD" > syslog 2>&1 &
	until_true 5 [ -S dev/log ] || fail "no syslogd"
	in_host home sh -c 'mount --bind "$2/dev" /dev &&
	    exec "$1/ppp" -ddial -C "$2/home/etc" isp' sh "$PPP_BUILD" \
	    "$PWD" > home/ppp.out 2>&1 || fail "exit $?: $(cat home/ppp.out)"
	wait_up home
	until_true 5 grep -a -q 'Network' syslog || fail "$(cat syslog)"
	# daemon is 3: 3 * 8 + info (6), + debug (7), + warning (4).
	p=$(ppp_pid home)
	grep -a -q "<30>[A-Z].* ppp\[$p\]: tun0: Phase: bundle: Network" \
	    syslog || fail "$(cat -v syslog)"
	grep -a -q "<31>.* ppp\[$p\]: tun0: Debug: " syslog ||
		fail "no Debug: $(cat -v syslog)"
	grep -a -q "<30>.* ppp\[$p\]: LOG: .* of isp" syslog ||
		fail "no LOG: $(cat -v syslog)"
	[ ! -s home/log/ppp.log ] || fail "and a file: $(cat home/log/ppp.log)"
}

scenario P_41 "the PPPoE example: session, proof, route"
P_41_body()
{
	server
	conf home <<-END
	default:
	 set log Phase tun command
	 set ifaddr 10.0.0.1/0 10.0.0.2/0
	provider:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey secret
	 set dial
	 set login
	 add default HISADDR
	END
	capture_start home eth1
	ppp_start home -foreground provider
	wait_up home
	until_true 5 eval 'in_host home ip route |
	    grep -q "^default via 10.0.0.1"' || fail "no route"
	pings home 10.0.0.1
	capture_stop home eth1
	judge home eth1
	wait_log home 'tun0: Command: provider: set authkey \*\*\*\*\*\*\*\*$'
}

scenario P_42 "ppp -ddial redials for ever"
P_42_body()
{
	server
	home_conf
	home_start -ddial
	for n in 2 3 4; do
		ask isp 'close session fred'
		until_true 10 eval '[ "$(times home Connected!)" -ge '$n' ]' ||
			fail "not dialled again"
		wait_up home
	done
	pings home 10.0.0.1
}

scenario P_44 "PPPoE:IFACE:SERVICE is the Service-Name of PADI and PADR"
P_44_body()
{
	server 'set lb service ISP'
	home_conf 'set device PPPoE:eth1:ISP'
	capture_start home eth1
	home_start -ddial
	capture_stop home eth1
	for code in 0x09 0x19; do
		judge_seen home eth1 \
		    "pppoe.code == $code && pppoed.tags.service_name == ISP"
	done
}

scenario P_51 "a key that everybody may read is refused"
P_51_body()
{
	server
	home_conf
	chmod 644 home/etc/ppp.conf
	code=0
	ppp_run home -ddial isp || code=$?
	atf_check_equal 1 $code
	grep -q 'ppp.conf:[0-9]*: .*ppp.conf holds a secret and everybody' \
	    home/ppp.out || fail "$(cat home/ppp.out)"
	grep -q -e 'chmod o= ' home/ppp.out || fail "$(cat home/ppp.out)"
	no_tun
	chmod 640 home/etc/ppp.conf
	home_start -ddial
	pings home 10.0.0.1
	# The same of ppp.secret: no peer gets in.
	chmod 644 isp/etc/ppp.secret
	ask isp 'close session fred'
	wait_log home 'Chap Input: FAILURE'
}

atf_init_test_cases()
{
	for t in 1 2 7 9 13 14 15 16 17 24 25 26 33 35 40 41 42 44 51; do
		atf_add_test_case P_$t
	done
}
