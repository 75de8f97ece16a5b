#! /usr/bin/env atf-sh
# The test bed itself, without our program.  When this fails, no other test
# of this folder says anything.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# say NAME INTERFACE HEX - one frame, as it is
say()
{
	echo "$3" | in_host "$1" python3 -c '
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
s.send(bytes.fromhex(sys.stdin.read().strip()))' "$2"
}

BCAST=ffffffffffff
ME=020000000001
PADI=11090000000401010000$(printf '%056d' 0)

atf_test_case hosts cleanup
hosts_head() { net_head "hosts have a wire, and share no file"; }
hosts_body()
{
	net_begin
	host a b c
	wire a eth0 b eth1
	wire c p0 b eth2 1508
	atf_check_equal 1508 "$(mtu b eth2)"
	ip -n "$(ns a)" addr add 192.0.2.1/24 dev eth0
	ip -n "$(ns b)" addr add 192.0.2.2/24 dev eth1
	pings a 192.0.2.2
	in_host a sh -c 'echo 1 > /var/run/x; echo 2 > /var/log/y;
	    echo "nameserver 192.0.2.9" > /etc/resolv.conf'
	atf_check -o inline:'1\n' cat a/run/x
	atf_check -o inline:'2\n' cat a/log/y
	atf_check -o inline:'nameserver 192.0.2.9\n' cat a/resolv.conf
	atf_check_equal '' "$(in_host b find -L /etc/resolv.conf /var/run/ \
	    /var/log/ -type f -size +0)"
	atf_check_equal "$(mac a eth0)" \
	    "$(in_host b ip neigh show 192.0.2.1 | sed 's/.*lladdr //;s/ .*//')"
	switch b eth1 eth2
	ip -n "$(ns c)" addr add 192.0.2.3/24 dev p0
	pings a 192.0.2.3
}
hosts_cleanup() { net_end; }

atf_test_case ends cleanup
ends_head() { net_head "whatever runs on a host ends with the test"; }
ends_body()
{
	net_begin
	host a
	n=$(ns a)
	in_host a setsid sleep 1000 &
	in_host a setsid sh -c 'trap "" TERM; sleep 1000; sleep 1000' &
	until_true 5 eval '[ $(ip netns pids "$n" | wc -l) -ge 3 ]' ||
		atf_fail "they do not run"
	p=$(ip netns pids "$n")
	net_end
	for i in $p; do
		until_true 10 ended "$i" || atf_fail "process $i is still there"
	done
	atf_check -o not-match:"$n" ip netns list
	atf_check -s exit:2 -e ignore ls -d "/etc/netns/$n"
}
ends_cleanup() { net_end; }

atf_test_case captures cleanup
captures_head() { net_head "untagged, VLAN and QinQ are captured and judged"; }
captures_body()
{
	net_begin
	host a b
	wire a eth0 b eth1
	capture_start b eth1
	say a eth0 "$BCAST${ME}8863$PADI"
	say a eth0 "$BCAST${ME}810000078863$PADI"
	say a eth0 "$BCAST${ME}88a80064810000078863$PADI"
	say a eth0 "$BCAST${ME}0806$PADI"
	capture_stop b eth1
	judge_seen b eth1 'pppoed && pppoe.code == 9' 3
	judge_seen b eth1 'pppoed && vlan.id == 7' 2
	judge_seen b eth1 'pppoed && vlan.id == 7 && ieee8021ad.id == 100'
	judge_none b eth1 'arp'
	judge_order b eth1 '!vlan' 'vlan && !ieee8021ad' 'ieee8021ad'
}
captures_cleanup() { net_end; }

# refused COMMAND TEXT - it fails the test with that text
refused()
{
	rm -f tshark.failed
	atf_check -s exit:1 -e ignore -o match:"$2" sh -c "
		atf_fail() { echo \"\$1\"; exit 1; }
		. '$PPP_SRC/tests/net/lib.sh'
		NET=$NET LEAST=1
		$1"
}

# A judge that never says no is none.
atf_test_case refuses cleanup
refuses_head() { net_head "the judge refuses what is wrong"; }
refuses_body()
{
	net_begin
	host a b
	wire a eth0 b eth1
	capture_start b eth1
	say a eth0 "$BCAST${ME}886411000001000ac02101010008010405d4"
	# the Service-Name is longer than the packet
	say a eth0 "$BCAST${ME}88631109000000040101ffff$(printf '%080d' 0)"
	say a eth0 "$BCAST${ME}8863$PADI"
	capture_stop b eth1
	refused 'judge b eth1' 'malformed on b eth1'
	refused 'judge_seen b eth1 ipcp' "0 frames of 'ipcp' on b eth1, want 1"
	refused 'judge_none b eth1 pppoed' 'not wanted on b eth1'
	judge_order b eth1 lcp pppoed
	refused 'judge_order b eth1 pppoed lcp' "'lcp' came too early"
	refused 'judge_order b eth1 ipcp' "no frame of 'ipcp'"
	refused 'judge_seen b eth1 "no such field"' 'tshark refused a filter'
	refused 'wait_log b x 1' 'b: nothing logged like "x"'
	refused 'wait_up b tun0 1' 'b: tun0 gets no address'
}
refuses_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case hosts
	atf_add_test_case ends
	atf_add_test_case captures
	atf_add_test_case refuses
}
