#! /usr/bin/env atf-sh
# Terminal mode: a modem dialled by hand from the prompt.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

bed() # LABEL of isp that answers
{
	net_begin
	host home isp
	mkdir home/run/lock
	conf isp <<-END
	default:
	 set log Phase LCP
	in:
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10
	quiet:
	 set openmode passive
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10
	END
	echo 'fred secret' | conf isp ppp.secret
	conf home <<-END
	default:
	 set log Phase LCP
	END
	cat > modem.sh <<-END
	#!/bin/bash
	while IFS= read -r -d \$'\r' line; do
		printf '%s\r' "\$line"
		case \$line in
		atdt*)	printf '\r\nCONNECT\r\n'
			exec $PPP_BUILD/ppp -C $PWD/isp/etc -direct $1;;
		at*)	printf '\r\nOK\r\n';;
		esac
	done
	END
	chmod +x modem.sh
	in_host isp socat "PTY,link=$PWD/modem,raw,echo=0,wait-slave" \
	    EXEC:"$PWD/modem.sh" > socat.out 2>&1 < /dev/null &
	until_true 5 test -L modem || atf_fail "no pseudo-terminal"
	mkfifo keys
	in_host home socat - \
	    EXEC:"$PPP_BUILD/ppp -C $PWD/home/etc",pty,setsid,ctty,raw \
	    < keys > screen 2>&1 &
	exec 3> keys
	until_true 10 seen_on 'ppp ON ' || fail "no prompt"
}
seen_on() { grep -q -e "$1" screen; }
screen() # REGEX
{
	until_true 10 seen_on "$1" || { cat -v screen >&2
		fail "the screen shows nothing like $1"; }
}
keys() { printf %b "$1" >&3; }

by_hand()
{
	keys "set device $PWD/modem\nset speed 115200\nenable dns\n"
	keys 'set authname fred\nset authkey secret\n'
	keys 'set ifaddr 10.0.0.9/0 10.0.0.1\nterm\n'
	screen "deflink: Entering terminal mode on $PWD/modem"
	screen "Type .~?' for help"
	sleep 0.5
	keys 'at\r'
	screen OK
	keys 'atdt123\r'
	screen CONNECT
}

atf_test_case p_31_term cleanup
p_31_term_head()
{
	net_head "P-31, P-32, P-38: term; a PPP frame starts packet mode"
}
p_31_term_body()
{
	bed in
	by_hand
	screen 'Packet mode'
	wait_up home
	logged home 'Packet mode detected' || fail "not by the peer's frame"
	logged home 'Chap Input: SUCCESS' || fail "the name was not used"
	pings home 10.0.0.1
	screen 'PPP ON '
	keys 'term\n'
	screen 'LCP state is \[Opened\]'
	keys 'quit\n'
	until_true 10 eval '[ ! -e home/run/tun0.pid ]' || fail "it stays"
}
p_31_term_cleanup() { net_end; }

atf_test_case p_37_tilde cleanup
p_37_tilde_head() { net_head "P-37: ~? ~t ~m ~. and ~p in terminal mode"; }
p_37_tilde_body()
{
	bed quiet
	by_hand
	keys '~?'
	screen '~p.*Enter packet mode'
	keys '~t'
	screen 'redial timer'
	keys '~m'
	screen '^log lines '
	# what is typed behind it is a command already
	keys '~.show version\n'
	screen 'PPP Version'
	keys 'term\n'
	until_true 10 eval '[ "$(grep -c "Entering terminal" screen)" = 2 ]' ||
		fail "no terminal again: $(cat -v screen)"
	is_up home && fail "it came up by itself"
	keys '~p'
	wait_up home
	pings home 10.0.0.1
	keys 'quit\n'
	until_true 10 eval '[ ! -e home/run/tun0.pid ]' || fail "it stays"
}
p_37_tilde_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case p_31_term
	atf_add_test_case p_37_tilde
}
