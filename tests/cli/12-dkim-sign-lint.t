#!/bin/sh
# dkim-sign: what it says of messages and set-ups that receivers reject, and
# what --strict refuses.
. tests/cli/lib.sh
make_keys
message >"$T/m"

# lint STATUS TEXT NAME: a signing of $T/in under --strict
lint() {
	run sign --strict <"$T/in"
	[ "$1" -eq 0 ] || ok "$3: nothing is written" test ! -s "$T/out"
	status "$1" "$3: status"
	err "$2" "$3: said"
	run sign <"$T/in"
	status 0 "$3: signed without --strict"
	err "$2" "$3: said all the same"
}

run sign --strict <"$T/m"
status 0 'a right message is signed under --strict'
ok 'without a word' test ! -s "$T/err"
crlf <"$T/m" >"$T/crlf"
run sign --strict <"$T/crlf"
ok 'with CRLF, too' test ! -s "$T/err"

sed '/^From:/d' "$T/m" >"$T/in"
lint 75 'From: the message has no From' 'no From'
sed '/^From:/p' "$T/m" >"$T/in"
lint 75 'must stand once' 'two From'
for name in Subject Date To Message-ID; do
	sed "/^$name:/p" "$T/m" >"$T/in"
lint 75 "$name: a field that must" \
        "two $name"
done
{ cat "$T/m" | sed '2i\
Cc: a@example.net\
Cc: b@example.net'; } >"$T/in"
lint 75 'Cc: a field that must' 'two Cc'
sed '2i\
no field at all' "$T/m" >"$T/in"
lint 75 'lines that are no fields' 'garbage'
sed '/^Date:/d' "$T/m" >"$T/in"
lint 0 'no Date field' 'no Date'
sed 's/^From: .*/From: Doe, Anna <anna@example.org>/' "$T/m" >"$T/in"
lint 0 'not by the grammar' 'an unquoted comma'
sed 's/anna@example.org/anna@example.com/' "$T/m" >"$T/in"
lint 0 'not aligned' 'From at another domain'
sed '1s/$/\r/' "$T/m" >"$T/in"
lint 0 'are mixed' 'mixed line ends'
{ crlf <"$T/m"; printf 'one\ntwo\r\n'; } >"$T/in"
lint 0 'are mixed' 'one among many, in the middle'
{ cat "$T/m"; printf '%01200d\n' 0; } >"$T/in"
lint 0 'over 998 octets' 'a long line'
{ cat "$T/m"; printf 'a\0b\n'; } >"$T/in"
lint 0 'NUL octets' 'NUL'
{ printf 'X-A: a\0b\n'; cat "$T/m"; } >"$T/in"
lint 0 'header: the message has NUL' 'NUL in the header'
{ printf 'X-A: a\rX-B: b\n'; cat "$T/m"; } >"$T/in"
lint 0 'a CR that ends no line' 'a CR alone in the header'
{ printf 'X-A: %0998d\n' 0; cat "$T/m"; } >"$T/in"
lint 0 'header: a line has over 998' 'a long line in the header'
{ sed '/^$/q' "$T/m" | crlf; sed '1,/^$/d' "$T/m"; } >"$T/in"
lint 0 'body: CRLF and bare LF' 'a CRLF header and an LF body'
{ cat "$T/m"; printf 'caf\303\251\n'; } >"$T/in"
lint 0 '8-bit' 'undeclared 8-bit'
{ sed '2i\
Content-Transfer-Encoding: 8bit' "$T/m"; printf 'caf\303\251\n'; } >"$T/in"
run sign <"$T/in"
err_not '8-bit' 'declared 8-bit is fine'
{ cat "$T/m"; printf '%0998d\r\n' 0; } >"$T/in"
run sign <"$T/in"
err_not '998' '998 octets are not over 998'
sed 's/anna@example.org/anna@sub.example.org/' "$T/m" >"$T/in"
run sign <"$T/in"
err_not 'aligned' 'From below the domain is aligned'
run "$BIN/dkim-sign" -d example.org -s ed -k "$T/ed.key" <"$T/m"
err 'Ed25519 signature alone' 'Ed25519 alone is said'
run sign -x 3600 <"$T/m"
err 'expires within a day' 'a short --expire is said'
run sign -x 604800 <"$T/m"
err_not 'expires' 'a week is not'
run sign -q -x 3600 <"$T/m"
ok '-q is quiet' test ! -s "$T/err"

# --- the key table
cat >"$T/table" <<END
# FROM-DOMAIN SELECTOR KEYFILE [SIGNING-DOMAIN]
example.org	rsa	$T/rsa.key
example.org	ed	$T/ed.key

*.example.org	rsa	$T/rsa.key	example.org
deep.example.org	ed	$T/ed.key	example.org
END
table() {
	run "$BIN/dkim-sign" --now 2026-03-01T12:00:00Z --key-table \
	    "$T/table" "$@"
}
from() {
	sed "s/^From: .*/From: $1/" "$T/m" >"$T/in"
}
signatures() {
	ok "$2" test "$(tr -d '\n\t' <"$T/out" |
	    grep -o 'd=[a-z.]*; *s=[a-z]*' | tr -s '; \n' ' ')" = "$1"
}
from 'anna@example.org'
table <"$T/in"
status 0 'a From domain in the table'
signatures 'd=example.org s=rsa d=example.org s=ed ' 'all its lines sign'
printf 'b\303\274cher.example rsa %s example.org\n' "$T/rsa.key" >"$T/idn"
printf '*.xn--bcher-kva.example ed %s example.org\n' "$T/ed.key" >>"$T/idn"
from 'anna@xn--bcher-kva.example'
run "$BIN/dkim-sign" --key-table "$T/idn" <"$T/in"
signatures 'd=example.org s=rsa ' 'a U-label in the table, an A-label in From'
from "$(printf 'anna@a.B\303\234CHER.example')"
run "$BIN/dkim-sign" --key-table "$T/idn" <"$T/in"
signatures 'd=example.org s=ed ' 'and the other way round'
from "$(printf 'anna@b\303\274cher.example')"
run "$BIN/dkim-sign" -d xn--bcher-kva.example -s rsa -k "$T/rsa.key" <"$T/in"
err_not 'not aligned' 'which is aligned'
from 'Anna <anna@EXAMPLE.org>'
table <"$T/in"
signatures 'd=example.org s=rsa d=example.org s=ed ' 'case does not matter'
from 'anna@a.example.org'
table <"$T/in"
signatures 'd=example.org s=rsa ' 'a wildcard, with its signing domain'
from 'anna@deep.example.org'
table <"$T/in"
signatures 'd=example.org s=ed ' 'the name itself beats the wildcard'
from 'anna@badexample.org'
table <"$T/in"
status 0 'no key for this domain: 0'
same "$T/in" "$T/out" 'and unchanged'
err 'no key for this From domain' 'and said'
table --require-key <"$T/in"
status 75 'with --require-key: 75'
ok 'and nothing' test ! -s "$T/out"
from '"a <x@example.org>" <anna@badexample.org>'
table <"$T/in"
same "$T/in" "$T/out" 'a display name picks no key'
sed '/^From:/d' "$T/m" >"$T/in"
table <"$T/in"
same "$T/in" "$T/out" 'no From picks no key'
echo '* rsa '"$T/rsa.key" >"$T/table"
sed 's/^From: .*/From: anna@[192.0.2.1]/' "$T/m" >"$T/in"
table <"$T/in"
status 0 'an address literal in From has no key, not even by "*"'
same "$T/in" "$T/out" 'and is left unsigned'
from 'anna@other.example'
table <"$T/in"
signatures 'd=other.example s=rsa ' '* signs as the From domain'
for bad in 'example.org rsa' 'example.org rsa k d more'; do
	echo "$bad" >"$T/table"
	table <"$T/m"
	status 75 "a table line \"$bad\" is 75"
	err 'line 1' 'and named'
done
table --key-table "$T/absent" <"$T/m"
status 75 'no table is 75'
echo "example.org rsa $T/absent" >"$T/table"
table <"$T/m"
status 75 'a key that the table names and is not there is 75'

# --- keygen
umask 022
run "$BIN/dkim-sign" keygen -o "$T/k1" -d example.org -s s1
status 0 'keygen'
ok 'the key is 0600' test "$(stat -c %a "$T/k1")" = 600
out 's1._domainkey.example.org. IN TXT (' 'the record is named'
ok 'no string of it is over 255 octets' \
    sh -c '! grep -q "\"[^\"]\{256,\}\"" "$1"' - "$T/out"
ok 'RSA takes two strings' test "$(grep -c '"' "$T/out")" -eq 2
cp "$T/out" "$T/kzone"
cp "$T/k1" "$T/k1.was"
run "$BIN/dkim-sign" keygen -o "$T/k1"
status 73 'an older key is not overwritten'
same "$T/k1" "$T/k1.was" 'it stays'
ok 'and no record is printed' test ! -s "$T/out"
run "$BIN/dkim-sign" keygen --force -o "$T/k1"
status 0 '--force'
ok 'replaces it' sh -c '! cmp -s "$1" "$1.was"' - "$T/k1"
ok 'with 0600' test "$(stat -c %a "$T/k1")" = 600
run "$BIN/dkim-sign" keygen -a ed25519 -o "$T/k2" -d example.org -s s2
out 'k=ed25519; p=' 'Ed25519 says so'
ok 'p= is 32 octets' test "$(sed -n 's/.*p=\([^"]*\)".*/\1/p' "$T/out" |
    base64 -d | wc -c)" -eq 32
cat "$T/out" >>"$T/kzone"
run "$BIN/dkim-sign" keygen -o "$T/absent/k"
status 73 'a folder that is not there is 73'
run "$BIN/dkim-sign" keygen
status 64 'no -o is 64'
run "$BIN/dkim-sign" keygen -b 512 -o "$T/k3"
status 64 '512 bits is 64'
ok 'and no file' test ! -e "$T/k3"

# --- check
check() {
	run "$BIN/dkim-sign" check --zone "$T/kzone" --format json \
	    -d example.org "$@"
}
check -s s1 -k "$T/k1.was"
status 0 'check: published'
out '"verdict":"pass"' 'passes'
check -s s2 -k "$T/k2"
status 0 'Ed25519, too'
check -s s1 -k "$T/k1"
status 1 'check: another key'
out 'key.other' 'says so'
check -s s9 -k "$T/k2"
status 1 'check: no record'
out 'key.missing' 'says so'
echo ';! servfail s8._domainkey.example.org' >>"$T/kzone"
check -s s8 -k "$T/k2"
status 75 'check: DNS fails'
out 'key.dns' 'says so'
sed -n 's/s2\._domainkey/s7._domainkey/;s/v=DKIM1; /&t=y; /p' "$T/kzone" |
    grep '^s7' >/dev/null
grep -A1 '^s2' "$T/kzone" | sed 's/^s2/s7/;s/v=DKIM1; /&t=y; /' >"$T/s7"
cat "$T/s7" >>"$T/kzone"
check -s s7 -k "$T/k2"
out 'key.testing' 't=y is said'
echo 's6._domainkey.example.org. TXT "v=DKIM1; h=sha1; p=AAAA"' >>"$T/kzone"
check -s s6 -k "$T/k2"
status 1 'check: a record that cannot be used'
out 'key.unusable' 'is said to be that'
out_not 'key.other' 'and not to be another key'
check -s s1
status 64 'check without -k is 64'

done_testing
