#!/bin/sh
# DKIM's rules that implementers get wrong, against signatures that openssl
# makes from RFC 6376's text: no code of ours has a part in signing them.
. tests/cli/lib.sh
needs jq openssl base64
make_keys
pub=$(openssl pkey -in "$T/rsa.key" -pubout -outform DER | base64 -w0)
rsa() {
	echo "$1._domainkey.example.org. IN TXT ( $(echo "$2" | fold -w 200 |
	    sed 's/.*/"&"/' | tr '\n' ' ') )" >>"$T/zone"
}
rsa plain "p=$pub"
rsa first "v=DKIM1; p=$pub"
rsa last "p=$pub; v=DKIM1"
rsa two "v=DKIM2; p=$pub"
rsa dup "p=$pub; p=$pub"
rsa folded "v=DKIM1 ; k = rsa ; n=a note ; x=y; p= $pub ;"
rsa upper "V=DKIM1; P=$pub"
rsa revoked 'v=DKIM1; p='
rsa dsa "k=dsa; p=$pub"
rsa web "s=web; p=$pub"
rsa any "s=web:*; p=$pub"
rsa mail "s=email; p=$pub"
rsa sha1 "h=sha1; p=$pub"
rsa both "h=sha1:sha256; p=$pub"
rsa old "g=nobody; p=$pub"
rsa strict "t=s; p=$pub"
rsa test "t=y; p=$pub"
rsa several 'v=DKIM1; p='
rsa several "v=DKIM1; p=$pub"
rsa type "k=ed25519; p=$pub"
openssl genrsa -traditional 512 >"$T/512.key" 2>/dev/null ||
    openssl genrsa 512 >"$T/512.key" 2>/dev/null
weak=$(openssl pkey -in "$T/512.key" -pubout -outform DER 2>/dev/null |
    base64 -w0)
rsa weak "p=$weak"
rsa ümlaut "p=$pub"
bare=$(openssl rsa -in "$T/rsa.key" -RSAPublicKey_out -outform DER \
    2>/dev/null | base64 -w0)
rsa pkcs1 "p=$bare"

sha() {
	openssl dgst -sha256 -binary | base64 -w0
}
# raw FIELDS BODY TAGS [KEY]: a message signed under c=simple/simple, which
# is the default: FIELDS (printf form) are signed as they stand, all of them
# before the signature; TAGS may use BH for the body's hash
raw() {
	bh=$(printf "$2" | sha)
	tags=$(printf '%s' "$3" | sed "s,BH,$bh,")
	b=$({ printf "$1"; printf 'DKIM-Signature: %s; b=' "$tags"; } |
	    openssl dgst -sha256 -sign "${4:-$T/rsa.key}" -binary | base64 -w0)
	{ printf 'DKIM-Signature: %s; b=%s\r\n' "$tags" "$b"
	    printf "$1"; printf '\r\n'; printf "$2"; } >"$T/in"
}
f='From: anna@example.org\r\n'
t='v=1; a=rsa-sha256; d=example.org; s=plain; h=from; bh=BH'
# rule WANT NAME: the result of the signature of $T/in
rule() {
	verify "$T/in"
	member '.dkim[0].result' "$1" "$2"
}
body='Hi\r\n'
raw "$f" "$body" "$t"
rule pass 'c= absent is simple/simple'

# --- 3.2 tag lists
raw "$f" "$body" "$t; foo=bar"
rule pass '3.2: unknown tags are ignored'
raw "$f" "$body" "$t; d=example.org"
rule permerror '3.2: a duplicate tag spoils the whole signature'
raw "$f" "$body" "$(echo "$t" | sed 's/d=/D=/')"
rule permerror '3.2: tag names have case'
raw "$f" "$body" "$(echo "$t" | sed 's/d=example.org/d = example.org /')"
rule pass '3.2: blanks around the ='
raw "$f" "$body" "$t;;x=9999999999"
rule permerror '3.2: an empty tag'
# --- 3.5
raw "$f" "$body" "$(echo "$t" | sed 's/v=1/v=2/')"
rule permerror '3.5: v= is 1'
raw "$f" "$body" "$(echo "$t" | sed 's/v=1; //')"
rule permerror '3.5: v= must be there'
for tag in a d s h bh; do
	raw "$f" "$body" "$(echo "$t; z=x" | sed "s/[ ;]*\<$tag=[^;]*//")"
	rule permerror "3.5: $tag= must be there"
done
raw 'Subject: x\r\n' "$body" "$(echo "$t" | sed 's/h=from/h=subject/')"
rule permerror '5.4: From must be signed'
raw "$f" "$body" "$t; i=anna@sub.example.org"
rule pass '3.5: i= may be below d='
raw "$f" "$body" "$t; i=@example.net"
rule permerror '3.5: i= of another domain'
raw "$f" "$body" "$t; i=@badexample.org"
rule permerror '3.5: i= that only ends alike'
raw "$f" "$body" "$t; q=dns/txt"
rule pass '3.5: q=dns/txt'
raw "$f" "$body" "$t; q=http/x:dns/txt"
rule pass '3.5: q= offers dns/txt among others'
raw "$f" "$body" "$t; q=http/x"
rule permerror '3.5: q= without dns/txt'
raw "$f" "$body" "$t; t=1772366400; x=1772366400"
rule permerror '3.5: x= must be later than t='
raw "$f" "$body" "$t; x=1772360000"
rule permerror '3.5: x= past'
raw "$f" "$body" "$t; x=1772370000"
rule pass '3.5: x= to come'
raw "$f" "$body" "$t; l=4"
rule pass '3.5: l= of the whole body'
found dkim.has-length 'is told'
bh4=$(printf 'Hi\r\n' | sha)
raw "$f" 'Hi\r\nspam\r\n' "$(echo "$t" | sed "s,BH,$bh4,"); l=4"
rule policy '8.2: l= that leaves the end unsigned does not pass'
raw "$f" "$body" "$t; l=5"
rule fail '3.5: l= larger than the body fails'
raw "$f" "$body" "$(echo "$t" | sed 's/rsa-sha256/rsa-sha1/')"
rule permerror '8301 3.1: rsa-sha1 never passes'
raw "$f" "$body" "$(echo "$t" | sed 's/rsa-sha256/ed25519-sha256/')"
rule permerror '3.6.1: the key type must be that of a='
if [ -s "$T/512.key" ] && [ -n "$weak" ]; then
	raw "$f" "$body" "$(echo "$t" | sed 's/s=plain/s=weak/')" "$T/512.key"
	rule permerror '8301 3.2: RSA under 1024 bits never passes'
fi
# --- 5.4.2
raw 'X: low\r\nX: high\r\n'"$f" "$body" "$(echo "$t" | sed 's/h=from/h=x:x:from/')"
verify "$T/in"
member '.dkim[0].result' fail '5.4.2: repeated names are not taken from the top'
bh=$(printf "$body" | sha)
tags=$(echo "$t" | sed "s,BH,$bh,;s/h=from/h=x:X:from:x/")
b=$({ printf 'X: low\r\nX: high\r\n'"$f"; printf 'DKIM-Signature: %s; b=' \
    "$tags"; } | openssl dgst -sha256 -sign "$T/rsa.key" -binary | base64 -w0)
{ printf 'DKIM-Signature: %s; b=%s\r\n' "$tags" "$b"
    printf 'X: high\r\nX: low\r\n'"$f"'\r\n'"$body"; } >"$T/in"
rule pass '5.4.2: but from the bottom up, in any case of letters'
raw "$f" "$body" "$(echo "$t" | sed 's/h=from/h=from:nothing:from/')"
rule pass '5.4.2: names of what is not there'
sed 's/^From/Nothing: x\r\n&/' "$T/in" >"$T/in2"
mv "$T/in2" "$T/in"
rule fail '5.4.2: sign that it is not there'
sed 's/ b=/ b= \r\n\t/;s/^From/X-More: x\r\n&/' "$T/in" | sed '/^Nothing/d' \
    >"$T/in2"
mv "$T/in2" "$T/in"
verify "$T/in"
member '.dkim[0].result' pass '3.7: blanks inside b= go with it'
# --- 3.5 z=, which --explain compares
# changed SED WANT NAME: the fields that differ from their copies
changed() {
	raw 'X: low=zz\r\nX: high\r\n'"$f"'Subject: A plan\r\n' "$body" \
	    "$(echo "$t" | sed 's/h=from/h=x:x:from:subject/'); $z"
	sed "$1" "$T/in" >"$T/in2"
	mv "$T/in2" "$T/in"
	verify --explain "$T/in"
	member '.dkim[0].explain[] | select(.cause == "field-changed").text |
	    split(" ")[0]' "$2" "$3"
}
z='z=X:low=zz|X:high|From:=20anna@example.org|Subject:A=20pl=61n'
changed 's/^Subject: A/Subject: No/' Subject '3.5: the one that is not as its copy'
changed 's/^From: anna/From: eve/' From '3.5: and From'
changed '/^X: low/d;/^Subject/d' 'X Subject' '3.5: fields that are gone'
# --- 6.1.2 keys
key() {
	raw "$f" "$body" "$(echo "$t" | sed "s/s=plain/s=$1/")"
	rule "$2" "$3"
}
key first pass '3.6.1: v=DKIM1 first'
key last permerror '3.6.1: v= that is not first'
key two permerror '3.6.1: another version'
key dup permerror '3.6.1: a duplicate tag in the record'
key folded pass '3.6.1: blanks, notes and unknown tags'
key upper permerror '3.6.1: tag names have case in the record, too'
key revoked permerror '6.1.2: an empty p= is revoked'
found dkim.key-revoked 'and said'
key dsa permerror '6.1.2: an unknown k='
key web permerror '6.1.2: s= without email'
key any pass '6.1.2: s= with *'
key mail pass '6.1.2: s=email'
key sha1 permerror '6.1.2: h= without sha256'
key both pass '6.1.2: h= with sha256 among others'
key old pass '6376: g= is no more'
key strict pass '3.6.1: t=s without i='
raw "$f" "$body" "$(echo "$t" | sed 's/s=plain/s=strict/'); i=@a.example.org"
rule permerror '3.6.1: t=s forbids an i= below d='
key test pass '3.6.1: t=y does not change the result'
found dkim.testing 'but is told'
key several pass '3.6.2.2: several records: each is tried'
found dkim.several-keys 'and told'
key type permerror '6.1.2: p= is not of that type'
key pkcs1 pass '3.6.1: the bare RSAPublicKey'
key absent permerror '6.1.2: no record'
sed -i 's/ümlaut/xn--mlaut-jva/' "$T/zone"
key ümlaut pass '8616: an U-label selector is asked as an A-label'
# --- 8463
if openssl pkeyutl -help 2>&1 | grep -q rawin; then
	bh=$(printf "$body" | sha)
	tags="v=1; a=ed25519-sha256; d=example.org; s=ed; h=from; bh=$bh"
	{ printf "$f"; printf 'DKIM-Signature: %s; b=' "$tags"; } |
	    openssl dgst -sha256 -binary >"$T/hash"
	b=$(openssl pkeyutl -sign -rawin -inkey "$T/ed.key" -in "$T/hash" |
	    base64 -w0)
	{ printf 'DKIM-Signature: %s; b=%s\r\n' "$tags" "$b"
	    printf "$f"'\r\n'"$body"; } >"$T/in"
	rule pass '8463: Ed25519 signs the hash'
fi
# --- caps
{ i=0; while [ $i -lt 30 ]; do
	grep '^DKIM-Signature' "$T/in"
	i=$((i + 1))
done; cat "$T/in"; } >"$T/many"
verify "$T/many"
member '.dkim | length' 20 'signatures are capped'
found dkim.many 'and that is told'
# --- DMARC's From
for from in '"a <x@junk.example>"@example.org' \
    "\"'X, Y' via Z\" <anna@example.org>" 'Doe, Anna <anna@example.org>' \
    'G: anna@example.org;'; do
	{ printf 'From: %s\n' "$from"; message | sed 1d; } | sign -q >"$T/in"
	verify "$T/in"
	member .from example.org "the From domain of: $from"
	member .dmarc.result pass 'passes'
done
printf 'From: <x@junk.example> "anna@example.org" <x@junk.example>\n\nx\n' |
    sign -q >"$T/in"
verify "$T/in"
member '.dmarc.result == "pass"' false 'an address in a display name proves nothing'

done_testing
