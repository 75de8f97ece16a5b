#! /usr/bin/env atf-sh
# The rows of ppp(8)'s language that are typed at a prompt: tests/conf has the
# table and the rest.
# shellcheck source=tests/net/lib.sh
. "$PPP_SRC/tests/net/lib.sh"
# shellcheck source=tests/net/pair.sh
. "$PPP_SRC/tests/net/pair.sh"
# shellcheck source=tests/conf/checklist.sh
. "$PPP_SRC/tests/conf/checklist.sh"

atf_test_case prompt cleanup
prompt_head() { net_head "each row that is typed works, or says why not"; }
prompt_body()
{
	pair_begin
	isp_conf 'enable chap' 'accept dns' 'set dns 192.0.2.53'
	home_conf 'enable dns'
	isp_start
	home_start -ddial
	each p at_prompt > bad
	tally
	[ ! -s bad ] || fail "$(tr '\n' ' ' < bad)"
	grep -c . outcome
}
prompt_cleanup() { net_end; }

atf_init_test_cases() { atf_add_test_case prompt; }
