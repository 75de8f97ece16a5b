#! /usr/bin/env atf-sh
# Peers that a real RADIUS server knows.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/radius.sh
. "$PPP_SRC/tests/net/radius.sh"

# --- names and secrets ------------------------------------------------------

# login PROTOCOL - the right key gets in by it, and what went over the wire
# was that protocol; the wrong key is refused.
login()
{
	three "enable $1" <<-'END'
	fred	Cleartext-Password := "wonder land"
	  Reply-Message = "Hello Fred"
	END
	radius_conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	capture_start home eth1
	at_home fred '"wonder land"' "$2"
	wait_up home
	pings home 10.0.0.1
	atf_check_equal 1 "$(radius_count accepts 10.9.0.2:1812)"
	ppp_stop home
	at_home fred '"wonder lane"' "$2"
	wait_log home "peer refused our name or secret"
	wait_log isp 'authentication failed'
	ppp_stop home
	capture_stop home eth1
	[ "$(radius_count rejects 10.9.0.2:1812)" -ge 1 ] ||
		fail "nobody was rejected"
	atf_check_equal 0 "$(radius_count forged 10.9.0.2:1812)"
	judge home eth1
}

atf_test_case pap cleanup
pap_head() { net_head "PAP against FreeRADIUS"; }
pap_body()
{
	login pap 'accept pap'
	judge_seen home eth1 'pap.code == 2 && pap.message == "Hello Fred"'
	judge_seen home eth1 'pap.code == 3'
}
pap_cleanup() { net_end; }

atf_test_case chap cleanup
chap_head() { net_head "CHAP against FreeRADIUS"; }
chap_body()
{
	login chap 'accept chap'
	judge_seen home eth1 'chap.code == 3 && chap.message == "Hello Fred"'
	judge_seen home eth1 'chap.code == 4'
}
chap_cleanup() { net_end; }

atf_test_case mschapv2 cleanup
mschapv2_head() { net_head "MS-CHAPv2 against FreeRADIUS"; }
mschapv2_body()
{
	login mschapv2 'accept mschapv2'
	# The client believes the server's proof, which FreeRADIUS made.
	judge_seen home eth1 'chap.code == 3 && chap.message contains "S="'
	judge_seen home eth1 'chap.code == 4 && chap.message contains "E=691"'
}
mschapv2_cleanup() { net_end; }

atf_test_case mschap cleanup
mschap_head() { net_head "MS-CHAP version 1 against FreeRADIUS"; }
mschap_body() { login mschap 'accept mschap'; }
mschap_cleanup() { net_end; }

# --- what an answer grants --------------------------------------------------

session_time() { ask isp 'show sessions username' | grep -q fred; }
no_session() { ! session_time; }

atf_test_case grants cleanup
grants_head()
{
	net_head "address, routes, name servers, MTU, session time of RADIUS"
}
grants_body()
{
	three 'enable chap' <<-'END'
	fred	Cleartext-Password := "x"
	  Framed-IP-Address = 192.0.2.77,
	  Framed-Route += "198.51.100.0/24 0.0.0.0 1",
	  Framed-IPv6-Route += "2001:db8:7::/48 :: 1",
	  MS-Primary-DNS-Server = 192.0.2.53,
	  MS-Secondary-DNS-Server = 192.0.2.54,
	  Framed-MTU = 1400,
	  Session-Timeout = 12
	END
	radius_conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	at_home fred x 'enable dns'
	wait_up home
	atf_check_equal 192.0.2.77 "$(address home)"
	ip -n "$(ns isp)" route get 198.51.100.9 | grep -q 'dev tun' ||
		fail "no route to the network behind"
	atf_check_equal '192.0.2.53 192.0.2.54 ' \
	    "$(sed -n 's/^nameserver //p' home/resolv.conf | tr '\n' ' ')"
	# The network behind the peer: both ways.
	ip -n "$(ns home)" addr add 198.51.100.9/32 dev lo
	pings isp 198.51.100.9
	pings home 10.0.0.1 -I 198.51.100.9
	# An address of nobody's does not pass.
	ip -n "$(ns home)" addr add 203.0.113.9/32 dev lo
	in_host home ping -n -c 2 -W 1 -I 203.0.113.9 10.0.0.1 > no.out &&
		fail "a stolen address passes"
	ip -n "$(ns isp)" -6 route show | grep -q '^2001:db8:7::/48 dev tun' ||
		fail "no IPv6 route"
	# 1400 octets and no more
	pings isp 192.0.2.77 -M 'do' -s 1372
	in_host isp ping -n -c 1 -W 1 -M 'do' -s 1373 192.0.2.77 > mtu.out &&
		fail "1401 octets pass"
	until_true 15 no_session || fail "the session goes on"
	wait_log isp 'session time is used up'
	ip -n "$(ns isp)" route show | grep -q 198.51.100 &&
		fail "the route stays"
	ppp_stop isp
}
grants_cleanup() { net_end; }

# VJ for who is granted it, although the label does not enable it; none for
# who must not, although it does; a word about what is not followed.
atf_test_case compression cleanup
compression_head() { net_head "Framed-Compression, and what nobody follows"; }
compression_body()
{
	three 'enable chap' <<-'END'
	fred	Cleartext-Password := "x"
	  Framed-Compression = Van-Jacobson-TCP-IP,
	  Framed-Pool = "gold",
	  Port-Limit = 2,
	  Filter-Id = "silver"
	anna	Cleartext-Password := "x"
	  Framed-Compression = None
	END
	radius_conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	vj_as fred
	grep -q 'His side: .* VJ slots' said || fail "no VJ: $(xargs < said)"
	grep -q 'My side: .* VJ slots' said || fail "no VJ: $(xargs < said)"
	logged isp 'fred: not followed: Framed-Pool, Port-Limit$' ||
		fail "nothing is said of Framed-Pool"
	logged isp 'fred: not followed: Filter-Id "silver"' ||
		fail "nothing is said of Filter-Id"
	ppp_stop isp
	sed -i 's/^ enable chap/&\n enable vjcomp\n accept vjcomp/' \
	    isp/etc/ppp.conf
	ppp_start isp -foreground server
	vj_as anna
	grep -q 'side: .* VJ slots' said && fail "VJ: $(xargs < said)"
	ppp_stop isp
}
compression_cleanup() { net_end; }

vj_as() # NAME - logs in with header compression, `show ipcp` into said
{
	at_home "$1" x 'enable vjcomp' 'accept vjcomp' \
	    'set server /var/run/ppp.sock ""'
	wait_up home
	pings home 10.0.0.1
	ask home 'show ipcp' > said
	ppp_stop home
}

# --- accounting -------------------------------------------------------------

# detail TYPE ATTRIBUTE - of the last record of that Acct-Status-Type
detail()
{
	awk -v t="$1" -v a="$2" '
	/^[^\t]/ { rec = 0; val = "" }
	/^\tAcct-Status-Type = / { rec = $3 == t }
	$1 == a { val = $0; sub(/^[^=]*= /, "", val); gsub(/"/, "", val) }
	/^$/ { if (rec) last = val }
	END { if (rec) last = val; print last }' aaa/rad/detail
}
records() { grep -c "Acct-Status-Type = $1\$" aaa/rad/detail; }
has_record() { [ -n "$(detail "$1" Acct-Status-Type)" ]; }

atf_test_case account cleanup
account_head() { net_head "accounting tells what really passed"; }
account_body()
{
	three 'enable chap' 'set rad_alive 2' <<-'END'
	fred	Cleartext-Password := "x"
	  Class = 0xdeadbeef
	END
	radius_conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	until_true 5 has_record Accounting-On || fail "no Accounting-On"
	at_home fred x
	wait_up home
	until_true 5 has_record Start || fail "no Start"
	atf_check_equal fred "$(detail Start User-Name)"
	atf_check_equal "$(mac home eth1)" \
	    "$(detail Start Calling-Station-Id)"
	atf_check_equal "$(address home)" "$(detail Start Framed-IP-Address)"
	atf_check_equal eth0 "$(detail Start NAS-Port-Id)"
	atf_check_equal 10.9.0.1 "$(detail Start NAS-IP-Address)"
	atf_check_equal 0xdeadbeef "$(detail Start Class)"
	# 20 packets of 1028 octets to us, 20 answers
	in_host home ping -n -q -c 20 -i 0.02 -s 1000 10.0.0.1 > /dev/null
	until_true 6 has_record Interim-Update || fail "no Interim-Update"
	ppp_stop home
	until_true 5 has_record Stop || fail "no Stop"
	atf_check_equal 1 "$(records Stop)"
	atf_check_equal "$(detail Start Acct-Session-Id)" \
	    "$(detail Stop Acct-Session-Id)"
	atf_check_equal 20 "$(detail Stop Acct-Input-Packets)"
	atf_check_equal 20560 "$(detail Stop Acct-Input-Octets)"
	atf_check_equal 20560 "$(detail Stop Acct-Output-Octets)"
	atf_check_equal User-Request "$(detail Stop Acct-Terminate-Cause)"
	# At the end nothing is lost: the record of who is still there.
	at_home fred x
	wait_up home
	until_true 5 eval '[ "$(records Start)" = 2 ]' || fail "no Start"
	ppp_stop isp
	atf_check_equal 2 "$(records Stop)"
	atf_check_equal NAS-Reboot "$(detail Stop Acct-Terminate-Cause)"
	has_record Accounting-Off || fail "no Accounting-Off"
}
account_cleanup() { net_end; }

# --- servers that fail ------------------------------------------------------

atf_test_case dead cleanup
dead_head() { net_head "a dead server, and one that takes its place"; }
dead_body()
{
	three 'enable chap' <<-'END'
	fred	Cleartext-Password := "x"
	END
	# Nothing is at .3; .2 answers on other ports, too
	conf isp radius.conf <<-'END'
	auth 10.9.0.3 "not so \"secret\"" 1 1 60
	auth 10.9.0.2 "not so \"secret\"" 1 2
	acct 10.9.0.2 "not so \"secret\"" 1 2
	END
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	at_home fred x
	wait_up home
	[ "$(radius_count timeouts 10.9.0.3:1812)" -ge 1 ] ||
		fail "the first server was not asked"
	atf_check_equal 1 "$(radius_count accepts 10.9.0.2:1812)"
	ask isp 'show radius' > said
	grep -q '10.9.0.3:1812  *dead for' said || fail "$(cat said)"
	grep -q secret said && fail "the secret is shown"
	ppp_stop home
	# Now nobody answers: the peer hears it, and so does the log.
	radius_stop aaa
	at_home fred x
	wait_log isp 'RADIUS: no answer from 10.9.0.3, 10.9.0.2' 30
	wait_log home 'Authentication server does not answer' 30
	says isp 'show why fred' 'authentication server does not answer (we)'
	ppp_stop home
	# It is back, and so are the peers; so is the Stop that waited.
	printf 'fred	Cleartext-Password := "x"\n' | radius_start aaa
	at_home fred x
	wait_up home tun0 40
	ppp_stop isp
}
dead_cleanup() { net_end; }

# A server that does not know the secret, and one that leaves its signature
# out (the guard against Blast-RADIUS): both are forged, and nobody gets in.
atf_test_case forged cleanup
forged_head() { net_head "answers that are not made with the secret"; }
forged_body()
{
	atf_require_prog python3
	three 'enable chap' < /dev/null
	radius_stop aaa
	fake_radius aaa wrong
	radius_conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	at_home fred x
	wait_log home 'Authentication server does not answer' 20
	grep -q answered aaa/fake.out || fail "the server was not asked"
	wait_log isp 'is not believed: it is not made with our secret'
	[ "$(radius_count forged 10.9.0.2:1812)" -ge 2 ] ||
		fail "not counted"
	is_up home && fail "home is up"
	# The same server with the right secret: taken only while no
	# signature is wanted.
	pkill_host aaa
	fake_radius aaa unsigned
	ppp_stop home
	at_home fred x
	wait_up home
	ppp_stop home
	radius_conf require-message-authenticator 'dae 192.0.2.7 x'
	# What cannot be opened is tried each second, and told once.
	wait_log isp 'Disconnect: 192.0.2.7:3799: '
	at_home fred x
	wait_log isp 'is not believed: it has no Message-Authenticator' 20
	is_up home && fail "home is up"
	sleep 1.5
	for f in isp/log/ppp.log isp/ppp.out; do
		[ "$(grep -c 'Disconnect: 192.0.2.7' "$f")" -le 1 ] ||
			fail "told more than once"
	done
	ppp_stop isp
}
forged_cleanup() { net_end; }

# what runs on a host
pkill_host()
{
	local p
	p=$(ip netns pids "$(ns "$1")")
	# shellcheck disable=SC2086
	kill $p
	until_true 5 host_is_idle "$1" || fail "$1: still busy"
}

# --- changes from outside ---------------------------------------------------

# says_radius WHAT ATTRIBUTES [SECRET] - radclient's answer
radius_says()
{
	echo "$2" | in_host aaa radclient -x -r 1 -t 2 10.9.0.1:3799 "$1" \
	    "${3:-not so \"secret\"}" > said 2>&1
}

atf_test_case coa cleanup
coa_head() { net_head "CoA and Disconnect with radclient"; }
coa_body()
{
	atf_require_prog radclient
	three 'enable chap' <<-'END'
	fred	Cleartext-Password := "x"
	END
	radius_conf 'dae 10.9.0.1 "not so \"secret\"" 10.9.0.0/24'
	ppp_start isp -foreground server
	wait_log isp 'CoA and Disconnect are taken at 10.9.0.1:3799'
	at_home fred x
	wait_up home
	until_true 5 has_record Start || fail "no Start"
	# Forged ones are not answered at all, nor do they do anything.
	radius_says disconnect 'User-Name = "fred"' guess &&
		fail "answered: $(cat said)"
	wait_log isp 'is not believed: it is not made with our secret'
	# Nobody of that name, nobody named, another NAS, what cannot change
	radius_says disconnect 'User-Name = "joe"'
	grep -q 'Disconnect-NAK' said || fail "$(cat said)"
	grep -q 'Session-Context-Not-Found' said || fail "$(cat said)"
	radius_says disconnect 'NAS-Port = 7'
	grep -q 'Error-Cause = Missing-Attribute' said || fail "$(cat said)"
	radius_says disconnect 'User-Name = "fred", NAS-Identifier = "other"'
	grep -q 'Error-Cause = NAS-Identification-Mismatch' said ||
		fail "$(cat said)"
	radius_says coa 'User-Name = "fred", Framed-IP-Netmask = 255.0.0.0'
	grep -q 'Error-Cause = Unsupported-Attribute' said ||
		fail "$(cat said)"
	radius_says coa 'User-Name = "fred"'
	grep -q 'CoA-NAK' said || fail "$(cat said)"
	# A rate, then a limit that was not there
	radius_says coa 'User-Name = "fred", Filter-Id = "2000/500"'
	grep -q 'CoA-ACK' said || fail "$(cat said)"
	ask isp 'show sessions username,rate-limit' > said
	grep -q '^fred  *2000/500' said ||
		fail "no rate: $(cat said)"
	radius_says coa "Framed-IP-Address = $(address home),
	    Idle-Timeout = 2, Filter-Id = \"5000/2000\""
	grep -q 'CoA-ACK' said || fail "$(cat said)"
	until_true 2 eval 'ask isp "show sessions rate-limit" |
	    grep -q "^5000/2000"' || fail "the rate is not 5000/2000"
	wait_log isp 'idle timer expired' 10
	until_true 5 has_record Stop || fail "no Stop"
	atf_check_equal Idle-Timeout "$(detail Stop Acct-Terminate-Cause)"
	# The end, by the session's id and with a signature
	until_true 10 eval '[ "$(records Start)" = 2 ]' || fail "not again"
	radius_says disconnect "Message-Authenticator = 0x00,
	    Acct-Session-Id = \"$(detail Start Acct-Session-Id)\""
	grep -q 'Disconnect-ACK' said || fail "$(cat said)"
	wait_log home 'peer sent Terminate-Request: closed by command'
	until_true 5 eval '[ "$(records Stop)" = 2 ]' || fail "no Stop"
	atf_check_equal Admin-Reset "$(detail Stop Acct-Terminate-Cause)"
	ask isp 'show radius' > said
	grep -q 'changed: 2, ended: 1; refused: 5, forged: 1' said ||
		fail "$(cat said)"
	ppp_stop isp
}
coa_cleanup() { net_end; }

atf_test_case coa_local cleanup
coa_local_head() { net_head "CoA about a name that ppp.secret knows"; }
coa_local_body()
{
	atf_require_prog radclient
	three 'enable chap' < /dev/null
	printf 'fred x\n' | conf isp ppp.secret
	conf isp radius.conf <<-'END'
	acct 10.9.0.2 "not so \"secret\"" 1 2
	dae 10.9.0.1 "not so \"secret\""
	END
	ppp_start isp -foreground server
	wait_log isp 'CoA and Disconnect are taken at 10.9.0.1:3799'
	at_home fred x
	wait_up home
	until_true 10 has_record Start || fail "no Start"
	radius_says coa 'User-Name = "fred", Session-Timeout = 1'
	grep -q 'CoA-ACK' said || fail "$(cat said)"
	until_true 20 has_record Stop || fail "no Stop"
	atf_check_equal Session-Timeout "$(detail Stop Acct-Terminate-Cause)"
	ppp_stop isp
}
coa_local_cleanup() { net_end; }

# --- a line of octets -------------------------------------------------------

atf_test_case direct cleanup
direct_head() { net_head "a caller of -direct: no Ethernet is claimed"; }
direct_body()
{
	three <<-'END'
	fred	Cleartext-Password := "x"
	  Framed-IP-Address = 10.0.0.77
	END
	radius_conf
	cat >> isp/etc/ppp.conf <<-'END'
	in:
	 set radius radius.conf
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.19
	END
	in_host isp socat "UNIX-LISTEN:$PWD/line,fork" \
	    EXEC:"$PPP_BUILD/ppp -C $PWD/isp/etc -direct in" \
	    > socat.err 2>&1 < /dev/null &
	until_true 10 test -S line || fail "socat does not listen"
	at_home fred x "set device \"!socat - UNIX-CONNECT:$PWD/line\""
	wait_up home
	until_true 20 has_record Start || fail "no Start"
	atf_check_equal 10.0.0.77 "$(address home)"
	atf_check_equal Virtual "$(detail Start NAS-Port-Type)"
	atf_check_equal deflink "$(detail Start NAS-Port-Id)"
	atf_check_equal '' "$(detail Start Calling-Station-Id)"
	ppp_stop home
	until_true 20 has_record Stop || fail "no Stop"
}
direct_cleanup() { net_end; }

# --- multilink --------------------------------------------------------------

# sessions TYPE ATTRIBUTE - of all those records, a line each
sessions()
{
	awk -v t="$1" -v a="$2" '
	function end() { if (rec) print val; rec = 0; val = "" }
	/^[^\t]/ { end() }
	/^\tAcct-Status-Type = / { rec = $3 == t }
	$1 == a { val = $0; sub(/^[^=]*= /, "", val); gsub(/"/, "", val) }
	END { end() }' aaa/rad/detail
}
has_records() { [ "$(records "$1")" = "$2" ]; } # TYPE N

atf_test_case multilink cleanup
multilink_head() { net_head "a record for each link of a bundle: RFC 2866"; }
multilink_body()
{
	atf_require_prog radclient
	three 'set lb interface eth2' 'set lb workers 1' 'enable chap' \
	    'set mrru 1500' <<-'END'
	fred	Cleartext-Password := "x"
	  Framed-IP-Address = 10.0.0.77,
	  Class = 0xdeadbeef
	END
	wire home eth3 isp eth2
	radius_conf 'dae 10.9.0.1 "not so \"secret\""'
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth2'
	at_home fred x 'set mrru 1500' 'set enddisc label' 'clone two' \
	    'link two set device PPPoE:eth3' 'link two set mode ddial' \
	    'set server /var/run/ppp.sock ""'
	wait_up home
	until_true 20 has_records Start 2 || fail "$(cat aaa/rad/detail)"
	atf_check_equal 10.0.0.77 "$(address home)"
	pings home 10.0.0.1
	# One bundle, two sessions, one address, each on a port of its own.
	atf_check_equal 1 "$(sessions Start Acct-Multi-Session-Id | sort -u |
	    grep -c .)"
	atf_check_equal 2 "$(sessions Start Acct-Session-Id | sort -u |
	    grep -c .)"
	# 1, 2; or twice 2 when both were there before the address was.
	atf_check_equal 2 "$(sessions Start Acct-Link-Count | tail -1)"
	atf_check_equal '10.0.0.77 10.0.0.77' \
	    "$(sessions Start Framed-IP-Address | xargs)"
	atf_check_equal 'eth0 eth2' \
	    "$(sessions Start NAS-Port-Id | sort | xargs)"
	atf_check_equal '0xdeadbeef 0xdeadbeef' \
	    "$(sessions Start Class | xargs)"
	# A link goes, another comes: the count is of all there ever were.
	ask home 'link two close'
	until_true 20 has_records Stop 1 || fail "no Stop"
	atf_check_equal 2 "$(detail Stop Acct-Link-Count)"
	[ "$(detail Stop Acct-Input-Octets)" -gt 0 ] || fail "no octets"
	ask home 'link two open'
	until_true 20 has_records Start 3 || fail "no Start"
	atf_check_equal 3 "$(detail Start Acct-Link-Count)"
	pings home 10.0.0.1
	# What is said of one link's session counts for the bundle.
	radius_says coa "Filter-Id = \"3000/1000\",
	    Acct-Session-Id = \"$(detail Start Acct-Session-Id)\""
	grep -q 'CoA-ACK' said || fail "$(cat said)"
	until_true 10 eval 'ask isp "show sessions ip,rate-limit" |
	    grep -q "^10.0.0.77 *3000/1000"' ||
		fail "$(ask isp 'show sessions ip,rate-limit' | xargs)"
	radius_says coa 'User-Name = "fred", Idle-Timeout = 1'
	grep -q 'CoA-ACK' said || fail "$(cat said)"
	until_true 30 eval '[ "$(records Stop)" -ge 3 ]' || fail "no Stops"
	atf_check_equal '2 3 3' \
	    "$(sessions Stop Acct-Link-Count | head -3 | xargs)"
	atf_check_equal 'Idle-Timeout Idle-Timeout' \
	    "$(sessions Stop Acct-Terminate-Cause | sed -n 2,3p | xargs)"
	atf_check_equal 1 "$(sessions Stop Acct-Multi-Session-Id | head -3 |
	    sort -u | grep -c .)"
	# It dials again, and one request ends all links.
	until_true 30 eval '[ "$(records Start)" -ge 5 ]' || fail "no Starts"
	radius_says disconnect 'User-Name = "fred"'
	grep -q 'Disconnect-ACK' said || fail "$(cat said)"
	until_true 30 eval '[ "$(records Stop)" -ge 5 ]' || fail "no Stops"
	ppp_stop home
	ppp_stop isp
}
multilink_cleanup() { net_end; }

# --- a client's own session -------------------------------------------------

atf_test_case client cleanup
client_head()
{
	net_head "a client accounts for its line, its peer proves itself"
}
client_body()
{
	three <<-'END'
	tower	Cleartext-Password := "bridge"
	  Session-Timeout = 600,
	  Framed-IPv6-Prefix = 2001:db8:56::/56,
	  Filter-Id = "gold",
	  Framed-Route += "198.51.100.0/24 0.0.0.0 1"
	END
	wire home eth2 aaa eth1
	ip -n "$(ns home)" addr add 10.8.0.1/24 dev eth2
	ip -n "$(ns aaa)" addr add 10.8.0.2/24 dev eth1
	radius_conf
	sed -i '/set radius/s/.*/ set authname tower\n set authkey bridge/' \
	    isp/etc/ppp.conf
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	conf home radius.conf <<-'END'
	auth 10.8.0.2 "not so \"secret\"" 1 2
	acct 10.8.0.2 "not so \"secret\"" 1 2
	END
	conf home ppp.linkup <<-END
	gold:
	 shell sh -c "echo USER IPV6PREFIX > $PWD/home/gold"
	isp:
	 shell sh -c "echo LABEL > $PWD/home/label"
	END
	at_home fred x 'set radius radius.conf' 'enable chap' \
	    'set server /var/run/ppp.sock ""'
	wait_up home
	until_true 5 has_record Start || fail "no Start"
	atf_check_equal tower "$(detail Start User-Name)"
	atf_check_equal 'tower 2001:db8:56::/56' "$(cat home/gold)"
	atf_check_equal isp "$(cat home/label)"
	until_true 5 routed home 198.51.100.9 || fail "no route"
	pings home 10.0.0.1
	ppp_stop home
	until_true 5 has_record Stop || fail "no Stop"
	atf_check_equal 3 "$(detail Stop Acct-Input-Packets)"
	routed home 198.51.100.9 && fail "the route stays"
	ppp_stop isp
}
client_cleanup() { net_end; }
routed() { ip -n "$(ns "$1")" route get "$2" | grep -q 'dev tun'; }

atf_init_test_cases()
{
	atf_add_test_case pap
	atf_add_test_case chap
	atf_add_test_case mschap
	atf_add_test_case mschapv2
	atf_add_test_case grants
	atf_add_test_case account
	atf_add_test_case dead
	atf_add_test_case forged
	atf_add_test_case coa
	atf_add_test_case coa_local
	atf_add_test_case client
	atf_add_test_case compression
	atf_add_test_case direct
	atf_add_test_case multilink
}
