#!/bin/sh
# dkim-sign: every form of signature verifies, and the message stays as it is.
. tests/cli/lib.sh
needs jq
make_keys
message >"$T/lf"
crlf <"$T/lf" >"$T/crlf"
: >"$T/none"

one() {
	"$BIN/dkim-sign" --now 2026-03-01T12:00:00Z -q -d example.org \
	    -s "$1" -k "$T/$1.key" -c "$2"
}

for key in rsa ed; do
	for c in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
		for ends in lf crlf; do
			one $key $c <"$T/$ends" >"$T/signed"
			verify "$T/signed"
			member '.dkim[0].result' pass "$key $c $ends passes"
		done
	done
	one $key relaxed/simple <"$T/lf" >"$T/signed"
	verify "$T/signed"
	member '.dkim[0].canonicalization' relaxed/simple "$key: c= is told"
done

# --- 3.4.3, 3.4.4: bodies that end in odd ways
head -n 6 "$T/lf" >"$T/head"
body() {
	for c in simple/simple relaxed/relaxed; do
		{ cat "$T/head"; printf "$1"; } | one rsa $c >"$T/signed"
		verify "$T/signed"
		member '.dkim[0].result' pass "$2, $c"
	done
}
body '' 'an empty body'
body '\n\n\n' 'a body of empty lines'
body ' \t \n \n' 'a body of blanks'
body 'no line end' 'a last line without its end'
body 'a\rb\r\n' 'a lone CR'
body 'a\r' 'a CR at the end'
body '\0\0\377\n' 'octets of any value'
printf 'From: a@example.org\nDate: x' | one rsa relaxed/relaxed >"$T/signed"
status=$?
ok 'a header that ends without its line end is signed' test $status -eq 0
printf 'From: a@example.org\n\n' | one rsa simple/simple >"$T/signed"
verify "$T/signed"
member '.dkim[0].result' pass 'a message of one field'

# --- dual signing
sign <"$T/lf" >"$T/signed"
verify "$T/signed"
status 0 'dmarc-verify takes what dkim-sign made'
member '.verdict' pass 'and its verdict is pass'
member '.dkim | length' 2 'two keys sign in one pass'
member '.dkim[].result' 'pass pass' 'and both signatures pass'
member '.dkim[].algorithm' 'rsa-sha256 ed25519-sha256' \
    'RSA stands above Ed25519'

# --- nothing but fields on top changes
for ends in lf crlf; do
	sign <"$T/$ends" >"$T/signed"
	size=$(wc -c <"$T/$ends")
	tail -c "$size" "$T/signed" >"$T/rest"
	same "$T/$ends" "$T/rest" "every octet below stays ($ends)"
	head -c "-$size" "$T/signed" >"$T/top"
	if [ $ends = lf ]; then
		ok 'new fields end in LF where the message does' \
		    sh -c '! grep -q "$(printf "\r")" "$1"' - "$T/top"
	else
		ok 'new fields end in CRLF where the message does' \
		    sh -c 'test "$(grep -c "$(printf "\r")$" "$1")" -eq \
		    "$(wc -l <"$1")"' - "$T/top"
	fi
	ok "no line of the fields is over 78 columns ($ends)" \
	    sh -c '! grep -q ".\{80\}" "$1"' - "$T/top"
done
{ echo 'From anna@example.org Sun Mar  1 12:00:00 2026'; cat "$T/lf"; } |
    sign >"$T/signed"
ok 'an mbox From line stays the first line' \
    sh -c 'head -n 1 "$1" | grep -q "^From anna"' - "$T/signed"
verify "$T/signed"
member '.dkim[].result' 'pass pass' 'and is not signed'
sign <"$T/lf" >"$T/a"
sign <"$T/lf" >"$T/b"
same "$T/a" "$T/b" 'the same input and time give the same octets'

# --- what stands in the field
sign -x 86400 -i anna@sub.example.org <"$T/lf" >"$T/signed"
ok '--expire is x=' grep -q 'x=1772452800' "$T/signed"
ok '--now is t=' grep -q 't=1772366400' "$T/signed"
ok '--identity is i=' grep -q 'i=anna@sub.example.org' "$T/signed"
ok 'there is no l=' sh -c '! grep -q "[; ]l=" "$1"' - "$T/signed"
verify "$T/signed"
member '.dkim[].result' 'pass pass' 'and it verifies'
member '.dkim[0].identity' anna@sub.example.org 'i= is told'
verify --now 2026-03-02T11:59:59Z "$T/signed"
member '.dkim[0].result' pass 'x= of now and later is not past'
verify --now 2026-03-02T12:05:01Z "$T/signed"
member '.dkim[0].result' permerror 'x= past is a permanent failure, clocks allowed for'
found dkim.expired 'and a finding'
run "$BIN/dkim-sign" -d example.org -s rsa -k "$T/rsa.key" \
    -i anna@example.com <"$T/lf"
status 75 'i= of another domain is refused'
lines 0 'and nothing is written'

for bad in 'example.org; l=0' 'exa mple.org' ''; do
	run "$BIN/dkim-sign" -d "$bad" -s rsa -k "$T/rsa.key" <"$T/lf"
	status 75 "d= cannot be \"$bad\""
	lines 0 'and nothing is written'
done

# --- oversigning
sign <"$T/lf" >"$T/signed"
for name in From:x@example.com Subject:x Reply-To:x@example.com Cc:x \
    To:x Content-Type:text/html MIME-Version:1.0; do
	{ echo "$name"; cat "$T/signed"; } >"$T/forged"
	verify "$T/forged"
	member '.dkim[].result' 'fail fail' \
	    "oversigned: a ${name%%:*} that is put on top breaks it"
done
{ echo 'Received: x'; echo 'Sender: x@example.net'; echo 'X-Spam: no'; cat "$T/signed"; } >"$T/more"
verify --ip 192.0.2.1 "$T/more"
member '.dkim[].result' 'pass pass' 'what relays add in good faith may be added'
sign --oversign X-Flag <"$T/lf" >"$T/signed"
{ echo 'X-Flag: x'; cat "$T/signed"; } >"$T/more"
verify "$T/more"
member '.dkim[].result' 'fail fail' '--oversign names what nobody may add'
{ echo 'From: x@example.com'; cat "$T/signed"; } >"$T/more"
verify "$T/more"
member '.dkim[].result' 'fail fail' 'From is always oversigned'
for list in --headers --oversign; do
	run sign $list 'From:a;b' <"$T/lf"
	status 75 "$list: names that end the tag are refused"
done
sign --headers Subject --oversign Subject <"$T/lf" >"$T/signed"
ok 'From is always signed' grep -qi 'h=[^;]*from' "$T/signed"
sed 's/^To: .*/To: x@example.net/' "$T/signed" >"$T/more"
verify "$T/more"
member '.dkim[].result' 'pass pass' '--headers names all that is signed'

# --- 3.5, many fields of a name
{ echo 'X-A: 1'; echo 'X-A: 2'; echo 'X-A: 3'; cat "$T/lf"; } |
    sign --headers x-a >"$T/signed"
verify "$T/signed"
member '.dkim[].result' 'pass pass' 'every occurrence is signed'
sed '/^X-A: 1/d' "$T/signed" >"$T/more"
verify "$T/more"
member '.dkim[].result' 'fail fail' 'the topmost, too'

# --- a body of any size through one pass
{ cat "$T/head"; head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70; } \
    >"$T/big"
sign <"$T/big" >"$T/signed"
ok 'a big message keeps its size' test "$(wc -c <"$T/signed")" -gt 3000000
verify "$T/signed"
member '.dkim[].result' 'pass pass' 'and verifies'
mkdir "$T/tmp"
TMPDIR="$T/tmp" sign <"$T/big" >/dev/null
ok 'nothing is left in TMPDIR' rmdir "$T/tmp"

# --- start-up: libcrypto and IDNA, for From domains, are all that it links
ok 'signing links no DNS, list or JSON' sh -c '
	! nm "$1" | grep -qE " (ldns|psl|json|argon2)_" &&
	! ldd "$1" | grep -qE "lib(ldns|psl|jansson|argon2|unbound|ssl|curl)"' \
    sh "$BIN/dkim-sign"
ok 'and loads IDNA only where it is not linked in' sh -c '
	! nm "$1" | grep -q " [Tt] idn2_" ||
	! ldd "$1" | grep -qE "lib(idn2|unistring)"' \
    sh "$BIN/dkim-sign"

done_testing
