# http.sh - requests to `set http', octet by octet.  After lib.sh.
# shellcheck shell=sh

HTTP_AT=TCP4:127.0.0.1:9100

# http_raw NAME - standard input goes to the server of that host, its answer
# to NAME.http.  The connection is the server's to close.
http_raw()
{
	in_host "$1" timeout 30 socat -t 30 - "$HTTP_AT,shut-none" \
	    > "$1.http" 2> "$1.socat" || true
	tr -d '\r' < "$1.http" | sed '1,/^$/d' > "$1.body"
}

# http NAME PATH [FIELD ...] - GET; the status code is printed.
http()
{
	local n p
	n=$1 p=$2
	shift 2
	{
		printf 'GET %s HTTP/1.1\r\nHost: localhost:9100\r\n' "$p"
		[ $# -eq 0 ] || printf '%s\r\n' "$@"
		printf '\r\n'
	} | http_raw "$n"
	http_code "$n"
}

http_code() { sed -n '1s|^HTTP/1.[01] \([0-9]*\) .*|\1|p' "$1.http"; }

# metric NAME SERIES - its value now
metric()
{
	[ "$(http "$1" /metrics)" = 200 ] || fail "no metrics: $(cat "$1.http")"
	awk -v s="$2" 'index($0, s " ") == 1 { print substr($0, length(s) + 2)
	    found = 1 } END { exit !found }' "$1.body"
}
metric_is() { [ "$(metric "$1" "$2")" = "$3" ]; }
