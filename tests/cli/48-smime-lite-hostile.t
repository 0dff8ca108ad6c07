#!/bin/sh
# smime-lite and what attackers make of signed and encrypted mail: nothing is
# written of what was changed, and no verdict is better than its signature.
. tests/cli/lib.sh
needs jq openssl python3
S=$BIN/smime-lite
cd "$T" || exit 1
. "$TOP/tests/cli/smime.sh"

authority root
user anna anna@example.org root ec
user bert bert@example.net root 2048
user eve eve@example.com root ec
letter 'Anna <anna@example.org>' >plain.eml
SIGN="-k anna.key -c anna.pem"
TRUST="--ca-file root.pem"
"$S" sign $SIGN <plain.eml >signed.eml
"$S" sign $SIGN --opaque <plain.eml >opaque.eml
"$S" encrypt -r bert.pem --authenticated <plain.eml >gcm.eml
"$S" encrypt -r bert.pem $SIGN <plain.eml >cbc.eml 2>err

# refused NAME CODE: the last verify found it, and does not pass
refused() {
	ok "$1: does not pass" test "$STATUS" -ne 0
	out "\"code\":\"$2\"" "$1: $2"
}

# kept NAME: the last decrypt has written nothing
kept() {
	status 75 "$1: refused"
	empty "$1: nothing is written"
}

# --- what is signed
sed 's/holds/fails/' signed.eml >x
from x "$S" verify $TRUST
refused 'a changed text' smime.bad-signature
sed 's/^Subject: .*/Subject: Another/' signed.eml >x
from x "$S" verify $TRUST
refused 'a Subject changed inside' smime.bad-signature
awk '!done && /^Subject:/ { print "Subject: Another plan for"; done = 1; next }
    { print }' signed.eml >x
from x "$S" verify $TRUST
refused 'a Subject changed outside' smime.header-changed
awk '!done && /^From:/ { print "From: Eve <eve@example.com>"; done = 1; next }
    { print }' signed.eml >x
from x "$S" verify $TRUST
refused 'a From changed outside' smime.header-changed
says .from match 'the From inside is still the author'
from plain.eml "$S" verify $TRUST
refused 'no signature' smime.not-signed
"$S" sign -q -k eve.key -c eve.pem <plain.eml >x
from x "$S" verify $TRUST
refused "Eve signs in Anna's name" smime.from-mismatch
for from in '"anna@example.org" <eve@example.com>' \
    '=?utf-8?q?anna=40example.org?= <eve@example.com>' \
    'eve@example.com (anna@example.org)'; do
	sed "s/^From: .*/From: $from/" plain.eml >y
	"$S" sign -q -k eve.key -c eve.pem <y >x
	from x "$S" verify $TRUST
	refused "Eve shows Anna's: $from" smime.from-mismatch
	says .from mismatch 'which is not hers'
	out 'anna@example.org, which From shows beside eve@example.com' 'both'
done
sed "s/^From: .*/From: \"'eve@example.com'\" <eve@example.com>/" plain.eml >y
"$S" sign -q -k eve.key -c eve.pem <y >x
from x "$S" verify $TRUST --format=text
status 0 'Eve shows her own'
out 'from: match eve@example.com' 'which is told'
sed 's/^From: .*/From: Anna <anna@example.org>, Eve <eve@example.com>/' \
    plain.eml >many
"$S" sign -q $SIGN <many >x
from x "$S" verify $TRUST
refused 'two authors' smime.many-from
sed 's/anna@example.org/Anna@Example.ORG/' plain.eml >y
"$S" sign -q $SIGN <y >x
from x "$S" verify $TRUST
status 0 'the case of letters'
out '"code":"smime.from-case"' 'but it is told'
from gcm.eml "$S" verify $TRUST
refused 'an encrypted message' smime.not-signed

# parts beside what was signed
boundary=$(sed -n 's/^ boundary="\(.*\)"$/\1/p' signed.eml)
sed "s/^--$boundary--\$/--$boundary\\nContent-Type: text\\/plain\\n\\nmore\\n&/" \
    signed.eml >x
from x "$S" verify $TRUST
refused 'a third part' smime.malformed
for what in 'X-A: b\rFrom: eve@example.com' 'X-A: b\nPay Eve' 'X-A: b\000' \
    'Pay-Eve : b'; do
	for form in signed opaque; do
		{ printf "$what\n"; cat $form.eml; } >x
		from x "$S" verify $TRUST
		refused "$form, $what" smime.malformed-header
	done
done
sed "0,/^--$boundary\$/s//x\\r--$boundary\\r\\rPay Eve\n&/" signed.eml >x
from x "$S" verify $TRUST
refused 'a part in the preamble, behind a bare CR' smime.malformed
# the older mark protects what is inside, and no more
printf 'Subject: Hi\nContent-Type: text/plain; protected-headers=v1\n\nx\n' |
    crlf >v1.part
{
	printf 'From: Eve <anna@example.org>\nTo: eve@example.com\n'
	printf 'Subject: Hi\n'
	openssl cms -sign -binary -nodetach -in v1.part -signer anna.pem \
	    -inkey anna.key -md sha256 2>err
} >v1.signed
from v1.signed "$S" verify $TRUST
says .header_protected false 'the older mark, without From'
says '.findings[]|.code,.where' \
    'smime.not-protected From smime.not-protected To' \
    'each field that it does not cover is told'
from v1.signed "$S" inspect
says .header_protected false 'inspect says the same'
sed 's/ boundary=/ boundary*0="evil";&/' signed.eml >x
from x "$S" verify $TRUST
refused 'another form of the boundary' smime.malformed
sed 's/^Content-Type: application.pkcs7-sig/X-A: b\r&/' signed.eml >x
from x "$S" verify $TRUST
refused 'a bare CR in the header of the signature' smime.malformed
sed "s/^--$boundary--\$//" signed.eml >x
from x "$S" verify $TRUST
refused 'a closing boundary that is missing' smime.malformed
{
	sed '/^MIME-Version/,$d' plain.eml
	printf 'Content-Type: multipart/mixed; boundary=o\n\n--o\n'
	sed '1,/^Message-ID/d' signed.eml
	printf '\n--o\nContent-Type: text/plain\n\nevil\n--o--\n'
} >x
from x "$S" verify $TRUST
refused 'a signed part beside another' smime.not-signed
sed 's/micalg="sha-256"/micalg="md5"/' signed.eml >x
from x "$S" verify $TRUST
status 0 'micalg is only a hint'

# a name of 64 KiB, which leaves no room for anything behind it
{
	printf '[req]\ndistinguished_name = dn\nprompt = no\n'
	printf 'x509_extensions = long\n[long]\n'
	printf 'subjectAltName = email:anna@example.org\n[dn]\n'
	printf '1.2.3.4.55 = %065600d\n' 0
} >long.cnf
openssl ecparam -genkey -name prime256v1 -noout -out long.key 2>err
openssl req -x509 -config long.cnf -key long.key -out long.pem 2>err
"$S" sign -q -k long.key -c long.pem <plain.eml >x
from x "$S" verify $TRUST
refused 'a name that is too long' smime.untrusted
ok 'the record is one' jq -e . out
# nine of them, each with its issuer: more than a line holds
set --
for n in 1 2 3 4 5 6 7 8 9; do
	openssl ecparam -genkey -name prime256v1 -noout -out long$n.key 2>err
	openssl req -x509 -config long.cnf -key long$n.key -out long$n.pem \
	    2>err
	set -- "$@" -k long$n.key -c long$n.pem
done
"$S" sign -q "$@" <plain.eml >x
from x "$S" verify $TRUST
refused 'several such' smime.untrusted
ok 'one record, too' jq -e . out
[ "$(wc -c <out)" -le 1048576 ]
report $? 'of 1 MiB at most'
# trace fields stay outside alone: no copy of them inside is too long
{ echo 'Received: from a by b'; yes ' (a comment, of which there is more)' |
    head -c 4500000; echo; cat plain.eml; } >long.eml
from long.eml "$S" sign $SIGN --max-header=9000000
kept 'a header that cannot be written whole'
from long.eml "$S" encrypt -r bert.pem --authenticated --max-header=9000000
kept 'nor around what is encrypted'

# --- made with openssl, for what smime-lite does not make
printf 'Content-Type: text/plain\r\n\r\nhello\r\n' >content
cms() {
	{
		echo 'From: anna@example.org'
		openssl cms -sign -binary -in content -signer anna.pem \
		    -inkey anna.key "$@" 2>err
	}
}
cms -md sha256 >x
from x "$S" verify $TRUST
status 0 "openssl's signature"
says '.findings[].code' smime.not-protected 'its header is not protected'
cms -md sha1 >x
from x "$S" verify $TRUST
refused 'SHA-1' smime.weak-signature
user rosa anna@example.org root 2048
openssl cms -sign -binary -in content -signer rosa.pem -inkey rosa.key \
    -md md5 -out x 2>err
from x "$S" verify $TRUST
refused 'MD5' smime.weak-signature
cms -md sha256 -noattr >x
from x "$S" verify $TRUST
refused 'no signed attributes' smime.bad-signature
cms -md sha256 -nocerts >x
from x "$S" verify $TRUST
status 75 'no certificate: cannot be told'
out '"code":"smime.no-certificate"' 'as its own finding'
from x "$S" verify $TRUST -c anna.pem
status 0 'given, it can'
user short anna@example.org root 1024
openssl cms -sign -binary -in content -signer short.pem -inkey short.key \
    -md sha256 -out x 2>err
from x "$S" verify $TRUST
refused 'RSA of 1024 bits' smime.weak-signature
user web anna@example.org root ec server
openssl cms -sign -binary -in content -signer web.pem -inkey web.key \
    -md sha256 -out x 2>err
from x "$S" verify $TRUST
refused 'a certificate for servers' smime.wrong-use
user ku anna@example.org root ec certonly
openssl cms -sign -binary -in content -signer ku.pem -inkey ku.key \
    -md sha256 -out x 2>err
from x "$S" verify $TRUST
refused 'a key that may not sign mail' smime.wrong-use
from plain.eml "$S" sign -k ku.key -c ku.pem
kept 'signing with it'
user web anna@example.org root ec webca
user below anna@example.org web ec
"$S" sign -q -k below.key -c below.pem --chain web.pem <plain.eml >x
from x "$S" verify $TRUST
refused 'an authority for servers in the chain' smime.wrong-use
user any anna@example.org root ec any
"$S" sign -q -k any.key -c any.pem <plain.eml >x
from x "$S" verify $TRUST
status 0 'a certificate for any use'
openssl dsaparam -genkey -out dsa.key 2048 2>err
openssl req -config "$CONF" -new -key dsa.key -out dsa.csr 2>err
ADDR=anna@example.org openssl x509 -req -in dsa.csr -CA root.pem \
    -CAkey root.key -CAcreateserial -days 10 -extfile "$CONF" \
    -extensions user -out dsa.pem 2>err
openssl cms -sign -binary -in content -signer dsa.pem -inkey dsa.key \
    -md sha256 -out x 2>err
sed -i '1i From: anna@example.org' x
from x "$S" verify $TRUST
status 75 'a kind of key that is not read: cannot be told'
out '"code":"smime.not-read"' 'as its own finding'
cp "$TOP/tests/vectors/smime/ed25519.eml" ed.eml
ED="--ca-file $TOP/tests/vectors/smime/root.pem --now=2026-12-01T00:00:00Z"
from ed.eml "$S" verify $ED
status 0 'Ed25519'
sed 's/hello/jelly/' ed.eml >x
from x "$S" verify $ED
refused 'Ed25519 and another text' smime.bad-signature
python3 - <<'END'
import base64, re
text = open('ed.eml').read()
head, tail = text.rsplit('filename="smime.p7s"\n\n', 1)
body, rest = tail.split('\n\n', 1)
der = bytearray(base64.b64decode(body))
# each of the last octets belongs to the signature
for name, at in ('x', -1), ('y', -40):
    one = bytearray(der)
    one[at] ^= 1
    open(name, 'w').write(head + 'filename="smime.p7s"\n\n' +
        base64.encodebytes(bytes(one)).decode() + '\n' + rest)
END
for x in x y; do
	from $x "$S" verify $ED
	refused 'a changed signature of Ed25519' smime.bad-signature
	says '.signatures[0].reason' "the signature is not the key's" \
	    'which is seen'
done
openssl genpkey -algorithm ed25519 -out ed.key 2>err
chmod 600 ed.key
openssl req -config "$CONF" -new -key ed.key -out ed.csr 2>err
openssl x509 -req -in ed.csr -CA root.pem -CAkey root.key -CAcreateserial \
    -days 10 -extfile "$CONF" -extensions user -out ed.pem 2>err
from plain.eml "$S" sign -k ed.key -c ed.pem
kept 'signing with Ed25519'
err 'does not sign here' 'which is told'
user weak anna@example.org root ec user -sha1 -days 10
openssl cms -sign -binary -in content -signer weak.pem -inkey weak.key \
    -md sha256 -out x 2>err
from x "$S" verify $TRUST
refused 'a certificate signed over SHA-1' smime.weak-chain
# the digest of another text, written over the one that was signed
openssl cms -sign -binary -nodetach -outform DER -md sha256 -in content \
    -signer anna.pem -inkey anna.key -out der 2>err
python3 - <<'END'
import base64, hashlib
der = open('der', 'rb').read()
text = open('content', 'rb').read()
new = text.replace(b'hello', b'jelly')
was = hashlib.sha256(text).digest()
assert text in der and was in der
other = der.replace(text, new).replace(was, hashlib.sha256(new).digest())
last = der[:-1] + bytes([der[-1] ^ 1])
for name, octets in ('x', other), ('y', last):
    open(name, 'w').write('From: anna@example.org\n'
        'Content-Type: application/pkcs7-mime\n'
        'Content-Transfer-Encoding: base64\n\n' +
        base64.encodebytes(octets).decode())
END
from x "$S" verify $TRUST
refused 'a digest that fits another text' smime.bad-signature
says '.signatures[0].reason' "the signature is not the key's" \
    'it is the signature that shows it'
from y "$S" verify $TRUST
refused "the signature's last octet" smime.bad-signature

# a content in the signature as well as beside it
python3 - <<'END'
signed = open('signed.eml').read()
opaque = open('opaque.eml').read().split('\n\n', 1)[1]
head, tail = signed.split('smime.p7s\n\n', 1)
open('x', 'w').write(head + 'smime.p7s\n\n' + opaque + '\n' +
    tail[tail.index('\n--'):])
END
from x "$S" verify $TRUST
refused 'a second content, in the signature' smime.malformed
{
	printf 'From: anna@example.org\nContent-Type: application/pkcs7-mime\n'
	printf 'Content-Transfer-Encoding: base64\n\n'
	openssl crl2pkcs7 -nocrl -certfile anna.pem -outform DER |
	    openssl base64
} >x
from x "$S" verify $TRUST
refused 'certificates alone' smime.malformed

# two certificates of one key, issuer and number: the signer meant the first
user one anna@example.org root ec user -days 10 -set_serial 7
ADDR=eve@example.com
openssl x509 -req -in one.csr -CA root.pem -CAkey root.key -set_serial 7 \
    -days 10 -extfile "$CONF" -extensions user -out two.pem 2>err
cp one.key two.key
for who in one two; do
	"$S" sign -q -k $who.key -c $who.pem <plain.eml >$who.eml 2>err
done
from one.eml "$S" verify $TRUST
status 0 'the certificate that was meant'
openssl cms -sign -cades -binary -nocerts -in content -signer one.pem \
    -inkey one.key -md sha256 -out x 2>err
sed -i '1i From: eve@example.com' x
from x "$S" verify $TRUST -c two.pem
refused 'another certificate than was meant' smime.bad-signature
from x "$S" verify $TRUST -c one.pem
refused 'the one that was meant' smime.from-mismatch

for kind in "-nodetach" ""; do
	openssl cms -sign -binary -in content -signer anna.pem -inkey anna.key \
	    -signer eve.pem -inkey eve.key -md sha256 $kind -outform SMIME \
	    -out y 2>err
	{ echo 'From: anna@example.org'; cat y; } >x
	from x "$S" verify $TRUST
	status 0 "two signers of openssl $kind"
done

# --- what is encrypted
python3 - <<'END'
import base64, re
def parts(name):
    head, body = open(name).read().split('\n\n', 1)
    return head, bytearray(base64.b64decode(body))
def put(name, head, der):
    open(name, 'w').write(head + '\n\n' + base64.encodebytes(bytes(der)).decode())
for kind in 'gcm', 'cbc':
    head, der = parts(kind + '.eml')
    for i, at in enumerate(range(len(der) - 1, 0, -max(1, len(der) // 40))):
        one = bytearray(der)
        one[at] ^= 1 << (i % 8)
        put('%s.%d' % (kind, i), head, one)
    # the content's type: it was id-data
    at = der.rindex(bytes.fromhex('2a864886f70d010701'))
    one = bytearray(der)
    one[at + 8] = 2
    put(kind + '.type', head, one)
    for i, n in enumerate(range(1, len(der), max(1, len(der) // 20))):
        put('%s.cut%d' % (kind, i), head, der[:n])
    put(kind + '.behind', head, der + b'\0\0')
END
for kind in gcm cbc; do
	for x in $kind.[0-9]* $kind.cut* $kind.behind; do
		from "$x" "$S" decrypt -k bert.key -c bert.pem $TRUST
		# what no tag covers may be changed: then the text is the same
		if [ "$STATUS" -eq 0 ]; then
			grep -q 'plan  holds' out && grep -qx 'Anna' out ||
			    echo "$x: another text"
		elif [ -s out ]; then
			echo "$x: text with status $STATUS"
		fi
	done >bad
	cp bad out
	[ ! -s bad ]
	report $? "$kind: changed octets give nothing, or the same text"
done
for kind in gcm cbc; do
	from $kind.type "$S" decrypt -k bert.key -c bert.pem $TRUST
	kept "$kind: another type of content"
	err 'no mail' 'which is told'
done
printf 'Content-Type: text/plain\r\n\r\nsecret\r\n' >content
openssl cms -encrypt -binary -aes-256-cbc -in content -out x bert.pem
from x "$S" decrypt -k bert.key -c bert.pem $TRUST
kept 'AES-CBC without a signature'
err '--unauthenticated' 'with a hint'
from x "$S" decrypt -k bert.key -c bert.pem --unauthenticated
status 0 'released where that is asked for'
out secret 'as it is'
from cbc.eml "$S" decrypt -k bert.key -c bert.pem --ca-file eve.pem
kept 'AES-CBC, signed by nobody trusted'
"$S" sign -q -k eve.key -c eve.pem <plain.eml >y
"$S" encrypt -q -r bert.pem -k eve.key -c eve.pem <plain.eml >x 2>err
from x "$S" decrypt -k bert.key -c bert.pem $TRUST --result-out res
status 0 "signed by Eve in Anna's name: it is whole"
mv res out
says .from mismatch 'but not of the author'
says .verdict fail 'and does not pass'

# a signature around AES-CBC is made by whoever changes it
openssl cms -encrypt -binary -aes-256-cbc -in content -out y bert.pem
sed -i '1i From: eve@example.com' y
"$S" sign -q -k eve.key -c eve.pem <y >x
from x "$S" decrypt -k bert.key -c bert.pem $TRUST
kept 'AES-CBC with a trusted signature around it'
sed 's/^MII/MIJ/' x >y
from y "$S" decrypt -k bert.key -c bert.pem $TRUST
kept 'and a changed one'
"$S" sign -q $SIGN <gcm.eml >x
awk '/pkcs7-signature; name/ { p = 1 } p && /^MI/ { sub(/^..../, "MIIZ"); p = 0 }
    { print }' x >y
from y "$S" decrypt -k bert.key -c bert.pem $TRUST
kept 'a signature around it that is malformed'
sed 's/^Subject: .*/Subject: another/' x >y
from y "$S" decrypt -k bert.key -c bert.pem $TRUST --result-out res
mv res out
out '"code":"smime.bad-signature"' 'one around it that does not hold is told'
says .verdict fail 'and nothing passes'

# what was encrypted is on no disk, at any size: the reader below looks while
# the writer waits for it
{
	sed '/^Dear/,$d' plain.eml
	yes 'the needle in the haystack' | head -n 150000
} >large.eml
"$S" encrypt -q -r bert.pem --authenticated $SIGN --opaque <large.eml >x 2>err
mkfifo pipe
"$S" decrypt -k bert.key -c bert.pem $TRUST --sandbox=off <x >pipe 2>err &
writer=$!
{
	read -r first
	for fd in /proc/$writer/fd/*; do
		case $(readlink "$fd") in
		*' (deleted)') grep -qa needle "$fd" && readlink "$fd" ;;
		esac
	done >files
	ls /proc/$writer/fd >fds 2>/dev/null
	cat >rest
} <pipe
wait $writer
report $? 'a large message, signed around its text and encrypted'
ok 'comes out whole' test "$(grep -c needle rest)" -eq 150000
if [ -s fds ]; then
	ok 'and none of it was in a file' test -z "$(grep -v memfd files)"
else
	echo "# not root: its files cannot be looked at"
fi

# what HP-Outer tells of the outside, the Subject, too
sed 's/^Subject: .*/Subject: Evil/' cbc.eml >x
rm -f res
from x "$S" decrypt -k bert.key -c bert.pem $TRUST --result-out res
status 0 'a Subject that was changed outside is not believed'
ok 'but told' grep -q '"code":"smime.header-changed".*"where":"Subject"' res
rm -f res
from cbc.eml "$S" decrypt -k bert.key -c bert.pem $TRUST --result-out res
ok 'as its author wrote it nothing is' test "$(grep -c changed res)" -eq 0

# EFAIL: an encrypted part beside others
enc=$(sed '1,/^$/d' gcm.eml)
{
	printf 'From: eve@example.com\nMIME-Version: 1.0\n'
	printf 'Content-Type: multipart/mixed; boundary=o\n\n--o\n'
	printf 'Content-Type: text/html\n\n<img src="http://eve/\n--o\n'
	printf 'Content-Type: application/pkcs7-mime\n'
	printf 'Content-Transfer-Encoding: base64\n\n%s\n--o--\n' "$enc"
} >x
from x "$S" decrypt -k bert.key -c bert.pem
kept 'an encrypted part beside another'
err 'not encrypted as a whole' 'which is told'
sed 's/^From: .*/From: Eve <eve@example.com>/' gcm.eml >x
from x "$S" decrypt -k bert.key -c bert.pem
status 0 'anybody can encrypt'
out 'From: Eve <eve@example.com>' \
    'so the From of an unsigned message stays the one outside'
from signed.eml "$S" decrypt -k bert.key -c bert.pem
kept 'what is only signed'
openssl cms -encrypt -binary -des3 -in content -out x bert.pem 2>err
from x "$S" decrypt -k bert.key -c bert.pem
kept '3DES'

# --- what only says that it is signed is not encrypted with AES-CBC
# says_signed NAME: x is refused, with the reason and what to do
says_signed() {
	from x "$S" encrypt -r bert.pem
	kept "$1"
	err 'it says that it is signed, but' "$1: which is told"
	err --authenticated "$1: with a hint"
	err_not 'protects it' "$1: and no promise"
}
{
	sed '/^MIME-Version/,$d' plain.eml
	printf 'MIME-Version: 1.0\nContent-Type: multipart/signed; '
	printf 'protocol="application/pkcs7-signature"; boundary=o\n\n'
} >claim
{ cat claim; printf 'the plan holds\n'; } >x
says_signed 'no signature behind the boundary'
{ cat claim; printf -- '--o\n\nthe plan holds\n--o--\n'; } >x
says_signed 'one part'
{
	cat claim
	printf -- '--o\n\nthe plan holds\n--o\n'
	printf 'Content-Type: application/pkcs7-signature\n\nMIIB\n--o--\n'
} >x
says_signed 'a signature that is none'
from x "$S" encrypt -r bert.pem --authenticated
status 0 'nobody need have signed AES-GCM'
out_not 'The plan' 'and the Subject is not to be seen'
err_not 'it was signed before' 'since nothing was'
{
	sed '/^MIME-Version/,$d' plain.eml
	printf 'MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; '
	printf 'smime-type=signed-data\n'
} >claim
{ cat claim; printf '\nrubbish\n'; } >x
says_signed 'rubbish as signed-data'
{
	cat claim
	printf 'Content-Transfer-Encoding: base64\n\n'
	sed '1,/^$/d' gcm.eml
} >x
says_signed 'what is encrypted as signed-data'
for form in signed opaque; do
	from $form.eml "$S" encrypt -r bert.pem
	status 0 "$form before: encrypted with AES-CBC"
	err 'its signature protects it' "$form before: which is told"
	cp out y
	from y "$S" decrypt -k bert.key -c bert.pem $TRUST
	status 0 "$form before: and decrypts"
done
sed 's/holds/fails/' signed.eml >x
says_signed 'signed, and then changed'
err 'not what was signed' 'signed, and then changed: by its own name'
from x "$S" encrypt -r bert.pem --authenticated
status 0 'encrypted as it is where that protects it'
cms -md sha256 -nocerts >x
says_signed 'without the certificate of its signer'
from x "$S" encrypt -r bert.pem -c anna.pem
status 0 'which can be given'
cms -md sha1 >x
says_signed 'signed with SHA-1'
# of any size: it is read twice, and kept in no memory
if [ -z "${SANITIZED-}" ]; then
	{ sed '/^Dear/,$d' plain.eml; yes 'the plan  holds' | head -c 40000000; } |
	    "$S" sign -q $SIGN >x
	ok 'a large one, signed before, in 20 MB' python3 - "$S" <<-'END'
	import resource, subprocess, sys
	with open('x') as message:
	    subprocess.run([sys.argv[1], 'encrypt', '-q', '-r', 'bert.pem'],
	        stdin=message, stdout=subprocess.DEVNULL, check=True)
	peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	print(peak, 'KB')
	assert peak < 20000
	END
fi
# two signers, of whom one is not who he says
python3 - <<'END'
import base64, subprocess
subprocess.run(['openssl', 'cms', '-sign', '-binary', '-nodetach',
    '-outform', 'DER', '-md', 'sha256', '-in', 'content', '-signer',
    'anna.pem', '-inkey', 'anna.key', '-signer', 'eve.pem', '-inkey',
    'eve.key', '-out', 'der'], check=True)
der = bytearray(open('der', 'rb').read())
for name in 'two', 'x':
    open(name, 'w').write('From: anna@example.org\n'
        'Content-Type: application/pkcs7-mime; smime-type=signed-data\n'
        'Content-Transfer-Encoding: base64\n\n' +
        base64.encodebytes(bytes(der)).decode())
    der[-1] ^= 1
END
from two "$S" encrypt -r bert.pem
status 0 'signed by two'
says_signed 'signed by two, of whom one did not'

# --- whom not to encrypt to
user gone gone@example.net root 2048 user -days 1
from plain.eml "$S" encrypt -r gone.pem --authenticated \
    --now="$(date -u -d '+9 days' +%Y-%m-%dT%H:%M:%SZ)"
kept 'a recipient whose certificate has expired'
err 'has expired' 'which is told'
from plain.eml "$S" encrypt -r ku.pem --authenticated
kept 'a key that is not for encryption'
from plain.eml "$S" encrypt -r short.pem --authenticated
kept 'RSA of 1024 bits, as recipient'
from plain.eml "$S" encrypt -r bert.pem -r web.pem --authenticated
kept 'one bad among good ones'
from plain.eml "$S" sign -k bert.key -c anna.pem
kept 'a certificate that is not of the key'
done_testing
