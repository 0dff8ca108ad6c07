#!/bin/sh
# What the README shows is what a reader sees who tries it: the examples that
# need no network, on a terminal, in a copy of the folder that it names. What a
# newcomer begins with fits a screen.
. tests/cli/lib.sh

command -v python3 >/dev/null || skip_all 'no python3'
command -v bash >/dev/null || skip_all 'no bash'
command -v jq >/dev/null || skip_all 'no jq'
cp -R tests/vectors/demo "$T/demo"
run env -u XDG_STATE_HOME -u XDG_DATA_HOME HOME="$T/demo" NO_COLOR=1 \
    PATH="$BIN:$PATH" python3 -B tests/cli/readme-examples README.md "$T/demo"
status 0 'the examples of the README print what it shows'

for part in 'You have an .eml and a question' 'You have a domain' \
    'You have a message to send'; do
	awk -v part="## $part" '/^## / { inside = $0 == part } inside' \
	    README.md | sed '$ { /^$/d; }' >"$T/part"
	ok "$part: there is such a part" test -s "$T/part"
	ok "$part: in 24 lines" test "$(wc -l <"$T/part")" -le 24
	ok "$part: of 80 columns" test -z "$(grep -E '^.{81}' "$T/part")"
done
done_testing
