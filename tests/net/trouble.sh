# trouble.sh - what ppp-trouble(7) shows is what is printed.  After lib.sh.
# shellcheck shell=sh

TROUBLE=$PPP_SRC/man/ppp-trouble.7

# shows NAME HOST [COMMAND ...] - the commands of that example, typed there,
# by way of COMMAND; until what they print has the shape of the page's.
shows()
{
	echo "$1" >> shown
	if [ -n "${UPDATE-}" ]; then
		run_example "$@"
		# shellcheck disable=SC2046
		trouble update "$1" $(cat example.files)
	else
		until_true 30 example_fits "$@" || {
			cat example.said >&2
			fail "$1: $(head -n 1 example.said)"
		}
	fi
}
trouble() { /usr/bin/python3 "$PPP_SRC/tests/net/trouble.py" "$TROUBLE" "$@"; }
example_fits()
{
	run_example "$@"
	# shellcheck disable=SC2046
	trouble fits "$1" $(cat example.files) > example.said 2>&1
}

run_example() # NAME HOST [COMMAND ...]
{
	local name h line n
	name=$1 h=$2 n=0
	shift 2
	trouble commands "$name" > example
	: > example.files
	while read -r line; do
		n=$((n + 1))
		echo "example.$n" >> example.files
		in_host "$h" "$@" timeout 60 env PATH="$PPP_BUILD:$PATH" \
		    sh -c "$(echo "$line" | sed "s|/etc/ppp|$PWD/$h/etc|g")" \
		    < /dev/null 2>&1 | sed "s|$PWD/$h/etc|/etc/ppp|g" \
		    > "example.$n"
	done < example
}
