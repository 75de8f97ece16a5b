#! /usr/bin/env atf-sh
# Commands at a running client and a running concentrator: what they show,
# what they change at once, what they refuse, and the scripts of linkup.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

pair()
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	echo 'fred secret' | conf isp ppp.secret
	conf isp <<-EOF
	default:
	 set log Phase command
	server:
	 set lb interface eth0
	 set lb acname tower
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 enable chap
	 set server /var/run/ppp.sock sesame
	EOF
	conf home <<-EOF
	default:
	 set log Phase command
	isp:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey secret
	 ident user-ppp VERSION
	 add default HISADDR
	 set server /var/run/ppp.sock sesame
	lean:
	 set lqrperiod 7
	 enable echo
	broken:
	 set lqrperiod 8
	 set mru 9
	deaf:
	 set lqrperiod 9
	 set server /no/such/place ""
	EOF
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	ppp_start home -foreground isp
	wait_up home
	PASSWORD=sesame
}

# says NAME COMMAND REGEX - its answer has such a line
says()
{
	ask "$1" "$2" > said
	grep -q -e "$3" said || {
		cat said >&2
		fail "$1: \"$2\" shows nothing like \"$3\""
	}
}

atf_test_case shown cleanup
shown_head() { net_head "what show shows of a session, both sides"; }
shown_body()
{
	pair
	says home 'show bundle' '^Phase Network$'
	says home 'show bundle' '^ Interface:     tun0 @ .*(up time 0:00:0'
	says home 'show lcp' '^deflink: LCP \[Opened\]$'
	says home 'show lcp' 'his side: MRU 1492.*'
	says home 'show ipcp' '^IPCP \[Opened\]$'
	says home 'show ipcp' 'My side: *10\.0\.0\.10,'
	says home 'show ipcp' 'His side: *10\.0\.0\.1,'
	says home 'show ipv6cp' '^IPV6CP \[Opened\]$'
	says home 'show ipv6cp' "My side: *$(link_local home)"
	says home 'show physical' 'State: *open (PPPoE session [0-9]*, tower'
	says home 'show link' '^ State: *open$'
	says home 'show links' '^Name: deflink \[foreground, open\]$'
	says home 'show iface' 'inet 10\.0\.0\.10 --> 10\.0\.0\.1 netmask 0xf'
	says home 'show route' '^default  *10\.0\.0\.1  *UGS  *tun0$'
	says home 'show who' '^local (local) \*$'
	says home 'show log' '^Log:   Command Phase Warning Error Alert$'
	says home 'show version' '^PPP Version 3\.4\.2$'
	pings home 10.0.0.1
	says home 'show physical' '^[1-9][0-9]* octets in, [1-9][0-9]* octets'
	says home 'clear ipcp' 'overall cleared (was'
	says home 'show ipcp' '^0 packets in, 0 packets out$'

	says isp 'show sessions' "fred *10\\.0\\.0\\.10 .*$(mac home eth1).*act"
	says isp 'show sessions username,ip match username ^fr' \
	    '^fred  *10.0.0.10'
	atf_check_equal '' "$(ask isp 'show sessions match username ^x jsonl')"
	says isp 'show sessions json' '"username":"fred","ip":"10.0.0.10"'
	says isp 'show sessions all order rx-bytes' 'circuit-id'
	says isp 'show lb' '^sessions  *1$'
	says isp 'show lb' '^AC-Name: tower$'
	says isp 'show workers' '^Worker Status:$'
	says isp 'show workers' '^  Worker 0: ACTIVE (1 sessions, [0-9]*s up'
	says isp 'show lanes' '^ *0  *0  *tun0  *1 '
	says isp 'show governor' '^  Current Workers: 1$'
}
shown_cleanup() { net_end; }

atf_test_case live cleanup
live_head() { net_head "a line takes effect at once, or not at all"; }
live_body()
{
	pair
	atf_check_equal '' "$(ask home 'add 10.66.0.0/16 HISADDR')"
	ip -n "$(ns home)" route show | grep -q '^10.66.0.0/16 via 10.0.0.1' ||
		fail "no route: $(ip -n "$(ns home)" route show)"
	atf_check_equal '' "$(ask home 'add! 10.66.0.0/16 HISADDR')"
	ip -n "$(ns home)" route show | grep -q '^10.66.0.0/16 via 10.0.0.1' ||
		fail "the route is gone: $(ip -n "$(ns home)" route show)"
	atf_check_equal '' "$(ask home 'delete 10.66.0.0/16')"
	says home 'delete 10.66.0.0/16' 'Non-existent$'
	ip -n "$(ns home)" route show | grep -q '^10.66' &&
		fail "the route is still there"
	says home 'set mru 1500' 'PPPoE carries at most 1492'
	says home 'show lcp' 'MRU = the device'
	atf_check_equal '' "$(ask home 'load lean')"
	says home 'show lcp' 'LQR period = 7s'
	says home 'show lcp' 'LCP ECHO   = enabled'
	says home 'show bundle' '^ Label: *lean$'
	says home 'load broken' 'ppp.conf:[0-9]*: MRU 9: too small - min 296'
	says home 'show lcp' 'LQR period = 7s'
	says home 'show bundle' '^ Label: *lean$'
	says home 'load deaf' 'set server: /no/such/place: No such file'
	says home 'show lcp' 'LQR period = 7s'
	says home 'show bundle' '^ Label: *lean$'
	atf_check_equal '' "$(ask home 'iface add 10.99.0.1/24')"
	says home 'show iface' 'inet 10\.99\.0\.1 netmask 0xffffff00'
	says home 'iface delete 10.0.0.10' 'Cannot remove active interface'
	atf_check_equal '' "$(ask home 'iface clear')"
	ask home 'show iface' | grep -q 10.99 && fail "10.99.0.1 is left"
	is_up home || fail "iface clear took the address in use"
	says home '! echo HISADDR on INTERFACE \\LABEL' \
	    '^10\.0\.0\.1 on tun0 LABEL$'
	says isp 'close session fred' '^1 closed$'
	until_true 10 ended "$(ppp_pid home 2>/dev/null || echo 0)" ||
		fail "-foreground goes on after its line ended"
}
live_cleanup() { net_end; }

atf_test_case secrets cleanup
secrets_head() { net_head "passwords open prompts and are never logged"; }
secrets_body()
{
	pair
	PASSWORD=wrong
	ask home 'show bundle' > said 2>&1 || true
	grep -q 'Password incorrect' said || fail "$(cat said)"
	grep -q Phase said && fail "a stranger was told: $(cat said)"
	PASSWORD=sesame
	ask home 'set authkey hunter2' > said
	ask home 'set server /var/run/ppp.sock tiger9' > said
	PASSWORD=tiger9
	says home 'show bundle' '^Phase Network$'
	wait_log home 'set authkey \*\*\*\*\*\*\*\*'
	wait_log home 'passwd \*\*\*\*\*\*\*\*'
	for word in secret sesame hunter2 tiger9 wrong; do
		grep -r -e "$word" home/log home/ppp.out isp/log isp/ppp.out |
		    grep -v 'ppp.secret' && fail "\"$word\" is in a log"
	done
	return 0
}
secrets_cleanup() { net_end; }

atf_test_case scripts cleanup
scripts_head() { net_head "ppp.linkup and ppp.linkdown"; }
scripts_body()
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	conf isp <<-EOF
	server:
	 set lb interface eth0
	 set lb acname "tower;touch$PWD/owned"
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	EOF
	conf home <<-EOF
	isp:
	 set device PPPoE:eth1
	EOF
	conf home ppp.linkup <<-EOF
	other:
	 ! sh -c "echo never >> $PWD/out"
	isp:
	 ! sh -c "echo up LABEL MYADDR HISADDR INTERFACE >> $PWD/out"
	 ! sh -c "echo \$ACNAME \$SESSIONID >> $PWD/out"
	 add! 10.77.0.0/16 HISADDR
	EOF
	conf home ppp.linkdown <<-EOF
	MYADDR:
	 !bg sh -c "echo down MYADDR HISADDR >> $PWD/out"
	EOF
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	ppp_start home -foreground isp
	wait_up home
	until_true 5 grep -q . out || fail "ppp.linkup was not run"
	until_true 5 sh -c "ip -n $(ns home) route | grep -q ^10.77" ||
		fail "no route of ppp.linkup"
	ppp_stop home
	until_true 5 grep -q down out || fail "ppp.linkdown was not run"
	sed -n 1p out | grep -q '^up isp 10.0.0.10 10.0.0.1 tun0$' ||
		fail "$(cat out)"
	sed -n 2p out | grep -q "^tower_touch.* [0-9a-f]*\$" ||
		fail "$(cat out)"
	sed -n 3p out | grep -q '^down 10.0.0.10 10.0.0.1$' ||
		fail "$(cat out)"
	[ ! -e owned ] || fail "the peer's name was run"
}
scripts_cleanup() { net_end; }

# `show log -f` through pppctl: lines as they come, of the levels that are
# logged; a reader that takes none delays nobody; something typed ends it.
atf_test_case follow cleanup
follow_head() { net_head "the log is followed, whoever reads it"; }
follow_body()
{
	pair
	in_host isp sh -c 'echo $$ > follow.pid; exec "$1" -p sesame \
	    /var/run/ppp.sock "show log -f"' sh "$PPP_BUILD/pppctl" \
	    > follow.out 2>&1 &
	until_true 10 grep -q 'fred: up, 10.0.0.10$' follow.out ||
		fail "the last lines: $(cat follow.out)"
	# longer than pppctl waits otherwise
	sleep 3
	ask isp 'log one of three' > said
	until_true 10 grep -q 'log one of three$' follow.out ||
		fail "$(cat follow.out)"
	ask isp 'close session fred' > said
	until_true 10 grep -q '^Phase: .*fred: closed' follow.out ||
		fail "$(cat follow.out)"
	! grep -q '^LCP: ' follow.out || fail "LCP is not logged"
	# another one, who types
	printf 'passwd sesame\nshow log -f\n' > typed
	mkfifo keys
	in_host isp socat - UNIX-CONNECT:/var/run/ppp.sock \
	    < keys > typed.out 2>&1 &
	exec 3> keys
	cat typed >&3
	until_true 10 grep -q 'show log -f$' typed.out ||
		fail "$(cat typed.out)"
	ask isp 'log two of three' > said
	until_true 10 grep -q 'log two of three' typed.out ||
		fail "$(cat typed.out)"
	# a line ends it, and is run
	echo 'show version' >&3
	until_true 10 grep -q 'PPP Version' typed.out ||
		fail "$(cat typed.out)"
	ask isp 'log three of three' > said
	wait_log isp 'three of three'
	until_true 10 grep -q 'log three of three' follow.out ||
		fail "$(cat follow.out)"
	! grep -q 'log three of three' typed.out || fail "it follows on"
	exec 3>&-
	# so does one that came in the same breath
	{ cat typed; echo 'show version'; } | in_host isp timeout 60 socat \
	    -t 30 - UNIX-CONNECT:/var/run/ppp.sock > breath.out 2>&1 &
	until_true 10 grep -q 'PPP Version' breath.out ||
		fail "$(cat breath.out)"
	kill "$(cat follow.pid)"
	until_true 10 eval '[ "$(ask isp "show who" | wc -l)" -le 2 ]' ||
		fail "clients stay: $(ask isp 'show who')"
	# one that takes nothing: others are answered, it is put out
	in_host isp python3 - > deaf.out 2>&1 <<-'END' &
	import socket, time
	s = socket.socket(socket.AF_UNIX)
	s.connect("/var/run/ppp.sock")
	s.sendall(b"passwd sesame\nshow log -f\n")
	open("deaf", "w")
	time.sleep(200)
	END
	until_true 10 test -e deaf || fail "$(cat deaf.out)"
	many=$(printf '%0400d' 0)
	i=0
	while [ $i -lt 6000 ]; do
		i=$((i + 1))
		echo "log $i $many"
	done > lines
	in_host isp "$PPP_BUILD/pppctl" -p sesame -t 60 /var/run/ppp.sock \
	    < lines > said || fail "exit $?: $(tail -n 3 said)"
	wait_log isp 'log 6000 0000'
	wait_log isp 'Client local takes no output'
	ask isp 'show version' | grep -q '^PPP Version' || fail "no answer"
}
follow_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case shown
	atf_add_test_case live
	atf_add_test_case secrets
	atf_add_test_case scripts
	atf_add_test_case follow
}
