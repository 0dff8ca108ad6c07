#!/bin/sh
# What the README shows is what a reader sees who tries it: the examples that
# need no network, on a terminal, in a copy of the folder that it names.
. tests/cli/lib.sh

command -v python3 >/dev/null || skip_all 'no python3'
command -v bash >/dev/null || skip_all 'no bash'
command -v jq >/dev/null || skip_all 'no jq'
cp -R tests/vectors/demo "$T/demo"
run env -u XDG_STATE_HOME -u XDG_DATA_HOME HOME="$T/demo" NO_COLOR=1 \
    PATH="$BIN:$PATH" python3 -B tests/cli/readme-examples README.md "$T/demo"
status 0 'the examples of the README print what it shows'
done_testing
