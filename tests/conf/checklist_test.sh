#! /usr/bin/env atf-sh
# Each row of ppp(8)'s language works, or is told plainly why not: those that
# stand in files, and those that other tests show.  tests/net/checklist_test
# types the others at a prompt.
. "$PPP_SRC/tests/conf/checklist.sh"

atf_test_case files
files_body()
{
	mkdir -m 700 etc
	(umask 077
	    : > etc/ppp.conf
	    echo 'fred secret' > etc/ppp.secret
	    echo 'auth 127.0.0.1 secret' > etc/radius.conf)
	each n in_file > bad
	tally
	[ ! -s bad ] || atf_fail "$(tr '\n' ' ' < bad)"
}

atf_test_case others
others_body()
{
	each t shown_by > bad
	tally
	[ ! -s bad ] || atf_fail "$(tr '\n' ' ' < bad)"
}

# The command line: prefixes of modes, the old name of -nat, what is refused.
atf_test_case line
line_body()
{
	mkdir -m 700 etc
	printf 'isp:\n set device PPPoE:eth1\n set ifaddr 10.0.0.1/0 %s\n' \
	    10.0.0.2/0 > etc/ppp.conf
	for m in a:auto b:background f:foreground dd:ddial de:dedicated \
	    di:direct i:interactive A:auto DDial:ddial; do
		"$PPP_BUILD/ppp" -n "-${m%:*}" -C etc isp > said 2>&1 ||
			atf_fail "$m: $(cat said)"
		grep -q "^Mode ${m#*:}: " said || atf_fail "$m: $(cat said)"
	done
	"$PPP_BUILD/ppp" -n -alias -C etc isp > said 2>&1
	grep -q '^-alias is deprecated' said || atf_fail "$(cat said)"
	grep -q '^NAT: on' said || atf_fail "$(cat said)"
	for o in -d - -nonsense '-*' -unit '-unit x' -C; do
		code=0
		# shellcheck disable=SC2086
		"$PPP_BUILD/ppp" $o > said 2>&1 || code=$?
		atf_check_equal "1 $o" "$code $o"
		grep -q '^usage: ppp' said || atf_fail "$o: $(cat said)"
	done
	code=0
	"$PPP_BUILD/ppp" -auto -ddial isp > said 2>&1 || code=$?
	atf_check_equal 1 $code
	atf_check_equal 'You may specify only one mode.' "$(cat said)"
}

atf_init_test_cases()
{
	atf_add_test_case files
	atf_add_test_case others
	atf_add_test_case line
}
