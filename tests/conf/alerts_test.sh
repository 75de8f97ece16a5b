#! /usr/bin/env atf-sh
# Alert rules and board for `set http': Prometheus' own tool takes the rules
# and is told of what each is for; both ask only for metrics that there are.

atf_test_case rules
rules_head()
{
	atf_set descr "each alert comes when it should, and not otherwise"
	atf_set require.progs promtool
}
rules_body()
{
	cp "$PPP_SRC/etc/prometheus/ppp.rules.yml" \
	    "$PPP_SRC/tests/conf/ppp.rules.test.yml" .
	promtool check rules ppp.rules.yml > said 2>&1 || {
		cat said >&2
		atf_fail "promtool refuses the rules"
	}
	promtool test rules ppp.rules.test.yml > said 2>&1 || {
		cat said >&2
		atf_fail "an alert is missing, or too many"
	}
	n=$(grep -c -e '- alert:' ppp.rules.yml)
	atf_check_equal "$n" \
	    "$(grep -c 'labels: .*alertname=' ppp.rules.test.yml)"
}

# the names of families in a text
names() { grep -oE '\b(ppp|process)_[a-z_]+' | grep -v '_state$' | sort -u; }

atf_test_case names
names_head() { atf_set descr "rules and board ask for metrics there are"; }
names_body()
{
	sed -n 's/.*"\(ppp_[a-z_]*\)".*/\1/p' "$PPP_SRC/src/cmd/metrics.c" |
		sort -u > there
	[ "$(grep -c . there)" -gt 30 ] || atf_fail "found too few names"
	python3 -c 'import json, sys
for p in json.load(open(sys.argv[1]))["panels"]:
    for t in p["targets"]:
        print(t["expr"])' "$PPP_SRC/etc/grafana/ppp.json" > board ||
		atf_fail "the board is no JSON"
	[ "$(grep -c . board)" -ge 20 ] || atf_fail "the board is empty"
	cat board "$PPP_SRC/etc/prometheus/ppp.rules.yml" | names |
		sed -E 's/_(total|bucket|info)$//' | sort -u > asked
	comm -23 asked there > missing
	[ ! -s missing ] || atf_fail "no such metric: $(tr '\n' ' ' < missing)"
}

atf_init_test_cases()
{
	atf_add_test_case rules
	atf_add_test_case names
}
