#! /usr/bin/env atf-sh
# Changes at the prompt and in ppp.secret while three sessions carry data
# without a loss; the diagnostic socket in its forms; several prompts.
# sanitize: asan tsan
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# Three clients, each on a wire of its own.
three()
{
	net_begin
	host isp c1 c2 c3
	for c in c1 c2 c3; do
		wire isp "eth${c#c}" "$c" eth0
		conf "$c" <<-END
		isp:
		 set device PPPoE:eth0
		 set authname $c
		 set authkey secret
		 set redial 1 0
		 add default HISADDR
		END
	done
	secret 'c1 secret' 'c2 secret' 'c3 secret 10.0.0.90'
	isp_conf 'set lb interface none' 'set lb interface eth1' \
	    'set lb interface eth2' 'set lb interface eth3' 'enable chap' \
	    'accept dns' 'set dns 192.0.2.1'
	isp_start
	for c in c1 c2 c3; do
		ppp_start "$c" -ddial isp
		wait_up "$c"
	done
}

tell() # COMMAND, which is accepted in silence
{
	ask isp "$1" > told 2>&1
	[ ! -s told ] || fail "\"$1\": $(cat told)"
}

atf_test_case changes cleanup
changes_head() { net_head "live changes lose no packet of three sessions"; }
changes_body()
{
	three
	a2=$(address c2)
	for c in c1 c2 c3; do pinging "$c" 10.0.0.1 140; done
	tell 'set ifaddr 10.0.0.1 10.0.0.80-10.0.0.85,10.0.0.89-10.0.0.99'
	tell 'set dns 192.0.2.9'
	tell 'set lb acname mast'
	tell 'set log +lcp +ipcp +debug +tun'
	tell 'set ifaddr 10.0.0.1 10.1.0.1-10.1.0.99'
	secret 'c1 secret' 'c2 secret 10.1.0.1' 'c4 secret 10.1.0.2'
	tell 'set lb padirate 100 10'
	tell 'set lqrperiod 5'
	tell 'enable echo'
	tell 'set log Phase'
	for c in c1 c2 c3; do
		pinged "$c"
		atf_check_equal 1 "$(times "$c" 'Connected!')"
	done
	for c in c1 c2 c3; do
		pings isp "$(address "$c")"
	done
	atf_check_equal "$a2" "$(address c2)"
	# And who comes anew gets what is in force now.
	ppp_stop c2
	ppp_stop c3
	printf ' enable dns\n' >> c2/etc/ppp.conf
	capture_start c2 eth0
	ppp_start c2 -ddial isp
	wait_up c2
	atf_check_equal 10.1.0.1 "$(address c2)"
	pings c2 10.0.0.1
	until_true 5 grep -q 192.0.2.9 c2/resolv.conf ||
		fail "not told of the new name server"
	# The fixed addresses of c2 and c4 are nobody else's.
	ppp_stop c1
	ppp_start c1 -ddial isp
	wait_up c1
	atf_check_equal 10.1.0.3 "$(address c1)"
	ppp_stop c2
	capture_stop c2 eth0
	judge c2 eth0
	judge_seen c2 eth0 'pppoe.code == 7 && frame contains "mast"'
	# No name, no service.
	ppp_start c3 -ddial isp
	wait_log c3 'Chap Input: FAILURE'
	ppp_stop isp
}
changes_cleanup() { net_end; }

# An interface comes and another goes: whoever is on the third feels nothing.
atf_test_case interfaces cleanup
interfaces_head() { net_head "interfaces added and removed at the prompt"; }
interfaces_body()
{
	three
	tell 'set lb interface eth3 off'
	wait_log c3 'PADT'
	wait_log isp 'c3: closed .we: closed by command'
	pinging c1 10.0.0.1 100
	ask isp 'show sessions' > said
	atf_check_equal 2 "$(grep -c 'eth[123]' said)"
	says isp 'set lb interface eth3 off' 'eth3: not served so'
	tell 'set lb interface eth3'
	until_true 40 pings c3 10.0.0.1 || fail "c3 is not served again"
	pings c2 10.0.0.1
	pinged c1
	for c in c1 c2; do
		atf_check_equal 1 "$(times "$c" 'Connected!')"
	done
	atf_check_equal 2 "$(times c3 'Connected!')"
}
interfaces_cleanup() { net_end; }

atf_test_case refusals cleanup
refusals_head() { net_head "what is wrong at a prompt changes nothing"; }
refusals_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -ddial
	pinging home 10.0.0.1 30
	says isp 'set ifaddr 10.0.0.1 10.0.0.99-10.0.0.10' 'Invalid range'
	says isp 'set mru 20' 'too small'
	says isp 'set lb interface nosuch0' 'nosuch0'
	says isp 'set lb padirate 0' 'not 1 to'
	says isp 'frobnicate' '.'
	says home 'set device PPPoE' '.'
	says isp 'show lb csv' '^addresses,90$'
	pinged home
	atf_check_equal 1 "$(times home 'Connected!')"
}
refusals_cleanup() { net_end; }

ctl() # ARGUMENT ... of pppctl at isp; its exit code
{
	in_host isp timeout 60 "$PPP_BUILD/pppctl" "$@" < /dev/null
}

atf_test_case server cleanup
server_head() { net_head "set server: TCP, UNIX, password, mask, pppctl"; }
server_body()
{
	pair_begin
	isp_conf 'enable chap' 'set server /var/run/x.sock topsecret 0117'
	isp_start
	atf_check_equal 'srw-rw----' "$(stat -c %A isp/run/x.sock)"
	ctl -p topsecret /var/run/x.sock show version > said ||
		fail "exit $?"
	atf_check -o match:'PPP Version' cat said
	# Two commands, quoted or not.
	ctl -p topsecret /var/run/x.sock 'show version; show log' > said ||
		fail "exit $?"
	atf_check -o match:'PPP Version' -o match:'^Log:' cat said
	# Wrong password, no password (both exit 0, as ever), nobody there.
	ctl -p wrong /var/run/x.sock show version > said 2>&1 ||
		fail "exit $?"
	atf_check -o match:'Password incorrect' -o not-match:'PPP Version' \
	    cat said
	ctl /var/run/x.sock show version > said 2>&1 || fail "exit $?"
	atf_check -o match:'Password needed' -o not-match:'PPP Version' cat said
	code=0
	ctl /var/run/nobody.sock show version > said 2>&1 || code=$?
	atf_check_equal 3 $code
	# Over TCP from now on; the file is gone.
	ctl -p topsecret /var/run/x.sock 'set server 3000 othersecret' || true
	until_true 5 eval "ctl -p othersecret localhost:3000 show version \
	    > said 2>&1" || fail "no server on port 3000: $(cat said)"
	atf_check -o match:'PPP Version' cat said
	[ ! -e isp/run/x.sock ] || fail "the socket file stays"
	code=0
	ctl -p othersecret localhost:3001 show version > said 2>&1 || code=$?
	[ "$code" -ne 0 ] || fail "port 3001: exit 0"
	ctl -p othersecret 3000 'set server none' > said 2>&1 || true
	code=0
	ctl -p othersecret 3000 show version > said 2>&1 || code=$?
	[ "$code" -ne 0 ] || fail "closed, and exit 0"
	atf_check -o not-match:topsecret -o not-match:othersecret \
	    cat isp/log/ppp.log isp/ppp.out
}
server_cleanup() { net_end; }

atf_test_case prompts cleanup
prompts_head() { net_head "several prompts at once, one that says nothing"; }
prompts_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	# One that sits there, and one that listens to the log.
	in_host isp sh -c 'echo $$ > idle.pid; exec socat -u \
	    UNIX-CONNECT:/var/run/ppp.sock -' > idle.out 2>&1 &
	in_host isp sh -c '{ printf "passwd sesame\nset log local phase\n"
	    sleep 200; } | socat - UNIX-CONNECT:/var/run/ppp.sock' \
	    > listens.out 2>&1 &
	until_true 5 grep -q 'on .*> ' idle.out || fail "no prompt"
	until_true 5 grep -q 'ON .*> .*ON .*> ' listens.out ||
		fail "no second prompt: $(cat listens.out)"
	n=0
	while [ $n -lt 5 ]; do
		n=$((n + 1))
		ask isp 'show sessions' > answer.$n 2>&1 &
		echo $! > asker.$n
	done
	home_start -ddial
	n=0
	while [ $n -lt 5 ]; do
		n=$((n + 1))
		wait "$(cat asker.$n)" || fail "prompt $n: exit $?"
		head -n 1 answer.$n | grep -q '^ifname' ||
			fail "prompt $n: $(cat answer.$n)"
	done
	says isp 'show who' 'local'
	until_true 5 grep -q 'Phase: .*fred: up, 10.0.0.10' listens.out ||
		fail "not heard: $(cat listens.out)"
	kill "$(cat idle.pid)"
	pings home 10.0.0.1
}
prompts_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case changes
	atf_add_test_case interfaces
	atf_add_test_case refusals
	atf_add_test_case server
	atf_add_test_case prompts
}
