#! /usr/bin/env atf-sh
# Starting at boot: the rc.d scripts with a real sh, real processes and the
# small rc.subr; the service face; start_if.tun0; what systemd thinks of its
# units; make install.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"

# boot - an ISP with the label pppoe-in, a home with two profiles.
boot()
{
	net_begin
	host isp home
	wire isp em0 home xl1
	wire isp em1 home xl2
	conf isp <<-'END'
	default:
	 set log Phase
	pppoe-in:
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	END
	conf home <<-'END'
	default:
	 set log Phase
	provider:
	 set device PPPoE:xl1
	 add default HISADDR
	my.work-2/b+c:
	 set device PPPoE:xl1
	 set ifaddr 10.0.0.2/0 10.0.0.1/0
	END
}

# rc HOST SCRIPT COMMAND ... - with $HOST.rc as its rc.conf
rc()
{
	local h s
	h=$1 s=$2
	shift 2
	code=0
	in_host "$h" env PPP_RC_CONF="$PWD/$h.rc" timeout 60 \
	    sh "$PPP_SRC/etc/rc.d/$s" "$@" > said 2>&1 < /dev/null || code=$?
}

said() # CODE REGEX ...
{
	local want r
	want=$1
	shift
	[ "$code" = "$want" ] || fail "exit $code: $(cat said)"
	for r in "$@"; do
		grep -q -e "$r" said || fail "no \"$r\": $(cat said)"
	done
}

sysctl_of() # NAME
{
	in_host isp timeout 60 "$PPP_BUILD/ppp" sysctl -n \
	    "net.graph.pppoe_lb.$1"
}

atf_test_case pppoed cleanup
pppoed_head() { net_head "service pppoed: start, status, restart, stop"; }
pppoed_body()
{
	boot
	cat > isp.rc <<-END
	pppoed_enable="NO"
	pppoed_program="$PPP_BUILD/pppoed"
	pppoed_flags="-L -w 2 -l pppoe-in -f $PWD/isp/etc em0"
	END
	rc isp pppoed status
	said 1 '^pppoed is not running.$'
	rc isp pppoed start
	said 0 "^Cannot 'start' pppoed. Set pppoed_enable to YES"
	[ ! -e isp/run/pppoed.pid ] || fail "it was started all the same"
	sed -i 's/NO/YES/' isp.rc
	rc isp pppoed start
	said 0 '^Starting pppoed.$'
	rc isp pppoed status
	said 0 '^pppoed is running as pid [0-9]*.$'
	rc isp pppoed start
	said 1 'already running'
	atf_check_equal 2 "$(sysctl_of governor.current_workers)"
	atf_check_equal 0 "$(sysctl_of governor.enabled)"
	p=$(cat isp/run/pppoed.pid)
	grep -qx pppoed "/proc/$p/comm" || fail "$(cat "/proc/$p/comm")"
	for w in 0 1; do
		grep -qx "pppoed:worker *$w" /proc/"$p"/task/*/comm ||
			fail "no thread of worker $w"
	done
	# a real session, of a client that the other script starts
	cat > home.rc <<-END
	ppp_enable="YES"
	ppp_program="$PPP_BUILD/ppp -C $PWD/home/etc"
	ppp_mode="ddial"
	ppp_nat="NO"
	ppp_profile="provider"
	END
	rc home ppp start
	said 0 '^Starting ppp profile: provider.$'
	wait_up home
	pings home 10.0.0.1
	ip -n "$(ns home)" route | grep -q '^default via 10.0.0.1 ' ||
		fail "no default route"
	# another process, two workers again, and the client comes back
	rc isp pppoed restart
	said 0 '^Stopping pppoed.$' '^Starting pppoed.$'
	ended "$p" || fail "the old one lives"
	[ "$(cat isp/run/pppoed.pid)" != "$p" ] || fail "the same pid"
	atf_check_equal 2 "$(sysctl_of governor.current_workers)"
	rc home ppp stop
	said 0 '^Stopping ppp profile: provider.$'
	is_down home || fail "the link is still up"
	rc isp pppoed stop
	said 0 '^Stopping pppoed.$'
	[ ! -e isp/run/pppoed.pid ] || fail "its pid file is there"
	rc isp pppoed onestart
	said 0 '^Starting pppoed.$'
	rc isp pppoed rcvar
	said 0 '^pppoed_enable="YES"$'
	rc isp pppoed nonsense
	said 1 '^Usage: '
}
pppoed_cleanup() { net_end; }

# Variables instead of flags; then flags that pppoed has to explain.
atf_test_case variables cleanup
variables_head() { net_head "pppoed_* of rc.conf; options of pppoed"; }
variables_body()
{
	boot
	cat > isp.rc <<-END
	pppoed_enable="YES"
	pppoed_program="$PPP_BUILD/pppoed"
	pppoed_flags="-f $PWD/isp/etc"
	pppoed_interface="em0"
	pppoed_provider="pppoe-in"
	pppoed_acname="tower"
	pppoed_loadbalancer="YES"
	pppoed_workers="2"
	pppoed_algorithm="2"
	pppoed_governor_max="4"
	pppoed_governor_min="2"
	pppoed_governor_poll_interval="7"
	pppoed_cpu_threshold="70"
	pppoed_cpu_low_threshold="40"
	END
	rc isp pppoed start
	said 0 '^Starting pppoed.$'
	for v in algorithm=2 governor.enabled=1 governor.min_workers=2 \
	    governor.max_workers=4 governor.poll_interval=7 \
	    governor.cpu_threshold=70 governor.cpu_low_threshold=40 \
	    governor.current_workers=2; do
		atf_check_equal "$v" "${v%=*}=$(sysctl_of "${v%=*}")"
	done
	in_host isp "$PPP_BUILD/pppctl" /var/run/pppoed.sock 'show lb' > said
	grep -qx 'AC-Name: tower' said || fail "$(cat said)"
	grep -qx 'Services: "pppoe-in"' said || fail "$(cat said)"
	rc isp pppoed stop
	said 0 '^Stopping'
	# without -L: one worker; -e of old is understood
	in_host isp "$PPP_BUILD/ppp" pppoed -w 3 -f isp/etc \
	    -e 'exec /usr/sbin/ppp -direct pppoe-in' -p '*' em0 > said 2>&1 ||
		fail "$(cat said)"
	grep -q 'without -L there is one worker' said || fail "$(cat said)"
	atf_check_equal 1 "$(sysctl_of governor.current_workers)"
	ppp_stop isp
	# by the option alone; a VLAN of an interface
	in_host isp "$PPP_BUILD/ppp" -L -w 4 -l pppoe-in -f isp/etc em0.7 \
	    > said 2>&1 || fail "$(cat said)"
	[ ! -s said ] || fail "$(cat said)"
	atf_check_equal 4 "$(sysctl_of governor.active_workers)"
	in_host isp "$PPP_BUILD/pppctl" /var/run/pppoed.sock 'show lb' > said
	grep -qx 'Interfaces: em0 vlan 7' said || fail "$(cat said)"
	ppp_stop isp
	# -F stays, until it is told to end
	in_host isp "$PPP_BUILD/pppoed" -F -l pppoe-in -f isp/etc -P p.pid \
	    em0 > out 2>&1 &
	until_true 10 test -s p.pid || fail "no pid file"
	kill "$(cat p.pid)"
	wait $! || fail "exit $?"
	[ ! -e p.pid ] || fail "the pid file stays"
	while read -r want args; do
		code=0
		eval "in_host isp '$PPP_BUILD/pppoed' $args" > said 2>&1 ||
			code=$?
		[ "$code" = "$want" ] || fail "$args: $code: $(cat said)"
		[ -s said ] || fail "$args: not a word"
	done <<-'END'
	64
	64 em0 em1
	64 -w 0 em0
	64 -L -w 65 em0
	64 -c 101 em0
	64 -e cat em0
	64 -x em0
	64 -f nothing em0
	69 em9
	69 -l nothing -f isp/etc em0
	69 -L -A 7 -l pppoe-in -f isp/etc em0
	END
}
variables_cleanup() { net_end; }

atf_test_case P_21_P_43_profiles cleanup
P_21_P_43_profiles_head() { net_head "ppp_profile: a link each, of its mode"; }
P_21_P_43_profiles_body()
{
	boot
	in_host isp "$PPP_BUILD/pppoed" -l pppoe-in -f isp/etc em0 ||
		fail "no server"
	cat > home.rc <<-END
	hostname="home.example.org"
	network_interfaces="lo0 tun0"
	ifconfig_tun0=
	router_enable="NO"
	sendmail_flags="-bd"
	ppp_enable="YES"
	ppp_program="$PPP_BUILD/ppp -C $PWD/home/etc"
	ppp_profile="provider my.work-2/b+c"
	ppp_mode="ddial"
	ppp_nat="NO"
	ppp_my_work_2_b_c_mode="auto"
	ppp_my_work_2_b_c_unit="5"
	END
	rc home ppp start
	said 0 '^Starting ppp profile: provider.$' \
	    '^Starting ppp profile: my.work-2/b+c.$'
	wait_up home
	ppp_lives home tun5 || fail "no tun5"
	tr '\0' ' ' < "/proc/$(ppp_pid home tun5)/cmdline" > cmd
	grep -q -- ' -quiet -auto -unit5 my.work-2/b+c ' cmd ||
		fail "$(cat cmd)"
	rc home ppp status
	said 0 '^ppp provider is running' '^ppp my.work-2/b+c is running'
	rc home ppp start
	said 0 'is running already'
	rc home ppp stop my.work-2/b+c
	said 0 'Stopping ppp profile: my.work'
	ppp_lives home || fail "the other one is gone, too"
	rc home ppp status
	said 1 '^ppp my.work-2/b+c is not running.$'
	rc home ppp stop
	said 0
	# through the face
	code=0
	in_host home env PPP_RC_CONF="$PWD/home.rc" \
	    PPP_RC_DIR="$PPP_SRC/etc/rc.d" "$PPP_BUILD/ppp" service ppp \
	    restart provider > said 2>&1 || code=$?
	said 0 '^ppp provider is not running' '^Starting ppp profile: provider'
	wait_up home
	rc home ppp stop
	code=0
	"$PPP_BUILD/ppp" service ../ppp start > said 2>&1 || code=$?
	said 1 '^service: ../ppp does not exist'
	# the old way: a script of the interface
	printf '#!/bin/sh\nppp -auto my.work-2/b+c\n' > start_if.tun0
	mkdir bin
	printf '#!/bin/sh\nexec %s -C %s "$@"\n' "$PPP_BUILD/ppp" \
	    "$PWD/home/etc" > bin/ppp
	chmod +x bin/ppp
	in_host home env PATH="$PWD/bin:$PATH" sh start_if.tun0 > said 2>&1 ||
		fail "$(cat said)"
	until_true 10 test -s home/run/tun0.pid || fail "nothing is started"
	in_host home ping -c 1 -W 1 10.0.0.1 > /dev/null 2>&1 || true
	until_true 10 eval 'address home | grep -q "^10.0.0.[1-9][0-9]"' ||
		fail "a packet does not dial"
	pings home 10.0.0.1
}
P_21_P_43_profiles_cleanup() { net_end; }

atf_test_case installed cleanup
installed_head()
{
	atf_set descr "make install: everything in its place"
	atf_set require.user root
	atf_set require.progs "systemd-analyze"
}
installed_body()
{
	: > hosts
	(cd "$PPP_SRC" && DESTDIR="$OLDPWD/d" PREFIX=/opt/ppp sh \
	    scripts/install "$PPP_BUILD") > list || atf_fail "$(cat list)"
	for f in sbin/ppp sbin/pppoed sbin/pppctl lib/ppp/rc.d/ppp \
	    lib/ppp/rc.d/pppoed lib/ppp/rc.subr lib/ppp/bin/sysctl \
	    lib/ppp/bin/ngctl lib/ppp/bin/kldload lib/ppp/bin/service \
	    share/man/man8/pppoed.8 lib/systemd/system/ppp@.service \
	    lib/systemd/system/ppp-pppoed.service lib/sysusers.d/ppp.conf \
	    share/examples/ppp/logrotate.d/ppp \
	    share/examples/ppp/newsyslog.conf.d/ppp.conf \
	    share/examples/ppp/syslog.d/ppp.conf; do
		[ -e "d/opt/ppp/$f" ] || { cat list >&2; atf_fail "no $f"; }
	done
	! grep -rl /usr/local d/opt/ppp/lib || atf_fail "not below PREFIX"
	grep -q '^ExecStart=/opt/ppp/sbin/ppp ' \
	    d/opt/ppp/lib/systemd/system/ppp@.service ||
		atf_fail "ExecStart of ppp@.service"
	d/opt/ppp/lib/ppp/bin/sysctl -n mp_ncpus | grep -qx '[0-9]*' ||
		atf_fail "the face does not run"
	d/opt/ppp/sbin/ppp service pppoed rcvar > said 2>&1 ||
		atf_fail "$(cat said)"
	grep -qx 'pppoed_enable="NO"' said || atf_fail "$(cat said)"
	# the units, with the program where it is now
	mkdir units
	for u in ppp@.service ppp-pppoed.service; do
		sed "s|=/opt/ppp/sbin/|=$PWD/d/opt/ppp/sbin/|" \
		    "d/opt/ppp/lib/systemd/system/$u" > "units/$u"
	done
	systemd-analyze verify --man=no "$PWD/units/ppp@isp.service" \
	    "$PWD/units/ppp-pppoed.service" > said 2>&1 ||
		atf_fail "$(cat said)"
	! grep -e '^ppp' said || atf_fail "$(cat said)"
	for u in ppp@.service ppp-pppoed.service; do
		systemd-analyze security --offline=true --threshold=50 \
		    "$PWD/units/$u" > said 2>&1 || atf_fail "$(cat said)"
	done
}
installed_cleanup() { :; }

atf_init_test_cases()
{
	atf_add_test_case pppoed
	atf_add_test_case variables
	atf_add_test_case P_21_P_43_profiles
	atf_add_test_case installed
}
