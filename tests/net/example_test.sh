#! /usr/bin/env atf-sh
# The shipped examples, brought up: what they promise happens.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# example HOST FILE [SED-EXPRESSION] - becomes its ppp.conf
example()
{
	sed -e "${3:-}" "$PPP_SRC/conf-examples/$2" | conf "$1"
}

two()
{
	net_begin
	host isp home
	wire isp eth1 home xl1
	ip -n "$(ns isp)" addr add 192.0.2.1/24 dev eth1
	ip -n "$(ns home)" addr add 192.0.2.2/24 dev xl1
}

up() # PEER
{
	wait_up home
	atf_check_equal "$1" "$(peer home)"
	pings home "$1"
}

atf_test_case P_46_handbook cleanup
P_46_handbook_head() { net_head "handbook.conf dials into lan-party.conf"; }
P_46_handbook_body()
{
	two
	example isp lan-party.conf
	ppp_run isp -background -nat party || fail "no server"
	example home handbook.conf
	ppp_run home -ddial name_of_service_provider || fail "no client"
	up 172.16.0.1
	address home | grep -q '^172\.16\.' || fail "$(address home)"
	ip -n "$(ns home)" route | grep -q '^default via 172.16.0.1 ' ||
		fail "no default route"
	ppp_stop home
	# as mpd had it, and with full packets
	ppp_run home -ddial adsl || fail "no client"
	up 172.16.0.1
	in_host isp timeout 60 "$PPP_BUILD/ppp" ngctl msg lb: showworkers \
	    > said || fail "$(cat said)"
	atf_check_equal 3 "$(wc -l < said)"
}
P_46_handbook_cleanup() { net_end; }

atf_test_case static cleanup
static_head() { net_head "static.conf gets its own address, or no line"; }
static_body()
{
	two
	conf isp <<-'END'
	default:
	 set log Phase
	server:
	 set lb interface eth1
	 set ifaddr 192.0.2.1 192.0.2.17
	END
	ppp_run isp -background server || fail "no server"
	example home static.conf 's/PPPoE:eth1/PPPoE:xl1/'
	ppp_run home -ddial static || fail "no client"
	until_true 20 is_up home || fail "no address"
	atf_check_equal 192.0.2.17 "$(address home)"
	atf_check_equal 192.0.2.1 "$(peer home)"
}
static_cleanup() { net_end; }

atf_test_case P_48_P_49_lines cleanup
P_48_P_49_lines_head() { net_head "lines.conf: over TCP, and behind pptp"; }
P_48_P_49_lines_body()
{
	atf_require_prog socat
	two
	example isp lines.conf
	example home lines.conf
	# as inetd would
	in_host isp socat "TCP4-LISTEN:6669,reuseaddr,fork" \
	    "EXEC:$PPP_BUILD/ppp -C $PWD/isp/etc -direct tcpserver,nofork" \
	    > socat.err 2>&1 < /dev/null &
	until_true 5 in_host home socat -u /dev/null TCP4:192.0.2.1:6669 ||
		fail "nobody listens"
	ppp_run home -ddial overtcp || fail "no client"
	up 10.1.0.1
	ppp_stop home
	# as pptp would: a socket is its standard input
	in_host home socat TCP4:192.0.2.1:6669 \
	    "EXEC:$PPP_BUILD/ppp -C $PWD/home/etc -direct pptp,nofork" \
	    > pptp.err 2>&1 < /dev/null &
	up 10.1.0.1
	ip -n "$(ns home)" route | grep -q '^default via 10.1.0.1 ' ||
		fail "no default route"
}
P_48_P_49_lines_cleanup() { net_end; }

# how many links are open
links_are() { [ "$(ask home 'show links' | grep -c ', open\]')" -eq "$1" ]; }

atf_test_case bundle cleanup
bundle_head() { net_head "bundle.conf: two lines, one address; one line goes"; }
bundle_body()
{
	net_begin
	host isp home
	wire isp eth1 home eth1
	wire isp eth2 home eth2
	example isp bundle.conf
	conf isp ppp.secret < "$PPP_SRC/conf-examples/ppp.secret"
	ppp_run isp -background server || fail "no server"
	example home bundle.conf
	ppp_run home -ddial bundle || fail "no client"
	up 192.0.2.1
	until_true 10 links_are 2 || fail "$(ask home 'show links')"
	atf_check_equal 1500 "$(mtu home)"
	pings home 192.0.2.1 -M 'do' -s 1472
	ask isp 'show sessions' > said
	atf_check -o match:'^eth1 .*fred' -o match:'^eth2 .*fred' cat said
	ask home 'show mp' > said
	atf_check -o match:'^Multilink is active' \
	    -o match:'two .in the bundle.' cat said
	ask home 'link deflink close' > said
	until_true 5 links_are 1 || fail "$(ask home 'show links')"
	pings home 192.0.2.1 -M 'do' -s 1472
}
bundle_cleanup() { net_end; }

atf_init_test_cases()
{
	atf_add_test_case bundle
	atf_add_test_case P_46_handbook
	atf_add_test_case static
	atf_add_test_case P_48_P_49_lines
}
