#! /usr/bin/env atf-sh
# What a packet costs in instructions of ours: counted by callgrind, so that
# neither the machine's speed nor its load has a say.  The C library and the
# kernel are not in it.  The figures in "counts" hold within five in a hundred
# for the compiler named there.  After a change that is meant to cost, or
# saves: UPDATE=yes make test T=bench/count_test.

counts=$PPP_SRC/tests/bench/counts

compiler()
{
	readelf -p .comment "$PPP_BUILD/ppp" |
		sed -n 's/^ *\[ *[0-9a-f]*\] *//p' | sort | head -1
}

# count CASE PACKETS - instructions for one packet, of our own code alone.
count()
{
	valgrind --tool=callgrind --callgrind-out-file=out.cg \
	    --toggle-collect=cycle "$PPP_BUILD/tests/unit/lb/cycle_test" "$1" \
	    > valgrind.log 2>&1 || {
		cat valgrind.log >&2
		atf_fail "$1 did not pass under valgrind"
	}
	callgrind_annotate --threshold=100 --show-percs=no out.cg |
		awk -v packets="$2" '
		{ n = $1; gsub(",", "", n) }
		/PROGRAM TOTALS/ { all = n }
		/\[[^]]*\/(lib|ld)[^]]*\]$/ { others += n }
		END { printf "%d\n", (all - others) / packets }'
}

atf_test_case path
path_head()
{
	atf_set require.progs "valgrind callgrind_annotate readelf"
}
path_body()
{
	{
		compiler
		# 100 cycles of a batch each; see cycle_test.c.
		echo "up_udp $(count up_udp 6400)"
		echo "up_udp_passed_by $(count up_udp_passed_by 6400)"
		echo "up_udp_captured $(count up_udp_captured 6400)"
		echo "up_udp_flows $(count up_udp_flows 6400)"
		echo "up_tcp $(count up_tcp 4400)"
		echo "up_tcp_flows $(count up_tcp_flows 4400)"
		echo "down_udp $(count down_udp 6400)"
		echo "down_tcp $(count down_tcp 4400)"
		echo "down_tcp_flows $(count down_tcp_flows 4400)"
		echo "lone $(count lone 200)"
		echo "echo $(count echo 800)"
	} > now
	cat now
	if [ -n "${UPDATE-}" ]; then
		cp now "$counts"
		return
	fi
	[ "$(head -1 now)" = "$(head -1 "$counts")" ] ||
		atf_skip "the figures are those of $(head -1 "$counts")"
	awk 'FNR == 1 { next }
	    NR == FNR { was[$1] = $2; next }
	    $2 > was[$1] * 1.05 || $2 < was[$1] * 0.95 {
		printf "%s: %d instructions a packet, were %d\n", $1, $2,
		    was[$1]; bad = 1
	    }
	    END { exit bad }' "$counts" now ||
		atf_fail "the path costs more, or less: see above"
}

atf_init_test_cases()
{
	atf_add_test_case path
}
