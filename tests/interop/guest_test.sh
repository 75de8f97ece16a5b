#! /usr/bin/env atf-sh
# The test bed itself: two guests that are not ours bring up a session between
# them.  When this fails, no other test of this folder says anything.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

atf_test_case run_returns_status cleanup
run_returns_status_head() { interop_head "a guest's command has a status"; }
run_returns_status_body()
{
	interop_begin
	guest_up a
	atf_check -s exit:3 -o inline:"hello\n" -- \
	    bash "$GUEST" run a 'echo hello; exit 3'
	atf_check -s exit:124 -o ignore -e match:"no answer" -- \
	    env SECS=1 bash "$GUEST" run a 'sleep 20'
	atf_check bash "$GUEST" stop a
	atf_check -s exit:1 -e match:"no such guest" -- bash "$GUEST" run a true
	atf_check -o not-match:. ip -n "$NS" link show type tun
}
run_returns_status_cleanup() { interop_end; }

atf_test_case session cleanup
session_head() { interop_head "pppd meets pppoe-server through a bridge"; }
session_body()
{
	interop_begin
	guest_up isp home
	bridge isp home
	capture_start lan
	server_start isp auth=chap v6=yes
	client_start home
	client_wait_up home
	guest_pings home 10.77.0.1
	atf_check_equal 10.77.0.10 "$(guest_address home)"
	client_stop home
	until_true 5 guest isp '! pidof pppd' || fail "the server's pppd stays"
	capture_stop lan
	judge lan chap
	judge_seen lan 'chap.code == 3' 1 'ipv6cp && ppp.code == 2' 2 \
	    'pppoe.code == 0xa7' 1
	judge_none lan 'pap'
}
session_cleanup() { interop_end; }

atf_init_test_cases()
{
	atf_add_test_case run_returns_status
	atf_add_test_case session
}
