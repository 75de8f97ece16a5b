# checklist.sh - walks checklist.tsv: ROW, KIND, LINE and EXPECT, tabs between.
# A ROW is a row of ppp(8)'s language; it may have several lines.
#	n	LINE stands in a section (; parts lines); `ppp -n` takes it, or
#		says why not: in the words of EXPECT, or in any words that
#		name a reason where that is "refused".  Taken is always well.
#	p	LINE is typed at the prompt of a client whose line is up; its
#		answer has EXPECT, a regular expression
#	t	LINE is the test that shows the row
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
	write_file ''
	[ -s base ] || "$PPP_BUILD/ppp" -n -ddial -C etc isp > base 2>&1
	write_file "$1"
	if "$PPP_BUILD/ppp" -n -ddial -C etc isp > said 2>&1; then
		if [ "$3" = told ] && cmp -s base said; then
			echo 'not yet'
		else
			echo works
		fi
	elif [ "$2" = refused ] && ! head -n 1 said |
	    grep -q -E 'usage:|(Invalid|Ambiguous) command|Failed [0-9]'; then
		echo explained
	elif [ "$2" != works ] && grep -q -F -e "$2" said; then
		echo explained
	else
		echo 'not yet'
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
	if grep -q -E 'not in this version|Invalid command' said; then
		echo explained
	elif [ -z "$2" ] || grep -q -e "$2" said; then
		echo works
	else
		echo 'not yet'
	fi
}

shown_by() # TEST
{
	local file case
	file=${1%%:*}
	case=${1#"$file"}
	case=${case#:}
	: > said
	for f in "$PPP_SRC/tests/$file.sh" "$PPP_SRC/tests/$file.c"; do
		[ -f "$f" ] || continue
		if [ -z "$case" ] || grep -q -w -e "$case" "$f" ||
		    [ -d "$PPP_SRC/tests/conf/cases/$(echo "$case" |
		    tr _ -)" ]; then
			echo works
			return
		fi
	done
	echo "no such test" > said
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
