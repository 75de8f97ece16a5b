#! /usr/bin/env atf-sh
# Who may come in: each protocol, both ways, wrong secrets, ppp.secret's
# columns, users of the system.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# proves WORD FILTER - a session with that protocol, seen on the wire
proves()
{
	pair_begin
	isp_conf "enable $1"
	home_conf 'deny pap chap mschap chap81' "accept $1"
	capture_start home eth1
	isp_start
	home_start -background
	pings home 10.0.0.1
	pings isp 10.0.0.10
	ppp_stop home
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 "$2"
	judge_none home eth1 "(pap || chap) && !($3)"
	judge_none home eth1 'frame contains "secret" && !pap'
}

atf_test_case pap cleanup
pap_head() { net_head "PAP"; }
pap_body() { proves pap 'pap.code == 2' pap; }
pap_cleanup() { net_end; }

atf_test_case chap cleanup
chap_head() { net_head "CHAP with MD5"; }
chap_body()
{
	proves chap 'chap.code == 3' chap
	judge_seen home eth1 'lcp.opt.auth_protocol == 0xc223 &&
	    lcp.opt.algorithm == 5'
}
chap_cleanup() { net_end; }

atf_test_case mschap cleanup
mschap_head() { net_head "MS-CHAP version 1"; }
mschap_body()
{
	proves mschap 'chap.code == 3' chap
	judge_seen home eth1 'lcp.opt.algorithm == 128'
}
mschap_cleanup() { net_end; }

atf_test_case mschapv2 cleanup
mschapv2_head() { net_head "MS-CHAP version 2"; }
mschapv2_body()
{
	proves chap81 'chap.code == 3 && frame contains "S="' chap
	judge_seen home eth1 'lcp.opt.algorithm == 129'
}
mschapv2_cleanup() { net_end; }

atf_test_case both_ways cleanup
both_ways_head() { net_head "each demands a proof of the other"; }
both_ways_body()
{
	pair_begin
	isp_conf 'enable chap81' 'set authname tower' 'set authkey highsecret'
	home_conf 'enable chap' 'set redial 1 1'
	printf 'tower highsecret\n' | conf home ppp.secret
	capture_start home eth1
	isp_start
	home_start -background
	pings home 10.0.0.1
	ppp_stop home
	# And now the concentrator cannot.
	printf 'tower othersecret\n' | conf home ppp.secret
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "it is up with a wrong secret"
	capture_stop home eth1
	judge home eth1
	judge_seen home eth1 "chap.code == 2 && eth.src == $(mac isp eth0)"
	judge_seen home eth1 "chap.code == 2 && eth.src == $(mac home eth1)"
	judge_seen home eth1 "chap.code == 4 && eth.src == $(mac home eth1)"
	atf_check -o not-match:ersecret cat home/ppp.out isp/ppp.out
}
both_ways_cleanup() { net_end; }

atf_test_case wrong_secret cleanup
wrong_secret_head() { net_head "refused: both sides say so, and no storm"; }
wrong_secret_body()
{
	pair_begin
	isp_conf 'enable chap pap'
	home_conf 'set redial 3 0'
	secret 'fred othersecret'
	capture_start home eth1
	isp_start
	ppp_start home -ddial isp
	wait_log home 'Chap Input: FAILURE'
	until_true 10 eval "ask home 'show link' | grep -q -i \
	    'closed\|opening'" || fail "the prompt does not answer"
	sleep 9
	ppp_stop home
	capture_stop home eth1
	# One attempt each three seconds and a moment.
	n=$(seen home eth1 'pppoe.code == 9' | wc -l)
	[ "$n" -ge 2 ] || fail "$n PADIs only"
	[ "$n" -le 5 ] || fail "$n PADIs"
	judge_seen home eth1 'chap.code == 4' 2
	judge_none home eth1 'ipcp || ipv6cp'
	text=$(seen home eth1 'chap.code == 4' -T fields -e chap.message |
	    head -n 1)
	[ -n "$text" ] || fail "Failure says nothing"
	grep -q -F "FAILURE ($text)" home/log/ppp.log ||
		fail "the client does not say \"$text\""
	grep -q "authentication failed: $text" isp/log/ppp.log ||
		fail "the concentrator does not say \"$text\""
	grep -q "Enter pause (3) for redialing" home/log/ppp.log ||
		fail "no pause"
	atf_check -o not-match:othersecret cat home/log/ppp.log \
	    isp/log/ppp.log
}
wrong_secret_cleanup() { net_end; }

atf_test_case wrong_pap cleanup
wrong_pap_head() { net_head "PAP refused; the secret stays out of the logs"; }
wrong_pap_body()
{
	pair_begin
	isp_conf 'enable pap' 'set log +lcp +debug +command'
	home_conf 'set authkey verywrongkey' 'set redial 1 1' \
	    'set log +lcp +debug +command'
	capture_start home eth1
	isp_start
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "it is up with a wrong key"
	capture_stop home eth1
	judge_seen home eth1 'pap.code == 3'
	judge_none home eth1 'ipcp || ipv6cp'
	atf_check -o match:'Pap Input: FAILURE' cat home/log/ppp.log
	atf_check -o not-match:verywrongkey cat \
	    home/log/ppp.log home/ppp.out isp/log/ppp.log isp/ppp.out
}
wrong_pap_cleanup() { net_end; }

# client NAME KEY - another one at home, with its own device
client()
{
	cat >> home/etc/ppp.conf <<-END
	$1:
	 set device PPPoE:eth1
	 set authname $1
	 set authkey $2
	END
}

atf_test_case P_29_columns cleanup
P_29_columns_head() { net_head "ppp.secret: fixed address, range, any"; }
P_29_columns_body()
{
	pair_begin
	isp_conf 'enable chap'
	secret 'fred secret 10.0.0.77' 'anna a-secret 10.7.7.7' \
	    'bert b-secret 10.0.0.50-10.0.0.51' 'carl c-secret *' 'dora ""'
	home_conf
	capture_start home eth1
	client anna a-secret
	client bert b-secret
	client carl c-secret
	isp_start
	home_start -background
	atf_check_equal 10.0.0.77 "$(address home)"
	for n in anna bert carl; do
		ppp_run home -background $n || fail "$n: exit $?"
	done
	atf_check_equal 10.7.7.7 "$(address home tun1)"
	atf_check_equal 10.0.0.50 "$(address home tun2)"
	atf_check_equal 10.0.0.10 "$(address home tun3)"
	# The concentrator finds the way to each.
	ask isp 'show sessions csv ip,sid,username' > sessions
	atf_check -o match:'^10.7.7.7,[0-9]*,anna' -o not-match:secret \
	    cat sessions
	for a in 10.0.0.77 10.7.7.7 10.0.0.50 10.0.0.10; do
		in_host isp ping -n -c 1 -W 1 $a > ping.out || true
	done
	capture_stop home eth1
	for a in 10.0.0.77 10.7.7.7 10.0.0.50 10.0.0.10; do
		sid=$(sed -n "s/^$a,\([0-9]*\),.*/\1/p" sessions)
		judge_seen home eth1 "icmp.type == 8 && ip.dst == $a &&
		    pppoe.session_id == $sid"
	done
}
P_29_columns_cleanup() { net_end; }

atf_test_case P_29_system_user cleanup
P_29_system_user_head() { net_head "a key of * asks the system, by PAP"; }
P_29_system_user_body()
{
	command -v openssl > /dev/null || atf_skip "no openssl"
	pair_begin
	isp_conf 'enable pap chap'
	secret 'ustest *'
	home_conf 'set authname ustest' 'set authkey u-secret' \
	    'set redial 1 1'
	# The concentrator's own passwd and shadow, for this host only.
	hash=$(openssl passwd -6 u-secret)
	{ cat /etc/passwd; echo 'ustest:x:64999:64999::/:/bin/sh'; } > passwd
	{ cat /etc/shadow; echo "ustest:$hash:19000:0:99999:7:::"; } > shadow
	chmod 600 shadow
	cp passwd shadow "/etc/netns/$(ns isp)/"
	isp_start
	# CHAP cannot be judged by a hash: refused.
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "CHAP with a system password"
	no_tun
	echo ' deny chap' >> home/etc/ppp.conf
	ppp_run home -background isp || fail "exit $?"
	pings home 10.0.0.1
	ppp_stop home
	echo ' set authkey u-secreT' >> home/etc/ppp.conf
	code=0
	ppp_run home -background isp || code=$?
	[ "$code" -ne 0 ] || fail "a wrong password is welcome"
	atf_check -o not-match:u-secre cat isp/ppp.out home/ppp.out
}
P_29_system_user_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case pap
	atf_add_test_case chap
	atf_add_test_case mschap
	atf_add_test_case mschapv2
	atf_add_test_case both_ways
	atf_add_test_case wrong_secret
	atf_add_test_case wrong_pap
	atf_add_test_case P_29_columns
	atf_add_test_case P_29_system_user
}
