#! /usr/bin/env atf-sh
# Names and keys of a client, and what the concentrator's secret file says.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# pair PROTOCOL - home and isp, whose ppp.secret is standard input
pair()
{
	net_begin
	host home isp
	wire home eth1 isp eth0
	conf isp ppp.secret
	conf isp <<-END
	default:
	 set log Phase
	server:
	 set lb interface eth0
	 set lb padirate 2000 100
	 set authname tower
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 enable $1
	 set server /var/run/ppp.sock ""
	END
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
}

at_home() # KEY [LINE ...]
{
	local key
	key=$1
	shift
	conf home <<-END
	isp:
	 set log Phase
	 set device PPPoE:eth1
	 set authname nobody
	 set authkey $key
	 set redial 1 0
	$(printf ' %s\n' "$@")
	END
	ppp_start home -ddial isp
}

# program NAME - standard input becomes a script on home
program()
{
	cat > "home/$1"
	chmod 755 "home/$1" .
}

atf_test_case program cleanup
program_head() { net_head "a program makes name and key for CHAP"; }
program_body()
{
	pair chap <<-'END'
	fred	"one time"
	END
	# Three lines in, two out; its words have their macros replaced.
	program otp <<-END
	#!/bin/sh
	cat > $PWD/home/otp.in
	echo "\$@" > $PWD/home/otp.args
	printf 'fred\none time\n'
	END
	at_home "\"!$PWD/home/otp AUTHNAME 'x y'\""
	wait_up home
	pings home 10.0.0.1
	atf_check_equal 3 "$(wc -l < home/otp.in)"
	atf_check_equal tower "$(sed -n 1p home/otp.in)"
	sed -n 2p home/otp.in | grep -qE '^[0-9a-f]{32}$' ||
		fail "no challenge: $(cat home/otp.in)"
	atf_check_equal nobody "$(sed -n 3p home/otp.in)"
	grep -q '^nobody ' home/otp.args || fail "$(cat home/otp.args)"
	ppp_stop home
	# One that is silent for too long, while the prompt goes on answering
	program slow <<-'END'
	#!/bin/sh
	exec sleep 60
	END
	at_home "!$PWD/home/slow" 'set server /var/run/ppp.sock ""'
	until_true 10 somebody_sleeps || fail "it was not started"
	ask home 'show version' | grep -q Version || fail "no prompt"
	wait_log home 'authkey: the program took longer than 8 seconds' 15
	until_true 5 nobody_sleeps || fail "the program is still there"
	ppp_stop home
	# One that does not exist, one that says nothing
	at_home '"!/no/such/program"'
	wait_log home 'authkey: /no/such/program: No such file'
	ppp_stop home
	at_home '"!true"'
	wait_log home 'did not give two lines'
	ppp_stop home
}
program_cleanup() { net_end; }
somebody_sleeps()
{
	local p
	for p in $(ip netns pids "$(ns home)"); do
		! grep -qx sleep "/proc/$p/comm" || return 0
	done
	return 1
}
nobody_sleeps() { ! somebody_sleeps; }

atf_test_case program_ms cleanup
program_ms_head() { net_head "a program makes the key for MS-CHAPv2"; }
program_ms_body()
{
	pair mschapv2 <<-'END'
	fred	"one time"
	END
	program otp <<-'END'
	#!/bin/sh
	printf 'fred\none time\n'
	END
	at_home "!$PWD/home/otp"
	wait_up home
	ppp_stop home
}
program_ms_cleanup() { net_end; }

atf_test_case utmp cleanup
utmp_head() { net_head "a peer is in utmp while it is up, then in wtmp"; }
utmp_body()
{
	atf_require_prog who
	atf_require_prog last
	mkdir -p isp/run isp/log
	: > isp/run/utmp
	: > isp/log/wtmp
	pair chap <<-'END'
	fred	x
	END
	conf home <<-'END'
	isp:
	 set log Phase
	 set device PPPoE:eth1
	 set authname fred
	 set authkey x
	END
	ppp_start home -ddial isp
	wait_up home
	until_true 5 logged_in || fail "who: $(in_host isp who)"
	in_host isp who | grep -q "$(mac home eth1)" || fail "not its MAC"
	ppp_stop home
	until_true 5 logged_out || fail "who: $(in_host isp who)"
	in_host isp last -f /var/log/wtmp | grep -q '^fred  *eth0/' ||
		fail "last: $(in_host isp last -f /var/log/wtmp)"
	ask isp 'disable utmp'
	ppp_start home -ddial isp
	wait_up home
	pings home 10.0.0.1
	logged_in && fail "it is there though disabled"
	ppp_stop home
}
utmp_cleanup() { net_end; }
logged_in() { in_host isp who | grep -q '^fred  *eth0/'; }
logged_out() { ! logged_in; }

atf_init_test_cases()
{
	atf_add_test_case utmp
	atf_add_test_case program
	atf_add_test_case program_ms
}
