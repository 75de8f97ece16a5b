#! /usr/bin/env atf-sh
# ppp-trouble(7): each of its examples, where what it is about has happened.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"
# shellcheck source=tests/net/trouble.sh
. "$PPP_SRC/tests/net/trouble.sh"

PASSWORD=

pair() # LINE ... of the server's section
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	secret 'fred secret'
	isp_conf 'set server /var/run/ppp.sock "" 0177' "$@"
	isp_start
}

# client LINE ... - it dials, whether that leads anywhere or not
client()
{
	home_conf 'set server /var/run/ppp.sock "" 0177' "$@"
	ppp_start home -ddial isp
}

# says_soon NAME COMMAND REGEX
says_soon()
{
	until_true 30 eval "ask '$1' '$2' | grep -q -e '$3'" ||
		says "$@"
}

make() # OPTION ... of the generator
{
	in_host home timeout 60 "$PPP_BUILD/pppoetest" -m create -i eth1 \
	    --password secret --ip 4 "$@" > gen.out 2>&1 || :
}

atf_test_case start cleanup
start_head() { net_head "what is wrong before anything is sent"; }
start_body()
{
	net_begin
	host home isp
	wire home eth1 isp eth0
	home_conf 'set mru 20000'
	shows bad-value home
	home_conf
	shows no-label home
	chmod 644 home/etc/ppp.conf
	shows readable home
	chmod 600 home/etc/ppp.conf
	shows no-tun home unshare -m sh -c \
	    'mount -t tmpfs none /dev/net && exec "$@"' sh
	# it goes on until it is told to end
	shows no-capability home timeout 4 setpriv --bounding-set=-net_raw \
	    --inh-caps=-net_raw
	shows no-daemon home
	sed -i 's/eth1/eth7/' home/etc/ppp.conf
	shows no-interface home
	home_conf 'set server /var/run/ppp.sock sesame'
	ppp_start home -ddial isp
	until_true 20 test -S home/run/ppp.sock || fail "no socket"
	shows password home
	ppp_stop home
}
start_cleanup() { net_end; }

atf_test_case discovery cleanup
discovery_head() { net_head "nobody answers, or nobody who may"; }
discovery_body()
{
	pair 'set lb service gold'
	client 'set cd 1' 'set device PPPoE:eth1.7'
	says_soon home 'show why' 'failed at Discovery: no access'
	shows no-pado home
	shows vlan isp
	ask home 'set device PPPoE:eth1:silver' > said
	says_soon home 'show why' 'service "silver"'
	shows service home
	shows service-ac isp
	ask home 'set device PPPoE:eth1:castle\\gold' > said
	says_soon home 'show why' 'of that name'
	shows ac-name home
	ask isp 'set lb disable' > said
	ask home 'set device PPPoE:eth1' > said
	says_soon isp 'show why' 'set lb disable'
	shows disabled isp
	ask isp 'set lb enable' > said
	ask isp 'set lb service *' > said
	wait_up home
	ppp_stop home
	ppp_stop isp
}
discovery_cleanup() { net_end; }

atf_test_case login cleanup
login_head() { net_head "names and secrets"; }
login_body()
{
	pair 'enable chap'
	client 'set authkey wrong'
	says_soon home 'show why' 'peer refused our name'
	says_soon isp 'show why fred' 'peer.s name or secret'
	shows wrong-secret-client home
	shows wrong-secret isp
	ask home 'set authname wilma' > said
	says_soon isp 'show why wilma' 'peer.s name or secret'
	shows unknown-name isp
	ask home 'deny chap' > said
	says_soon isp 'show why' 'refuses every'
	shows no-auth isp
	ask home 'accept chap' > said
	ask home 'set authname fred' > said
	ask home 'set authkey secret' > said
	wait_up home
	ppp_stop home
	ppp_stop isp
}
login_cleanup() { net_end; }

atf_test_case network cleanup
network_head() { net_head "up, but this or that does not work"; }
network_body()
{
	pair 'enable chap' 'set ifaddr 10.0.0.1 10.0.0.10' \
	    'disable ipv6cp' 'accept dns'
	client
	wait_up home
	says_soon isp 'show sessions' active
	shows sessions isp
	shows route home
	shows mtu home
	shows dns home
	shows ipv6 home
	make -n 1 --user fred --tries 1
	says_soon isp 'show why' 'no address left'
	shows no-address isp
	ppp_stop home
	ppp_stop isp
}
network_cleanup() { net_end; }

atf_test_case ends cleanup
ends_head() { net_head "sessions that end"; }
ends_body()
{
	pair 'enable chap' 'enable echo' 'set lqrperiod 1' 'set quality 1 1'
	client 'enable echo' 'set lqrperiod 1' 'set redial 30 0'
	wait_up home
	until_true 30 eval \
	    'ask isp "show quality csv" | grep -q "^eth0,.*,fred,"' ||
		fail "nothing measured"
	shows quality isp
	shows capture isp
	in_host isp tshark -n -r /var/run/fred.pcapng > capture.txt 2>&1 ||
		fail "not a capture: $(cat capture.txt)"
	ask isp 'close session fred' > said
	says_soon home 'show why' 'closed by command'
	shows closed home
	shows redial home
	ppp_stop home
	# a dialler would bring the interface up again
	client 'enable echo' 'set lqrperiod 1' 'set redial 30 0'
	wait_up home
	ip -n "$(ns home)" link set eth1 down
	says_soon isp 'show why fred' 'no reply to LCP echo'
	shows echo isp
	shows carrier home
	ip -n "$(ns home)" link set eth1 up
	ppp_stop home
	ask isp 'set timeout 1' > said
	client
	says_soon isp 'show why fred' 'idle timer'
	shows idle isp
	ppp_stop home
	ppp_stop isp
}
ends_cleanup() { net_end; }

atf_test_case server cleanup
server_head() { net_head "a concentrator that refuses, and its workers"; }
server_body()
{
	pair 'enable chap' 'set lb workers 2' 'set lb padirate 1 1' \
	    'set lb macsessions 1' 'set lb namesessions 1' \
	    'set governor max 4' 'set lb algorithm least-sessions'
	client
	wait_up home
	make -n 3 --tries 1 --user fred
	says_soon isp 'show why' 'over the rate'
	shows rate isp
	ask isp 'set lb padirate 1000 100' > said
	make -n 1 --tries 1 --user fred
	shows twice isp
	make -n 1 --tries 1 --user fred --mac "$(mac home eth1)"
	says_soon isp 'show why' 'session limit of this MAC'
	shows mac isp
	shows governor isp
	shows workers isp
	shows health isp
	shows report isp
	ppp_stop home
	ppp_stop isp
}
server_cleanup() { net_end; }

atf_test_case radius cleanup
radius_head() { net_head "RADIUS servers that do not answer"; }
radius_body()
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	secret 'wilma secret'
	isp_conf 'set server /var/run/ppp.sock "" 0177' 'enable chap' \
	    'set radius radius.conf'
	printf 'auth 127.0.0.1 secret 2 2\n' | conf isp radius.conf
	isp_start
	client
	until_true 30 eval 'ask isp "show lb csv" | grep -q "^starting,1$"' ||
		fail "no set-up under way"
	ask isp 'set lb halfopen 1' > said
	make -n 1 --tries 1 --user fred
	says_soon isp 'show why' 'too many set-ups'
	shows half-open isp
	says_soon isp 'show why' 'failed at'
	shows radius isp
	shows radius-log isp
	ppp_stop home
	ppp_stop isp
}
radius_cleanup() { net_end; }

# Whoever writes an example into the page says here when it is seen.
atf_test_case all
all_head() { atf_set descr "no example of the page is left out"; }
all_body()
{
	trouble names | sort > want
	sed -n 's/^	shows \([a-z0-9-]*\) .*/\1/p' \
	    "$PPP_SRC/tests/net/trouble_test.sh" | sort > got
	diff -u want got || atf_fail "examples and test differ"
	[ "$(grep -c . want)" -ge 25 ] || atf_fail "few: $(wc -l < want)"
}

atf_init_test_cases()
{
	for t in start discovery login network ends server radius all; do
		atf_add_test_case $t
	done
}
