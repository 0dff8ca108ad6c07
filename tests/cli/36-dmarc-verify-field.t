#!/bin/sh
# dmarc-verify --header and --prepend, and verdicts that can be replayed.
. tests/cli/lib.sh
needs jq
make_keys
message >"$T/m"
sign <"$T/m" >"$T/good"
sed 's/the plan/a plan/' "$T/good" >"$T/bad"

# --- --header
verify --header --authserv-id mx.example.net --ip 192.0.2.1 \
    --mail-from anna@example.org --helo mx.example.org "$T/good"
status 0 '--header'
ok 'begins with the field' \
    sh -c 'head -n 1 "$1" | grep -q "^Authentication-Results: mx.example.net"' \
    - "$T/out"
for what in 'spf=pass' 'smtp.mailfrom=' 'dkim=pass' 'header.d=example.org' \
    'header.s=rsa' 'header.a=rsa-sha256' 'header.b=' 'dmarc=pass' \
    'header.from=example.org' 'arc=none'; do
	out "$what" "the field has $what"
done
ok 'one field and nothing else' \
    test "$(grep -c '^[^	 ]' "$T/out")" -eq 1
verify --header --authserv-id mx.example.net "$T/bad"
out 'dmarc=fail' 'a failing message has its field'
verify --header --authserv-id 'a b' "$T/good"
ok 'an odd id is refused or quoted' sh -c \
    'test "$1" -eq 64 || grep -q "\"a b\"" "$2"' - "$STATUS" "$T/out"

# --- header.b tells signatures apart (RFC 6008 section 4)
for b in AAAABBBBCCCCDDDDEEEE 'AAAA BBBBCCC CXXXXEEEE' AAAABBBB \
    ZZZZZZZZYYYYWWWW 'ZZZZZZZZ YYYYWWWW' zzzzzzzzyyyywwww AAAA; do
	echo "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=rsa; h=from;"
	echo " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=$b"
done >"$T/several"
for i in 1 2; do
	echo "DKIM-Signature: v=1; a=rsa-sha256; d=long.example; s=rsa; h=from;"
	echo ' bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b='
	head -c 900 /dev/zero | tr '\0' B | fold -w 70 | sed 's/^/	/'
	echo "	CCCC"
done >>"$T/several"
cat "$T/m" >>"$T/several"
verify --header --authserv-id mx.example.net "$T/several"
ok 'eight letters of b=, and more where two begin alike' test "$(
    grep -o 'header\.b="*[^ ;"]*' "$T/out" | cut -d= -f2 | tr -d '"' |
    head -n 7 | tr '\n' ' ')" = "AAAABBBBCCCCD AAAABBBBCCCCX AAAABBBB \
ZZZZZZZZYYYYWWWW ZZZZZZZZYYYYWWWW zzzzzzzz AAAA "
ok 'no line is longer than a line may be' \
    sh -c '! grep -q "..\{998\}" "$1"' - "$T/out"
ok 'so that what is the same for longer is cut' \
    grep -q 'header\.b=B\{512\};*$' "$T/out"
verify "$T/several"
member '.dkim[:3][].b' 'AAAABBBBCCCCD AAAABBBBCCCCX AAAABBBB' \
    'the record has the same'

# --- --prepend
{
	printf 'Authentication-Results: mx.example.net; dmarc=pass\n'
	printf 'Authentication-Results: MX.Example.NET (forged) 1;\n\tspf=pass\n'
	printf 'authentication-results: "mx.example.net"; dkim=pass\n'
	printf 'Authentication-Results: (c) mx.example.net;\n dkim=pass\n'
	printf 'Authentication-Results: mx.example.net ; broken\n'
	printf 'Authentication-Results: other.example; dkim=pass\n'
	printf 'Authentication-Results: xmx.example.net; dkim=pass\n'
	cat "$T/good"
} >"$T/forged"
verify --prepend --authserv-id mx.example.net <"$T/forged"
status 0 '--prepend is 0 whatever the verdict'
ok 'the field of ours is there once' \
    test "$(sed '/^$/q' "$T/out" | grep -ic '^auth.*[^x]mx.example.net')" -eq 1
ok 'and stands on top' sh -c \
    'head -n 1 "$1" | grep -q "^Authentication-Results: mx.example.net"' - \
    "$T/out"
out 'Authentication-Results: other.example; dkim=pass' \
    "another id's field stays"
out 'Authentication-Results: xmx.example.net' 'one that ends alike stays'
out_not broken 'a malformed forged field is gone, too'
size=$(wc -c <"$T/good")
tail -c "$size" "$T/out" >"$T/rest"
same "$T/good" "$T/rest" 'all else stays'

# --- what could become a part of our field, or be taken for it
{ printf '\t; dmarc=pass smtp.x=orphan\n\tz=2\n'; cat "$T/good"; } >"$T/orphan"
verify --prepend --authserv-id mx.example.net <"$T/orphan"
status 0 'a continuation of nothing on top'
out_not orphan 'does not continue our field'
err 'above the first field' 'and is told'
tail -c "$size" "$T/out" >"$T/rest"
same "$T/good" "$T/rest" 'all else stays, the signed fields too'
{ echo 'From x Sun Mar  1 12:00:00 2026'; cat "$T/orphan"; } >"$T/second"
verify --prepend --authserv-id mx.example.net <"$T/second"
out_not orphan 'nor below an envelope line'
ok 'which stays on top' sh -c 'head -n 1 "$1" | grep -q "^From x"' - "$T/out"
{ printf 'Authentication-Results: mx.example.net; x=pass\n; no field\n'
cat "$T/good"; } >"$T/below"
verify --prepend --authserv-id mx.example.net <"$T/below"
out_not 'no field' 'nor below a forged field that is left out'
{ printf '\t; dmarc=pass\n'; cat "$T/good"; } |
    run "$BIN/arc-seal" -d example.org -s ed -k "$T/ed.key" \
    --authserv-id x --zone "$T/zone" --on-error=pass
ok 'unchanged is unchanged' sh -c 'head -n 1 "$1" | grep -q dmarc=pass' - \
    "$T/out"
printf 'Some text\n without a field\n' >"$T/text"
verify --prepend --authserv-id mx.example.net <"$T/text"
status 75 'a text without one field is refused'
err 'has no field' 'with the reason'
{
	printf 'X-A: a\rAuthentication-Results: y; dmarc=pass hid=1\n'
	printf 'X-B: a\r\tAuthentication-Results: y; kept=1\n'
	printf 'Authentication-Results: mx.example.net\302\240; hid=2\n'
	cat "$T/good"
} >"$T/hidden"
verify --prepend --authserv-id mx.example.net <"$T/hidden"
status 0 'fields that some readers see only'
out_not hid= 'behind a CR, or with a no-break space, are left out'
err 'behind a CR' 'and the CR is told'
out kept=1 'a CR before a blank begins no field'
verify --prepend --authserv-id mx.example.net <"$T/bad"
status 0 'a failing message goes on'
out 'dmarc=fail' 'with its field'
crlf <"$T/good" >"$T/crlf"
verify --prepend --authserv-id mx.example.net <"$T/crlf"
ok 'the field ends in CRLF where the message does' \
    sh -c 'test "$(grep -c "$(printf "\r")$" "$1")" -eq "$(wc -l <"$1")"' - \
    "$T/out"
cp "$T/out" "$T/want"
verify --prepend --authserv-id mx.example.net "$T/crlf" <&-
same "$T/want" "$T/out" 'a FILE is the message, be stdin closed or not'
verify --prepend --authserv-id mx.example.net </dev/null
status 75 'an empty message is 75'
ok 'and nothing' test ! -s "$T/out"
verify --prepend <"$T/good"
status 75 '--prepend without --authserv-id is 75'
verify --prepend --authserv-id x --no-such <"$T/good"
status 75 'a wrong option is 75 with --prepend'
verify --prepend --authserv-id x "$T/good" "$T/bad"
status 75 'two messages are refused'
ok 'and nothing is written' test ! -s "$T/out"
if [ -c /dev/full ]; then
	STATUS=0
	"$BIN/dmarc-verify" --prepend --authserv-id mx.example.org \
	    --zone "$T/zone" --record /dev/full <"$T/good" >"$T/sent" \
	    2>"$T/err" || STATUS=$?
	ok 'a message that is sent is not sent again for a lost recording' \
	    sh -c '[ "$1" -eq 0 ] && [ -s "$2" ] && grep -q record "$3"' \
	    sh "$STATUS" "$T/sent" "$T/err"
	STATUS=0
	"$BIN/dmarc-verify" --zone "$T/zone" --prepend --authserv-id x \
	    <"$T/good" >/dev/full 2>"$T/err" || STATUS=$?
	status 75 'a full stdout is 75'
fi
STATUS=0
"$BIN/dmarc-verify" --zone "$T/zone" --prepend --authserv-id x -- \
    sh -c 'cat >"$1"; exit 3' - "$T/got" <"$T/good" || STATUS=$?
status 3 "COMMAND's status is ours"
ok 'and it got the message' grep -q '^Dear Bert' "$T/got"
# what --prepend writes is what arc-seal takes
"$BIN/dmarc-verify" --zone "$T/zone" --prepend --authserv-id mx.example.net \
    <"$T/good" | "$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id mx.example.net >"$T/sealed"
verify "$T/sealed"
member .arc.cv pass 'dmarc-verify --prepend | arc-seal'

verify --header --authserv-id mx.example.net "$T/sealed"
out 'arc=pass header.oldest-pass=0' 'RFC 8617 section 10.2 has this property'

# --- a verdict is repeatable
verdict() {
	jq -cS 'del(.["dmarc-verify"] | .assumed, .time)' "$T/out"
}
for message in good bad; do
	verify --ip 192.0.2.1 --mail-from anna@example.org \
	    --record "$T/recorded" "$T/$message"
	was=$STATUS
	verdict >"$T/was"
	ok "--record writes a zone ($message)" grep -q '^;! recorded' \
	    "$T/recorded"
	run "$BIN/dmarc-verify" --zone "$T/recorded" --ip 192.0.2.1 \
	    --mail-from anna@example.org "$T/$message"
	verdict >"$T/is"
	same "$T/was" "$T/is" "--zone replays it ($message)"
	status $was 'with the same status'
	rm -f "$T/recorded"
done
verify --record "$T/recorded" "$T/good"
sed 's/example\.org>/other.example>/' "$T/good" >"$T/other"
run "$BIN/dmarc-verify" --zone "$T/recorded" "$T/other"
status 75 'what was not recorded is not invented'
member .dmarc.result temperror 'but a temperror'
verify --record "$T/absent/x" "$T/good"
status 73 'a recording that cannot be made is 73'
verify "$T/good"
cp "$T/out" "$T/one"
verify "$T/good"
same "$T/one" "$T/out" 'the same input and zone give the same octets'

done_testing
