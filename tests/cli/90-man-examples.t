#!/bin/sh
# Every example of the manual runs, offline, in the order of its page.
. tests/cli/lib.sh

command -v jq >/dev/null || skip_all 'no jq'
# bash, for the status of what stands in front of a pipe
command -v bash >/dev/null || skip_all 'no bash'
for page in man/*.[157]; do
	name=${page##*/}
	tests/cli/man-examples "$page" >"$T/$name.sh"
	[ -s "$T/$name.sh" ] || continue
	cp -R tests/vectors/demo "$T/$name"
	# what an example keeps at home is kept in the copy
	run sh -c 'cd "$1" && unset XDG_STATE_HOME XDG_DATA_HOME &&
	    HOME=$1 PATH=$2:$PATH exec bash -o pipefail "$1.sh"' \
	    - "$T/$name" "$BIN"
	status 0 "the examples of $name"
done
done_testing
