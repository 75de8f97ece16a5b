#! /usr/bin/env atf-sh
# Programs that die and come back, what they keep of their privileges, and
# what they leave behind after many sessions: nothing.
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
	home_start -ddial
	pings home 10.0.0.1
}

again() # TIMES
{
	until_true 20 eval "[ \$(times home Connected!) -ge $1 ]" ||
		fail "not dialled again"
	wait_up home
	pings home 10.0.0.1
}

sid() # of the client's last session
{
	sed -n 's/.*Connected!.* session \([0-9]*\)).*/\1/p' \
	    home/log/ppp.log | tail -n 1
}

atf_test_case server_killed cleanup
server_killed_head() { net_head "concentrator killed: PADT, and redialled"; }
server_killed_body()
{
	pair
	old=$(sid)
	ppp_stop isp tun0 KILL
	capture_start home eth1
	isp_start
	in_host home ping -n -c 2 -W 1 10.0.0.1 > ping.out || true
	wait_log home 'peer sent PADT'
	again 2
	capture_stop home eth1
	judge_order home eth1 "icmp && pppoe.session_id == $old" \
	    "pppoe.code == 0xa7 && eth.src == $(mac isp eth0) &&
	    pppoe.session_id == $old" 'pppoe.code == 9' 'pppoe.code == 0x65'
}
server_killed_cleanup() { net_end; }

atf_test_case client_killed cleanup
client_killed_head() { net_head "client killed: its next run first says PADT"; }
client_killed_body()
{
	pair
	old=$(sid)
	ppp_stop home tun0 KILL
	capture_start home eth1
	home_start -ddial
	pings home 10.0.0.1
	capture_stop home eth1
	first=$(seen home eth1 "eth.src == $(mac home eth1)" -T fields \
	    -e pppoe.code -e pppoe.session_id | head -n 1 | tr "\t" " ")
	atf_check_equal "$(printf '0x%02x 0x%04x' 0xa7 "$old")" \
	    "$first"
	judge home eth1
	says isp 'show lb csv' '^sessions,1$'
}
client_killed_cleanup() { net_end; }

atf_test_case privileges cleanup
privileges_head() { net_head "only net_admin and net_raw are kept"; }
privileges_body()
{
	pair
	# CAP_NET_ADMIN is 12, CAP_NET_RAW 13.
	for h in isp home; do
		for t in /proc/"$(ppp_pid $h)"/task/*/status; do
			for set in CapEff CapPrm; do
				atf_check_equal 0000000000003000 \
				    "$(sed -n "s/^$set:.//p" "$t")"
			done
		done
		atf_check -o not-match:secret sh -c \
		    "tr '\\0' ' ' < /proc/$(ppp_pid $h)/cmdline"
	done
}
privileges_cleanup() { net_end; }

fds() { find "/proc/$(ppp_pid "$1")/fd" -type l | wc -l; }
# KiB: what malloc took in all, and touched of its first arena.  The rings
# of packets and mail are mapped once and touched as they go round.
taken()
{
	sed -n 's/^VmData:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$(ppp_pid "$1")/status"
}
heap()
{
	awk '/^[0-9a-f]+-/ { on = $6 == "[heap]" }
	    /^Private_Dirty:/ && on { n += $2 } END { print n }' \
	    "/proc/$(ppp_pid "$1")/smaps"
}

now() { echo "$(heap home) $(heap isp) $(taken home) $(taken isp)"; }
memory() { was=$(now); }

# steady - since memory no heap grew by more than 16 KiB, no data by more
# than 64
steady()
{
	# shellcheck disable=SC2046,SC2086
	set -- $was $(now)
	[ "$5" -le $(($1 + 16)) ] && [ "$6" -le $(($2 + 16)) ] &&
	    [ "$7" -le $(($3 + 64)) ] && [ "$8" -le $(($4 + 64)) ]
}

n=0
cycle() # TIMES
{
	local end
	end=$((n + $1))
	while [ "$n" -lt "$end" ]; do
		n=$((n + 1))
		ask home close
		wait_down home
		until_true 5 eval 'ask isp "show lb csv" |
		    grep -q "^sessions,0"' || fail "the session stays"
		ask home open
		wait_up home
	done
}

atf_test_case cycles cleanup
cycles_head() { net_head "dial and close leave no descriptor, no memory"; }
cycles_body()
{
	pair 'enable dns'
	cycle 10
	hf=$(fds home) if=$(fds isp)
	memory
	cycle 20
	# The allocator may take a step once; a leak would take the next, too.
	steady || {
		memory
		cycle 20
		steady || fail "KiB, of home and isp: $was, now $(now)"
	}
	pings home 10.0.0.1
	atf_check_equal "$hf $if" "$(fds home) $(fds isp)"
	says isp 'show lb csv' '^addresses-used,1$'
	says isp 'show lb csv' "^opened,$((n + 1))\$"
	ppp_stop home
	ppp_stop isp
	atf_check -o empty find home/run isp/run ! -type d
}
cycles_cleanup() { net_end; }

atf_test_case signals cleanup
signals_head() { net_head "TERM, INT and HUP of either side: a clean end"; }
signals_body()
{
	pair
	capture_start home eth1
	ppp_stop isp tun0 INT
	wait_log home 'Disconnected!'
	isp_start
	again 2
	ppp_stop home tun0 TERM
	until_true 5 eval 'ask isp "show lb csv" | grep -q "^sessions,0"' ||
		fail "the session stays"
	capture_stop home eth1
	judge_seen home eth1 "lcp && ppp.code == 5" 2
	judge_seen home eth1 "pppoe.code == 0xa7" 2
	atf_check -o match:'PPP Terminated .normal' cat isp/log/ppp.log
}
signals_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case server_killed
	atf_add_test_case client_killed
	atf_add_test_case privileges
	atf_add_test_case cycles
	atf_add_test_case signals
}
