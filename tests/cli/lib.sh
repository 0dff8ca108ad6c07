# What every command-line test reads first: `. tests/cli/lib.sh` from the top
# of the tree. It gives TAP, the tools in $BIN, and a scratch folder $T that
# is gone afterwards.  Last line of a test: done_testing.

BIN=${MSGSEC_BIN:-${B:-build}/bin}
case $BIN in
/*) ;;
*) BIN=$PWD/$BIN ;;
esac
TOP=$PWD
export LC_ALL=C TZ=UTC
# A sanitizer's own status must never pass for a verdict.
export ASAN_OPTIONS=exitcode=99:handle_segv=2:detect_leaks=0
export UBSAN_OPTIONS=halt_on_error=1:exitcode=99:print_stacktrace=1
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

# err_not TEXT NAME: no line of stderr does
err_not() {
	! grep -qF -e "$1" "$T/err"
	report $? "$2"
}

# same FILE1 FILE2 NAME: the same octets
same() {
	cmp -s "$1" "$2"
	report $? "$3"
}

# member PATH WANT NAME: of the record on stdout, below "dmarc-verify"
member() {
	got=$(jq -r ".[\"dmarc-verify\"]$1" "$T/out" 2>&1 | tr '\n' ' ')
	[ "${got% }" = "$2" ] || echo "# $1 is ${got% }, not $2"
	[ "${got% }" = "$2" ]
	report $? "$3"
}

# found CODE NAME: the record has the finding; found_not: it has not
found() {
	out "\"code\":\"$1\"" "$2"
}

found_not() {
	out_not "\"code\":\"$1\"" "$2"
}

# make_keys: $T/rsa.key and $T/ed.key, and $T/zone that publishes them as
# rsa and ed at example.org, whose SPF and DMARC records are there, too
make_keys() {
	cat >"$T/zone" <<-'END'
	;! now 2026-03-01T12:00:00Z
	example.org. 300 IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
	example.org. 300 IN MX 10 mail.example.org.
	mail.example.org. 300 IN A 192.0.2.25
	_dmarc.example.org. 300 IN TXT "v=DMARC1; p=reject; rua=mailto:d@example.org"
	END
	for kind in rsa ed25519; do
		name=${kind%25519}
		"$BIN/dkim-sign" keygen -a $kind -o "$T/$name.key" \
		    -d example.org -s $name >>"$T/zone" || exit 1
	done
}

# message: one that is right in every way, line ends LF
message() {
	cat <<-'END'
	From: Anna <anna@example.org>
	To: Bert <bert@example.net>
	Subject: The plan
	Date: Sun, 01 Mar 2026 11:59:00 +0000
	Message-ID: <1@example.org>

	Dear Bert,
	  the plan  holds.

	Anna
	END
}

crlf() {
	sed 's/$/\r/'
}

# sign ARG...: stdin to stdout, signed with both keys as of the zone's now
sign() {
	"$BIN/dkim-sign" --now 2026-03-01T12:00:00Z -d example.org -s rsa \
	    -k "$T/rsa.key" -d example.org -s ed -k "$T/ed.key" "$@"
}

# verify ARG...: with the zone
verify() {
	run "$BIN/dmarc-verify" --zone "$T/zone" "$@"
}

needs() {
	for tool; do
		command -v "$tool" >/dev/null || skip_all "needs $tool"
	done
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

done_testing() {
	echo "1..$TESTS"
	[ "$FAILED" -eq 0 ]
}
