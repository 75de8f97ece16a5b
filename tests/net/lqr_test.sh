#! /usr/bin/env atf-sh
# Watching the line: Link-Quality-Reports and LCP echo between our client and
# our concentrator, and what happens when the other side falls silent.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# silence: the concentrator stops in the middle of everything
silence() { kill -STOP "$(ppp_pid isp)"; }
speech() { kill -CONT "$(ppp_pid isp)"; }

atf_test_case lqr cleanup
lqr_head() { net_head "reports each second both ways; five lost end it"; }
lqr_body()
{
	pair_begin
	isp_conf 'enable chap' 'enable lqr' 'set lqrperiod 1'
	home_conf 'enable lqr' 'set lqrperiod 1'
	capture_start home eth1
	isp_start
	home_start -ddial
	pings home 10.0.0.1
	comes_to_say home 'show proto' 'LQR *: *[3-9], *[3-9]'
	says home 'show lcp' 'LQR on'
	says home 'show lcp' 'LQR period = 1s'
	silence
	wait_log home 'deflink: \*\* Too many LQR packets lost \*\*'
	speech
	wait_log home 'no link quality reports'
	wait_up home		# and it dials again
	ppp_stop home
	capture_stop home eth1
	# not judge: tshark trips over the option's Reporting-Period
	judge_seen home eth1 'lcp && frame contains 04:08:c0:25:00:00:00:64' 4
	judge_seen home eth1 "ppp.protocol == 0xc025 &&
	    eth.src == $(mac home eth1)" 3
	judge_seen home eth1 "ppp.protocol == 0xc025 &&
	    eth.src == $(mac isp eth0)" 3
	judge_none home eth1 'lcp && ppp.code == 9'
}
lqr_cleanup() { net_end; }

atf_test_case refused cleanup
refused_head() { net_head "reports denied: echo in their place"; }
refused_body()
{
	pair_begin
	isp_conf 'enable chap' 'deny lqr'
	home_conf 'enable lqr echo' 'set lqrperiod 1'
	capture_start home eth1
	isp_start
	home_start -ddial
	says home 'show lcp' 'LQR off'
	sleep 2
	silence
	wait_log home 'deflink: \*\* Too many LCP ECHO packets lost \*\*'
	speech
	ppp_stop home
	capture_stop home eth1
	judge_seen home eth1 'lcp && ppp.code == 9' 5
	judge_none home eth1 'ppp.protocol == 0xc025'
}
refused_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case lqr
	atf_add_test_case refused
}
