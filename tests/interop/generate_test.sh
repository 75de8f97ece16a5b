#! /usr/bin/env atf-sh
# pppoetest -m create against rp-pppoe's pppoe-server with pppd: a load
# generator for every concentrator.
# shellcheck source=tests/interop/lib.sh
. "$PPP_SRC/tests/interop/lib.sh"

create() # ARG ...: said is its report
{
	in_ns timeout 60 "$PPP_BUILD/pppoetest" -m create -i isp --user fred \
	    --password secret "$@" > said 2> errors || {
		cat errors said >&2
		fail "create $*: exit $?"
	}
}

nothing_left() { [ -z "$(guest isp 'pidof pppd pppoe')" ]; }

atf_test_case server cleanup
server_head() { interop_head "ten sessions with pppoe-server, and traffic"; }
server_body()
{
	interop_begin
	guest_up isp
	server_start isp auth=chap
	capture_start isp
	# pppd says IPCP's last word before its interface is up: the first
	# packets may be lost
	create -n 10 --ip 4 --window 4 --hold 3 --traffic echo --pps 10 \
	    --max-loss 30 --format json
	capture_stop isp
	cat said
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = json.load(open("said"))
	t = v["traffic"]
	assert v["status"] == "passed" and v["up"] == v["closed"] == 10, v
	assert v["steps"]["Authentication"]["count"] == 10, v
	assert v["shared_addresses"] == v["left"] == 0, v
	assert t["sent"] > 200 and t["received"] > 200, t
	assert t["damaged"] == t["twice"] == 0, t
	END
	judge isp
	judge_seen isp 'chap.code == 3' 10 'pppoe.code == 0xa7' 10 \
	    'lcp && ppp.code == 5' 10 'icmp.type == 0' 200
	until_true 20 nothing_left || fail "sessions are left in the guest"
	# the other way of logging in
	server_stop isp
	server_start isp auth=pap
	create -n 5 --ip 4 --window 2 --auth pap --format tap
	grep -q '^ok 1 - 5 of 5 set-ups came up$' said || fail "$(cat said)"
	until_true 20 nothing_left || fail "sessions are left in the guest"
}
server_cleanup() { interop_end; }

atf_init_test_cases()
{
	atf_add_test_case server
}
