#!/bin/sh
# What every tool's option table promises: help that fits, wrong lines that
# say why, completions that are shell.
. tests/cli/lib.sh

for tool in "$BIN"/*; do
	cmd=${tool##*/}
	run "$tool" --help
	status 0 "$cmd --help: 0"
	ok "$cmd --help fits 80 columns" \
	    awk 'length > 79 { print; bad = 1 } END { exit bad }' "$T/out"
	run "$tool" -V
	status 0 "$cmd -V: 0"
	out "$cmd (msgsec) " "$cmd -V names it"
	run "$tool" --no-such-option
	case $cmd in
	arc-seal | dkim-sign)
		status 75 "$cmd writes mail: a wrong option is 75" ;;
	pgp-lite) status 37 "$cmd: a wrong option is 37" ;;
	*) status 64 "$cmd: a wrong option is 64" ;;
	esac
	err "$cmd: " "$cmd says so"
	err 'hint: ' "$cmd gives a hint"
	run "$tool" --dump-options
	ok "$cmd: each short option has a long one, each row five fields" \
	    awk -F '\t' '$1 == "option" && (NF != 6 || length($2) < 2) {
		print; bad = 1 } END { exit bad }' "$T/out"
	ok "$cmd: no letter or cmd twice" \
	    awk -F '\t' '$1 == "option" && (seen[$2]++ ||
		($3 != "-" && letter[$3]++)) { print; bad = 1 }
		END { exit bad }' "$T/out"
	run scripts/completions bash "$tool"
	status 0 "$cmd: completions"
	if command -v bash >/dev/null; then
		ok "$cmd: they are shell" bash -n "$T/out"
	fi
done

run "$BIN/dmarc-verify" domain -j 0 a.example
err 'dmarc-verify domain: --jobs: "0" is not a number from 1 to 512' \
    'a number out of range'
run "$BIN/dmarc-verify" domain --now=yesterday a.example
err '--now: "yesterday" is no time' 'no time'
run "$BIN/dmarc-verify" domain --ignore=no.code a.example
err 'names an unknown code: no.code' 'an unknown code'

done_testing
