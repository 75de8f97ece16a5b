#! /usr/bin/env atf-sh
# Scripts and clients of the diagnostic socket that come in numbers, or read
# slowly, or not at all: nothing leaks, nothing waits, no packet is late.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

fds() { find "/proc/$(ppp_pid "$1")/fd" -type l | wc -l; }
# KiB of malloc: touched of the first arena, and all.  Rings are mapped once
# and touched as they go round.
heap()
{
	awk '/^[0-9a-f]+-/ { on = $6 == "[heap]" }
	    /^Private_Dirty:/ && on { n += $2 } END { print n }' \
	    "/proc/$(ppp_pid "$1")/smaps"
}
taken()
{
	sed -n 's/^VmData:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$(ppp_pid "$1")/status"
}
at_most() { [ "$2" -le "$1" ] || fail "$3: $2 KiB, at most $1 expected"; }

# loop NAME COUNT - so many times pppctl, with right and wrong commands
loop()
{
	in_host "$1" sh -c '
		i=0
		while [ $i -lt "$2" ]; do
			i=$((i + 1))
			case $((i % 5)) in
			0) c="show bundle";;
			1) c="set timeout $i";;
			2) c="show ipcp; nonsense; show proto";;
			3) c="set mru wide";;
			4) c="log script $i";;
			esac
			"$1/pppctl" -p sesame /var/run/ppp.sock "$c" \
			    >> loop.out 2>&1 || exit
		done' sh "$PPP_BUILD" "$2"
}

atf_test_case thousand cleanup
thousand_head() { net_head "1,000 runs of pppctl leak nothing"; }
thousand_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -ddial
	loop home 100 || fail "exit $?: $(tail -n 3 loop.out)"
	f=$(fds home) m=$(heap home) t=$(taken home)
	loop home 900 || fail "exit $?: $(tail -n 3 loop.out)"
	atf_check_equal "$f" "$(fds home)"
	at_most $((m + 16)) "$(heap home)" heap
	at_most $((t + 64)) "$(taken home)" "all memory"
	atf_check_equal 200 "$(grep -c '^Phase Network' loop.out)"
	atf_check_equal 200 "$(grep -c '^nonsense: Invalid command' loop.out)"
	atf_check_equal 200 "$(grep -c '^usage: set mru ' loop.out)"
	says home 'show bundle' '^ Idle Timer: *896s'
	atf_check_equal 1 "$(ask home 'show who' | grep -c local)"
	pings home 10.0.0.1
}
thousand_cleanup() { net_end; }

# A client that asks for more and more and reads nothing of it.
deaf()
{
	in_host "$1" setsid sh -c 'echo $$ > deaf.$$.pid
		{ echo "passwd sesame"; echo "set log local all"
		    yes "show log tail"; } |
		exec socat -u - UNIX-CONNECT:/var/run/ppp.sock' \
	    > /dev/null 2>&1 &
}

# One that is stopped in the middle of reading.
stopped()
{
	in_host "$1" setsid sh -c 'echo $$ > stopped.pid
		{ echo "passwd sesame"; echo "set log local all"
		    while :; do echo "show log tail"; sleep 0.01; done; } |
		exec socat - UNIX-CONNECT:/var/run/ppp.sock' \
	    > stopped.out 2>&1 &
	until_true 5 grep -q 'ON ' stopped.out || fail "no prompt"
	sleep 0.3
	kill -STOP -- "-$(cat stopped.pid)"
}

atf_test_case slow cleanup
slow_head() { net_head "prompts that nobody reads stall no packet"; }
slow_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -ddial
	in_host isp iperf3 --forceflush -s -1 -B 10.0.0.1 \
	    > iperf.srv 2>&1 &
	until_true 5 grep -q listening iperf.srv || fail "no iperf3"
	stopped home
	deaf home
	deaf home
	t=$(taken home)
	pinging home 10.0.0.1 60
	in_host home timeout 60 iperf3 -c 10.0.0.1 -t 3 -J > iperf.json ||
		fail "iperf3: $(cat iperf.json)"
	pinged home
	# Others are answered meanwhile, and what waits is bounded.
	says home 'show bundle' '^Phase Network$'
	at_most $((t + 16384)) "$(taken home)" "all memory"
	grep -q '"bits_per_second"' iperf.json || fail "no figures"
	atf_check_equal 4 "$(ask home 'show who' | grep -c local)"
	# Dead at last, they are forgotten.
	for p in stopped.pid deaf.*.pid; do
		kill -KILL -- "-$(cat "$p")"
	done
	until_true 5 eval \
	    '[ "$(ask home "show who" | grep -c local)" -eq 1 ]' ||
		fail "they stay"
	pings home 10.0.0.1
	atf_check_equal 1 "$(times home 'Connected!')"
}
slow_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case thousand
	atf_add_test_case slow
}
