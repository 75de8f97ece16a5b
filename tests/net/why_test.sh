#! /usr/bin/env atf-sh
# `show why': at which step the last attempts of a peer failed, and which side
# refused, on both ends.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

pair() # LINE ... of the server's section
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	conf isp <<-END
	default:
	 set log Phase
	server:
	 set lb interface eth0
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 set server /var/run/ppp.sock ""
	$(printf ' %s\n' "$@")
	END
	echo 'fred secret' | conf isp ppp.secret
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	mac=$(mac home eth1)
}

client() # LINE ...
{
	conf home <<-END
	default:
	 set log Phase
	 set server /var/run/ppp.sock ""
	 set redial 1 0
	$(printf ' %s\n' "$@")
	isp:
	END
	ppp_start home -ddial isp
}

says() # HOST COMMAND REGEX
{
	until_true 20 said "$@" || fail "$1: $2: no \"$3\": $(cat said)"
}
said()
{
	ask "$1" "$2" > said
	grep -q -e "$3" said
}

atf_test_case secret cleanup
secret_head() { net_head "a wrong secret, then the right one"; }
secret_body()
{
	pair 'enable chap'
	client 'set device PPPoE:eth1' 'set authname fred' \
	    'set authkey wrong'
	says isp "show why $mac" "^$mac on eth0:\$"
	says isp "show why $mac" 'PADI, PADO, PADR, PADS; name fred; session'
	says isp "show why $mac" \
	    "failed at authentication: peer's name or .*(we)"
	says isp 'show why fred' 'failed at authentication'
	says isp 'show why' "^$mac on eth0:"
	says home 'show why' '^deflink:$'
	says home 'show why' \
	    'AC [^;]*; failed at authentication: peer refused our .*(peer)'
	ask isp 'show why fred json' > why.json
	python3 - "$mac" <<-'EOF' || fail "$(cat why.json)"
	import json, sys
	v = json.load(open("why.json"))
	assert len(v) == 1 and v[0]["mac"] == sys.argv[1]
	t = [x for x in v[0]["tries"] if x["over"]][0]
	assert t["step"] == "authentication" and t["failed"]
	assert t["reason"] == "AUTH_PEER" and t["side"] == "we"
	EOF
	ask home 'set authkey secret' > said
	wait_up home
	says isp 'show why fred' '; name fred; session [0-9]*; up$'
	says home 'show why' '; up$'
	ask isp 'show why' > said
	grep -qx 'No peer failed lately.' said || fail "$(cat said)"
	ask isp 'close session fred' > said
	says isp 'show why fred' 'was up, ended: closed by command (we)'
	says isp 'show why nobody' 'nobody: not heard of lately'
}
secret_cleanup() { net_end; }

atf_test_case discovery cleanup
discovery_head() { net_head "a service nobody offers; peers refused"; }
discovery_body()
{
	pair 'set lb service gold'
	client 'set device PPPoE:eth1:silver' 'set cd 2'
	says isp "show why $mac" \
	    'PADI.*; not answered: service name not offered (we refused)'
	says home 'show why' \
	    'failed at Discovery: .*nobody.*: service "silver"'
	ask isp 'set lb service *' > said
	ask isp 'set lb disable' > said
	says isp 'show why' 'not answered: no new peers: set lb disable (we'
	ask isp 'set lb enable' > said
	wait_up home
	# what was up, and what was not, are both remembered
	ask isp "show why $mac" > said
	[ "$(grep -c '^  20' said)" -ge 1 ] || fail "$(cat said)"
	grep -q 'PADS; session [0-9]*; up$' said || fail "$(cat said)"
}
discovery_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case secret
	atf_add_test_case discovery
}
