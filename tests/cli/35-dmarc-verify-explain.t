#!/bin/sh
# dmarc-verify --explain: each cause against a message altered right here.
. tests/cli/lib.sh
needs jq
make_keys
message >"$T/m"
one() {
	"$BIN/dkim-sign" -q --now 2026-03-01T12:00:00Z -d example.org -s rsa \
	    -k "$T/rsa.key" "$@"
}
one <"$T/m" >"$T/good"
one -c simple/simple <"$T/m" >"$T/simple"

# why WANT NAME: the causes for $T/in
why() {
	verify --explain "$T/in"
	member '.dkim[0].explain[].cause' "$1" "$2"
}
cp "$T/good" "$T/in"
why '' 'a signature that passes needs no cause'

# --- the body
{ cat "$T/good"; printf -- '-- \nThe list\n'; } >"$T/in"
why footer 'a footer'
body=$(sed '1,/^$/d' "$T/m" | crlf | sed 's/  the plan  / the plan /' | wc -c)
out "the first $body octets" 'with the octet it was appended after'
{ cat "$T/simple"; printf -- '-- \nThe list\n'; } >"$T/in"
why footer 'a footer, c=simple/simple'
body=$(sed '1,/^$/d' "$T/m" | crlf | wc -c)
out "the first $body octets" 'with the octet it was appended after'
sed 's/  the plan  holds/ the plan holds/' "$T/m" |
    one -c simple/simple >"$T/tidy"
sed 's/^ the plan holds.$/&  /' "$T/tidy" >"$T/in"
why blanks 'blanks that simple does not forgive'
sed 's/holds/falls/' "$T/good" >"$T/in"
why body-changed 'another word'
sed 's/^Dear/Advertisement\n&/' "$T/good" >"$T/in"
why body-changed 'a line put on top is no footer'
sed '$d' "$T/good" >"$T/in"
why body-changed 'a line that is gone'

sed '/^$/q' "$T/m" | one >"$T/in"
printf -- '-- \nThe list\n' >>"$T/in"
why footer 'a footer below an empty body'

# --- the header
cp "$T/zone" "$T/zone.one"
sed -n '/^ed\._domainkey/,/)/s/^ed/rsa/p' "$T/zone.one" >>"$T/zone"
sed -n '/^ed\._domainkey/,/)/{/^ed/!p;}' "$T/zone.one" >>"$T/zone"
sed 's/^Subject: /&[list] /' "$T/good" >"$T/in"
why subject-tag 'a list tag, and a key of another kind at the selector'
member '.dkim[0].reason' 'signature did not verify' 'which is not to blame'
member '.dkim[0].key_bits' 2048 'and not the key that counted'
cp "$T/zone.one" "$T/zone"
sed 's/^Subject: /&[list] /' "$T/good" >"$T/in"
why subject-tag 'a list tag in Subject'
sed 's/^From: .*/From: Anna via list <list@lists.example>\nReply-To: Anna <anna@example.org>/' \
    "$T/good" >"$T/in"
why 'from-rewritten field-added' 'From rewritten, the author in Reply-To'
sed 's/^From: .*/From: Anna via list <list@lists.example>\nX-Original-From: Anna <anna@example.org>/' \
    "$T/good" >"$T/in"
why from-rewritten 'From rewritten, the author in X-Original-From'
sed 's/^Subject: /&[list] /;s/^From: .*/From: Anna via list <list@lists.example>\nX-Original-From: Anna <anna@example.org>/' \
    "$T/good" >"$T/in"
why 'subject-tag from-rewritten' 'both'
{ echo 'Reply-To: list@lists.example'; cat "$T/good"; } >"$T/in"
why field-added 'a Reply-To that was added'
{ echo 'Cc: eve@other.example'; cat "$T/good"; } >"$T/in"
why field-added 'a Cc that was added'
{ echo 'Subject: Another'; cat "$T/good"; } >"$T/in"
why field-added 'a second Subject'
sed 's/^Subject: The plan/Subject: The\n plan/' "$T/simple" >"$T/in"
why refolded 'a field that was folded anew'
sed 's/^Subject: The plan/Subject: Another plan/' "$T/good" >"$T/in"
why header-or-key 'another subject'
{ sed 's/^Subject: /&[list] /' "$T/good"; printf -- '-- \nThe list\n'; } \
    >"$T/in"
why 'subject-tag footer' 'what mailing lists do: tag and footer'

# --- the key
sed '/^rsa\._domainkey/,/)/d' "$T/zone" >"$T/gone"
verify_with() {
	run "$BIN/dmarc-verify" --zone "$1" --explain "$T/in"
}
cp "$T/good" "$T/in"
verify_with "$T/gone"
member '.dkim[0].explain[].cause' key-gone \
    'a key that is gone, and nothing else is blamed'
{ cat "$T/gone"; echo 'rsa._domainkey.example.org. IN TXT "v=DKIM1; p="'; } \
    >"$T/revoked"
verify_with "$T/revoked"
member '.dkim[0].explain[].cause' key-revoked 'a key that was revoked'
found dkim.key-revoked 'and its finding'
{ cat "$T/gone"; echo ';! servfail rsa._domainkey.example.org'; } >"$T/down"
verify_with "$T/down"
member '.dkim[0].explain[].cause' key-unavailable 'DNS that does not answer'
{ cat "$T/gone"; "$BIN/dkim-sign" keygen -o "$T/other.key" -d example.org \
    -s rsa; } >"$T/rotated"
verify_with "$T/rotated"
member '.dkim[0].explain[].cause' header-or-key 'another key at the selector'

# --- for people
{ cat "$T/good"; printf -- '-- \nThe list\n'; } >"$T/in"
verify --explain --format text "$T/in"
out 'footer' 'the text has the cause'
verify "$T/in"
out_not '"explain"' 'without --explain nothing is explained'

# --- SPF and DMARC
verify --explain --ip 203.0.113.9 --mail-from eve@example.org "$T/m"
out '"trace":[' 'the SPF terms are shown'
member .spf.result fail 'with the result'

done_testing
