#! /usr/bin/env atf-sh
# `set flows`: what both ends count of flows is what iperf3 says it sent and
# what tshark sees on the wire; files, their names, and who is in them.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# flows NAME - all its live flows, into NAME.json
flows() { ask "$1" 'show flows top 100000 json' > "$1.json"; }

# wants [FILE ...] - a program of Python, its words in argv, is content, once
# all that it reads has been written; or the test fails
wants()
{
	cat > wants.py
	until_true 20 content "$@" || fail "$(tail -n 20 py.out)"
}
content() { python3 wants.py "$@" > py.out 2>&1; }

iperf_server()
{
	in_host isp iperf3 --forceflush -s -1 -B 10.0.0.1 > iperf.srv 2>&1 &
	until_true 10 grep -q listening iperf.srv || fail "no iperf3"
}

# sanitize: asan tsan
atf_test_case tcp cleanup
tcp_head() { net_head "octets, what was sent again, RTT: iperf3 and tshark"; }
tcp_body()
{
	# 5 ms each way; each 50th packet that is sent by home is lost.
	net_begin
	host isp home way
	wire home eth1 way west
	wire isp eth0 way east
	secret 'fred secret'
	in_host way setsid "$PPP_BUILD/tests/net/wire_tool" west east 5 0 50 \
	    > wire.out 2>&1 < /dev/null &
	until_true 20 grep -q ready wire.out || atf_skip "no packet sockets"
	isp_conf 'enable chap'
	home_conf
	isp_start
	home_start -ddial
	for h in isp home; do
		says "$h" 'show flows' '^No flow statistics'
		ask "$h" "set flows $PWD/$h.flows json" > said
		says "$h" 'show flows' "^Flows into $PWD/$h.flows: json, a"
	done
	iperf_server
	capture_start isp eth0
	in_host home timeout 60 iperf3 -c 10.0.0.1 -n 3M -b 20M -J \
	    > iperf.json || fail "iperf3: $(cat iperf.json)"
	for h in isp home; do
		until_true 20 eval "! in_host $h ss -Htn | grep -v TIME-WAIT" ||
			fail "$h: no end of it: $(in_host $h ss -tn)"
	done
	capture_stop isp eth0
	seen isp eth0 'tcp' -o tcp.reassemble_out_of_order:FALSE -T fields \
	    -e tcp.stream -e tcp.srcport -e tcp.len -e ip.len \
	    -e tcp.analysis.retransmission -e tcp.analysis.out_of_order \
	    -e tcp.analysis.spurious_retransmission > wire.txt
	for h in isp home; do
		flows "$h"
	done
	ask isp 'show flows sessions json' > all.json
	wants <<-'END'
	import json
	end = json.load(open("iperf.json"))["end"]
	sent = end["sum_sent"]
	def largest(name):
	    rows = [r for r in json.load(open(name + ".json"))
	            if r["proto"] == "tcp"]
	    return max(rows, key=lambda r: r["c_bytes_all"])
	home, isp = largest("home"), largest("isp")
	print(home, isp, sent)
	# The wire, as the concentrator's side of it saw it.
	wire = {}
	for l in open("wire.txt"):
	    s, port, n, size, *bad = l.rstrip("\n").split("\t")
	    w = wire.setdefault(s, dict(port=port, n=0, data=0, size=0, bad=0,
	        pkts=0, back=0))
	    if port == w["port"]:
	        w["pkts"] += 1
	        w["data"] += int(n)
	        w["n"] += int(n) > 0
	        w["size"] += int(size)
	        w["bad"] += any(bad)
	    else:
	        w["back"] += 1
	w = max(wire.values(), key=lambda w: w["data"])
	print(w)
	assert isp["c_port"] == home["c_port"] == int(w["port"])
	assert isp["s_port"] == 5201 and isp["s_ip"] == "10.0.0.1", isp
	assert isp["c_pkts_all"] == w["pkts"]
	assert isp["s_pkts_all"] == w["back"]
	assert isp["c_pkts_data"] == w["n"]
	assert isp["c_bytes_all"] == w["data"]
	assert isp["c_bytes_ip"] == w["size"]
	assert w["bad"] > 10, "nothing was lost"
	bad = isp["c_pkts_retx"] + isp["c_pkts_ooo"]
	assert abs(bad - w["bad"]) <= 3 + w["bad"] * 0.15, bad
	# Late is what comes soon, and nothing does here.
	assert isp["c_pkts_retx"] >= bad * 0.9, isp
	# What iperf3 gave to the system, 37 octets of its own before it; what
	# the server had not read when it closed was not sent any more.
	assert home["c_bytes_uniq"] <= sent["bytes"] + 37
	assert home["c_bytes_uniq"] >= sent["bytes"] * 0.9
	assert isp["c_bytes_uniq"] <= home["c_bytes_uniq"]
	assert isp["c_bytes_uniq"] >= home["c_bytes_uniq"] * 0.95
	again = sent["retransmits"]
	assert abs(home["c_pkts_retx"] - again) <= 3 + again * 0.25, again
	assert home["c_bytes_retx"] >= (home["c_pkts_retx"] - 3) * 1000
	assert home["s_pkts_retx"] == 0 and home["c_pkts_ooo"] == 0
	assert home["c_syn_cnt"] == home["s_syn_cnt"] == 1
	# 1492 less both headers, as the interface's MTU says.
	assert home["c_mss"] == 1452, home["c_mss"]
	# From home's side all of the way is before it; from isp's all behind.
	assert home["c_rtt_min"] >= 10, home["c_rtt_min"]
	assert home["c_rtt_min"] <= home["c_rtt_avg"] <= home["c_rtt_max"]
	assert home["c_rtt_cnt"] > 10
	assert isp["c_rtt_min"] < home["c_rtt_min"], isp["c_rtt_min"]
	assert isp["s_rtt_min"] >= 10, isp["s_rtt_min"]
	(own,) = json.load(open("all.json"))
	assert own["proto"] == "all" and own["user"] == "fred", own
	assert own["c_pkts_retx"] >= isp["c_pkts_retx"]
	assert own["c_bytes_ip"] > isp["c_bytes_ip"]
	END
	says isp 'show flows fred worst 1' \
	    '^tcp  *10.0.0.10:[0-9]*  *10.0.0.1:5201  *fred '
	says isp 'show flows nobody csv' '^first,last,durat,end,interface,'
	# The other way, cut out of super-packets.
	iperf_server
	in_host home timeout 60 iperf3 -c 10.0.0.1 -n 20M -R -J > iperf.json ||
		fail "iperf3: $(cat iperf.json)"
	flows home
	flows isp
	wants <<-'END'
	import json
	end = json.load(open("iperf.json"))["end"]
	def largest(name):
	    return max(json.load(open(name + ".json")),
	               key=lambda r: r["s_bytes_all"])
	home, isp = largest("home"), largest("isp")
	print(home, isp, end["sum_sent"])
	assert isp["s_bytes_uniq"] == end["sum_sent"]["bytes"]
	assert isp["s_pkts_data"] >= isp["s_bytes_all"] / 1448
	again = end["sum_sent"]["retransmits"]
	# Some are lost on the way from TCP to here.
	assert abs(isp["s_pkts_retx"] - again) <= 10 + again * 0.25, \
	    (isp["s_pkts_retx"], again)
	# What the long wire had no room for did not come.
	for k in "s_pkts_all", "s_bytes_all", "s_bytes_ip", "s_pkts_data":
	    assert home[k] <= isp[k], (k, home[k], isp[k])
	assert home["s_bytes_all"] >= 20 * 1024 * 1024
	END
	for h in isp home; do
		ask "$h" 'set flows off' > said
		until_true 10 grep -q '"end":"off"' "$h.flows" ||
			fail "$h: nothing is written at its end"
		says "$h" 'show flows' '^No flow statistics'
	done
	atf_check_equal 1 "$(times home 'Connected!')"
	wants <<-'END'
	import json
	rows = [json.loads(l) for l in open("isp.flows")]
	assert {r["end"] for r in rows} <= {"off", "closed"}, rows
	assert len([r for r in rows if r["proto"] == "all"]) == 1
	assert max(r["s_bytes_uniq"] for r in rows) >= 20 * 1024 * 1024
	END
}
tcp_cleanup() { net_end; }

# sanitize: asan tsan
atf_test_case files cleanup
files_head() { net_head "files by time, csv and json; anonymous; at run time"; }
files_body()
{
	pair_begin
	isp_conf 'enable chap' "set flows $PWD/isp.flows every 1 keep 3"
	home_conf
	isp_start
	home_start -ddial
	[ "$(stat -c %a isp.flows)" = 600 ] || fail "others may read it"
	# Over and over, while packets go through.
	pinging home 10.0.0.1 120
	for _ in 1 2 3 4 5 6; do
		ask isp "set flows $PWD/isp.flows every 1s keep 3 max 64" > said
		queries home 20
		ask isp 'set flows off' > said
	done
	pinged home
	atf_check_equal 1 "$(times home 'Connected!')"
	until_true 20 test -s isp.flows.3 || fail "$(ls)"
	[ ! -e isp.flows.4 ] || fail "too many are kept"
	for f in isp.flows isp.flows.1 isp.flows.3; do
		[ "$(stat -c %a $f)" = 600 ] || fail "others may read $f"
	done
	wants isp.flows isp.flows.1 isp.flows.2 isp.flows.3 <<-'END'
	import csv, sys
	for f in sys.argv[1:]:
	    for r in csv.DictReader(open(f)):
	        assert r["end"] in ("off", "replaced"), r
	        assert r["user"] == "fred" and r["proto"], r
	END
	# A file of its own time, and its rows once more, anonymous.
	ask isp 'set flowkey "a secret of ours"' > said
	ask isp "set flows $PWD/one json" > said
	queries home 10
	pings home 10.0.0.1
	flows isp
	ask isp 'set flows off' > said
	until_true 20 grep -q '"end":"off"' one || fail "nothing in one"
	for f in two three; do
		ask isp "set flows $PWD/$f json anonymous" > said
		queries home 10
		pings home 10.0.0.1
		ask isp 'set flows off' > said
		until_true 20 grep -q '"end":"off"' $f || fail "nothing in $f"
	done
	! grep -q -e '10\.0\.0\.' -e fred two || fail "names in two"
	says isp 'show flows json' '^\[\]$'
	wants <<-'END'
	import ipaddress, json
	def read(name):
	    return [json.loads(l) for l in open(name)]
	# Either may be the client: that no port is open may come before a ping.
	def addr(rows):
	    r = next(r for r in rows if r["proto"] == "icmp")
	    return sorted(int(ipaddress.ip_address(r[k]))
	                  for k in ("c_ip", "s_ip"))
	one, two, three = read("one"), read("two"), read("three")
	assert addr(two) == addr(three) != addr(one)
	# 10.0.0.10 and 10.0.0.1 have 28 bits in common, and so they still have.
	for c, s in addr(one), addr(two):
	    assert (c ^ s).bit_length() == 4, (c, s)
	icmp = [r for r in one if r["proto"] == "icmp"]
	# Of ping both ways; that no port is open, one.
	assert min(icmp[0]["c_pkts_all"], icmp[0]["s_pkts_all"]) >= 3, icmp
	assert len([r for r in one if r["proto"] == "udp"]) == 10
	assert all(r["c_pkts_all"] == 1 and r["c_bytes_all"] == 5
	           for r in one if r["proto"] == "udp")
	live = json.load(open("isp.json"))
	key = lambda r: (r["proto"], r["c_ip"], r["c_port"], r["s_port"])
	assert {key(r) for r in live} <= {key(r) for r in one}
	END
	# The same file once more, in which nothing is yet: all goes into it.
	for _ in 1 2; do
		ask isp "set flows $PWD/same json" > said
		queries home 10
	done
	ask isp 'set flows off' > said
	until_true 20 all_there || fail "$(cat same*)"
	# Where it has nothing to seek.
	echo precious > text
	ln -s "$PWD/text" link
	cp text taken.2
	refused "$PWD/link" 'it is a symbolic link'
	refused "$PWD/text" 'it exists and is no file of flows'
	refused "$PWD/taken" 'taken.2: it exists and is no file of flows'
	refused "$PWD/none/x" 'No such file or directory'
	refused "$PWD/x xml" 'usage:'
	[ "$(cat text taken.2)" = "precious
precious" ] || fail "a file was touched"
	says isp 'show flows' '^No flow statistics'
}
# queries NAME N - datagrams from as many ports to the other end
queries()
{
	in_host "$1" python3 -c "
import socket
for i in range($2):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b'hello', ('10.0.0.1', 5300 + i))
" || fail "no datagrams"
}
all_there() { [ "$(cat same* | grep -c '^{"first".*"udp".*}$')" = 20 ]; }
refused() # WORDS REGEX
{
	ask isp "set flows $1" > said 2>&1 || true
	grep -q -e "$2" said || fail "set flows $1: $(cat said)"
}
files_cleanup() { net_end; }

atf_test_case many cleanup
many_head() { net_head "two workers, more flows than there is room for"; }
many_body()
{
	two_begin
	isp_conf 'set lb workers 2' "set flows $PWD/isp.flows max 256"
	two_start
	was=$(memory isp)
	crowd c1 > crowd.1 2>&1 &
	first=$!
	crowd c2 > crowd.2 2>&1 || fail "$(cat crowd.2)"
	wait "$first" || fail "$(cat crowd.1)"
	now=$(memory isp)
	case $PPP_BUILD in
	*/asan | */tsan) ;;	# theirs grows, too
	*) [ "$now" -le $((was + 20480)) ] || fail "memory: $was, $now KB";;
	esac
	in_host isp cat /proc/net/snmp > snmp
	ask isp 'show flows' > said
	grep -q ' replaced for want of room' said || fail "$(cat said)"
	ask isp 'show lanes csv' > lanes
	ask isp 'show flows sessions json' > all.json
	flows isp
	ask isp 'show flows top 30 json' > top.json
	ask isp 'set flows off' > off
	until_true 20 grep -q ',off,' isp.flows || fail "nothing is written"
	wants <<-'END'
	import csv, json, re
	m = re.search(r"Now: *(\d+) of (\d+), (\d+) KB", open("said").read())
	live, room = int(m[1]), int(m[2])
	assert 100 < live <= room, m[0]
	# A lane each: both tables are in use.
	assert len(json.load(open("all.json"))) == 2
	def octets(name):
	    rows = json.load(open(name))
	    return [r["c_bytes_ip"] + r["s_bytes_ip"] for r in rows]
	assert octets("top.json") == octets("isp.json")[:30]
	assert octets("isp.json") == sorted(octets("isp.json"), reverse=True)
	rows = list(csv.DictReader(open("isp.flows")))
	udp = [r for r in rows if r["proto"] == "udp"]
	lost = int(re.search(r"Lost: *(\d+)", open("said").read())[1])
	for sid in {r["sid"] for r in udp}:
	    mine = [r for r in udp if r["sid"] == sid]
	    assert len({r["c_port"] for r in mine}) > 1000, len(mine)
	n = sum(int(r["c_pkts_all"]) for r in udp)
	sent = sum(int(open("crowd.%d" % c).read()) for c in (1, 2))
	# What no queue before had room for did not come; this is what did.
	udp_row = [l.split() for l in open("snmp") if l.startswith("Udp: ")]
	came = int(udp_row[1][udp_row[0].index("NoPorts")])
	assert len({r["sid"] for r in udp}) == 2
	assert came > 2000 and came - lost <= n <= sent, (came, lost, n, sent)
	assert {r["end"] for r in udp} >= {"replaced", "off"}
	END
}
# crowd NAME - one datagram from each of 3,000 ports, of many sizes
crowd()
{
	in_host "$1" python3 -c "
import socket, time
n = 0
for i in range(3000):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('', 20000 + i))
    s.sendto(b'x' * (i % 500), ('10.0.0.1', 53))
    s.close()
    n += 1
    if i % 50 == 0:
        time.sleep(0.01)
print(n)
"
}
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$(ppp_pid "$1")/status"; } # KB
many_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case tcp
	atf_add_test_case files
	atf_add_test_case many
}
