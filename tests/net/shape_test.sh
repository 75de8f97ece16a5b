#! /usr/bin/env atf-sh
# What the prompt shows of a line that lives, in ppp(8)'s shapes, and what it
# changes of it: throughput, counters, Identification, the process title.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

atf_test_case throughput cleanup
throughput_head() { net_head "throughput: kept, cleared, after the end"; }
throughput_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf 'set redial 30 0'
	isp_start
	home_start -ddial
	pings home 10.0.0.1 -s 1000
	sleep 1.2		# the figures are of whole seconds
	ask home 'show ipcp' > ipcp
	grep -q '^3084 octets in, 3084 octets out$' ipcp || fail "$(cat ipcp)"
	grep -q '^3 packets in, 3 packets out$' ipcp || fail "$(cat ipcp)"
	grep -q '^  overall *[1-9][0-9]* bytes/sec$' ipcp || fail "$(cat ipcp)"
	grep -q '^  currently *[1-9][0-9]* bytes/sec in, *[1-9]' ipcp ||
		fail "$(cat ipcp)"
	grep -q '^  peak *[1-9][0-9]* bytes/sec on [A-Z]' ipcp ||
		fail "$(cat ipcp)"
	says home 'show physical' '^Connect time: 0:00:0[1-9]$'
	says home 'clear ipcp peak' '^peak cleared (was [1-9][0-9]* .* on '
	says home 'show ipcp' '^3084 octets in'
	says home 'clear ipcp' '^overall cleared (was [1-9][0-9]* bytes/sec)$'
	says home 'show ipcp' '^0 octets in, 0 octets out$'
	says home 'show physical' '^[3-9][0-9][0-9][0-9] octets in'
	says home 'clear ipcp nonsense' '^usage: clear ipcp'
	ask home 'disable throughput'
	says home 'show ipcp' '^  Overall [0-9]* bytes/sec$'
	ask home 'enable throughput'
	ask home 'close'
	comes_to_say home 'show link' '^ State: *closed$'
	says home 'show physical' '^Connect time: 0:00:[0-9]* - down at [A-Z]'
	says home 'show physical' '^[3-9][0-9][0-9][0-9] octets in'
}
throughput_cleanup() { net_end; }

atf_test_case counters cleanup
counters_head() { net_head "show proto, mem, timers"; }
counters_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf 'set timeout 300' 'enable echo' 'set lqrperiod 1'
	isp_start
	home_start -foreground
	pings home 10.0.0.1
	ask home 'show proto' > proto
	for line in 'IP *: *3, *3' 'CHAP *: *2, *1' 'LCP *: *[2-9], *[2-9]' \
	    'IPCP *: *[2-9], *[2-9]' 'PAP *: *0, *0' 'Others *: *0, *0'; do
		grep -q "^   $line\$" proto || fail "$line: $(cat proto)"
	done
	says home 'show timers' \
	    '^idle timer\[0x[0-9a-f]*\]: freq = 300.00s, next = [0-9]*.00s, st'
	says home 'show timers' '^redial timer.*next = 0.00s, state = stopped$'
	says home 'show mem' '^sessions  *1  *1  *[1-9]'
	says home 'show mem' '^total  *[1-9][0-9]*$'
	says isp 'show mem' '^sessions  *1  *[0-9]*  *[1-9]'
}
counters_cleanup() { net_end; }

# What the wire carried as Identification from home.
idents() { seen home eth1 'ppp.code == 12 && eth.src == '"$(mac home eth1)" \
    -T fields -e lcp.message; }

atf_test_case P_3 cleanup
P_3_head() { net_head "P-3: ident, its words replaced when it is sent"; }
P_3_body()
{
	pair_begin
	isp_conf 'ident AUTHNAME VERSION for USER' 'enable chap'
	home_conf 'ident user-ppp VERSION LABEL'
	isp_start
	capture_start home eth1
	home_start -foreground
	ask home 'sendident'
	ask home 'ident I am MYADDR \\MYADDR of PROCESSID'
	ask home 'sendident'
	ask home 'ident'
	says home 'sendident' '^sendident: no identification is set'
	capture_stop home eth1
	idents > got
	heard
	printf '%s\n' 'user-ppp 3.4.2 isp' 'user-ppp 3.4.2 isp' \
	    "I am 10.0.0.10 MYADDR of $(ppp_pid home)" | diff - got ||
		fail "another Identification"
	seen home eth1 "ppp.code == 12 && eth.dst == $(mac home eth1)" \
	    -T fields -e lcp.message | grep -q '3.4.2 for ' ||
		fail "none of the concentrator"
	judge home eth1
}
P_3_cleanup() { net_end; }

atf_test_case title cleanup
title_head() { net_head "set proctitle, in ppp.conf and at the prompt"; }
title_body()
{
	pair_begin
	isp_conf
	home_conf 'set proctitle ppp INTERFACE LABEL up'
	isp_start
	home_start -foreground
	p=/proc/$(ppp_pid home)/cmdline
	atf_check_equal 'ppp tun0 isp up' "$(tr -d '\0' < "$p")"
	ask home 'set title MYADDR now'
	atf_check_equal '10.0.0.10 now' "$(tr -d '\0' < "$p")"
	ask home 'set proctitle'
	tr '\0' ' ' < "$p" | grep -q -e '-foreground isp' ||
		fail "not as it was: $(tr '\0' ' ' < "$p")"
	ask home '! sh -c "echo HISADDR \$HOME"' > out
	grep -q "^10.0.0.1 $HOME" out || fail "the environment: $(cat out)"
}
title_cleanup() { net_end; }

atf_test_case anew cleanup
anew_head() { net_head "open lcp and open ipcp negotiate anew"; }
anew_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -foreground
	capture_start home eth1
	ask home 'open ipcp'
	comes_to_say home 'show ipcp' '^IPCP \[Opened\]$'
	pings home 10.0.0.1
	capture_stop home eth1
	judge_seen home eth1 'ipcp && ppp.code == 2' 2
	judge_none home eth1 'lcp && ppp.code == 1'
	capture_start home eth1
	ask home 'open lcp'
	until_true 10 eval 'ask home "show lcp" | grep -q "LCP \[Opened\]"'
	comes_to_say home 'show ipcp' '^IPCP \[Opened\]$'
	pings home 10.0.0.1
	capture_stop home eth1
	judge_seen home eth1 'lcp && ppp.code == 1' 2
}
anew_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case throughput
	atf_add_test_case counters
	atf_add_test_case P_3
	atf_add_test_case title
	atf_add_test_case anew
}
