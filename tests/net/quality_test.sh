#! /usr/bin/env atf-sh
# `set quality' over wires that delay and lose real frames: what `show quality'
# says of them, and who ends a link whose answers do not come.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"

# long_wire MS LOSE - from home's eth1 to isp's eth0, by way of host way; LOSE
# is about answers of home's
long_wire()
{
	net_begin
	host isp home way
	wire home eth1 way west
	wire isp eth0 way east
	secret 'fred secret'
	in_host way setsid "$PPP_BUILD/tests/net/wire_tool" west east "$1" \
	    "$2" > wire.out 2>&1 < /dev/null &
	until_true 20 grep -q ready wire.out || atf_skip "no packet sockets"
}

the_wire() { kill -s "$1" "$(sed -n 's/^ready //p' wire.out)"; } # SIGNAL

# cell FILE ROW COLUMN - of CSV
cell()
{
	awk -F , -v row="$2" -v name="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
		NR == row + 1 { print $at }' "$1"
}

# is FILE ROW COLUMN TEST - an expression of awk about x
is()
{
	cell "$1" "$2" "$3" | grep -q . || fail "$1 $2: no $3: $(cat "$1")"
	awk -v x="$(cell "$1" "$2" "$3")" "BEGIN { exit !($4) }" ||
		fail "$1 $2: $3 is not $4: $(cat "$1")"
}

enough() # NAME PROBES: so many were sent
{
	ask "$1" 'show quality csv' > "$1.csv"
	[ "$(cell "$1.csv" 1 sent || echo 0)" -ge "$2" ]
}

atf_test_case measured cleanup
measured_head() { net_head "delay, loss of one side only; csv, json, course"; }
measured_body()
{
	long_wire 20 3
	isp_conf 'enable chap' 'set quality 3 3'
	home_conf 'set quality 3 3'
	isp_start
	says isp 'show quality' '^Nothing is measured yet'
	home_start -ddial
	until_true 30 enough isp 6 || fail "isp: $(cat isp.csv)"
	until_true 30 enough home 6 || fail "home: $(cat home.csv)"
	# each third answer of home's is lost: isp misses it, home nothing
	is isp.csv 1 loss_percent 'x >= 33.3'
	is isp.csv 1 lost 'x >= 2'
	is home.csv 1 loss_percent "x < $(cell isp.csv 1 loss_percent)"
	for h in isp home; do
		is $h.csv 1 min_ms 'x >= 40'	# there and back
		is $h.csv 1 q1_ms "x >= $(cell $h.csv 1 min_ms)"
		is $h.csv 1 median_ms "x >= $(cell $h.csv 1 q1_ms)"
		is $h.csv 1 q3_ms "x >= $(cell $h.csv 1 median_ms)"
		is $h.csv 1 max_ms "x >= $(cell $h.csv 1 q3_ms)"
		is $h.csv 1 mdev_ms 'x >= 0'
		is $h.csv 1 jitter_ms 'x >= 0'
	done
	atf_check_equal fred "$(cell isp.csv 1 user)"
	atf_check_equal "$(mac home eth1)" "$(cell isp.csv 1 peer)"
	# the course: its steps, each of three seconds
	for who in fred "$(mac home eth1)"; do
		ask isp "show quality $who csv" > course.csv
		is course.csv 2 seconds 'x == 3'
		is course.csv 2 sent 'x == 3'
	done
	ask isp 'show quality fred json' | jq -e '
	    all(.[]; .sent == 3 and .user == "fred" and
		(.lost == 3 or .min_ms >= 40)) and
	    length >= 2' > /dev/null || fail "$(ask isp 'show quality json')"
	says isp 'show quality wilma' '^wilma: not measured$'
	# another step is another series, and off is off; both without a fall
	ask isp 'set quality 2 2'
	until_true 30 other_step || fail "isp: $(cat isp.csv)"
	ask isp 'set quality off'
	comes_to_say isp 'show quality' '^Nothing is measured yet'
	atf_check_equal 1 "$(times isp 'fred: up')"
}
other_step() { enough isp 2 && [ "$(cell isp.csv 1 sent)" -lt 6 ]; }
measured_cleanup() { net_end; }

# sanitize: asan tsan
atf_test_case worst cleanup
worst_head() { net_head "the worst line comes first"; }
worst_body()
{
	long_wire 20 2
	host near
	wire isp eth2 near eth1
	isp_conf 'set lb interface eth2' 'enable chap' 'set quality 2 2'
	secret 'fred secret' 'wilma secret'
	home_conf
	sed 's/fred/wilma/' home/etc/ppp.conf | conf near
	isp_start
	home_start -ddial
	ppp_start near -ddial isp
	wait_up near
	until_true 30 both || fail "isp: $(cat isp.csv)"
	ask isp 'show quality worst 1 csv' > worst.csv
	atf_check_equal 2 "$(grep -c . worst.csv)"
	atf_check_equal fred "$(cell worst.csv 1 user)"
	ask isp 'show quality worst 7 jsonl' > all
	atf_check_equal 2 "$(grep -c . all)"
	sed 1q all | grep -q '"user":"fred"' || fail "$(cat all)"
	says isp 'show quality worst 0' 'not a number of sessions'
	# the course of the worst: its steps, nobody else's
	until_true 30 course_of isp 2
	atf_check_equal "fred " "$(awk -F , 'NR > 1 { print $4 }' course.csv |
		sort -u | tr '\n' ' ')"
	is course.csv 2 seconds 'x == 2'
	ask isp 'show quality worst 2 course csv' > both.csv
	grep -q ,wilma, both.csv || fail "$(cat both.csv)"
	says isp 'show quality worst 2 curse' '[Uu]sage'
}
course_of() # NAME ROWS
{
	ask "$1" 'show quality worst 1 course csv' > course.csv
	[ "$(grep -c . course.csv)" -gt "$2" ]
}
both()
{
	ask isp 'show quality csv' > isp.csv
	[ "$(awk -F , '$7 ~ /^[0-9]+$/ && $7 >= 4' isp.csv | grep -c .)" = 2 ]
}
worst_cleanup() { net_end; }

# Nothing from home arrives any more; all from isp does.
atf_test_case one_way cleanup
one_way_head() { net_head "who hears nothing ends the link, and nobody else"; }
one_way_body()
{
	long_wire 5 0
	isp_conf 'enable chap echo' 'set lqrperiod 1' 'set quality 5 10'
	home_conf 'enable echo' 'set lqrperiod 1' 'set quality 5 10'
	capture_start home eth1
	isp_start
	home_start -ddial
	the_wire USR1
	wait_log isp 'Too many LCP ECHO packets lost'
	the_wire USR2
	until_true 30 eval '[ "$(times isp "fred: up")" = 2 ]' ||
		fail "home does not come back"
	! logged home 'Too many LCP ECHO' || fail "home ended it, too"
	ppp_stop home
	capture_stop home eth1
	judge_seen home eth1 "lcp && ppp.code == 5 &&
	    eth.src == $(mac isp eth0)" 1
	judge_seen home eth1 "pppoe.code == 0xa7 &&
	    eth.src == $(mac isp eth0)" 1
}
one_way_cleanup() { net_end; }

atf_init_test_cases()
{
	for t in measured worst one_way; do
		atf_add_test_case $t
	done
}
