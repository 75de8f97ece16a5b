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
	says home 'show mem' '^sessions  *1  *[1-9][0-9]*  *[1-9]'
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
	# What the arguments said holds: -C names the folder of ppp.conf.
	printf 'spare:\n set mru 1400\n' >> home/etc/ppp.conf
	ask home 'load spare' > out
	[ ! -s out ] || fail "load: $(cat out)"
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
	comes_to_say home 'show lcp' 'LCP \[Opened\]'
	comes_to_say home 'show ipcp' '^IPCP \[Opened\]$'
	pings home 10.0.0.1
	capture_stop home eth1
	judge_seen home eth1 'lcp && ppp.code == 1' 2
}
anew_cleanup() { net_end; }

# field NAME ITEM EXPRESSION - of `show ITEM json`, as python reads it
field()
{
	ask "$1" "show $2 json" > json
	python3 -c 'import json, sys
v = json.load(open("json"))
print(eval(sys.argv[1]))' "$3" || fail "show $2 json: $(cat json)"
}

atf_test_case json cleanup
json_head() { net_head "show ITEM json says what the text says"; }
json_body()
{
	pair_begin
	isp_conf 'enable chap' 'accept dns' 'set dns 192.0.2.53'
	home_conf 'enable dns'
	isp_start
	home_start -ddial
	pings home 10.0.0.1
	atf_check_equal 3.4.2 "$(field home version 'v["version"]')"
	atf_check_equal 'Network tun0 isp True' "$(field home bundle \
	    '" ".join(map(str, (v["phase"], v["interface"], v["label"],
	    v["options"]["IPCP"])))')"
	atf_check_equal /var/run/ppp.sock \
	    "$(field home bundle 'v["server"]["address"]')"
	atf_check_equal 'deflink ddial open' "$(field home links \
	    '" ".join((v[0]["name"], v[0]["mode"], v[0]["state"]))')"
	atf_check_equal "tower $(mac isp eth0)" "$(field home physical \
	    'v["ac_name"] + " " + v["peer_mac"]')"
	atf_check_equal 'Opened 10.0.0.10 10.0.0.1 192.0.2.53 3' \
	    "$(field home ipcp '" ".join((v["state"], v["my_address"],
	    v["his_address"], v["resolver_dns"][0],
	    str(v["throughput"]["packets_in"])))')"
	atf_check_equal "Opened $(link_local home)" \
	    "$(field home ipv6cp 'v["state"] + " " + v["my_address"]')"
	atf_check_equal 'Opened 1492 CHAP 0x05' "$(field home lcp \
	    '" ".join((v["state"], str(v["his"]["mru"]), v["his"]["auth"]))')"
	atf_check_equal 'default 10.0.0.1 tun0' "$(field home route \
	    '[" ".join(r[k] for k in ("destination", "gateway",
	    "interface")) for r in v if r["destination"] == "default"][0]')"
	atf_check_equal 'local True' \
	    "$(field home who '"%s %s" % (v[0]["type"], v[0]["self"])')"
	atf_check_equal 'Phase Warning Error Alert' \
	    "$(field home log '" ".join(v["log"])')"
	atf_check_equal '10.0.0.10 10.0.0.1 32' "$(field home iface \
	    '"%s %s %d" % [tuple(a[k] for k in ("address", "peer", "bits"))
	    for a in v["addresses"] if a["family"] == "inet"][0]')"
	says home 'show ipcp xml' '^usage: show ipcp \[json\]'
	ask home close
	comes_to_say home 'show link' '^ State: *closed$'
	atf_check_equal 'Initial None' \
	    "$(field home ipcp 'v["state"] + " " + str(v["my_address"])')"
}
json_cleanup() { net_end; }

# A program at one prompt keeps nobody else waiting.
atf_test_case shell cleanup
shell_head() { net_head "shell pauses its prompt, not the program"; }
shell_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -foreground
	says home '! echo HISADDR' '^10.0.0.1$'
	echo 'sleep 0.3; echo two' > two.sh
	says home "! echo one; ! sh $PWD/two.sh; show version" '^two$'
	tr '\n' ' ' < said | grep -q \
	    'until echo finishes one ppp.*until sh finishes two PPP Version' ||
		fail "another order: $(cat said)"
	in_host home timeout 90 "$PPP_BUILD/pppctl" -p sesame -t 80 \
	    /var/run/ppp.sock "! sleep 70.$$; show version" > slow 2>&1 &
	slow=$!
	until_true 10 pgrep -f "^sleep 70.$$\$" || fail "no sleep"
	says home 'show bundle' '^Phase Network$'
	capture_start home eth1
	ask home 'open lcp'
	comes_to_say home 'show ipcp' '^IPCP \[Opened\]$'
	capture_stop home eth1
	kill "$(pgrep -f "^sleep 70.$$\$")" || fail "it was waited for"
	wait "$slow" || fail "pppctl: exit $?"
	grep -q '^PPP Version' slow || fail "$(cat slow)"
	says home '! /nowhere/x' '^exec() of /nowhere/x failed: No such file'
	# A client that goes leaves its program behind, and no zombie.
	echo ": > $PWD/begun; sleep 2; : > $PWD/finished" > late.sh
	in_host home sh -c 'echo $$ > ctl.pid; exec "$@"' sh \
	    "$PPP_BUILD/pppctl" -p sesame -t 60 \
	    /var/run/ppp.sock "! sh $PWD/late.sh" > late 2>&1 &
	until_true 10 [ -e begun ] || fail "it was not run: $(cat late)"
	kill "$(cat ctl.pid)"
	says home 'show bundle' '^Phase Network$'
	until_true 10 [ -e finished ] || fail "it was not run to its end"
	p=$(ppp_pid home)
	until_true 10 eval '[ -z "$(ps -o pid= --ppid "$p")" ]' ||
		fail "left: $(ps --ppid "$p")"
}
shell_cleanup() { net_end; }

atf_test_case levels cleanup
levels_head() { net_head "levels ID0 and Timer"; }
levels_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf 'set log phase id0 timer'
	isp_start
	home_start -ddial
	wait_log home 'ID0: address 10.0.0.10/32 on tun0: done' 5
	wait_log home 'ID0: route 0.0.0.0/0 on tun0: done' 5
	ask isp 'close session fred'
	wait_log home 'Timer: deflink: redial timer: [0-9]* ms'
}
levels_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case throughput
	atf_add_test_case counters
	atf_add_test_case P_3
	atf_add_test_case title
	atf_add_test_case anew
	atf_add_test_case json
	atf_add_test_case levels
	atf_add_test_case shell
}
