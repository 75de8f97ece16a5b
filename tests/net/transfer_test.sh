#! /usr/bin/env atf-sh
# pppoetest server and client: a transfer through a session, judged by both.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

server_up() # ARG ...
{
	in_host isp sh -c 'echo $$ > server.pid; exec "$@"' sh \
	    "$PPP_BUILD/pppoetest" -m server -p 9001 "$@" \
	    > served 2> served.err < /dev/null &
	job=$!
	until_true 20 eval 'in_host isp ss -tln | grep -q :9001' ||
		fail "no server: $(cat served.err)"
}

server_ends() # CODE
{
	kill -INT "$(cat server.pid)"
	code=0
	wait "$job" || code=$?
	[ "$code" = "$1" ] || fail "server: exit $code: $(cat served.err)"
}

client() # CODE ARG ...
{
	local want
	want=$1
	shift
	in_host home "$PPP_BUILD/pppoetest" -m client -p 9001 "$@" \
	    > said 2> errors < /dev/null
	code=$?
	[ "$code" = "$want" ] || fail "$*: exit $code: $(cat errors said)"
}

begin() # LINE ... of the concentrator
{
	pair_begin
	isp_conf 'enable chap' "$@"
	home_conf
	isp_start
	home_start -ddial
}

atf_test_case transfer cleanup
transfer_head() { net_head "TCP and UDP, both ways, the same verdict twice"; }
transfer_body()
{
	local f n
	begin
	server_up
	PPPOE_FRAMES='pppoes and udp'
	capture_start home eth1
	client 0 -h 10.0.0.1 --blocks 40 -b 30000
	for f in said served; do
		for n in 'TCP upload' 'TCP download' 'UDP upload' \
		    'UDP download'; do
			grep -q "^✓ $n: PASSED, 40 of 40 blocks, 0 damaged" \
			    $f || fail "$f: $n: $(cat $f)"
		done
		atf_check_equal 4 "$(grep -c '^Checksum (crc32): MATCH$' $f)"
	done
	# both print the same sums
	grep -e Client -e Server said > a
	grep -e '│ Client' -e '│ Server' served > b
	diff -u a b >&2 || fail "the two sides differ"
	atf_check_equal 8 "$(wc -l < a)"
	grep -q -x 'Connected to 10.0.0.1:9001' said || fail "$(cat said)"
	atf_check_equal 4 "$(grep -c -x 'Through: tun0' said)"
	printf '%s\n' 'Server listening on port 9001' \
	    'Waiting for client connections...' > want
	head -n 2 served | diff -u want - >&2 || fail "$(cat served)"
	capture_stop home eth1
	# the blocks were inside PPPoE frames, each in its own datagram
	atf_check_equal 80 "$(seen home eth1 'udp.length == 1468' | grep -c .)"
	ask isp 'show sessions rx-bytes,tx-bytes' | tail -n 1 > bytes
	awk '$1 < 1200000 || $2 < 1200000 { exit 1 }' bytes ||
		fail "octets in the session: $(cat bytes)"
	heard
	client 0 -h 10.0.0.1 --proto tcp --direction down --blocks 30 \
	    --checksum-algo sha256 --format json
	python3 - <<-'END' || fail "$(cat said)"
	import json
	v = json.load(open("said"))
	assert v["type"] == "test_complete" and v["test"] == "TCP download", v
	assert v["client"] == v["server"] and v["client"]["blocks"] == 30, v
	assert len(v["client"]["checksum"]) == 64, v
	assert v["block_size"] == 65536 and v["missing"] == [], v
	assert v["status"] == "passed" and v["mbit_per_second"] > 0, v
	END
	client 0 -h 10.0.0.1 --proto udp --blocks 5 --checksum-algo md5 \
	    --format tap
	printf '%s\n' 1..2 'ok 1 - UDP upload' 'ok 2 - UDP download' > want
	diff -u want said >&2 || fail tap
	server_ends 0
}
transfer_cleanup() { net_end; }

# The concentrator lets little through: both sides name what is missing.
atf_test_case lossy cleanup
lossy_head() { net_head "blocks that never came"; }
lossy_body()
{
	local f
	begin 'set rate 1m 1m'
	server_up
	client 1 -h 10.0.0.1 --proto udp --direction up --blocks 500 \
	    --rate-limit 100
	for f in said served; do
		grep -q '^✗ UDP upload: FAILED, [0-9]* of 500 blocks' $f ||
			fail "$f: $(cat $f)"
		grep -q '^Checksum (crc32): MISMATCH$' $f || fail "$(cat $f)"
		grep -q '^Missing: block [0-9]* at offset [0-9]*$' $f ||
			fail "$(cat $f)"
	done
	server_ends 1
}
lossy_cleanup() { net_end; }

# Two of 800 become something else on their way, by their number. A packet
# that a filter drops would be an error of send(2), or joined with others.
atf_test_case two cleanup
two_head() { net_head "798 of 800 blocks"; }
two_body()
{
	command -v nft > /dev/null || atf_skip "no nft"
	begin
	server_up --format jsonl
	# behind UDP's header: magic, run, the number of the block
	in_host home nft -f - <<-'END' || fail "no filter"
	table ip lossy {
		chain out {
			type filter hook output priority 0;
			@th,64,32 0x50505045 @th,128,32 17 @th,64,32 set 0
			@th,64,32 0x50505045 @th,128,32 400 @th,64,32 set 0
		}
	}
	END
	client 1 -h 10.0.0.1 --proto udp --direction up --rate-limit 60
	grep -q '^✗ UDP upload: FAILED, 798 of 800 blocks, 0 damaged' said ||
		fail "$(cat said)"
	grep '^Missing' said > missing
	printf 'Missing: block %d at offset %d\n' 17 23800 400 560000 |
		diff -u - missing >&2 || fail "$(cat said)"
	grep -q '2 of 800 blocks are missing, the first is 17' errors ||
		fail "$(cat errors)"
	server_ends 1
	python3 - <<-'END' || fail "$(cat served)"
	import json
	v = [json.loads(l) for l in open("served")]
	b = [e["block"] for e in v if e["type"] == "transfer_block"]
	assert b == [17, 400], v
	assert [e["code"] for e in v if e["type"] == "error"] == \
	    ["MISSING_BLOCKS"], v
	assert v[-1]["type"] == "test_complete", v
	assert v[-1]["server"]["blocks"] == 798, v
	assert v[-1]["status"] == "failed", v
	END
}
two_cleanup() { net_end; }

atf_test_case guarded cleanup
guarded_head() { net_head "passwords, networks, several at once, files"; }
guarded_body()
{
	pair_begin
	ip -n "$(ns isp)" addr add 192.0.2.1/24 dev eth0
	ip -n "$(ns home)" addr add 192.0.2.2/24 dev eth1
	in_host isp sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0
	in_host home sysctl -qw net.ipv6.conf.eth1.disable_ipv6=0
	ip -n "$(ns isp)" addr add fd00::1/64 dev eth0 nodad
	ip -n "$(ns home)" addr add fd00::2/64 dev eth1 nodad
	# the server comes later than the client
	in_host home "$PPP_BUILD/pppoetest" client -h 192.0.2.1 \
	    --any-interface --proto tcp --direction down --blocks 20 \
	    -P tulip --reconnect-interval 1 > early 2> early.err &
	early=$!
	until_true 20 grep -q 'again in 1 s' early.err ||
		fail "$(cat early.err)"
	server_up -P tulip --accept 192.0.2.0/30 --accept fd00::/8 \
	    --max-clients 1
	wait $early || fail "$(cat early early.err)"
	client 3 -h 192.0.2.1 --any-interface
	grep -q 'wants a password' errors || fail "$(cat errors)"
	client 3 -h 192.0.2.1 --any-interface -P rose --format json
	grep -q '"code":"HANDSHAKE_FAILED".*wrong password' said ||
		fail "$(cat said errors)"
	# a file, with a checksum that others make, too
	head -c 100000 "$PPP_BUILD/ppp" > file
	client 0 -h 192.0.2.1 --any-interface -P tulip -f file -b 1000 \
	    --checksum-algo fletcher32 -D
	grep -q 'TCP upload: PASSED, 100 of 100' said || fail "$(cat said)"
	grep -q '^pppoetest: said: {"type":"TEST_REQUEST"' errors ||
		fail "$(cat errors)"
	! grep -q tulip errors || fail "the password is told"
	client 0 -h fd00::1 --any-interface -P tulip --direction up \
	    --blocks 20
	grep -q 'UDP upload: PASSED, 20 of 20' said || fail "$(cat said)"
	client 2 -h 192.0.2.1 -P tulip -f file --direction down
	client 2 -h 192.0.2.1 -f nonesuch
	# one is there; a second is turned away
	in_host home "$PPP_BUILD/pppoetest" client -h 192.0.2.1 -P tulip \
	    --any-interface --proto udp --direction up --rate-limit 1 \
	    --blocks 5000 --heartbeat-interval 1 -D > one 2> one.err &
	one=$!
	until_true 20 grep -q 'said: .*"type":"TEST_PROGRESS"' one.err ||
		fail "$(cat one.err)"
	client 3 -h 192.0.2.1 --any-interface -P tulip
	grep -q 'as many clients as may be' errors || fail "$(cat errors)"
	# it is over: the one who is there hears that
	server_ends 1
	code=0
	wait $one || code=$?
	[ "$code" = 3 ] || fail "exit $code: $(tail -n 3 one.err)"
	grep -q 'the other side closed' one.err || fail "$(cat one.err)"
	server_up --accept 192.0.2.128/25
	client 3 -h 192.0.2.1 --any-interface
	grep -q 'not from this address' errors || fail "$(cat errors)"
	server_ends 0
	in_host isp "$PPP_BUILD/pppoetest" server --require-auth \
	    2> errors && fail "no password"
	grep -q -e '-P PASSWORD' errors || fail "$(cat errors)"
}
guarded_cleanup() { net_end; }

atf_test_case answers cleanup
answers_head() { net_head "nobody there, no session, strangers"; }
answers_body()
{
	pair_begin
	ip -n "$(ns isp)" addr add 192.0.2.1/24 dev eth0
	ip -n "$(ns home)" addr add 192.0.2.2/24 dev eth1
	client 3 -h 192.0.2.1
	grep -q '^pppoetest: ' errors || fail "not a word"
	server_up
	# not through a session: said, unless it is meant
	client 1 -h 192.0.2.1 --format json
	grep -q '"code":"TEST_REJECTED"' said || fail "$(cat said)"
	client 0 -h 192.0.2.1 --any-interface --proto tcp --blocks 3
	# what is no client gets nowhere, and hurts nobody
	for w in '' '{' '[]' '{"type":5}' '{"type":"TEST_REQUEST"}' \
	    '{"type":"HANDSHAKE","payload":{}}
{"type":"TEST_REQUEST","payload":{"protocol":"tcp","direction":"up",
"blocks":99999999}}'; do
		printf '%s\n' "$w" | in_host home timeout 5 \
		    socat - TCP:192.0.2.1:9001 > /dev/null 2>&1 || true
	done
	client 0 -h 192.0.2.1 --any-interface --proto udp --blocks 3
	server_ends 1
	# what a server says does nothing to the terminal
	cat > words <<-'END'
	{"type":"ERROR","payload":{"code":"X","message":"a\u001b[2Jb"}}
	END
	in_host isp socat TCP-LISTEN:9001,reuseaddr \
	    SYSTEM:'read x; cat words' &
	until_true 20 eval 'in_host isp ss -tln | grep -q :9001' ||
		fail "no impostor"
	client 3 -h 192.0.2.1 --any-interface
	grep -q 'the other side: a?\[2Jb$' errors || fail "$(cat -A errors)"
	for a in '-p 0' '-p x' '--blocks 0' '-b 70000' '--proto icmp' \
	    '--direction out' '--checksum-algo sha1' '--timeout 0' \
	    '--rate-limit -1'; do
		# shellcheck disable=SC2086
		client 2 -h 192.0.2.1 $a
		grep -q '^pppoetest: ' errors || fail "$a: $(cat errors)"
	done
}
answers_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case transfer
	atf_add_test_case lossy
	atf_add_test_case two
	atf_add_test_case guarded
	atf_add_test_case answers
}
