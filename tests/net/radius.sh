# radius.sh - for network tests with a RADIUS server: FreeRADIUS on a host of
# its own, and the three parties that most of them need.
#
#	radius_start aaa < users	# on host aaa; detail in aaa/rad/detail
#	radius_stop aaa
# shellcheck shell=sh

# radius_start NAME - standard input is its users file.
radius_start()
{
	local d
	d=$PWD/$1/rad
	mkdir -p "$d"
	cat > "$d/users"
	cat > "$d/radiusd.conf" <<-END
	prefix = /usr
	libdir = /usr/lib/freeradius
	run_dir = $d
	max_requests = 16384
	hostname_lookups = no
	log {
		destination = files
		file = $d/log
		auth = yes
	}
	security {
		reject_delay = 0
		status_server = no
	}
	client all {
		ipaddr = 0.0.0.0/0
		secret = 'not so "secret"'
	}
	modules {
		pap {
			normalise = no
		}
		chap {
		}
		mschap {
			use_mppe = yes
		}
		files {
			usersfile = $d/users
		}
		detail {
			filename = $d/detail
			permissions = 0600
			header = "%t"
		}
	}
	server default {
		listen {
			type = auth
			ipaddr = *
			port = 1812
		}
		listen {
			type = acct
			ipaddr = *
			port = 1813
		}
		authorize {
			chap
			mschap
			files
			pap
		}
		authenticate {
			Auth-Type PAP {
				pap
			}
			Auth-Type CHAP {
				chap
			}
			Auth-Type MS-CHAP {
				mschap
			}
		}
		accounting {
			detail
		}
	}
	END
	in_host "$1" setsid sh -c 'echo $$ > "$1/pid"
	    exec freeradius -f -d "$1" -D /usr/share/freeradius' sh "$d" \
	    > "$d/out" 2>&1 < /dev/null &
	until_true 10 grep -qs 'Ready to process' "$d/log" || {
		cat "$d/out" "$d/log" >&2
		atf_fail "FreeRADIUS does not start"
	}
}

radius_stop() # NAME
{
	kill "$(cat "$1/rad/pid")"
	until_true 5 ended "$(cat "$1/rad/pid")" || true
	: > "$1/rad/log"
}

# radius_conf [LINE ...] - /etc of isp gets a radius.conf for 10.9.0.2
radius_conf()
{
	{
		printf '# made by a test\n'
		printf '%s "not so \\"secret\\"" 1 2 30\n' \
		    'auth 10.9.0.2' 'acct 10.9.0.2:1813'
		printf '%s\n' "$@"
	} | conf isp radius.conf
}

# fake_radius NAME HOW - one that answers everybody with Access-Accept:
# unsigned (no Message-Authenticator), or wrong (another secret).
fake_radius()
{
	in_host "$1" setsid python3 - "$2" > "$1/fake.out" 2>&1 <<-'END' &
	import hashlib, socket, sys
	secret = b'not so "secret"' if sys.argv[1] == 'unsigned' else b'guess'
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(('0.0.0.0', 1812))
	print('ready', flush=True)
	while True:
	    q, a = s.recvfrom(4096)
	    head = bytes([2, q[1], 0, 20])
	    s.sendto(head + hashlib.md5(head + q[4:20] + secret).digest(), a)
	    print('answered', flush=True)
	END
	until_true 5 grep -q ready "$1/fake.out" || atf_fail "no fake server"
}

# three [LINE ...] - client home, concentrator isp (its label gets the lines,
# too), RADIUS server aaa with the users of standard input.
three()
{
	atf_require_prog freeradius
	net_begin
	host home isp aaa
	wire home eth1 isp eth0
	wire isp eth9 aaa eth0
	ip -n "$(ns isp)" addr add 10.9.0.1/24 dev eth9
	ip -n "$(ns aaa)" addr add 10.9.0.2/24 dev eth0
	radius_start aaa
	conf isp <<-END
	default:
	 set log Phase Radius
	server:
	 set lb interface eth0
	 set lb padirate 2000 100
	 set ifaddr 10.0.0.1 10.0.0.10-10.0.0.99
	 accept dns
	 set server /var/run/ppp.sock ""
	 set radius radius.conf
	$(printf ' %s\n' "$@")
	END
}

# at_home NAME KEY [LINE ...] - the client logs in with them
at_home()
{
	local name key
	name=$1 key=$2
	shift 2
	conf home <<-END
	isp:
	 set log Phase
	 set device PPPoE:eth1
	 set authname $name
	 set authkey $key
	 set redial 1 0
	$(printf ' %s\n' "$@")
	END
	ppp_start home -ddial isp
}

# radius_counts COLUMN SERVER - of show radius
radius_count()
{
	ask isp 'show radius jsonl' |
	    sed -n "s/.*\"server\": *\"$2\".*\"$1\": *\([0-9]*\).*/\1/p"
}
