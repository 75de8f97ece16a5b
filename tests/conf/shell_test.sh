#! /usr/bin/env atf-sh
# Completion in bash and zsh asks the program, which asks its rows: it offers
# what `help` lists, and nothing else.

names() # PREFIX: the rows' names below it
{
	"$PPP_BUILD/tests/conf/rows_tool" | sed -n "s/^$1\([^ 	]*\)	.*/\1/p"
}

# in_bash WORD ... - what the last word could be, sorted.
in_bash()
{
	PATH=$PPP_BUILD:$PATH bash --norc -c '
		. "$0" || exit
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		compopt() { :; }
		_ppp "$1" "${COMP_WORDS[COMP_CWORD]}" ""
		[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
	' "$PPP_SRC/etc/completion/ppp.bash" "$@" | sort
}

# in_zsh WORD ... - the same; what _describe is given, without its meaning.
in_zsh()
{
	PATH=$PPP_BUILD:$PATH zsh -f -c '
		_describe() { print -rl -- ${${(P)3}%%:*} }
		_files() { print -r -- files $1 }
		file=$1; shift
		words=("$@") CURRENT=$#
		. $file
	' zsh "$PPP_SRC/etc/completion/_ppp" "$@" | sort
}

same() # WANT GOT WHAT
{
	[ -s "$1" ] || atf_fail "nothing wanted of $3"
	diff -u "$1" "$2" || atf_fail "$3"
}

conf()
{
	mkdir -m 700 etc
	printf 'default:\nisp:\n set log Phase\nisland:\noffice line:\n' \
	    > etc/ppp.conf
	chmod 600 etc/ppp.conf
}

for shell in bash zsh; do
	atf_test_case "$shell"
	eval "
	${shell}_head() { atf_set require.progs '$shell'; }
	${shell}_body() { offers in_$shell; }"
done

offers() # in_bash | in_zsh
{
	conf
	names '' | grep -v passwd | sort > want
	"$1" pppctl /x.sock '' > got
	same want got "the first word"
	names 'set ' | sort > want
	"$1" pppctl -v -t 3 -p pw localhost:3000 set '' > got
	same want got "pppctl set"
	names 'set lb ' | sort > want
	"$1" pppctl 3000 set lb '' > got
	same want got "pppctl set lb"
	names 'enable ' | grep '^i' | sort > want
	"$1" pppctl 3000 enable echo i > got
	same want got "pppctl enable echo i"
	names 'set ' | grep '^m' | sort > want
	"$1" pppctl 3000 close \; link deflink set m > got
	same want got "the second command"

	printf '%s\n' isp island | sort > want
	"$1" ppp -ddial -C etc is > got
	same want got "labels"
	printf '%s\n' -auto > want
	"$1" ppp -nat -a > got
	same want got "options"
	"$1" ppp -auto -d > got
	[ ! -s got ] || atf_fail "a second mode: $(cat got)"
	names 'show ' | grep '^l' | sort > want
	"$1" ppp -C etc -e 'show l' > got
	same want got "-e"
	"$1" pppctl -p '' > got
	[ ! -s got ] || atf_fail "a password: $(cat got)"
}

# What pppoetest takes: each option that it knows, and of each that has
# alternatives all that it accepts.
for shell in bash zsh; do
	atf_test_case "pppoetest_$shell"
	eval "
	pppoetest_${shell}_head() { atf_set require.progs '$shell'; }
	pppoetest_${shell}_body() { of_pppoetest in_$shell; }"
done

# offered SHELL WANTED WORD ... - on one line
offered()
{
	local want
	want=$2 shell=$1
	shift 2
	atf_check_equal "$want" "$("$shell" pppoetest "$@" | xargs)"
}

of_pppoetest() # in_bash | in_zsh
{
	local word
	"$1" pppoetest - | sort > got
	while read -r word; do
		"$PPP_BUILD/pppoetest" "$word" x x x < /dev/null > said 2>&1
		! grep -q 'unrecognized option\|invalid option' said ||
			atf_fail "$word: $(cat said)"
	done < got
	# each of the usage, each mode that a refusal names
	"$PPP_BUILD/pppoetest" --help > usage
	grep -oe '--[a-z][a-z-]*' usage | sort -u > want
	comm -23 want got > missing
	[ -s want ] || atf_fail "no options in $(cat usage)"
	[ ! -s missing ] || atf_fail "$(xargs < missing)"
	"$PPP_BUILD/pppoetest" -m x 2> said
	sed -n 's/.*: not //; s/, / /g; s/ or / /p' said | tr ' ' '\n' |
		sort > want
	"$1" pppoetest -m '' | grep -vx diag > got
	same want got modes
	"$1" pppoetest '' | grep -vx diag > got
	same want got "modes without -m"
	"$PPP_BUILD/pppoetest" --format x 2> said
	sed -n 's/.*: not //; s/, / /g; s/ or / /p' said | tr ' ' '\n' |
		sort > want
	"$1" pppoetest create --format '' > got
	same want got forms
	"$PPP_BUILD/pppoetest" --auth x 2> said
	sed -n 's/.*: not //; s/, / /g; s/ or / /p' said | tr ' ' '\n' |
		sort > want
	"$1" pppoetest create --auth '' > got
	same want got "--auth"
	offered "$1" 'json jsonl' -o j
	offered "$1" 'lo' -m create -i lo
	offered "$1" 'lo' --interface lo
	offered "$1" '' --interval ''
	offered "$1" '' -n ''
	offered "$1" '--check-affinity --check-balance' --check-
	offered "$1" 'sha256' -m client --checksum-algo s
}

atf_test_case equals
equals_head() { atf_set require.progs "bash zsh"; }
equals_body()
{
	offered in_bash 'tap' --format = t
	offered in_bash 'console csv json jsonl tap' --format =
	offered in_zsh '--format=tap' --format=t
}

# The options of the usage line are those that are offered, and they work.
atf_test_case options
options_body()
{
	"$PPP_BUILD/ppp" --complete ppp - | cut -f 1 > list
	"$PPP_BUILD/ppp" -nonsense 2> said && atf_fail "it worked"
	atf_check -o inline:'ppp: -nonsense: no such option\n' head -n 1 said
	sed 1d said > usage
	while read -r o; do
		grep -qe "${o}[] ]" usage || atf_fail "$o: $(cat usage)"
	done < list
	atf_check_equal "$(grep -o -e '-[a-zA-Z]*' usage | sort -u | wc -l)" \
	    "$(wc -l < list)"
	awk 'length > 78 { exit 1 }' usage || atf_fail "$(cat usage)"
}

atf_test_case installed
installed_body()
{
	(cd "$PPP_SRC" && DESTDIR=$OLDPWD/to PREFIX=/usr \
	    sh scripts/install "$PPP_BUILD") > list || atf_fail "$(cat list)"
	for f in share/bash-completion/completions/ppp \
	    share/bash-completion/completions/pppctl \
	    share/bash-completion/completions/pppoetest \
	    share/zsh/site-functions/_ppp sbin/pppctl share/man/man8/ppp.8; do
		[ -r "to/usr/$f" ] || atf_fail "$f: $(cat list)"
	done
}

atf_init_test_cases()
{
	atf_add_test_case bash
	atf_add_test_case zsh
	atf_add_test_case pppoetest_bash
	atf_add_test_case pppoetest_zsh
	atf_add_test_case equals
	atf_add_test_case options
	atf_add_test_case installed
}
