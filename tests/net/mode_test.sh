#! /usr/bin/env atf-sh
# The modes of the program and its options, as a client.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

pair() # LINE of the client ...
{
	pair_begin
	isp_conf 'enable chap'
	home_conf "$@"
	isp_start
}

padis() { seen home eth1 'pppoe.code == 9' | grep -c .; }

atf_test_case auto cleanup
auto_head() { net_head "-auto: the first packet dials, idle closes, again"; }
auto_body()
{
	pair 'set ifaddr 10.9.0.1/0 10.9.0.2/0 255.255.255.255 0.0.0.0' \
	    'set timeout 2'
	capture_start home eth1
	ppp_run home -auto isp || fail "-auto did not start"
	sleep 1
	says home 'show bundle' '^Phase Dead'
	in_host home ping -n -c 10 -i 0.2 -W 1 10.0.0.1 > ping.out || true
	grep -q 'bytes from 10.0.0.1' ping.out || fail "$(cat ping.out)"
	wait_log home 'Connected!'
	until_true 8 logged home 'bundle: Dead' || fail "never idle"
	says home 'show bundle' '^Phase Dead'
	sleep 1
	atf_check_equal 1 "$(times home 'Connected!')"
	in_host home ping -n -c 10 -i 0.2 -W 1 10.0.0.1 > ping.out || true
	grep -q 'bytes from 10.0.0.1' ping.out || fail "$(cat ping.out)"
	atf_check_equal 2 "$(times home 'Connected!')"
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	atf_check_equal 2 "$(padis)"
	judge_seen home eth1 'pppoe.code == 0xa7' 2
}
auto_cleanup() { net_end; }

# What cannot be had at the start is in the log, and the rest is done.
atf_test_case deaf cleanup
deaf_head() { net_head "a diagnostic socket that cannot be made"; }
deaf_body()
{
	pair "! touch $PWD/ran"
	sed 's,set server .*,set server /no/such/place "",' \
	    home/etc/ppp.conf > new && cat new > home/etc/ppp.conf
	ppp_run home -background isp || fail "exit $?"
	logged home 'Warning: .*set server: /no/such/place: No such file' ||
		fail "not told"
	[ -f ran ] || fail "the next line of the section did not run"
	ppp_stop home
}
deaf_cleanup() { net_end; }

# Without IPv4 no address is needed for a packet to find the link.
atf_test_case auto6 cleanup
auto6_head() { net_head "-auto with IPv6 alone starts and dials"; }
auto6_body()
{
	pair 'disable ipcp'
	ppp_run home -auto isp || fail "-auto did not start"
	says home 'show bundle' '^Phase Dead'
	ask home dial > said
	wait_log home 'Connected!'
	says home 'show ipv6cp' '^IPV6CP .Opened.'
	ppp_stop home
}
auto6_cleanup() { net_end; }

atf_test_case background cleanup
background_head() { net_head "-background: 0 once it is up, 8 when nobody is"; }
background_body()
{
	pair 'set redial 1 1'
	ppp_run home -background isp || fail "exit $?"
	in_host home ip route show default > routes
	atf_check -o match:'via 10.0.0.1 dev tun0' cat routes
	atf_check -o match:'^PPP enabled$' cat home/ppp.out
	pings home 10.0.0.1
	ppp_stop home
	ppp_stop isp
	code=0
	ppp_run home -background isp || code=$?
	atf_check_equal 8 $code
	no_tun
}
background_cleanup() { net_end; }

atf_test_case quiet cleanup
quiet_head() { net_head "-quiet prints nothing, -unit N names the device"; }
quiet_body()
{
	pair
	in_host home "$PPP_BUILD/ppp" -quiet -unit 7 -background \
	    -C "$PWD/home/etc" isp > parent 2>&1 < /dev/null ||
		fail "exit $?: $(cat parent)"
	atf_check -o empty cat parent
	atf_check_equal 10.0.0.10 "$(address home tun7)"
	[ -s home/run/tun7.pid ] || fail "no pid file"
	ppp_stop home tun7
	[ ! -e home/run/tun7.pid ] || fail "the pid file stays"
}
quiet_cleanup() { net_end; }

atf_test_case foreground cleanup
foreground_head() { net_head "-foreground: the log on stderr, 0 at the end"; }
foreground_body()
{
	pair
	in_host home sh -c 'echo $$ > "$2/pid"; exec "$1/ppp" -foreground \
	    -C "$2/home/etc" isp' sh "$PPP_BUILD" "$PWD" \
	    > out 2> err < /dev/null &
	child=$!
	wait_up home
	atf_check_equal "$(cat pid)" "$(ppp_pid home)"
	kill -TERM "$(cat pid)"
	code=0
	wait $child || code=$?
	atf_check_equal 0 $code
	for l in 'PPP Started (foreground mode)' 'bundle: Establish' \
	    'deflink: closed -> opening' 'deflink: opening -> dial' \
	    'deflink: dial -> carrier' 'deflink: Connected!' \
	    'deflink: carrier -> login' 'deflink: login -> ready' \
	    'deflink: ready -> lcp' 'bundle: Authenticate' \
	    'deflink: lcp -> auth' 'deflink: auth -> open' \
	    'bundle: Network' 'bundle: Terminate' 'deflink: Disconnected!' \
	    'bundle: Dead' 'PPP Terminated (normal)'; do
		grep -q "^Phase: $l" err || fail "no \"$l\": $(cat err)"
	done
	atf_check -o not-match:secret cat out err home/log/ppp.log
}
foreground_cleanup() { net_end; }

atf_test_case dedicated cleanup
dedicated_head() { net_head "-dedicated stays, and dials again"; }
dedicated_body()
{
	pair
	ppp_run home -dedicated isp || fail "-dedicated did not start"
	wait_up home
	pings home 10.0.0.1
	ask isp 'close session fred'
	until_true 10 eval '[ "$(times home Connected!)" -ge 2 ]' ||
		fail "not dialled again"
	wait_up home
	pings home 10.0.0.1
}
dedicated_cleanup() { net_end; }

atf_test_case direct cleanup
direct_head() { net_head "-direct: standard input must be a line"; }
direct_body()
{
	pair
	ppp_run home -direct isp < /dev/null
	atf_check_equal 1 $?
	grep -q 'standard input is the line, but it is no terminal' \
	    home/ppp.out || fail "not told why"
}
direct_cleanup() { net_end; }

atf_test_case ddial cleanup
ddial_head() { net_head "-ddial: the whole label of the manual, for ever"; }
ddial_body()
{
	pair_begin
	isp_conf 'enable chap' 'set dns 192.0.2.53' 'accept dns'
	conf home <<-END
	default:
	 set log Phase tun command
	 set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0
	isp:
	 set device PPPoE:eth1            # also with a service
	 set authname fred
	 set authkey secret
	 set dial
	 set login
	 enable dns
	 add default HISADDR
	more:
	 set redial 1 0
	END
	# Nobody is there yet.
	ppp_run home -ddial isp more || fail "-ddial did not start"
	wait_log home 'Enter pause (1) for redialing' 30
	isp_start
	wait_up home
	atf_check_equal 1492 "$(mtu home)"
	until_true 5 grep -q 'nameserver 192.0.2.53' home/resolv.conf ||
		fail "$(cat home/resolv.conf)"
	until_true 5 eval 'in_host home ip route show default |
	    grep -q "via 10.0.0.1 dev tun0"' || fail "no default route"
	pings home 10.0.0.1
	for n in 2 3; do
		ask isp 'close session fred'
		until_true 10 eval '[ "$(times home Connected!)" -ge '$n' ]' ||
			fail "not dialled again"
		wait_up home
	done
	pings home 10.0.0.1
}
ddial_cleanup() { net_end; }

# type WAIT-FOR-THIS SEND-THAT ... - at the terminal of interactive mode
type_in()
{
	local from
	while [ $# -gt 0 ]; do
		from=$(wc -c < tty.out)
		printf '%s\r' "$1" >&3
		until_true 10 eval "tail -c +$((from + 1)) tty.out |
		    grep -a -q -e '$2'" || {
			kill "$(cat tty.pid)"
			fail "after \"$1\" no \"$2\": $(cat -v tty.out)"
		}
		shift 2
	done
}

atf_test_case interactive cleanup
interactive_head() { net_head "a terminal: the prompt's letters, a session"; }
interactive_body()
{
	pair
	mkfifo keys
	: > tty.out
	in_host home sh -c 'echo $$ > tty.pid; exec socat \
	    EXEC:"$1/ppp -C $2/home/etc isp",pty,setsid,ctty,stderr,rawer \
	    STDIO' sh "$PPP_BUILD" "$PWD" < keys > tty.out 2>&1 &
	exec 3> keys
	until_true 10 grep -a -q 'ppp ON .*> ' tty.out ||
		fail "no prompt: $(cat -v tty.out)"
	atf_check -o match:'^Working in interactive mode' cat tty.out
	atf_check -o match:'^Using interface: tun0' cat tty.out
	type_in 'show version' 'PPP Version' 'nonsense' 'ppp ON .*> ' \
	    'show bundle' '^Phase Dead'
	type_in 'dial' 'PPP ON .*> '
	# Each letter stands for a phase that was reached on the way.
	wait_up home
	pings home 10.0.0.1
	type_in 'show bundle' '^Phase Network' 'close' 'ppp ON .*> '
	wait_down home
	type_in 'quit' '.'
	until_true 10 ended "$(cat tty.pid)" || fail "it goes on"
	exec 3>&-
	atf_check -o empty ip -n "$(ns home)" link show type tun
	atf_check -o empty find home/run ! -type d
}
interactive_cleanup() { net_end; }

# What is on the host; a session's or a program's would show.
host_state()
{
	in_host home sh -c 'ip link; ip addr; ip route; ip -6 route
	    cat /proc/net/packet /proc/net/tcp /etc/resolv.conf
	    nft list ruleset; find "$1"/home' sh "$PWD" 2>&1 |
		sed 's/valid_lft.*//'
}

atf_test_case explains cleanup
explains_head() { net_head "-n explains and touches nothing; -C, -e, labels"; }
explains_body()
{
	pair 'enable dns'
	capture_start home eth1
	until_true 30 eval 'ip -n "$(ns home)" link show eth1 |
	    grep -q "state UP"' || fail "the wire is not up"
	: > home/ppp.out
	until_true 10 eval 'ip -n "$(ns home)" link show dev eth1 |
	    grep -q "state UP"' || fail "no carrier"
	host_state > before
	in_host home strace -f -o "$PWD/trace" \
	    -e trace=openat,open,creat,socket,fork,clone,vfork,clone3 \
	    "$PPP_BUILD/ppp" -n -nat -unit 3 -ddial -C "$PWD/home/etc" isp \
	    > said 2>&1 || fail "exit $?: $(cat said)"
	host_state > after
	atf_check cmp before after
	atf_check -o match:'PPPoE on interface eth1' cat said
	atf_check -o not-match:secret cat said
	# No socket but for names of interfaces, no tun, no file for writing.
	atf_check -s exit:1 grep -E 'O_WRONLY|O_RDWR|O_CREAT|creat\(' trace
	atf_check -s exit:1 grep -E 'AF_PACKET|AF_INET|net/tun|clone' trace
	# -e without a mode runs that, prints it, and ends.
	in_host home "$PPP_BUILD/ppp" -C "$PWD/home/etc" \
	    -e 'show version' -e 'set log lcp' -e 'show log' isp > said ||
		fail "exit $?: $(cat said)"
	atf_check -o match:'PPP Version' -o match:'^Log:.*LCP' cat said
	host_state > after
	atf_check cmp before after
	code=0
	in_host home "$PPP_BUILD/ppp" -C "$PWD/home/etc" -ddial nobody \
	    > said 2>&1 || code=$?
	atf_check_equal 1 $code
	atf_check -o match:'nobody: Configuration label not found' \
	    -o match:'it has:.* isp' cat said
	echo ' set mru 12' >> home/etc/ppp.conf
	code=0
	in_host home "$PPP_BUILD/ppp" -C "$PWD/home/etc" -ddial isp \
	    > said 2>&1 || code=$?
	atf_check_equal 1 $code
	atf_check -o match:'etc/ppp.conf:[0-9]*: .*mru' cat said
	host_state > after
	atf_check cmp before after
	capture_stop home eth1
	judge_none home eth1 'pppoed'
}
explains_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case auto
	atf_add_test_case auto6
	atf_add_test_case deaf
	atf_add_test_case background
	atf_add_test_case quiet
	atf_add_test_case foreground
	atf_add_test_case dedicated
	atf_add_test_case direct
	atf_add_test_case ddial
	atf_add_test_case interactive
	atf_add_test_case explains
}
