#! /usr/bin/env atf-sh
# Sessions of one lane when it has more to do than it can: a fast one's
# packets do not stand in the way of a thin one's.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# two - isp, and sessions of hosts c1 and c2 with 10.0.0.11 and 10.0.0.12,
# both on its one lane
two()
{
	two_begin fred jane
	isp_conf 'enable chap' 'set lb workers 1'
	secret 'fred secret 10.0.0.11' 'jane secret 10.0.0.12'
	two_start
}

dropped() # REASON, at the concentrator
{
	ask isp 'show lb csv' | sed -n "s/^dropped-$1,//p" | grep . || echo 0
}

crossed() { in_host isp cat /sys/class/net/eth0/statistics/rx_packets; }

# send N HOST - N datagrams to isp, until all are in the ring there
send()
{
	local want
	want=$(($(crossed) + $1))
	datagrams "$2" 10.0.0.1 "$1"
	until_true 30 eval '[ "$(crossed)" -ge "$want" ]' ||
		fail "they do not cross"
}

# sink - counts datagrams of isp by their source, into the file "sunk"
sink()
{
	in_host isp python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)	# SO_RCVBUFFORCE
s.bind(("10.0.0.1", 9))
s.settimeout(0.2)
n = {}
while True:
    try:
        a = s.recvfrom(2000)[1][0]
        n[a] = n.get(a, 0) + 1
    except socket.timeout:
        with open("sunk", "w") as f:
            for a in n:
                print(a, n[a], file=f)' &
	until_true 10 eval "in_host isp ss -lun | grep -q ':9 '" ||
		fail "no sink"
}

# datagrams HOST [TO COUNT] ... - of 1,000 octets, in this order; a client's
# TUN device has room for those that have not left it yet.
datagrams()
{
	local h
	h=$1
	shift
	in_host "$h" python3 -c '
import os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
file = "/sys/class/net/eth1/statistics/tx_packets"
left = lambda: int(open(file).read())
paced, all = os.path.exists(file), 0
was = left() if paced else 0
for to, n in zip(sys.argv[1::2], sys.argv[2::2]):
    for i in range(int(n)):
        s.sendto(bytes(1000), (to, 9))
        all += 1
        while paced and all % 32 == 0 and left() < was + all - 100:
            time.sleep(0.001)' "$@"
}

atf_test_case down cleanup
down_head() { net_head "few packets do not wait behind many of another's"; }
down_body()
{
	two
	capture_start isp eth0
	# All wait in the TUN device while nobody reads it.
	kill -STOP "$(ppp_pid isp)"
	datagrams isp 10.0.0.11 200 10.0.0.12 10
	kill -CONT "$(ppp_pid isp)"
	capture_stop isp eth0
	seen isp eth0 'udp.dstport == 9 && !icmp' -T fields -e ip.dst > order
	heard
	atf_check_equal 200 "$(grep -c 10.0.0.11 order)"
	atf_check_equal 10 "$(grep -c 10.0.0.12 order)"
	last=$(grep -n 10.0.0.12 order | tail -n 1)
	[ "${last%%:*}" -lt 170 ] ||
		fail "the thin one's last packet was number ${last%%:*} of 210"
}
down_cleanup() { net_end; }

# The ring has room for 2,048 frames, and is full but for a few.
atf_test_case up cleanup
up_head() { net_head "a ring nearly full: those who sent most lose"; }
up_body()
{
	two
	sink
	kill -STOP "$(ppp_pid isp)"
	send 1700 c1
	send 30 c2
	kill -CONT "$(ppp_pid isp)"
	until_true 30 grep -q '^10.0.0.12 30$' sunk ||
		fail "the thin one lost: $(cat sunk)"
	lost=$(dropped SHARE)
	until_true 30 grep -q "^10.0.0.11 $((1700 - lost))\$" sunk ||
		fail "$lost lost of 1700: $(cat sunk)"
	[ "$lost" -ge 600 ] || fail "only $lost of the fast one were dropped"
	# one alone keeps all that the ring holds
	kill -STOP "$(ppp_pid isp)"
	send 1700 c1
	kill -CONT "$(ppp_pid isp)"
	until_true 30 grep -q "^10.0.0.11 $((3400 - lost))\$" sunk ||
		fail "one alone: $(cat sunk)"
	atf_check_equal "$lost" "$(dropped SHARE)"
}
up_cleanup() { net_end; }

# However many senders a flood names, it is one of them.
atf_test_case forged cleanup
forged_head() { net_head "a flood of no session costs none its frames"; }
forged_body()
{
	local frame want
	two
	sink
	frame=$(mac isp eth0 | tr -d :)02000000000088641100123400020021
	kill -STOP "$(ppp_pid isp)"
	want=$(($(crossed) + 1600))
	in_host c2 "$PPP_BUILD/tests/net/frame_tool" eth1 "$frame" 1600
	until_true 30 eval '[ "$(crossed)" -ge "$want" ]' ||
		fail "they do not cross"
	send 200 c1
	send 30 c2
	kill -CONT "$(ppp_pid isp)"
	until_true 30 grep -q '^10.0.0.11 200$' sunk ||
		fail "one of them lost: $(cat sunk)"
	until_true 30 grep -q '^10.0.0.12 30$' sunk ||
		fail "one of them lost: $(cat sunk)"
	[ "$(dropped SHARE)" -ge 600 ] || fail "$(dropped SHARE) dropped"
}
forged_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case forged
	atf_add_test_case up
	atf_add_test_case down
}
