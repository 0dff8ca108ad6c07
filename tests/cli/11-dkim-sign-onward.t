#!/bin/sh
# dkim-sign in the way of mail: whole and 0, or nothing and 75.
. tests/cli/lib.sh
make_keys
message >"$T/m"
sign <"$T/m" >"$T/signed"
key="-d example.org -s rsa -k $T/rsa.key"

# refused NAME: 75, and not one octet on stdout
refused() {
	status 75 "$1 is 75"
	ok "$1 writes nothing" test ! -s "$T/out"
	ok "$1 says why" test -s "$T/err"
}

run "$BIN/dkim-sign" $key </dev/null
refused 'an empty stdin'
run "$BIN/dkim-sign" $key --on-error=pass </dev/null
refused 'an empty stdin under --on-error=pass'
run "$BIN/dkim-sign" $key <"$T"
refused 'a stdin that cannot be read'
run "$BIN/dkim-sign" $key <&-
refused 'no stdin'

for option in --no-such '-c nowsp' '-c simple/' '-x 0' '-x soon' \
    '--on-error=bounce' '--max-header=1' '--now=x' operand '-d example.org' \
    '--sandbox=x'; do
	run "$BIN/dkim-sign" $key $option <"$T/m"
	refused "option $option"
done
run "$BIN/dkim-sign" <"$T/m"
refused 'no option'

# --- a continuation of nothing must not become one of our field
{ printf '\t; orphan\n'; cat "$T/m"; } >"$T/orphan"
run "$BIN/dkim-sign" --now 2026-03-01T12:00:00Z $key <"$T/orphan"
status 0 'a header that begins with a continuation'
out_not orphan 'goes on without it'
err 'above the first field' 'which is told'
cp "$T/out" "$T/orphan-signed"
run "$BIN/dmarc-verify" --zone "$T/zone" "$T/orphan-signed"
out '"dkim":[{"result":"pass"' 'and the signature holds'

# --- keys
try_key() {
	run "$BIN/dkim-sign" -d example.org -s rsa -k "$1" <"$T/m"
	refused "$2"
}
try_key "$T/absent" 'an absent key'
try_key "$T" 'a folder as the key'
try_key /dev/null 'an empty key'
cp "$T/rsa.key" "$T/open.key"
chmod 644 "$T/open.key"
try_key "$T/open.key" 'a key that others can read'
chmod 640 "$T/open.key"
run "$BIN/dkim-sign" -d example.org -s rsa -k "$T/open.key" <"$T/m"
status 0 'a key that the group can read is fine'
head -c 900 "$T/rsa.key" >"$T/cut.key"
chmod 600 "$T/cut.key"
try_key "$T/cut.key" 'half a key'
"$BIN/dkim-sign" keygen -b 1024 -o "$T/weak.key" >/dev/null
try_key "$T/weak.key" 'RSA under 2048 bits'
run "$BIN/dkim-sign" --allow-weak -d example.org -s rsa -k "$T/weak.key" \
    <"$T/m"
status 0 'but for --allow-weak'
err 'shorter than 2048 bits' 'which warns'
if command -v openssl >/dev/null; then
	(umask 077; openssl genpkey -algorithm EC -pkeyopt \
	    ec_paramgen_curve:P-256 -out "$T/ec.key"
	openssl pkcs8 -topk8 -in "$T/rsa.key" -passout pass:x \
	    -out "$T/locked.key"
	openssl pkey -in "$T/rsa.key" -outform DER -out "$T/der.key"
	openssl rsa -in "$T/rsa.key" -traditional -out "$T/pkcs1.key") \
	    2>/dev/null
	try_key "$T/ec.key" 'an EC key'
	try_key "$T/locked.key" 'a key with a passphrase'
	for form in der pkcs1; do
		"$BIN/dkim-sign" --now 2026-03-01T12:00:00Z -d example.org \
		    -s rsa -k "$T/$form.key" <"$T/m" >"$T/a"
		"$BIN/dkim-sign" --now 2026-03-01T12:00:00Z $key <"$T/m" \
		    >"$T/b"
		same "$T/a" "$T/b" "a $form key is the same key"
	done
fi

# --- --on-error
run "$BIN/dkim-sign" -d example.org -s rsa -k "$T/absent" --on-error=pass \
    <"$T/m"
status 0 '--on-error=pass: 0'
same "$T/m" "$T/out" 'and the message as it came'
err 'handed on unchanged' 'which is said'
run "$BIN/dkim-sign" -d example.org -s rsa -k "$T/absent" --on-error=reject \
    <"$T/m"
status 65 '--on-error=reject: 65'
ok 'and nothing is written' test ! -s "$T/out"
{ yes 'X-Long: header' | head -n 3000; cat "$T/m"; } >"$T/long"
run "$BIN/dkim-sign" $key --max-header 4096 <"$T/long"
refused 'a header over --max-header'
run "$BIN/dkim-sign" $key --max-header 4096 --on-error=pass <"$T/long"
status 0 'a header over --max-header passes'
same "$T/long" "$T/out" 'as it came'
{ yes 'X: y' | head -n 10001; cat "$T/m"; } >"$T/many"
run "$BIN/dkim-sign" $key <"$T/many"
refused 'a header of over 10,000 fields'
run "$BIN/dkim-sign" $key --on-error=pass <"$T/many"
same "$T/many" "$T/out" 'it passes as it came, too'
{ echo 'From anna@example.org Sun Mar  1 12:00:00 2026'; cat "$T/many"
} >"$T/mbox"
run "$BIN/dkim-sign" $key --on-error=pass <"$T/mbox"
same "$T/mbox" "$T/out" 'with the "From " line of an mbox once'

# --- stdout
STATUS=0
sign <"$T/m" >&- 2>"$T/err" || STATUS=$?
status 75 'stdout closed is 75'
if [ -c /dev/full ]; then
	STATUS=0
	sign <"$T/m" >/dev/full 2>"$T/err" || STATUS=$?
	status 75 'a full stdout is 75'
	err 'No space left' 'and said'
fi
head -c 3000000 /dev/zero | tr '\0' x | fold >"$T/body"
cat "$T/m" "$T/body" >"$T/big"
(sign <"$T/big" 2>"$T/err"; echo $? >"$T/rc") | head -c 10 >/dev/null
ok 'a reader that leaves is 75' test "$(cat "$T/rc")" -eq 75

# a neighbour in the pipeline may have made what both share non-blocking
cat >"$T/loose" <<'END'
import fcntl, os, sys
for fd in 0, 1:
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
os.execvp(sys.argv[1], sys.argv[1:])
END
"$BIN/dkim-sign" --now 2026-03-01T12:00:00Z $key <"$T/big" >"$T/want"
(sleep 0.2; cat "$T/big") | python3 "$T/loose" "$BIN/dkim-sign" \
    --now 2026-03-01T12:00:00Z $key 2>"$T/err" | (sleep 0.5; cat) >"$T/got"
same "$T/want" "$T/got" 'what does not block is waited for'

# --- COMMAND
sign -- cat <"$T/m" >"$T/got"
same "$T/signed" "$T/got" 'COMMAND gets the whole message'
for want in 0 1 75 69; do
	STATUS=0
	sign -- sh -c "cat >/dev/null; exit $want" <"$T/m" || STATUS=$?
	status $want "COMMAND's status $want is ours"
done
# as a daemon may that wants to hear of none of its children
run env --ignore-signal=CHLD "$BIN/dkim-sign" $key -- cat <"$T/m"
status 0 'and where whoever started us ignores SIGCHLD'
STATUS=0
sign -- sh -c 'kill -9 $$' <"$T/m" 2>/dev/null || STATUS=$?
status 75 'a COMMAND that is killed is 75'
STATUS=0
sign -- "$T/absent" <"$T/m" 2>"$T/err" || STATUS=$?
status 75 'a COMMAND that is not there is 75'
STATUS=0
sign -- true <"$T/big" 2>"$T/err" || STATUS=$?
ok 'a COMMAND that does not read says 0 and gets away with it' \
    test $STATUS -eq 0 -o $STATUS -eq 75
sign -- sh -c 'cat >"$1"' - "$T/got" <"$T/big"
sign <"$T/big" >"$T/want"
same "$T/want" "$T/got" 'a big message, too'
run "$BIN/dkim-sign" -d example.org -s rsa -k "$T/absent" -- \
    touch "$T/started" <"$T/m"
status 75 'without a key'
ok 'COMMAND is not started' test ! -e "$T/started"
run "$BIN/dkim-sign" $key -- touch "$T/started" </dev/null
ok 'nor for an empty message' test ! -e "$T/started"
run "$BIN/dkim-sign" $key --no-such -- touch "$T/started" <"$T/m"
ok 'nor for a wrong option' test ! -e "$T/started"
run "$BIN/dkim-sign" $key --max-header 4096 -- touch "$T/started" <"$T/long"
ok 'nor for a message that cannot be signed' test ! -e "$T/started"
sign -- sh -c '(trap) | cat; kill -13 $$; echo survived' <"$T/m" \
    >"$T/out" 2>/dev/null
ok 'COMMAND does not inherit that SIGPIPE is ignored' \
    sh -c '! grep -q survived "$1"' - "$T/out"
# a COMMAND that reads slowly while we are killed must not get half of it
(
	"$BIN/dkim-sign" $key -- sh -c 'sleep 0.4; wc -c >"$1"' - \
	    "$T/size" <"$T/big" &
	sleep 0.25
	kill -9 $!
) 2>/dev/null
sleep 0.8
ok 'killed while COMMAND reads: all or nothing' \
    sh -c 'test ! -e "$1" || test "$(cat "$1")" -gt "$(wc -c <"$2")"' - \
    "$T/size" "$T/big"

# --- TMPDIR
STATUS=0
TMPDIR=$T/absent sign <"$T/big" >"$T/out" 2>"$T/err" || STATUS=$?
refused 'no place to spool'
STATUS=0
TMPDIR=$T/absent sign <"$T/m" >"$T/out" 2>"$T/err" || STATUS=$?
status 0 'a small message needs none'

done_testing
