#! /usr/bin/env atf-sh
# Golden tests: each folder of cases/ is a configuration, `expect` is what
# `ppp -n` says about it, with DIR for the folder and the exit code last.
# `args` holds other words for the command line than the label isp.
# UPDATE=yes writes the expectations anew (with the tests run by hand).
. "$PPP_SRC/tests/conf/lib.sh"

all=

for c in "$PPP_SRC"/tests/conf/cases/*/; do
	c=${c%/}
	name=$(basename "$c" | tr - _)
	eval "
	atf_test_case $name
	${name}_head() { atf_set require.user root; }
	${name}_body() { conf_case '$c'; }
	all=\"\$all $name\""
done

atf_init_test_cases()
{
	for name in $all; do
		atf_add_test_case "$name"
	done
}
