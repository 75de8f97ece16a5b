# bash completion for ppp(8), pppctl(8) and pppoetest(8): the program itself
# knows what fits.
# shellcheck shell=bash

_ppp()
{
	local face=${1##*/} ppp=${1%/*}/ppp line word
	local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
	local last=${words[${#words[@]} - 1]}

	# `ppp` beside the command that was typed, else that of the PATH.
	[[ $1 == */* && -x $ppp ]] || ppp=ppp
	COMPREPLY=()
	while IFS= read -r line; do
		word=${line%%$'\t'*}
		case $word in
		:files)	mapfile -t COMPREPLY < <(compgen -f -- "$last")
			compopt -o filenames;;
		:dirs)	mapfile -t COMPREPLY < <(compgen -d -- "$last")
			compopt -o filenames;;
		:*)	;;
		*)	COMPREPLY+=("$word");;
		esac
	done < <("$ppp" --complete "$face" "${words[@]}" 2>/dev/null)
}

complete -F _ppp ppp pppctl pppoetest
