#! /usr/bin/env atf-sh
# The page of `set http' in a real browser, over real sessions.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

page_head() # DESCRIPTION
{
	atf_set descr "$1"
	atf_set require.user root
	atf_set require.progs "ip timeout node chromium-headless-shell"
	atf_set timeout 600
}

isp_begin() # INTERFACE ...
{
	conf isp <<-END
	default:
	 set log Phase
	server:
	$(printf ' set lb interface %s\n' "$@")
	 set lb workers 2
	 set governor max 4
	 set lb algorithm hash
	 set lb padirate 20000
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.40.199
	 enable chap
	 set server /var/run/ppp.sock ""
	 set http 9100
	END
	printf 'fred secret\nbench secret\n' | conf isp ppp.secret
	ppp_start isp -foreground server
	for i in "$@"; do
		wait_log isp "Listening on $i"
	done
}

client() # NAME AUTHNAME SECRET
{
	conf "$1" <<-END
	default:
	 set log Phase
	 set redial 1 0
	isp:
	 set device PPPoE:eth1
	 set authname "$2"
	 set authkey $3
	 set server /var/run/ppp.sock ""
	 set http 9100
	END
	ppp_start "$1" -ddial isp
}

page() # NAME STEP
{
	in_host "$1" timeout 300 node "$PPP_SRC/tests/net/page.mjs" "$2" \
	    > page.out 2>&1 || {
		cat page.out >&2
		fail "$1: step $2: $(head -n 1 page.out)"
	}
}

atf_test_case few cleanup
few_head() { page_head "nobody, one by keyboard, a hostile name, a phone"; }
few_body()
{
	net_begin
	host isp home evil
	wire isp eth0 home eth1
	wire isp eth2 evil eth1
	isp_begin eth0 eth2
	page isp none
	client home fred secret
	wait_up home
	page isp one
	page home client
	client evil '<img src=x onerror=alert(1)>' wrong
	wait_log isp 'authentication failed'
	page isp hostile
	ask isp 'lb add' > said
	page isp phone
	ppp_stop home
	ppp_stop evil
	ppp_stop isp
}
few_cleanup() { net_end; }

atf_test_case lines cleanup
lines_head() { page_head "plots of lines: what is drawn is what was measured"; }
lines_body()
{
	net_begin
	host isp home way near
	wire home eth1 way west
	wire isp eth0 way east
	wire isp eth2 near eth1
	in_host way setsid "$PPP_BUILD/tests/net/wire_tool" west east 20 2 \
	    > wire.out 2>&1 < /dev/null &
	until_true 20 grep -q ready wire.out || atf_skip "no packet sockets"
	isp_begin eth0 eth2
	echo 'wilma secret' >> isp/etc/ppp.secret
	page isp off
	page isp drawn
	ask isp 'set quality 2 2'
	client home fred secret
	client near wilma secret
	wait_up home
	wait_up near
	page isp lines
	# the daemon goes: what is shown is told to be old
	page isp gone &
	until_true 30 test -e gone.ready || fail "no page"
	ppp_stop isp
	wait $! || fail "page after the end: $(cat page.out)"
}
lines_cleanup() { net_end; }

atf_test_case many cleanup
many_head() { page_head "more sessions than a page should list"; }
many_body()
{
	net_begin
	host isp subs
	wire isp eth0 subs eth1
	isp_begin eth0
	in_host subs timeout 200 "$PPP_BUILD/pppoetest" -m create -i eth1 \
	    -n 8000 --rate 2000 --user bench --password secret --ip 4 \
	    --tries 8 --hold 180 > gen.out 2>&1 &
	until_true 60 eval \
	    'ask isp "show lb csv" | grep -q "^sessions,8000$"' ||
		fail "not 8000 sessions: $(cat gen.out)"
	ask isp 'set quality 2 2'
	page isp many
	ask isp 'show sessions username limit 3 csv' > said
	atf_check_equal 4 "$(grep -c . said)"
	ppp_stop isp
}
many_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case few
	atf_add_test_case lines
	atf_add_test_case many
}
