# What every command-line test reads first: `. tests/cli/lib.sh` from the top
# of the tree. It gives TAP, the tools in $BIN, and a scratch folder $T that
# is gone afterwards.  Last line of a test: done_testing.

BIN=${MSGSEC_BIN:-$PWD/build/bin}
T=$(mktemp -d "${TMPDIR:-/tmp}/msgsec.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
TESTS=0
FAILED=0
unset NO_COLOR COLUMNS CREDENTIALS_DIRECTORY

# report STATUS NAME: one TAP line, with what the last run said on failure
report() {
	TESTS=$((TESTS + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $TESTS - $2"
		return 0
	fi
	FAILED=$((FAILED + 1))
	echo "not ok $TESTS - $2"
	for file in "$T/out" "$T/err" "$T/ok"; do
		[ ! -s "$file" ] || tail -c 1500 "$file" | sed 's/^/# /'
	done
	return 0
}

# run COMMAND...: stdout in $T/out, stderr in $T/err, status in $STATUS
run() {
	STATUS=0
	: >"$T/ok"
	"$@" >"$T/out" 2>"$T/err" || STATUS=$?
}

# status WANT NAME: of the last run
status() {
	[ "$STATUS" -eq "$1" ] || echo "# status $STATUS, not $1"
	[ "$STATUS" -eq "$1" ]
	report $? "$2"
}

# out TEXT NAME: a line of its output holds TEXT; err for its stderr
out() {
	grep -qF -e "$1" "$T/out"
	report $? "$2"
}

err() {
	grep -qF -e "$1" "$T/err"
	report $? "$2"
}

# out_not TEXT NAME: no line does
out_not() {
	! grep -qF -e "$1" "$T/out"
	report $? "$2"
}

# lines N NAME: so many lines on stdout
lines() {
	[ "$(wc -l <"$T/out")" -eq "$1" ]
	report $? "$2"
}

# ok NAME COMMAND...: the command succeeds
ok() {
	name=$1
	shift
	"$@" >"$T/ok" 2>&1
	report $? "$name"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

done_testing() {
	echo "1..$TESTS"
	[ "$FAILED" -eq 0 ]
}
