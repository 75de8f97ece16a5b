# A concentrator with a label of conf-examples/workers.conf, its clients, and
# the faces of the program put to it.  Sourced behind lib.sh.

# ac LABEL [LINE ...] - a concentrator with this label of the example, and
# these lines behind it; a switch; clients c1 to c$N, not started.
ac()
{
	local c label
	label=$1
	shift
	net_begin
	host isp lan
	wire isp em0 lan e0
	conf isp <<-END
	$(cat "$PPP_SRC/conf-examples/workers.conf")
	test:
	 load $label
	 set lb padirate 2000 100
	$(printf ' %s\n' "$@")
	END
	echo 'fred secret' | conf isp ppp.secret
	c=0
	while [ $c -lt "${N:-0}" ]; do
		c=$((c + 1))
		host "c$c"
		wire "c$c" eth1 lan "e$c"
		printf 'isp:\n set device PPPoE:eth1\n%s\n%s\n' \
		    ' set authname fred' ' set authkey secret' | conf "c$c"
	done
	# shellcheck disable=SC2046
	switch lan $(c=0; while [ $c -le "${N:-0}" ]; do echo e$c
	    c=$((c + 1)); done)
	ppp_start isp -background test
	wait_log isp 'Listening on em0'
	until_true 30 in_host isp test -S /var/run/pppoed.sock ||
		fail "isp: no diagnostic socket"
}

client_up() # N ...
{
	local c
	for c in "$@"; do
		ppp_start "c$c" -foreground isp
		wait_up "c$c"
	done
}

# face NAME ARGUMENT ... - as `ppp NAME ARGUMENT ...' on the concentrator;
# its standard output and error into said and errors.
face()
{
	code=0
	in_host isp timeout 60 "$PPP_BUILD/ppp" "$@" > said 2> errors ||
		code=$?
}
sysctl() { face sysctl "$@"; }
ngctl() { face ngctl "$@"; }

# prints TEXT - exactly that was said, and no error
prints()
{
	[ "$code" = 0 ] || fail "exit $code: $(cat said errors)"
	printf '%s\n' "$@" > want
	[ $# -gt 0 ] || : > want
	diff -u want said >&2 || fail "not that"
	[ ! -s errors ] || fail "errors: $(cat errors)"
}

# has REGEX ... - each was said on a line of its own
has()
{
	local r
	[ "$code" = 0 ] || fail "exit $code: $(cat said errors)"
	for r in "$@"; do
		grep -qx -e "$r" said ||
			{ cat said >&2; fail "no line \"$r\""; }
	done
}

# refused REGEX - an error of that form, exit status 1
refused()
{
	[ "$code" = 1 ] || fail "exit $code: $(cat said errors)"
	grep -q -e "$1" errors || fail "errors: $(cat errors)"
	[ ! -s said ] || fail "said: $(cat said)"
}

ask_isp()
{
	in_host isp timeout 60 "$PPP_BUILD/pppctl" /var/run/pppoed.sock "$1"
}
