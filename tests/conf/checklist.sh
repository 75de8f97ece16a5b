# checklist.sh - walks checklist.tsv: ROW, KIND, LINE and EXPECT, tabs between.
# A ROW is a row of ppp(8)'s language; it may have several lines.
#	n	LINE stands in a section (; parts lines); `ppp -n` takes it
#		without a word against it where EXPECT is "works"; else it
#		says why not, in the words of EXPECT
#	p	LINE is typed at the prompt of a client whose line is up; its
#		answer has EXPECT, a regular expression; none: it is silent
#	t	LINE is the test that shows the row: file:case, or a file
# A fifth column "told": `ppp -n` says something else with that line.
# What became of each line goes to `outcome`: ROW <tab> works|explained|not yet.
# shellcheck shell=sh
TABLE=$PPP_SRC/tests/conf/checklist.tsv

each() # KIND FUNCTION: called with LINE EXPECT; it prints the outcome
{
	local row kind line want told got
	while IFS='	' read -r row kind line want told; do
		[ "$kind" = "$1" ] || continue
		got=$("$2" "$line" "$want" "$told" < /dev/null)
		printf '%s\t%s\n' "$row" "$got" >> outcome
		[ "$got" = "not yet" ] || continue
		printf '%s: %s: not "%s":\n' "$row" "$line" "$want"
		cat said
	done < "$TABLE"
}

in_file() # LINE EXPECT TOLD
{
	local code
	write_file ''
	[ -s base ] || "$PPP_BUILD/ppp" -n -ddial -C etc isp > base 2>&1
	write_file "$1"
	code=0
	"$PPP_BUILD/ppp" -n -ddial -C etc isp > said 2>&1 || code=$?
	if [ "$2" != works ]; then
		grep -q -F -e "$2" said && echo explained || echo 'not yet'
	elif [ $code -ne 0 ] || grep -q '^etc/ppp.conf:[0-9]*: ' said ||
	    { [ "$3" = told ] && cmp -s base said; }; then
		echo 'not yet'
	else
		echo works
	fi
}

write_file() # LINE
{
	{
		printf 'isp:\n set device PPPoE:eth1\n'
		printf ' set ifaddr 10.0.0.1/0 10.0.0.2/0\n'
		printf '%s\n' "$1" | tr ';' '\n' | sed 's/^/ /'
	} > etc/ppp.conf
}

at_prompt() # LINE EXPECT
{
	ask home "$1" > said 2>&1
	case $2 in
	# a phase that ends meanwhile brings an empty line before the prompt
	'')	! grep -q '[^[:space:]]' said;;
	*)	grep -q -e "$2" said;;
	esac && echo works || echo 'not yet'
}

shown_by() # TEST
{
	local case f
	case=${1#"${1%%:*}"}
	case=${case#:}
	echo "no such test" > said
	for f in "$PPP_SRC/tests/${1%%:*}.sh" "$PPP_SRC/tests/${1%%:*}.c"; do
		[ -f "$f" ] || continue
		if [ -z "$case" ] || [ -d "$PPP_SRC/tests/conf/cases/$(
		    echo "$case" | tr _ -)" ] || grep -q -x -E -e \
		    "(atf_test_case|scenario) $case( .*)?" \
		    -e "ATF_TC[A-Z_]*\($case[,)].*" "$f"; then
			echo works
			return
		fi
	done
	echo 'not yet'
}

# tally - how many rows; a row is as good as its worst line
tally()
{
	awk -F '\t' '{
		v = $2 == "works" ? 0 : $2 == "explained" ? 1 : 2
		if (!($1 in worst) || v > worst[$1]) worst[$1] = v
	}
	END {
		for (r in worst) n[worst[r]]++
		printf "%d rows: %d work, %d are explained, %d not yet\n",
		    n[0] + n[1] + n[2], n[0], n[1], n[2]
	}' outcome
}
