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

# how_to_start LABEL - what "# ppp -OPTIONS LABEL" in its file says
how_to_start()
{
	sed -n "s/^# ppp \(-.*\) $1\$/\1/p" ex/ppp.conf | grep . ||
		echo -ddial
}

# Every label of every example is sound.
atf_test_case examples
examples_head() { atf_set require.user root; }
examples_body()
{
	n=0
	mkdir -m 700 ex
	cp "$PPP_SRC"/conf-examples/ppp.* \
	    "$PPP_SRC"/conf-examples/radius.conf ex
	for d in "$PPP_SRC"/conf-examples/*.conf; do
		[ "${d##*/}" != radius.conf ] || continue
		cp "$d" ex/ppp.conf
		chmod 600 ex/*
		sed -n '/^default/d; s/^\([A-Za-z0-9_]*\):.*/\1/p' \
		    ex/ppp.conf > labels
		while read -r label; do
			args=$(how_to_start "$label")
			# shellcheck disable=SC2086
			"$PPP_BUILD/ppp" -n $args -C ex "$label" > out 2>&1 ||
			    atf_fail "$d $label: $(cat out)"
			grep -q "^Label $label\.$" out || atf_fail "$(cat out)"
			n=$((n + 1))
		done < labels
	done
	[ $n -ge 7 ] || atf_fail "only $n labels"
}

atf_init_test_cases()
{
	atf_add_test_case examples
	for name in $all; do
		atf_add_test_case "$name"
	done
}
