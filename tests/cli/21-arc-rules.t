#!/bin/sh
# ARC's rules that implementers get wrong, against sets that openssl signs:
# every field is written in its own relaxed form.
. tests/cli/lib.sh
needs jq openssl base64
make_keys
openssl genrsa -traditional 512 >"$T/512.key" 2>/dev/null ||
    openssl genrsa 512 >"$T/512.key" 2>/dev/null
echo "weak._domainkey.example.org. IN TXT \"p=$(openssl pkey \
    -in "$T/512.key" -pubout -outform DER 2>/dev/null | base64 -w0)\"" \
    >>"$T/zone"
bh=$(printf 'Hi\r\n' | openssl dgst -sha256 -binary | base64 -w0)
signature() {
	openssl dgst "-${2:-sha256}" -sign "$T/${1:-rsa.key}" -binary |
	    base64 -w0
}
# set_of AAR AMS-TAGS AS-TAGS [KEY [HASH [END]]]: a message with this one set
set_of() {
	f1="arc-authentication-results:$1"
	f2=$(printf '%s' "arc-message-signature:$2" | sed "s,BH,$bh,")
	b=$({ printf 'from:anna@example.org\r\n'; printf '%s; b=' "$f2"; } |
	    signature "$4" "$5")
	f2="$f2; b=$b"
	f3="arc-seal:$3"
	b=$({ printf '%s\r\n%s\r\n' "$f1" "$f2"
	    printf '%s; b=%s' "$f3" "$6"; } | signature "$4" "$5")
	{ printf '%s; b=%s%s\r\n%s\r\n%s\r\n' "$f3" "$b" "$6" "$f2" "$f1"
	    printf 'from:anna@example.org\r\n\r\nHi\r\n'; } >"$T/in"
}
# rule WANT NAME
rule() {
	verify "$T/in"
	member .arc.cv "$1" "$2"
}
aar='i=1; hop.example; arc=none'
ams='i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=rsa; h=from; bh=BH'
as='i=1; a=rsa-sha256; cv=none; d=example.org; s=rsa; t=1772366400'
set_of "$aar" "$ams" "$as"
rule pass 'one set that openssl made'
set_of "$aar" "$ams" "$as; x=y"
rule pass '4.1.3: unknown tags are ignored'
set_of "$aar" "$ams" "$as" '' '' ';'
rule pass '4.1.3: a final ;'
set_of "$aar" "$ams" "$as; s=rsa"
rule fail '4.1.3: a duplicate tag'
set_of "$aar" "$ams" "$(echo "$as" | sed 's/cv=/CV=/')"
rule fail '4.1.3: tag names have case'
set_of "$aar" "$ams" "$as; h=from"
rule fail '4.1.3: no h= in a seal'
set_of "$aar" "$ams" "$(echo "$as" | sed 's/cv=none/cv=pass/')"
rule fail '5.2: the first seal must say cv=none'
set_of "$aar" "$ams" "$(echo "$as" | sed 's/cv=none/cv=fail/')"
rule fail '5.2: a newest seal of cv=fail'
set_of "$aar" "$ams" "$(echo "$as" | sed 's/cv=none; //')"
rule fail '4.1.3: cv= must be there'
set_of "$aar" "$ams; t=1772366399; x=1772366500" "$as"
rule pass '4.1.2: an x= to come'
set_of "$aar" "$ams; x=1772360000" "$as"
rule fail '4.1.2: an x= that is past'
member '.arc.sets[0].message_result' policy 'of a signature that verifies'
set_of "$aar" "$ams; t=1772366400; x=1772366400" "$as"
rule fail '4.1.2: an x= that is not after t='
for tag in a d s; do
	set_of "$aar" "$ams" "$(echo "$as" | sed "s/ $tag=[^;]*;//")"
	rule fail "4.1.3: $tag= must be there in the seal"
	set_of "$aar" "$(echo "$ams" | sed "s/ $tag=[^;]*;//")" "$as"
	rule fail "4.1.2: $tag= must be there in the message signature"
done
set_of "$aar" "$(echo "$ams" | sed 's/h=from/h=from:arc-seal/')" "$as"
rule fail '4.1.2: h= must not sign ARC-Seal'
set_of "$aar" "$(echo "$ams" | sed 's/h=from/h=from:nothing/')" "$as"
rule pass '4.1.2: h= may name what is not there'
set_of "$aar" "$ams" "$(echo "$as" | sed 's/sha256/sha1/')" '' sha1
rule fail '8301: sha1'
if [ -s "$T/512.key" ]; then
	set_of "$aar" "$(echo "$ams" | sed 's/s=rsa/s=weak/')" \
	    "$(echo "$as" | sed 's/s=rsa/s=weak/')" 512.key
	rule fail '8301: a key of 512 bits'
fi
for i in 0 51 2 x ''; do
	set_of "$(echo "$aar" | sed "s/i=1/i=$i/")" \
	    "$(echo "$ams" | sed "s/i=1/i=$i/")" \
	    "$(echo "$as" | sed "s/i=1/i=$i/")"
	rule fail "4.2.1: a chain that starts at \"$i\""
done
set_of "$aar" "$ams" "$as"
{ sed -n 3p "$T/in"; cat "$T/in"; } >"$T/twice"
mv "$T/twice" "$T/in"
rule fail '4.2: a field of a set twice'

# --- several keys at a selector: undefined, and each is tried as in DKIM
set_of "$aar" "$ams" "$as"
"$BIN/dkim-sign" keygen -o "$T/other.key" -d example.org -s rsa >"$T/other"
cp "$T/zone" "$T/zone.one"
cat "$T/other" "$T/zone.one" >"$T/zone"
rule pass '6376 3.6.2.2: another key first'
cat "$T/zone.one" "$T/other" >"$T/zone"
rule pass '6376 3.6.2.2: another key last'
cp "$T/zone.one" "$T/zone"

# --- a chain that cannot be found out is not asked for fifty times
{ cat "$T/zone.one"
    for s in a b c; do
	sed -n '/^rsa\._domainkey/,/)/p' "$T/zone.one" | sed "s/^rsa/$s/"
    done; } >"$T/zone"
message >"$T/1"
for s in a b c; do
	{ echo 'Authentication-Results: hop.example; dmarc=pass'
	    cat "$T/1"; } | "$BIN/arc-seal" --zone "$T/zone" -d example.org \
	    -s $s -k "$T/rsa.key" --authserv-id hop.example >"$T/in"
	sed '/^Authentication-Results:/d' "$T/in" >"$T/1"
done
rule pass 'three hops with a selector each'
{ cat "$T/zone.one"; for s in a b c; do
	echo ";! timeout $s._domainkey.example.org"; done; } >"$T/zone"
verify --record "$T/asked" "$T/in"
member .arc.cv fail '5.2: keys that DNS does not give'
found arc.temperror 'which is told'
ok 'and only one of them was asked for' \
    test "$(grep -c '_domainkey' "$T/asked")" -eq 1

done_testing
