#! /usr/bin/env atf-sh
# Serial lines on pseudo-terminals: a modem with its AT dialogue, phone
# lists, line settings, getty's way into -direct.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

bed()
{
	net_begin
	host home isp
	mkdir home/run/lock		# in_host's /var/lock
	conf isp <<-END
	default:
	 set log Phase LCP
	 set device /dev/cuau0
	in:
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.19
	 set server /var/run/ppp.sock "" 0177
	scripted:
	 load in
	 enable force-scripts
	 set dial "\"\" Welcome TIMEOUT 9 word: hello"
	papfred:
	 enable pap
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.19
	END
	echo 'fred secret' | conf isp ppp.secret
}

home_conf() # LINE ...
{
	{
		cat <<-END
		default:
		 set log Phase LCP Chat Connect
		isp:
		 set device $PWD/modem
		 set speed 115200
		 set authname fred
		 set authkey secret
		 set redial 1.1 1
		 set ifaddr 10.0.0.9/0 10.0.0.1
		 set server /var/run/ppp.sock "" 0177
		END
		[ $# -eq 0 ] || printf ' %s\n' "$@"
	} | conf home
}

# The line before this one takes its name with it.
line_is_free()
{
	[ ! -e line.pid ] || until_true 10 ended "$(cat line.pid)" ||
		atf_fail "the line before does not end"
}

# The modem: answers AT commands, each in its own line of modem.heard; a
# number ending in 1 is busy, one ending in 2 has no carrier, one ending in 9
# asks for a name, a password and what to do, another connects to isp.  When
# PPP has ended it listens again, to whoever is still on the line.
modem_start()
{
	line_is_free
	cat > modem.sh <<-END
	#!/bin/bash
	# With echo, as modems have it.
	ppp() { $PPP_BUILD/ppp -C $PWD/isp/etc -direct in; }
	while IFS= read -r -d \$'\r' line; do
		printf '%s\r' "\$line"
		line=\${line//\$'\n'/}
		line=\${line##*~}	# what PPP said last
		echo "\$line" >> "$PWD/modem.heard"
		case \$line in
		ATDT*1)	printf '\r\nBUSY\r\n';;
		ATDT*2)	printf '\r\nNO CARRIER\r\n';;
		ATDT*9)	printf '\r\nCONNECT\r\n\r\nlogin: ';;
		ATDT*)	printf '\r\nCONNECT 115200\r\n'; ppp;;
		AT*)	printf '\r\nOK\r\n';;
		fred)	printf '\r\nPassword:';;
		secret)	printf '\r\nservice> ';;
		ppp)	ppp; printf '\r\nservice> ';;
		logout)	printf '\r\nGoodbye.\r\n';;
		esac
	done
	END
	chmod +x modem.sh
	in_host isp sh -c 'echo $$ > line.pid; exec "$@"' sh \
	    socat -d "PTY,link=$PWD/modem,raw,echo=0,wait-slave" \
	    EXEC:"$PWD/modem.sh" > socat.out 2>&1 < /dev/null &
	until_true 10 test -L modem || atf_fail "no pseudo-terminal"
}

DIAL='set dial "ABORT BUSY ABORT NO\\sCARRIER TIMEOUT 5 \
   \"\" AT OK-AT-OK ATE1Q0 OK \\dATDT\\T TIMEOUT 40 CONNECT"'

atf_test_case p_5_chat_script cleanup
p_5_chat_script_head()
{
	net_head "P-4, P-5, P-8, P-30: the handbook's dial script"
}
p_5_chat_script_body()
{
	bed
	home_conf "$DIAL" 'set phone "(123) 456 7890"' \
	    'set hangup "TIMEOUT 2 \"\" AT OK-AT-OK ATH OK"'
	modem_start
	ppp_start home -foreground isp
	wait_up home
	wait_up isp
	pings home 10.0.0.1
	pings home 10.0.0.1 -s 1400
	# What the modem was told, in order, with the number as it is written.
	printf '%s\n' AT ATE1Q0 'ATDT(123) 456 7890' > want
	atf_check diff -u want modem.heard
	logged home 'Chat: deflink: Expect(5): OK' || fail "no Chat lines"
	logged home 'Chat: deflink: Send: ATDT(123) 456 7890^M' ||
		fail "the number was not sent"
	logged home 'Connect: deflink: CONNECT 115200' || fail "no Connect line"
	logged home 'deflink: dial -> carrier' || fail "no state carrier"
	logged home 'Chap Input: SUCCESS' || fail "no authentication"
	ask home 'show physical' > said
	for s in "Device:  *$PWD/modem" 'Phone Number:  *(123) 456 7890' \
	    'open (115200bps, carrier is not watched)' \
	    'Characteristics: 115200bps, cs8, no parity, CTS/RTS on'; do
		grep -q "$s" said || { cat said >&2
			fail "show physical has no $s"; }
	done
	ask home 'show layers' | grep -q 'HDLC, ASYNC' || fail "show layers"
	ask home 'show hdlc' | grep -q 'Sequence fields: 0$' ||
		fail "frames were broken"
	# The lock of uucp and the name of the interface, while it is open.
	lock=home/run/lock/LCK..$(echo "$PWD/modem" | tr / _)
	[ "$(tr -d ' ' < "$lock")" = "$(ppp_pid home)" ] || fail "no lock"
	atf_check_equal tun0 "$(cat home/run/modem.if)"
	# The modem is told to hang up; PPP may have had the first AT.
	ppp_stop home
	printf '%s\n' AT ATH >> want
	uniq modem.heard > heard
	atf_check diff -u want heard
	logged home 'deflink: hangup -> closed' || fail "no state hangup"
	[ ! -e "$lock" ] || fail "the lock stays"
}
p_5_chat_script_cleanup() { net_end; }

atf_test_case login cleanup
login_head() { net_head "the scripts of login, logout and hangup, in turn"; }
login_body()
{
	bed
	home_conf "$DIAL" 'set phone 9' \
	    'set login "TIMEOUT 5 ogin:--ogin: \\U word: \\P vice> ppp"' \
	    'set logout "TIMEOUT 5 vice> logout bye"' \
	    'set hangup "\"\" ATH OK"' 'set log Phase Chat'
	modem_start
	ppp_start home -foreground isp
	wait_up home
	pings home 10.0.0.1
	ppp_stop home
	printf '%s\n' AT ATE1Q0 ATDT9 fred secret ppp logout ATH > want
	atf_check diff -u want modem.heard
	for s in 'login -> ready' 'open -> logout' 'logout -> hangup' \
	    'hangup -> closed'; do
		logged home "deflink: $s" || fail "no state: $s"
	done
	logged home 'secret' && fail "the key is in the log"
	# Who is not let in is told, and does not speak PPP.
	home_conf "$DIAL" 'set phone 9' \
	    'set login "TIMEOUT 1 ogin:--ogin: nobody word: x"'
	rm modem.heard home/log/ppp.log
	modem_start
	ppp_run home -background isp
	atf_check_equal 8 $?
	printf '%s\n' AT ATE1Q0 ATDT9 nobody > want
	atf_check diff -u want modem.heard
	logged home 'Chat script failed: no answer like word:' ||
		fail "no reason in the log"
}
login_cleanup() { net_end; }

atf_test_case p_8_phone_list cleanup
p_8_phone_list_head()
{
	net_head "P-8: the next number after a failure, in one round"
}
p_8_phone_list_body()
{
	bed
	home_conf "$DIAL" 'set phone 111|222:555'
	modem_start
	# It is still there when we have hung up.
	sleep 60 0<> modem &
	ppp_start home -foreground isp
	wait_up home
	grep ATDT modem.heard > dialled
	printf '%s\n' ATDT111 ATDT222 ATDT555 > want
	atf_check diff -u want dialled
	for s in BUSY 'NO CARRIER'; do
		logged home "Chat script failed: the line said $s" ||
			fail "the log does not say $s"
	done
	pings home 10.0.0.1
}
p_8_phone_list_cleanup() { net_end; }

atf_test_case no_answer cleanup
no_answer_head() { net_head "a script that fails: -background says so"; }
no_answer_body()
{
	bed
	home_conf 'set dial "TIMEOUT 1 \"\" ATZ NEVER"'
	modem_start
	ppp_run home -background isp
	atf_check_equal 8 $?
	logged home 'Chat script failed: no answer like NEVER' ||
		fail "no reason in the log"
	logged home 'deflink: hangup -> closed' || fail "not hung up"
}
no_answer_cleanup() { net_end; }

atf_test_case p_36_settings cleanup
p_36_settings_head()
{
	net_head "P-4, P-36: speed, parity, flow control and maps on the line"
}
p_36_settings_body()
{
	bed
	home_conf 'set speed 38400' 'set parity even' 'set ctsrts off' \
	    'set accmap 000a0000' 'set escape 41' \
	    'set dial "TIMEOUT 9 \"\" AT OK \\d\\d\\dATDT5 CONNECT"'
	modem_start
	ppp_start home -foreground isp
	wait_log home 'Send: AT'
	until_true 5 eval 'stty -F modem | grep -q "speed 38400"' ||
		fail "the speed is another: $(stty -F modem | head -n 1)"
	stty -F modem -a > settings
	# A pseudo-terminal has no parity bit, but it checks and strips it.
	for s in ' inpck istrip' ' -crtscts'; do
		grep -q -e "$s" settings || { cat settings >&2
			fail "no$s on the line"; }
	done
	wait_up home
	# PPP needs eight bits.
	stty -F modem -a | grep -q -e '-inpck -istrip' || fail "parity stays"
	logged isp 'rcvd Configure-Request.*ACCM=000a0000' || fail "no accmap"
	ask home 'show escape' | grep -q 0x41 || fail "show escape"
	pings home 10.0.0.1 -p 41 -s 100
	ask home 'set speed 12345' > said
	grep -q '12345: Invalid speed' said || fail "a rate that no line has"
}
p_36_settings_cleanup() { net_end; }

atf_test_case in_use cleanup
in_use_head() { net_head "a locked line is left alone, a stale lock is not"; }
in_use_body()
{
	bed
	home_conf
	modem_start
	lock=home/run/lock/LCK..$(echo "$PWD/modem" | tr / _)
	sleep 60 &
	printf '%10d\n' $! > "$lock"
	ppp_run home -background isp
	atf_check_equal 8 $?
	logged home "in use by process $!" || fail "not told who has it"
	kill $!
	wait $! || true
	sh -c 'exit' &
	printf '%10d\n' $! > "$lock"
	wait $!
	home_conf "$DIAL" 'set phone 5'
	ppp_start home -foreground isp
	wait_up home
}
in_use_cleanup() { net_end; }

atf_test_case p_27_mgetty cleanup
p_27_mgetty_head()
{
	net_head "P-27: mgetty starts ppp -direct pap\$IDENT on its terminal"
}
p_27_mgetty_body()
{
	bed
	home_conf 'set dial "TIMEOUT 9 \"\" ATDT5 CONNECT"'
	# What mgetty does when it sees LCP: its script, with the name.
	cat > getty.sh <<-END
	#!/bin/sh
	IDENT=fred
	stty raw -echo
	printf 'CONNECT\r\n'
	exec "$PPP_BUILD/ppp" -C "$PWD/isp/etc" -direct pap\$IDENT
	END
	chmod +x getty.sh
	in_host isp socat "PTY,link=$PWD/modem,raw,echo=0,wait-slave" \
	    EXEC:"$PWD/getty.sh",pty,setsid,ctty > socat.out 2>&1 < /dev/null &
	until_true 5 test -L modem || atf_fail "no pseudo-terminal"
	ppp_start home -foreground isp
	wait_up home
	wait_up isp
	logged isp 'Pap Output: SUCCESS' || fail "not asked by PAP"
	pings home 10.0.0.1
}
p_27_mgetty_cleanup() { net_end; }

# A leased line: whoever is at its other end begins again when PPP has ended.
line_start()
{
	line_is_free
	cat > line.sh <<-END
	#!/bin/sh
	while :; do
		"$PPP_BUILD/ppp" -C "$PWD/isp/etc" -direct "$1" || sleep 0.2
	done
	END
	chmod +x line.sh
	in_host isp sh -c 'echo $$ > line.pid; exec "$@"' sh \
	    socat -d "PTY,link=$PWD/modem,raw,echo=0,wait-slave" \
	    EXEC:"$PWD/line.sh" > socat.out 2>&1 < /dev/null &
	until_true 10 test -L modem || atf_fail "no pseudo-terminal"
}

# The other end is gone: its side of the pseudo-terminal is closed.
line_hang_up()
{
	kill -KILL "$(cat line.pid)"
	rm -f modem
}

home_logged() { [ "$(grep -c -e "$2" home/log/ppp.log)" -ge "$1" ]; }
home_log_has() { until_true 30 home_logged "$@"; } # NUMBER REGEX: so often

atf_test_case dedicated cleanup
dedicated_head()
{
	net_head "-dedicated on a line: never hung up, taken up again"
}
dedicated_body()
{
	bed
	home_conf 'set dial "TIMEOUT 1 \"\" ATZ NEVER"' \
	    'set login "TIMEOUT 1 NEVER"' 'set hangup "\"\" ATH"' \
	    'set logout "\"\" logout"'
	line_start in
	ppp_run home -dedicated isp || fail "-dedicated did not start"
	wait_up home
	pings home 10.0.0.1
	# The peer ends PPP politely: the line is kept, and its lock with it.
	lock=home/run/lock/LCK..$(echo "$PWD/modem" | tr / _)
	chmod 640 "$lock"
	ask isp close
	home_log_has 2 'Connected!' || fail "LCP did not begin again"
	wait_up home
	pings home 10.0.0.1
	atf_check_equal 640 "$(stat -c %a "$lock")"
	# The line breaks: opened anew, as often as it takes.
	line_hang_up
	wait_log home 'Disconnected! (nobody: the line is gone)'
	wait_down home
	home_log_has 1 "modem: No such file" || fail "not tried meanwhile"
	line_start in
	home_log_has 3 'Connected!' || fail "not opened again"
	wait_up home
	pings home 10.0.0.1
	atf_check_equal 644 "$(stat -c %a "$lock")"
	# Scripts are for those who dial.
	ppp_stop home
	! logged home 'Send:\|Expect(' || fail "a script was run"
	[ ! -e "$lock" ] || fail "the lock stays"
}
dedicated_cleanup() { net_end; }

atf_test_case force_scripts cleanup
force_scripts_head()
{
	net_head "force-scripts: -dedicated and -direct run theirs too"
}
force_scripts_body()
{
	bed
	home_conf 'enable force-scripts' \
	    'set dial "TIMEOUT 9 \"\" \\c Welcome \\c"' \
	    'set login "\"\" word: hello \\c"' \
	    'set hangup "\"\" ATH"'
	line_start scripted
	ppp_run home -dedicated isp || fail "-dedicated did not start"
	wait_up home
	pings home 10.0.0.1
	for s in 'Expect(9): Welcome' 'Send: word:' 'Expect(30): hello'; do
		logged home "Chat: deflink: $s" || fail "no \"$s\""
	done
	ppp_stop home
	logged home 'Send: ATH' || fail "no hangup script"
}
force_scripts_cleanup() { net_end; }

atf_test_case carrier cleanup
carrier_head()
{
	net_head "the line breaks while PPP runs: reconnect, and no scripts"
}
carrier_body()
{
	bed
	home_conf "$DIAL" 'set phone 5' 'set reconnect 1 60' \
	    'set hangup "\"\" ATH"' 'set logout "\"\" logout"'
	modem_start
	ppp_start home -foreground isp
	wait_up home
	ask home 'show physical' > said
	grep -q 'carrier is not watched' said || fail "$(cat said)"
	line_hang_up
	wait_log home 'deflink: Disconnected!'
	wait_down home
	! logged home 'Send: logout' || fail "logged out on a dead line"
	! logged home 'Send: ATH' || fail "hung up a dead line"
	modem_start
	home_log_has 2 'Connected!' || fail "not dialled again"
	wait_up home
	pings home 10.0.0.1
	ppp_stop home
	# A pseudo-terminal has no such signal; who demands it is told.
	rm modem.heard home/log/ppp.log
	home_conf "$DIAL" 'set phone 5' 'set cd 1!'
	modem_start
	ppp_run home -background isp
	atf_check_equal 8 $?
	logged home 'no carrier (CD is not a signal of this line)' ||
		fail "no reason in the log"
	home_conf "$DIAL" 'set phone 5' 'set cd off'
	modem_start
	ppp_start home -foreground isp
	wait_up home
}
carrier_cleanup() { net_end; }

# Whole frames: the peer is a script that answers what it has read at once
# and asks for its own direction, until nothing more comes.
atf_test_case sync cleanup
sync_head() { net_head "set speed sync: frames without flags and escapes"; }
sync_body()
{
	bed
	home_conf 'set speed sync' 'disable ipv6cp'
	cat > peer.sh <<-'END'
	#!/bin/bash
	hex() { dd bs=4096 count=1 2> /dev/null | od -An -v -tx1 |
	    tr -d ' \n'; }
	say() { printf "$(echo "$1" | sed 's/../\\x&/g')"; }
	while f=$(hex) && [ -n "$f" ]; do
		echo "$f" >> "$0.heard"
		case $f in
		ff03c02101*)
			say "ff03c02102${f#ff03c02101}"
			sleep 0.3
			say ff03c02101070004;;
		esac
	done
	END
	chmod +x peer.sh
	in_host isp socat -b 4096 "PTY,link=$PWD/modem,raw,echo=0,wait-slave" \
	    EXEC:"$PWD/peer.sh" > socat.out 2>&1 < /dev/null &
	until_true 10 test -L modem || atf_fail "no pseudo-terminal"
	ppp_start home -foreground isp
	wait_log home 'sent Configure-Ack id=7'
	wait_log home 'deflink: auth -> open'
	# LCP as it is; then IPCP, whose header may be shorter by now.
	head -n 1 peer.sh.heard | grep -q '^ff03c02101' ||
		fail "another frame: $(head -n 1 peer.sh.heard)"
	until_true 10 grep -q '^\(ff03\)\{0,1\}802101' peer.sh.heard ||
		fail "no IPCP: $(cat peer.sh.heard)"
	ask home 'show layers' > said
	grep -q 'SYNC' said || fail "$(cat said)"
	ask home 'show physical' > said
	grep -q 'open (sync' said || fail "$(cat said)"
}
sync_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case p_5_chat_script
	atf_add_test_case login
	atf_add_test_case p_8_phone_list
	atf_add_test_case no_answer
	atf_add_test_case p_36_settings
	atf_add_test_case in_use
	atf_add_test_case p_27_mgetty
	atf_add_test_case dedicated
	atf_add_test_case force_scripts
	atf_add_test_case carrier
	atf_add_test_case sync
}
