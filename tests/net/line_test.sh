#! /usr/bin/env atf-sh
# Lines that are not PPPoE: programs, TCP, UDP, the line of -direct; our
# program at both ends, each in a namespace of its own.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# The client's end is "home", the server's "isp"; a wire with addresses of
# its own carries TCP and UDP.
bed()
{
	net_begin
	host home isp
	wire home eth1 isp eth0
	ip -n "$(ns home)" addr add 192.0.2.2/24 dev eth1
	ip -n "$(ns isp)" addr add 192.0.2.1/24 dev eth0
	until_true 5 in_host home ping -n -c 1 -W 1 192.0.2.1 ||
		atf_fail "the wire does not carry"
	conf isp <<-END
	default:
	 set log Phase LCP
	in:
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.19
	open:
	 set ifaddr 10.0.0.1 10.0.0.2
	END
	echo 'fred secret' | conf isp ppp.secret
}

home_conf() # DEVICE [LINE ...]
{
	{
		cat <<-END
		default:
		 set log Phase LCP Chat
		isp:
		 set device $1
		 set authname fred
		 set authkey secret
		 set redial 1 0
		 disable deflate pred1 mppe vjcomp
		 deny deflate pred1 mppe vjcomp
		 set ifaddr 10.0.0.9/0 10.0.0.1
		 set server /var/run/ppp.sock "" 0177
		END
		shift
		[ $# -eq 0 ] || printf ' %s\n' "$@"
	} | conf home
}

# serve LABEL LISTEN - on isp: LISTEN is socat's, as inetd would have it
serve()
{
	in_host isp socat "$2,reuseaddr,fork" \
	    EXEC:"$PPP_BUILD/ppp -C $PWD/isp/etc -direct $1$3" \
	    > socat.err 2>&1 < /dev/null &
}

# A program that is the line to isp, like ssh: our program has given up the
# right to enter namespaces.
line_begin()
{
	serve in "UNIX-LISTEN:$PWD/line"
	until_true 5 test -S line || atf_fail "socat does not listen"
	LINE="!socat - UNIX-CONNECT:$PWD/line"
}

both_ways()
{
	pings home 10.0.0.1
	pings home 10.0.0.1 -s 1400
	pings isp "$(address home)"
}

atf_test_case program cleanup
program_head() { net_head "set device \"!command\": ppp talks to ppp -direct"; }
program_body()
{
	bed
	line_begin
	home_conf "\"$LINE\""
	ppp_start home -ddial isp
	wait_up home
	wait_up isp
	both_ways
	logged home 'Chap Input: SUCCESS' || fail "no authentication"
	logged home 'rcvd Configure-Ack.*ACFC PFC ACCM=00000000' ||
		fail "the options of a line of octets were not agreed"
	# The program ends: the line is lost, and comes again.
	ppp_stop isp
	wait_log home 'Disconnected!'
	wait_down home
	wait_up home
	pings home 10.0.0.1
	ppp_stop home
	until_true 10 eval '[ ! -e isp/run/tun0.pid ]' ||
		fail "isp: -direct outlives its line"
}
program_cleanup() { net_end; }

atf_test_case tcp cleanup
tcp_head() { net_head "PPP over TCP to an inetd-like server, by number"; }
tcp_body()
{
	bed
	home_conf 192.0.2.1:3333
	serve in TCP-LISTEN:3333
	until_true 5 in_host isp sh -c 'ss -ltn | grep -q :3333' ||
		atf_fail "socat does not listen"
	ppp_start home -foreground isp
	wait_up home
	both_ways
	# The server's process goes without a word: TCP says so.
	kill -9 "$(ppp_pid isp)"
	wait_log home 'Disconnected! (nobody: the line is gone'
}
tcp_cleanup() { net_end; }

atf_test_case udp cleanup
udp_head() { net_head "PPP over UDP: one frame a datagram, no HDLC"; }
udp_body()
{
	bed
	home_conf 192.0.2.1:4444/udp
	serve open UDP-LISTEN:4444 ,socktype=2
	until_true 5 in_host isp sh -c 'ss -lun | grep -q :4444' ||
		atf_fail "socat does not listen"
	in_host home sh -c 'echo $$ > dump.pid; exec tcpdump -i eth1 -U \
	    --immediate-mode -Z root -s 0 -w udp.pcap udp port 4444' \
	    2> dump.err &
	until_true 5 grep -q 'listening on' dump.err || atf_fail "no tcpdump"
	ppp_start home -foreground isp
	wait_up home
	both_ways
	sleep 0.5
	kill "$(cat dump.pid)"
	until_true 5 grep -q 'packets captured' dump.err ||
		atf_fail "tcpdump does not end"
	# The payloads, one PPP frame each, as a capture of their own.
	tshark -n -r udp.pcap -T fields -e udp.payload 2> tshark.err |
		sed 's/../& /g; s/^/000000 /' > hex
	text2pcap -q -l 9 hex isp.ppp.pcap > /dev/null 2>&1 ||
		atf_fail "text2pcap"
	judge_seen isp ppp 'lcp && ppp.code == 2' 2
	judge_seen isp ppp 'ipcp && ppp.code == 2' 2
	judge_seen isp ppp icmp 12
	judge_none isp ppp _ws.malformed
}
udp_cleanup() { net_end; }

atf_test_case wrong_secret cleanup
wrong_secret_head() { net_head "-direct refuses who does not know the key"; }
wrong_secret_body()
{
	bed
	line_begin
	home_conf "\"$LINE\"" 'set authkey wrong' 'set redial 1 1'
	ppp_run home -background isp
	atf_check_equal 8 $?
	logged home 'Chap Input: FAILURE' || fail "not refused"
	grep -q 'Attempting redial' home/ppp.out && fail "dialled again"
	is_up isp && fail "isp let it in"
	:
}
wrong_secret_cleanup() { net_end; }

atf_test_case device_list cleanup
device_list_head()
{
	net_head "several devices: the first that can be opened is taken"
}
device_list_body()
{
	bed
	line_begin
	home_conf "/dev/nonesuch 192.0.2.1:9 \"!/no/such/program\" \
	    \"$LINE\" PPPoE:eth1"
	ppp_start home -foreground isp
	wait_up home
	logged home '/dev/nonesuch: No such file' || fail "no word of the first"
	logged home '192.0.2.1:9: Connection refused' ||
		fail "no word of the second"
	logged home '/no/such/program: No such file' ||
		fail "no word of the third"
	both_ways
	ask home 'show physical' > said
	grep -q "Device:.*!socat - UNIX" said || { cat said >&2
		fail "show physical names another device"; }
}
device_list_cleanup() { net_end; }

# Callers dial a list of four at the same time; each is a process of its own.
atf_test_case callers cleanup
callers_head() { net_head "callers of -direct never get the same address"; }
callers_body()
{
	bed
	sed -i 's/10.0.0.10-10.0.0.19/10.0.0.10-10.0.0.12,10.0.0.18/' \
	    isp/etc/ppp.conf
	line_begin
	home_conf "\"$LINE\"" 'set server none'
	for i in 1 2 3 4; do
		ppp_start home -foreground isp
	done
	until_true 30 peers_are 10.0.0.10 10.0.0.11 10.0.0.12 10.0.0.18 ||
		peers_fail
	ppp_start home -foreground isp
	wait_log isp 'every address of the list is in use'
	# Killed, it takes its promise along.
	kill -9 "$(ppp_pid isp tun2)"
	until_true 30 eval '! peers_are 10.0.0.10 10.0.0.11 10.0.0.12 \
	    10.0.0.18' || peers_fail
	until_true 30 peers_are 10.0.0.10 10.0.0.11 10.0.0.12 10.0.0.18 ||
		peers_fail
}
callers_cleanup() { net_end; }

peers_fail()
{
	ip -n "$(ns isp)" -br addr >&2
	fail "not those addresses"
}

# whom the interfaces of isp lead to
peers_are() # ADDRESS ...
{
	[ "$(ip -n "$(ns isp)" -o addr |
	    sed -n 's/.* peer \([0-9.]*\).*/\1/p' | sort | xargs)" = "$*" ]
}

atf_init_test_cases()
{
	atf_add_test_case callers
	atf_add_test_case program
	atf_add_test_case tcp
	atf_add_test_case udp
	atf_add_test_case wrong_secret
	atf_add_test_case device_list
}
