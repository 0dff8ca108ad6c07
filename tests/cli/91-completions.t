#!/bin/sh
# Completions of bash, zsh and fish: whole, and what they complete where the
# shell can be asked.
. tests/cli/lib.sh

: >"$T/err"
for tool in "$BIN"/*; do
	name=${tool##*/}
	for shell in bash zsh fish; do
		scripts/completions $shell "$tool" >"$T/$shell-$name" 2>"$T/err"
		report $? "$name: $shell"
		for option in $("$tool" --dump-options |
		    awk -F '\t' '$1 == "option" { print $2 }'); do
			grep -qE -e "(--| -l )$option\>" "$T/$shell-$name" ||
			    echo "$option"
		done >"$T/out"
		[ ! -s "$T/out" ]
		report $? "$name: $shell has every option"
		command -v $shell >/dev/null || {
			report 0 "$name: $shell takes it # SKIP no $shell"
			continue
		}
		run $shell -n "$T/$shell-$name"
		status 0 "$name: $shell takes it"
	done
done

if command -v bash >/dev/null; then
	cat >"$T/ask" <<'END'
source "$1"
COMP_WORDS=(dmarc-verify "${@:2}") COMP_CWORD=$(($# - 1))
compopt() { :; }
_msgsec_dmarc_verify
printf '%s\n' "${COMPREPLY[@]}"
END
	run bash "$T/ask" "$T/bash-dmarc-verify" --format = ''
	lines 2 'bash: --format= has two values'
	out json 'bash: one of them'
	run bash "$T/ask" "$T/bash-dmarc-verify" spf --rec
	out --receiver 'bash: options of a verb'
	run bash "$T/ask" "$T/bash-dmarc-verify" dom
	out domain 'bash: a verb'
fi
if command -v fish >/dev/null; then
	ask='source $argv[1]; complete -C $argv[2]'
	run env HOME="$T" fish -c "$ask" "$T/fish-dmarc-verify" \
	    'dmarc-verify --format='
	out json 'fish: a value'
	run env HOME="$T" fish -c "$ask" "$T/fish-dmarc-verify" \
	    'dmarc-verify spf --rec'
	out --receiver 'fish: options of a verb'
fi
run scripts/completions tcsh "$BIN/arc-seal"
status 64 'another shell is usage'
done_testing
