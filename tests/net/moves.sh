# A hundred sessions with traffic while workers come and go, and a count of
# what arrived: for pool_test.sh and bench/moves.sh.  Sourced behind lib.sh.

workers() { ask isp 'show governor' | sed -n 's/^  Current Workers: //p'; }
has_workers() { [ "$(workers)" = "$1" ]; }

# many N - N sessions of one host, each a process of its own with its own
# interface and TUN device; all up.
many()
{
	local i ports
	net_begin
	host isp home lan
	wire isp eth0 lan p
	ports=p i=0
	while [ $i -lt "$1" ]; do
		ip link add name v$i netns "$(ns home)" type veth \
		    peer name p$i netns "$(ns lan)"
		ip -n "$(ns home)" link set dev v$i up
		ip -n "$(ns lan)" link set dev p$i up
		ports="$ports p$i"
		printf 'isp%d:\n set device PPPoE:v%d\n set redial 2 0\n' \
		    $i $i
		i=$((i + 1))
	done > labels
	# shellcheck disable=SC2086
	switch lan $ports
	conf isp <<-EOF
	default:
	 set log Phase command
	server:
	 set lb interface eth0
	 set lb workers 2
	 set lb padirate 2000 10
	 set governor max 4
	 set governor drain 0 migrate
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.250
	 set server /var/run/ppp.sock ""
	EOF
	conf home < labels
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	i=0
	while [ $i -lt "$1" ]; do
		ppp_start home -unit $i -foreground isp$i
		i=$((i + 1))
	done
	until_true 60 all_up "$1" || fail "not all $1 are up"
}
all_up()
{
	[ "$(ip -n "$(ns home)" -4 -o addr | grep -c ' peer ')" -eq "$1" ]
}

PINGS=240	# of each session, 50 ms apart

# traffic N - one session has a TCP stream, one a UDP stream, the others ping.
# The UDP stream is thin, so that the socket of its reader does not overflow
# on a machine that is busy otherwise.
traffic()
{
	local i
	queues > queues.before
	in_host isp setsid iperf3 -s -1 -p 5001 > tcp.out 2>&1 < /dev/null &
	in_host isp setsid iperf3 -s -1 -p 5002 > udp.out 2>&1 < /dev/null &
	until_true 10 eval 'in_host isp ss -ltn > ports;
	    grep -q :5001 ports && grep -q :5002 ports' ||
		fail "iperf3 does not listen"
	in_host home iperf3 -c 10.0.0.1 -p 5001 --bind-dev tun0 -b 50M -t 12 \
	    -J > tcp.json 2>&1 &
	jobs=$!
	in_host home iperf3 -c 10.0.0.1 -p 5002 --bind-dev tun1 -u -b 6M \
	    -l 1200 -t 12 -J > udp.json 2>&1 &
	jobs="$jobs $!"
	i=2
	while [ $i -lt "$1" ]; do
		in_host home ping -n -i 0.05 -c $PINGS -W 20 -I tun$i \
		    10.0.0.1 > "ping.$i" 2>&1 &
		jobs="$jobs $!"
		i=$((i + 1))
	done
}

# move_workers TIMES - one of two goes, another one comes
move_workers()
{
	local i
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		ask isp "lb remove $((i % 2))" > said
		[ ! -s said ] || fail "$i: $(cat said)"
		until_true 10 has_workers 1 || fail "$i: it does not go"
		sleep 0.3
		ask isp 'lb add' > said
		until_true 10 has_workers 2 || fail "$i: none comes"
		sleep 0.3
	done
}

# queues - packets that the queues of the devices had no room for, since they
# were not read in time: on a machine with other things to do that happens
# without any move.
queues()
{
	local h
	for h in isp home; do
		ip -n "$(ns $h)" -s -j link show
	done | python3 -c '
import json, re, sys
text, n, read = sys.stdin.read(), 0, json.JSONDecoder()
while text.strip():
    text = text.lstrip()
    links, end = read.raw_decode(text)
    text = text[end:]
    n += sum(l["stats64"][d]["dropped"] for l in links for d in ("rx", "tx")
        if "stats64" in l)
print(n)'
}

# arrived N - what traffic() sent and what came, in words in the file arrived;
# false when something is out of order, or is missing that no queue was short
# of room for, or is more than one ring's worth.
arrived()
{
	local j
	for j in $jobs; do
		wait "$j" || true	# the files tell
	done
	queues > queues.after
	python3 - "$1" $PINGS > arrived 2>&1 <<-'EOF'
	import json, re, sys
	t = json.load(open("tcp.json"))["end"]["sum_sent"]
	u = json.load(open("udp.json"))["end"]
	late = u["streams"][0]["udp"].get("out_of_order", 0)
	u = u["sum"]
	sent = lost = twice = turned = 0
	for i in range(2, int(sys.argv[1])):
	    text = open("ping.%d" % i).read()
	    seqs = [int(n) for n in re.findall(r"icmp_seq=(\d+) ttl", text)]
	    sent += int(sys.argv[2])
	    lost += int(sys.argv[2]) - len(set(seqs))
	    twice += len(seqs) - len(set(seqs))
	    turned += sum(a > b for a, b in zip(seqs, seqs[1:]))
	full = int(open("queues.after").read()) - \
	    int(open("queues.before").read())
	print("%d packets that a queue had no room for" % full)
	print("ping: %d sent, %d lost, %d twice, %d out of order" % (sent,
	    lost, twice, turned))
	print("UDP:  %d sent, %d lost, %d out of order" % (u["packets"],
	    u["lost_packets"], late))
	print("TCP:  %d octets, %d segments sent again" % (t["bytes"],
	    t["retransmits"]))
	sys.exit(lost > min(full, 2048) or twice > 0 or turned > 0 or
	    late > 0 or u["lost_packets"] > 200 or u["packets"] < 5000 or
	    t["bytes"] < 10000000)
	EOF
}
