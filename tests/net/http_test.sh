#! /usr/bin/env atf-sh
# `set http': metrics that a strict parser takes, of real sessions; and what
# hostile clients get.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/http.sh
. "$PPP_SRC/tests/net/http.sh"

pair() # LINE ... of the server's section
{
	net_begin
	host isp home
	wire isp eth0 home eth1
	conf isp <<-END
	default:
	 set log Phase
	server:
	 set lb interface eth0
	 set lb workers 2
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 enable chap
	 set server /var/run/ppp.sock ""
	$(printf ' %s\n' "$@")
	END
	echo 'fred secret' | conf isp ppp.secret
	ppp_start isp -foreground server
	wait_log isp 'Listening on eth0'
}

client() # SECRET
{
	conf home <<-END
	default:
	 set log Phase
	 set server /var/run/ppp.sock ""
	 set redial 1 0
	isp:
	 set device PPPoE:eth1
	 set authname fred
	 set authkey $1
	 set http 9100
	END
	ppp_start home -ddial isp
}

strict() # NAME
{
	/usr/bin/python3 "$PPP_SRC/tests/net/openmetrics.py" "$1.body" \
	    > said 2>&1 || fail "not OpenMetrics: $(cat said)"
}

becomes() # NAME SERIES VALUE
{
	until_true 30 metric_is "$@" ||
		fail "$1: $2 is $(metric "$1" "$2"), not $3"
}

# sanitize: asan tsan
atf_test_case metrics cleanup
metrics_head() { net_head "metrics of real sessions, by a strict parser"; }
metrics_body()
{
	local n
	pair 'set governor max 4' 'set http 9100'
	until_true 30 eval '[ "$(http isp /metrics)" = 200 ]' || fail "none"
	grep -qi '^content-type: application/openmetrics-text; version=1.0.0' \
	    isp.http || fail "$(head isp.http)"
	grep -qi '^cache-control: no-store' isp.http || fail "$(head isp.http)"
	grep -qi "^content-security-policy: default-src 'none'" isp.http ||
		fail "$(head isp.http)"
	tail -n 1 isp.body | grep -qx '# EOF' || fail "no end"
	strict isp
	n=$(cat said)
	becomes isp ppp_sessions 0
	client secret
	wait_up home
	becomes isp ppp_sessions 1
	becomes isp ppp_sessions_opened_total 1
	becomes isp \
	    'ppp_discovery_packets_total{packet="PADS",direction="out"}' 1
	for p in discovery lcp authentication network session; do
		becomes isp "ppp_setup_seconds_count{phase=\"$p\"}" 1
		becomes isp \
		    "ppp_setup_seconds_bucket{phase=\"$p\",le=\"+Inf\"}" 1
	done
	until_true 30 more_than_0 isp \
	    'ppp_setup_seconds_sum{phase="session"}' || fail "took no time"
	strict isp
	# not one series more for a session
	atf_check_equal "$n" "$(cat said)"
	# frames are counted as they cross
	pings home 10.0.0.1
	until_true 30 more_than_0 isp \
	    'ppp_lane_frames_total{lane="0",direction="in"}' ||
	    until_true 30 more_than_0 isp \
	    'ppp_lane_frames_total{lane="1",direction="in"}' ||
		fail "no frames: $(cat isp.body)"
	# the other end: a client
	becomes home 'ppp_link_up{link="deflink"}' 1
	becomes home 'ppp_setup_seconds_count{phase="discovery"}' 1
	strict home
	ask isp 'close session fred' > said
	becomes isp 'ppp_sessions_ended_total{reason="ADMIN",stage="up"}' 1
	ask isp 'lb add' > said
	becomes isp 'ppp_worker_state{worker="2",ppp_worker_state="ACTIVE"}' 1
	becomes isp 'ppp_governor_decisions_total{decision="scale_up"}' 1
	ppp_stop home
	ppp_stop isp
}
metrics_cleanup() { net_end; }

more_than_0() # NAME SERIES
{
	metric "$1" "$2" > value && awk '{ exit !($1 > 0) }' value
}

atf_test_case failed cleanup
failed_head() { net_head "a set-up that fails is counted by its reason"; }
failed_body()
{
	pair 'set http /var/run/ppp.http'
	HTTP_AT=UNIX-CONNECT:/var/run/ppp.http
	client wrong
	until_true 30 more_than_0 isp \
	    'ppp_sessions_ended_total{reason="AUTH_PEER",stage="setup"}' ||
		fail "$(cat isp.body)"
	becomes isp 'ppp_setup_seconds_count{phase="session"}' 0
	ask isp 'show lb csv' | grep -q '^failed-AUTH_PEER,[1-9]' ||
		fail "show lb does not know"
	strict isp
	# root's alone, unless the mask says otherwise
	atf_check_equal 600 "$(stat -c %a isp/run/ppp.http)"
	ask isp 'set http none' > said
	[ ! -e isp/run/ppp.http ] || fail "the socket stays"
	ask isp 'set http /var/run/ppp.http "" 0117' > said
	atf_check_equal 660 "$(stat -c %a isp/run/ppp.http)"
	atf_check_equal 200 "$(http isp /metrics)"
	ppp_stop isp
	[ ! -e isp/run/ppp.http ] || fail "the socket stays"
}
failed_cleanup() { net_end; }

atf_test_case password cleanup
password_head() { net_head "a password, another, none; never shown"; }
password_body()
{
	local right
	pair 'set http 9100 "open sesame"'
	right=$(printf 'x:open sesame' | base64)
	atf_check_equal 401 "$(http isp /metrics)"
	grep -qi '^www-authenticate: basic' isp.http || fail "$(cat isp.http)"
	! grep -q ppp_ isp.http || fail "refused, and told"
	atf_check_equal 401 "$(http isp /metrics \
	    'Authorization: Basic eDpvcGVu')"
	atf_check_equal 401 "$(http isp /metrics 'Authorization: Basic !')"
	atf_check_equal 400 "$(http isp /metrics \
	    "Authorization: Basic $right" "Authorization: Basic $right")"
	atf_check_equal 200 "$(http isp /metrics \
	    "Authorization: Basic $right")"
	wait_log isp 'http: wrong password from 127.0.0.1'
	ask isp 'show http' > said
	grep -qx 'HTTP: 9100, with a password' said || fail "$(cat said)"
	grep -q '^no-password  *3$' said || fail "$(cat said)"
	ask isp 'set log +command' > said
	ask isp 'set http 9100 other' > said
	atf_check_equal 401 "$(http isp /metrics \
	    "Authorization: Basic $right")"
	wait_log isp 'set http 9100 '
	! grep -q -e other -e sesame isp/log/ppp.log isp/ppp.out ||
		fail "the log has a secret"
	ask isp 'set http 9100' > said
	atf_check_equal 200 "$(http isp /metrics)"
	ask isp 'set http none' > said
	ask isp 'show http' | grep -qx 'HTTP: not configured' || fail "there"
	[ -z "$(http isp /metrics)" ] || fail "still answers"
	# what is refused changes nothing
	ask isp 'set http 9100' > said
	ask isp 'set http 192.0.2.77:9100' > said
	grep -q 'Cannot assign' said || fail "$(cat said)"
	ask isp 'set http here' > said
	grep -q 'not PORT, IPv4:PORT' said || fail "$(cat said)"
	atf_check_equal 200 "$(http isp /metrics)"
	ppp_stop isp
}
password_cleanup() { net_end; }

gets() # CODE REQUEST as printf has it
{
	# shellcheck disable=SC2059
	printf "$2" | http_raw isp
	atf_check_equal "$1 $2" "$(http_code isp) $2"
}

atf_test_case hostile cleanup
hostile_head() { net_head "requests that want something else"; }
hostile_body()
{
	local h l
	pair 'set http 9100'
	h='\r\nHost: localhost\r\n'
	gets 200 "GET /metrics HTTP/1.1$h\r\n"
	gets 200 "HEAD /metrics HTTP/1.1$h\r\n"
	grep -qi '^content-length: [1-9]' isp.http || fail "$(cat isp.http)"
	[ ! -s isp.body ] || fail "HEAD has a body"
	gets 200 'GET /metrics HTTP/1.0\r\n\r\n'
	gets 200 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9100\r\n\r\n'
	gets 200 "GET /metrics HTTP/1.1\r\nHost: $(hostname)\r\n\r\n"
	gets 421 'GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n'
	! grep -q ppp_ isp.http || fail "DNS rebinding"
	gets 400 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n\r\n'
	gets 400 "GET http://evil.example/metrics HTTP/1.1$h\r\n"
	gets 405 "POST /metrics HTTP/1.1${h}Content-Length: 1\r\n\r\nx"
	grep -qi '^allow: GET, HEAD' isp.http || fail "$(cat isp.http)"
	gets 405 "DELETE /metrics HTTP/1.1$h\r\n"
	gets 413 "PUT / HTTP/1.1${h}Content-Length: 99999999999\r\n\r\nx"
	l='Transfer-Encoding: chunked\r\n\r\nffffffff\r\n'
	gets 413 "POST / HTTP/1.1${h}$l"
	gets 501 "BREW /metrics HTTP/1.1$h\r\n"
	gets 400 'GET\r\n\r\n'
	gets 400 '\000\001\377\r\n\r\n'
	gets 404 "GET /../../etc/passwd HTTP/1.1$h\r\n"
	gets 404 "GET /metrics/ HTTP/1.1$h\r\n"
	gets 404 "GET /%%00 HTTP/1.1$h\r\n"
	for l in nobody worst json %%3Cb%%3E fred%%20json; do
		gets 200 "GET /api/quality?q=$l HTTP/1.1$h\r\n"
		atf_check_equal '[]' "$(cat isp.body)"
	done
	for l in x=y q=%%01 q=%%zz; do
		gets 400 "GET /api/quality?$l HTTP/1.1$h\r\n"
	done
	l=$(head -c 100000 /dev/zero | tr '\0' a)
	gets 400 "GET /metrics HTTP/1.1${h}X: $l\r\n\r\n"
	gets 400 "GET /$l HTTP/1.1$h\r\n"
	gets 200 "GET /metrics HTTP/1.1$h\r\n"
	strict isp
	ppp_stop isp
}
hostile_cleanup() { net_end; }

# Clients that say nothing, drip, or do not read: others are served, the
# sessions go on, and what they hold is bounded.
atf_test_case slow cleanup
slow_head() { net_head "many clients that hold their connection"; }
slow_body()
{
	local i
	pair 'set http 9100'
	client secret
	wait_up home
	for i in $(seq 100); do
		in_host isp timeout 60 socat -u TCP4:127.0.0.1:9100 - \
		    > /dev/null 2>&1 &
	done
	until_true 30 metric_over isp \
	    'ppp_http_events_total{event="clients"}' 100 ||
		fail "they did not come: $(cat isp.body)"
	more_than_0 isp 'ppp_http_events_total{event="made-room"}' ||
		fail "nobody made room: $(cat isp.body)"
	metric isp ppp_http_clients > value
	awk '{ exit !($1 <= 32) }' value || fail "$(cat value) clients"
	pings home 10.0.0.1
	# one that drips: its time is bounded, not only its pauses
	in_host isp timeout 60 socat -u \
	    'SYSTEM:printf "GET /"; while printf x; do sleep 0.5; done' \
	    TCP4:127.0.0.1:9100 > /dev/null 2>&1 &
	until_true 40 more_than_0 isp \
	    'ppp_http_events_total{event="too-slow"}' ||
		fail "dripping goes on: $(cat isp.body)"
	until_true 40 metric_is isp ppp_http_clients 1 || fail "they stay"
	pings home 10.0.0.1
	ppp_stop isp
}
slow_cleanup() { net_end; }
metric_over() # NAME SERIES LEAST
{
	metric "$1" "$2" > value && awk -v n="$3" '{ exit !($1 >= n) }' value
}

atf_init_test_cases()
{
	atf_add_test_case metrics
	atf_add_test_case failed
	atf_add_test_case password
	atf_add_test_case hostile
	atf_add_test_case slow
}
