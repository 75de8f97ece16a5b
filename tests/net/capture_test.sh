#! /usr/bin/env atf-sh
# `set capture`: what both sides write is what was on the wire, and tshark
# reads the story of a session out of it.  The files are HOST.cap.pcap, so
# that judge, seen and the others take "HOST cap".
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

file() { echo "$PWD/$1.cap.pcap"; } # NAME

# What Wireshark shows a session by, in both languages.
STORY='pppoed or lcp or ipcp or pap or chap'

# tells NAME STEP ... - the story: each step is first seen after the one
# before. NAME.story: step, frame number, direction, comment.
tells()
{
	local h step at last
	h=$1 last=0
	shift
	tshark -n -r "$(file "$h")" -Y "$STORY" -T fields -E separator='|' \
	    -e frame.number -e pppoe.code -e ppp.protocol -e ppp.code \
	    -e pap.code -e frame.packet_flags_direction -e frame.comment \
	    2> tshark.err | awk -F '|' '
	BEGIN {
		n[9] = "PADI"; n[7] = "PADO"; n[25] = "PADR"
		n[101] = "PADS"; n[167] = "PADT"
		p["0xc021"] = "LCP"; p["0xc023"] = "PAP"
		p["0x8021"] = "IPCP"
		v["0x07"] = 7; v["0x09"] = 9; v["0x19"] = 25
		v["0x65"] = 101; v["0xa7"] = 167
	}
	{
		step = $2 == "0x00" ? p[$3] " " $4 $5 : n[v[$2]]
		dir = $6; sub(/^0x0*/, "", dir)
		print step, $1, dir, $7
	}' > "$h.story"
	for step in "$@"; do
		at=$(grep -m 1 "^$step [0-9]" "$h.story" |
			sed "s/^$step \([0-9]*\).*/\1/")
		if [ "${at:-0}" -le "$last" ]; then
			cat tshark.err "$h.story" >&2
			fail "$h: $step is not in its place"
		fi
		last=$at
	done
}

# holds NAME TEXT - its file has these octets
holds() { grep -q -a -F -e "$2" "$(file "$1")"; }

# hex FILE EXPRESSION - its frames in hexadecimal, one a line, sorted: both
# ends send at once, and who was first depends on where one stands.
hex()
{
	tcpdump -r "$1" -t -n -q -xx "$2" 2> err |
		awk '/^\t0x/ { sub(/.*: */, ""); f = f $0; next }
		    f != "" { print f; f = "" }
		    END { print f }' | sort
}

# The wire as tcpdump saw it and as NAME wrote it: the same frames, each as
# often, of those that pass the expression.
same_frames() # NAME EXPRESSION
{
	hex home.eth1.pcap "$2" > wire.hex
	hex "$(file "$1")" "$2" > ours.hex
	[ "$(wc -l < wire.hex)" -gt 3 ] || fail "tcpdump: $(cat err)"
	cmp wire.hex ours.hex >&2 || {
		diff wire.hex ours.hex | head -n 20 >&2
		fail "$1: not the frames of the wire"
	}
}

quit_both()
{
	ppp_stop home
	ppp_stop isp
	capture_stop home eth1
}

# sanitize: asan tsan
atf_test_case story cleanup
story_head() { net_head "PADI to PADT with PAP, on both sides; one masked"; }
story_body()
{
	pair_begin
	isp_conf 'enable pap' "set capture $(file isp) mask"
	home_conf 'accept pap' 'enable echo' 'set echoperiod 1' \
	    "set capture $(file home)"
	capture_start home eth1
	isp_start
	home_start -ddial
	comes_to_say home 'show proto' 'LCP'
	until_true 20 echoed || fail "no echo in the capture"
	says isp 'show capture' "^Capture $(file isp): running"
	says isp 'show capture' 'PPP control packets; secrets masked'
	quit_both
	for h in isp home; do
		tells "$h" PADI PADO PADR PADS 'LCP 1' 'LCP 2' 'PAP 1' \
		    'PAP 2' 'IPCP 1' 'IPCP 2' 'LCP 9' 'LCP 10' 'LCP 5' PADT
		[ "$(stat -c %a "$(file "$h")")" = 600 ] ||
			fail "others may read $h's capture"
	done
	# Who sent it is told, too.
	for h in 'home 2' 'isp 1'; do
		grep -q "^PAP 1 .* ${h#* } " "${h% *}.story" ||
			fail "direction: $(cat "${h% *}.story")"
	done
	# All of it is control: the display filter shows each frame but those
	# of IPv6 and compression.
	judge_none home cap "_ws.malformed || !($STORY or ipv6cp or ccp)"
	same_frames home 'not (pppoes and (ip or ip6))'
	holds home secret || fail "the password is missing at home"
	! holds isp secret || fail "the password stands in a masked capture"
	judge_seen isp cap 'pap.password == "******"'
	grep -q '^IPCP 1 .* label isp, deflink, session [0-9]* of [0-9a-f:]*$' \
	    home.story || fail "comments: $(cat home.story)"
	grep -q '^IPCP 1 .* label server, fred, session [0-9]* of [0-9a-f:]*$' \
	    isp.story || fail "comments: $(cat isp.story)"
	capinfos "$(file isp)" > said
	grep -q 'ppp' said || fail "$(cat said)"
}
echoed() # what is written comes within moments
{
	[ "$(tshark -n -r "$(file home)" -Y 'lcp && ppp.code == 10' \
	    2>/dev/null | grep -c .)" -ge 1 ]
}
story_cleanup() { net_end; }

# sanitize: asan tsan
atf_test_case live cleanup
live_head() { net_head "begun and ended at the prompt, data and all, CHAP"; }
live_body()
{
	pair_begin
	isp_conf 'enable chap'
	home_conf
	capture_start home eth1
	isp_start
	home_start -ddial
	says isp 'show capture' '^No capture'
	says isp 'show capture json' '^{}'
	ask isp "set capture $(file isp) all" > said
	ask home "set capture $(file home) filter $STORY mask" \
	    > said
	pings home 10.0.0.1 -s 1000
	ask home close
	wait_down home
	ask home open
	wait_up home
	pings isp "$(address home)"
	ask isp 'set capture off' > said
	ask home 'set capture off' > said
	comes_to_say isp 'show capture' '^No capture'
	quit_both
	judge_none isp cap _ws.malformed
	judge_seen isp cap icmp 12
	tcpdump -r home.eth1.pcap -w icmp.pcap 'pppoes and ip proto 1' \
	    2>/dev/null
	mv icmp.pcap home.eth1.pcap
	same_frames isp 'pppoes and ip proto 1'
	judge_none home cap "!($STORY)"
	judge_seen home cap 'chap.code == 2 && chap.name == "fred"'
	judge_none home cap '(chap.code == 1 || chap.code == 2) &&
	    !(chap.value == 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00)'
	judge_seen isp cap 'chap.code == 2 &&
	    !(chap.value == 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00)'
	seen isp cap icmp -T fields -e frame.comment > said
	grep -q '^label server, fred, session' said || fail "$(cat said)"
}
live_cleanup() { net_end; }

atf_test_case limits cleanup
limits_head() { net_head "count, size and time end a capture, and it says so"; }
limits_body()
{
	pair_begin
	isp_conf 'enable chap' "set capture $(file isp) all count 5"
	home_conf
	isp_start
	home_start -foreground
	comes_to_say isp 'show capture' 'ended, enough frames'
	says isp 'show capture' '^ Written: 5 frames'
	wait_log isp 'Capture into .* has ended: enough frames'
	[ "$(seen isp cap frame | grep -c .)" -eq 5 ] ||
		fail "not 5 frames"
	ask isp "set capture $(file isp) all size 5k" > said
	in_host home ping -q -c 30 -i 0.02 -s 500 10.0.0.1 > said 2>&1 || true
	comes_to_say isp 'show capture' 'ended, the file has its size'
	[ "$(stat -c %s "$(file isp)")" -le 5000 ] || fail "larger than 5k"
	judge_seen isp cap icmp 5
	ask isp "set capture $(file isp) time 1" > said
	comes_to_say isp 'show capture' 'ended, its time is over'
	# The same command once more begins anew.
	ask isp "set capture $(file isp) time 600" > said
	says isp 'show capture' 'running'
	ask isp 'show capture json' > said
	python3 - > py.out 2>&1 <<-'END' || fail "$(cat said py.out)"
	import json
	v = json.load(open("said"))
	assert v["state"] == "running" and v["what"] == "control", v
	assert v["limits"] == {"frames": None, "octets": 100000000,
	                       "seconds": 600}, v
	assert v["lost"] == 0 and v["mask"] is False, v
	END
}
limits_cleanup() { net_end; }

atf_test_case some cleanup
some_head() { net_head "one MAC, one session, one kind, tags of VLANs"; }
some_body()
{
	net_begin
	host isp home
	wire isp eth0 home eth1 1508
	secret 'fred secret'
	isp_conf 'set lb interface eth0 vlan 100:7' 'enable chap'
	home_conf 'set device PPPoE:eth1.100.7'
	isp_start
	ask isp "set capture $(file isp) discovery mac $(mac home eth1)" > said
	ask isp 'show capture' > said
	home_start -ddial
	ask home close
	wait_down home
	ask isp "set capture $PWD/none.cap.pcap all mac 02:00:00:00:00:99" \
	    > said
	ask home open
	wait_up home
	sid=$(ask isp 'show sessions sid' | awk 'NR == 2 { print $1 }')
	ask isp "set capture $PWD/one.cap.pcap all session $sid" > said
	pings home 10.0.0.1
	ask isp "set capture $PWD/two.cap.pcap all session $((sid % 9 + 1))" \
	    > said
	pings home 10.0.0.1
	ask home close
	wait_down home
	ask isp "set capture $PWD/lcp.cap.pcap all filter \"lcp or pppoed\"" \
	    > said
	ask home open
	wait_up home
	ask isp 'set capture off' > said
	comes_to_say isp 'show capture' '^No capture'
	judge_order isp cap 'pppoe.code == 0x09' 'pppoe.code == 0x07' \
	    'pppoe.code == 0x19' 'pppoe.code == 0x65' 'pppoe.code == 0xa7'
	judge_none isp cap '!pppoed'
	judge_none isp cap '!(ieee8021ad.id == 100 && vlan.id == 7)'
	judge_none none cap frame
	judge_seen one cap icmp 6
	judge_none one cap "!(pppoe.session_id == $sid)"
	judge_none two cap frame
	judge_order lcp cap 'pppoe.code == 0x09' 'pppoe.code == 0x65' lcp
	judge_none lcp cap '!(lcp or pppoed)'
}
some_cleanup() { net_end; }

atf_test_case refused cleanup
refused_head() { net_head "files that are no place for a capture"; }
refused_body()
{
	pair_begin
	isp_conf 'enable chap'
	isp_start
	echo precious > "$PWD/text"
	ln -s "$PWD/text" "$PWD/link"
	mkfifo "$PWD/fifo"
	refused "$PWD/link" 'it is a symbolic link'
	refused "$PWD/text" 'it exists and is no capture'
	refused "$PWD/fifo" 'it is no regular file'
	refused "$PWD/none/x" 'No such file or directory'
	refused "$PWD" 'Is a directory'
	refused x.pcapng 'whole path'
	mkdir -m 700 "$PWD/his"
	chown 12345 "$PWD/his"
	refused "$PWD/his/x" "Permission denied (the running program may"
	refused '/tmp/x filter "host a.example"' 'names are not looked up'
	refused '/tmp/x filter "host 10.0.0.1 and"' 'syntax error'
	refused '/tmp/x mac 1' 'no MAC address'
	refused '/tmp/x session 0' 'not 1 to 65535'
	refused '/tmp/x size 1' 'not 4096 to'
	refused '/tmp/x sometimes' 'usage:'
	says isp 'show capture' '^No capture'
	[ "$(cat text)" = precious ] || fail "the file was touched"
	home_conf
	home_start -foreground
}
refused() # WORDS REGEX
{
	ask isp "set capture $1" > said 2>&1 || true
	grep -q -e "$2" said || fail "set capture $1: $(cat said)"
}
refused_cleanup() { net_end; }

atf_test_case line cleanup
line_head() { net_head "a line that is no Ethernet: PPP frames"; }
line_body()
{
	net_begin
	host home isp
	secret 'fred secret'
	conf isp <<-END
	in:
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.19
	 set capture $(file isp) mask
	END
	in_host isp socat "UNIX-LISTEN:$PWD/line,fork" \
	    EXEC:"$PPP_BUILD/ppp -C $PWD/isp/etc -direct in" \
	    > socat.err 2>&1 < /dev/null &
	until_true 10 test -S line || atf_fail "socat does not listen"
	home_conf "set device \"!socat - UNIX-CONNECT:$PWD/line\"" \
	    'disable deflate pred1 mppe vjcomp' \
	    'deny deflate pred1 mppe vjcomp' \
	    "set capture $(file home) all filter not ip host 10.9.9.9"
	ppp_start home -ddial isp
	wait_up home
	pings home 10.0.0.1
	ppp_stop home
	judge_none home cap '_ws.malformed || !ppp'
	judge_seen home cap icmp 6
	judge_seen home cap 'chap.code == 2'
	judge_none home cap 'frame.comment != "label isp, deflink"'
	until_true 30 isp_wrote 'ipcp && ppp.code == 2' ||
		fail "no IPCP in isp's capture"
	judge_none isp cap '_ws.malformed || icmp'
	judge_none isp cap 'chap.code == 2 &&
	    !(chap.value == 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00)'
}
isp_wrote() { tshark -n -r "$(file isp)" -Y "$1" 2> /dev/null | grep -q .; }
line_cleanup() { net_end; }

atf_test_case full cleanup
full_head() { net_head "the disk is full: the capture ends, no session does"; }
full_body()
{
	pair_begin
	mkdir small
	mount -t tmpfs -o size=16k none small || atf_skip "no tmpfs here"
	isp_conf 'enable chap' "set capture $PWD/small/x all"
	home_conf
	isp_start
	home_start -foreground
	pinging home 10.0.0.1 200
	comes_to_say isp 'show capture' 'ended, No space left on device'
	pinged home
	wait_log isp 'Capture into .* has ended: No space left'
	ask isp 'show capture json' > said
	grep -q '"state": *"ended"' said || fail "$(cat said)"
	cp small/x isp.cap.pcap
	# What is there can be read up to the frame that did not fit.
	tshark -n -r isp.cap.pcap icmp 2> /dev/null | grep -q . ||
		fail "nothing in the file"
}
full_cleanup()
{
	net_end
	umount small 2> /dev/null || true
}

# The writer stands still, as it does on a disk that does not answer: the
# prompt, the sessions and the next capture go on, and no frame of a file is
# lost for it.
atf_test_case slow cleanup
slow_head() { net_head "a slow disk: nobody waits, both files are whole"; }
slow_body()
{
	pair_begin
	isp_conf 'enable chap' "set capture $PWD/one.cap.pcap all"
	home_conf
	isp_start
	home_start -foreground
	comes_to_say isp 'show capture' 'Written: [1-9]'
	tid=$(cd /proc/"$(ppp_pid isp)"/task && grep -l -x 'ppp: capture' \
	    ./*/comm | tr -dc '0-9')
	"$PPP_BUILD/tests/net/freeze_tool" "$tid" > frozen 2>&1 &
	frozen=$!
	until_true 10 grep -q 'stands still' frozen || fail "$(cat frozen)"
	pings home 10.0.0.1 -s 600
	ask isp 'set capture off' > said
	[ ! -s said ] || fail "$(cat said)"
	says isp 'show capture' ': off, the last frames are being written'
	says isp 'show capture json' '"state": *"off"'
	pings home 10.0.0.1 -s 700
	ask isp "set capture $PWD/two.cap.pcap all" > said
	[ ! -s said ] || fail "$(cat said)"
	says isp 'show capture' 'two.cap.pcap: running'
	pings home 10.0.0.1 -s 800
	says isp 'show capture' 'Written: 0 frames'
	kill $frozen
	comes_to_say isp 'show capture' 'Written: [1-9]'
	pings home 10.0.0.1 -s 900
	ask isp 'set capture off' > said
	comes_to_say isp 'show capture' '^No capture'
	for c in 'one 628' 'two 828' 'two 928'; do
		judge_seen "${c% *}" cap "icmp && ip.len == ${c#* }" 6
	done
	judge_none one cap '_ws.malformed || ip.len > 628'
	judge_none two cap '_ws.malformed || (icmp && ip.len < 828)'
	judge_order one cap 'pppoe.code == 0x09' 'pppoe.code == 0x65' icmp
}
slow_cleanup() { net_end; }

# Each lane has a ring of its own: one file of all workers, in the order of
# time, each frame once, whoever serves the lane meanwhile.
# sanitize: asan tsan
atf_test_case workers cleanup
workers_head() { net_head "several workers, one file"; }
workers_body()
{
	local c pings
	net_begin
	host isp lan
	wire isp eth0 lan e0
	printf 'fred%d secret\n' 1 2 3 4 | conf isp ppp.secret
	conf isp <<-END
	default:
	 set log Phase
	server:
	 set lb interface eth0
	 set lb workers 2
	 set lb padirate 2000 100
	 set governor max 4
	 set governor drain 0 migrate
	 enable chap
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 set capture $(file isp) all
	 set server /var/run/ppp.sock ""
	END
	for c in 1 2 3 4; do
		host "c$c"
		wire "c$c" eth1 lan "e$c"
		printf 'isp:\n set device PPPoE:eth1\n%s\n%s\n' \
		    " set authname fred$c" ' set authkey secret' |
			conf "c$c"
	done
	switch lan e0 e1 e2 e3 e4
	capture_start isp eth0
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
	for c in 1 2 3 4; do
		ppp_start "c$c" -foreground isp
		wait_up "c$c"
	done
	pings=
	for c in 1 2 3 4; do
		in_host "c$c" ping -q -c 100 -i 0.02 10.0.0.1 > "ping.$c" &
		pings="$pings $!"
	done
	for c in 1 0; do
		ask isp "lb remove $c" > said
		[ ! -s said ] || fail "$(cat said)"
		ask isp 'lb add' > said
	done
	for c in $pings; do
		wait "$c" || fail "$(cat ping.*)"
	done
	ask isp 'show stats' > said
	grep -q '^Lanes handed over: [1-9]' said || fail "$(cat said)"
	ppp_stop isp
	capture_stop isp eth0
	mv isp.eth0.pcap home.eth1.pcap		# the wire
	same_frames isp 'pppoes and ip'
	same_frames isp 'pppoed'
	judge_none isp cap '_ws.malformed || frame.time_delta < 0'
	judge_seen isp cap icmp 800
	for c in 1 2 3 4; do
		seen isp cap "icmp && frame.comment contains \"fred$c,\"" \
		    > said
		atf_check_equal 200 "$(grep -c . said)"
	done
}
workers_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case story
	atf_add_test_case live
	atf_add_test_case limits
	atf_add_test_case some
	atf_add_test_case refused
	atf_add_test_case line
	atf_add_test_case full
	atf_add_test_case slow
	atf_add_test_case workers
}
