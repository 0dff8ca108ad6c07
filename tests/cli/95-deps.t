#!/bin/sh
# scripts/deps keeps packages from starting daemons while it installs them. A
# policy that stayed behind would keep all of this machine's from starting.
. tests/cli/lib.sh

# its function alone, with a policy of our own
{
	echo 'set -eu; SUDO='
	sed -n '/^without_daemons() {/,/^}/p' scripts/deps |
	    sed "s|/usr/sbin/policy-rc.d|$T/policy|"
	echo 'without_daemons "$@"'
} >"$T/deps"
ok 'the function is there' grep -q "$T/policy" "$T/deps"

run sh "$T/deps" sh -c "cat '$T/policy'"
status 0 'installed'
out 'exit 101' 'under a policy'
ok 'that is gone then' test ! -e "$T/policy"
run sh "$T/deps" sh -c 'exit 100'
status 100 'a package manager that fails'
ok 'leaves none behind' test ! -e "$T/policy"
run sh "$T/deps" sh -c 'kill -TERM $PPID'
status 1 'who is stopped in the middle'
ok 'leaves none behind, either' test ! -e "$T/policy"
echo ours >"$T/policy"
run sh "$T/deps" true
ok 'one that was there stays' grep -qx ours "$T/policy"

done_testing
