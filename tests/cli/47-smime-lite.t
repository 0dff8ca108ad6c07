#!/bin/sh
# smime-lite: sign, verify, encrypt, decrypt, as people use it.
. tests/cli/lib.sh
needs jq openssl python3
S=$BIN/smime-lite
cd "$T" || exit 1
. "$TOP/tests/cli/smime.sh"

authority root
authority middle root
user anna anna@example.org middle ec
user rita rita@example.org middle 2048
user bert bert@example.net middle 2048
user carl carl@example.net middle ec
letter 'Anna <anna@example.org>' >plain.eml
crlf <plain.eml >crlf.eml
SIGN="-k anna.key -c anna.pem --chain middle.pem"
TRUST="--ca-file root.pem"

# --- keys
run "$S" generate-key -e dora@example.org -n Dora -o dora.key
status 0 'a key is made'
cp out dora.pem
ok 'readable by its owner alone' \
    test "$(stat -c %a dora.key)" = 600
run openssl x509 -in dora.pem -noout -ext subjectAltName,extendedKeyUsage
out 'email:dora@example.org' 'its certificate has the address'
out 'E-mail Protection' 'and is for mail'
run "$S" generate-key -e dora@example.org -o dora.key
status 73 'no key is overwritten'
run "$S" generate-key -a rsa -b 2048 -e erna@example.org -o erna.key --request
status 0 'a request'
cp out erna.csr
run openssl req -in erna.csr -noout -verify -text
out 'email:erna@example.org' 'openssl reads the request'
run "$S" generate-key -e 'no address' -o x.key
status 64 'what is no address is refused'
ok 'and no key is left' test ! -e x.key

# --- sign and verify
for file in plain crlf; do
	for form in '' --opaque; do
		what="$file${form:+, opaque}"
		from $file.eml "$S" sign $SIGN $form
		status 0 "$what: signed"
		cp out signed.eml
		from signed.eml "$S" verify $TRUST
		status 0 "$what: verified"
		says .verdict pass "$what: pass"
		says .from match "$what: From is the signer's"
		says .header_protected true "$what: with its header"
		says '.signatures[0]|.result,.trust,.digest' \
		    'pass trusted sha256' "$what: the signature"
		ok "$what: openssl agrees" openssl cms -verify \
		    -in signed.eml -CAfile root.pem -out /dev/null
	done
done
ok 'line ends stay CRLF' test "$(grep -c "$(printf '\r')" signed.eml)" = \
    "$(wc -l <signed.eml)"
from plain.eml "$S" sign -k rita.key -c rita.pem --chain middle.pem
err 'does not have the address in From' 'a foreign From is told'
cp out rita.eml
from rita.eml "$S" verify $TRUST
status 1 'and does not verify'
says .from mismatch 'as a mismatch'
says '.signatures[0].algorithm' rsassaPss 'RSA signs by PSS'
ok 'openssl reads the PSS' openssl cms -verify -in rita.eml \
    -CAfile root.pem -out /dev/null
from plain.eml "$S" sign $SIGN -k rita.key -c rita.pem
cp out two.eml
from two.eml "$S" verify $TRUST
status 0 'two signers'
says '.signatures|length' 2 'both are there'
from plain.eml "$S" sign $SIGN --now=2027-01-02T03:04:05Z
cp out later.eml
from later.eml "$S" verify $TRUST --now=2027-01-02T03:04:06Z
says '.signatures[0].time' 2027-01-02T03:04:05Z '--now is the signing time'
from later.eml "$S" verify $TRUST --now=2026-12-01T00:00:00Z
says '.findings[].code' smime.time 'a time in the future is told'

# parts that a relay may recode are 7-bit before they are signed
{
	sed '/^MIME-Version/,$d' plain.eml
	printf 'MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n'
	printf 'Content-Type: multipart/mixed; boundary=o\n\n--o\n'
	printf 'Content-Type: text/plain; charset=utf-8\n'
	printf 'Content-Transfer-Encoding: 8bit\n\nsch\303\266n \n--o\n'
	printf 'Content-Type: application/octet-stream\n'
	printf 'Content-Transfer-Encoding: base64\n\nAAECAw==\n--o--\n'
} >parts.eml
from parts.eml "$S" sign $SIGN
status 0 'a multipart with 8-bit parts'
cp out parts.signed
ok 'is 7-bit' test -z "$(tr -d '\0-\177' <parts.signed)"
out 'sch=C3=B6n=20' 'one part is encoded'
out 'AAECAw==' 'the other is as it was'
out_not 'Encoding: 8bit' 'and nothing says that it is 8-bit'
from parts.signed "$S" verify $TRUST
status 0 'which verifies'
ok 'by openssl too' openssl cms -verify -in parts.signed \
    -CAfile root.pem -out /dev/null
from parts.eml "$S" sign $SIGN --opaque
cp out parts.signed
ok 'opaque: as it was' sh -c 'openssl cms -verify -in parts.signed \
    -CAfile root.pem 2>err | grep -q "Encoding: 8bit"'
{
	sed '/^MIME-Version/,$d' plain.eml
	printf 'MIME-Version: 1.0\nContent-Type: message/rfc822\n\n'
	printf 'Subject: sch\303\266n\n\ntext\n'
} >within.eml
from within.eml "$S" sign $SIGN
status 75 'in the header of a part 8-bit octets cannot be encoded'
err '--opaque' 'with a hint'
empty 'nothing is written'
{
	sed '/^MIME-Version/,$d' plain.eml
	printf 'MIME-Version: 1.0\nContent-Type: multipart/mixed\n\ntext\n'
} >none.eml
from none.eml "$S" sign $SIGN
status 75 'a multipart without a boundary'
empty 'is refused'

run "$S" generate-key -a p384 -e anna@example.org -o big.key
cp out big.pem
from plain.eml "$S" sign -k big.key -c big.pem
out 'micalg="sha-384"' 'P-384 asks for SHA-384'
cp out big.eml
from big.eml "$S" verify --ca-file big.pem
says '|.verdict,.signatures[0].digest,.signatures[0].certificate.key' \
    'pass sha384 EC P-384' 'and verifies'
cat plain.eml | "$S" sign -q $SIGN -k big.key -c big.pem >two.eml
from two.eml "$S" verify $TRUST
out '"code":"smime.untrusted"' 'one trusted signer does not vouch for another'
status 1 'all must be'

# --- what nobody vouches for, or nobody can tell
from plain.eml "$S" sign $SIGN
cp out signed.eml
authority other
from signed.eml "$S" verify --ca-file other.pem
status 75 'no way to the root: cannot be told'
says '.findings[].code' smime.incomplete-chain 'since an issuer is missing'
from plain.eml "$S" sign -k anna.key -c anna.pem
cp out alone.eml
from alone.eml "$S" verify $TRUST
status 75 'without the one between: cannot be told'
from alone.eml "$S" verify $TRUST --chain middle.pem
status 0 'given, it can'
from plain.eml "$S" sign -k dora.key -c dora.pem
cp out dora.eml
from dora.eml "$S" verify $TRUST
status 1 'self-signed by a stranger: untrusted'
out '"code":"smime.untrusted"' 'as its own finding'
from dora.eml "$S" verify --ca-file dora.pem --format text
out 'signature: pass, trusted' 'her own certificate may be the authority'
from signed.eml "$S" verify $TRUST --now=2046-01-01T00:00:00Z
status 75 'expired since it was signed: cannot be told'
out '"code":"smime.expired-since"' 'as its own finding'
from signed.eml "$S" verify $TRUST --now=2020-01-01T00:00:00Z
status 1 'not valid yet'

# revocation
touch index.txt
echo 01 >crlnumber
cat >>"$CONF" <<'END'
[crl]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
END
# crl AUTHORITY ARG...: with the authority's own list of what it revoked
crl() {
	who=$1
	shift
	: >>$who.txt
	sed -i "s/^database = .*/database = $who.txt/" "$CONF"
	openssl ca -config "$CONF" -name crl -cert $who.pem \
	    -keyfile $who.key "$@" 2>err
}
crl root -gencrl -out root.crl
crl middle -gencrl -out clean.crl
from signed.eml "$S" verify $TRUST --crl-file clean.crl --crl-file root.crl
status 0 'not revoked'
cat clean.crl root.crl >both.crl
from signed.eml "$S" verify $TRUST --crl-file both.crl
status 0 'two lists in one file'
from signed.eml "$S" verify $TRUST --crl-file clean.crl
status 75 'of one authority between there is no list: cannot be told'
out '"code":"smime.no-crl"' 'as its own finding'
from signed.eml "$S" verify $TRUST --crl-file root.crl
status 75 'nor of the signer'
from signed.eml "$S" verify $TRUST --crl-file both.crl \
    --now="$(date -u -d '+60 days' +%Y-%m-%dT%H:%M:%SZ)"
status 75 'an old list cannot tell'
authority other
crl other -gencrl -out other.crl
from signed.eml "$S" verify $TRUST --crl-file root.crl --crl-file other.crl
status 75 'nor can the list of another'
openssl crl -in clean.crl -outform DER -out clean.der
{
	head -c -1 clean.der
	last=$(tail -c 1 clean.der | od -An -tu1)
	printf "\\$(printf %o $(((last + 1) % 256)))"
} >forged.der
from signed.eml "$S" verify $TRUST --crl-file forged.der --crl-file root.crl
status 75 "nor one whose signature does not hold"
out '"code":"smime.no-crl"' 'which is no word against the signer'
from dora.eml "$S" verify --ca-file dora.pem --crl-file root.crl
says '.signatures[0].trust' trusted 'who is trusted by himself needs no list'
crl middle -revoke anna.pem
crl middle -gencrl -out revoked.crl
from signed.eml "$S" verify $TRUST --crl-file revoked.crl
status 1 'revoked'
out '"code":"smime.revoked"' 'as its own finding'
from signed.eml "$S" verify $TRUST --crl-file revoked.crl \
    --now="$(date -u -d '+60 days' +%Y-%m-%dT%H:%M:%SZ)"
status 1 'what an old list has is revoked'
crl root -revoke middle.pem
crl root -gencrl -out above.crl
from signed.eml "$S" verify $TRUST --crl-file clean.crl --crl-file above.crl
out '"code":"smime.revoked"' 'the authority between is revoked'
from signed.eml "$S" verify $TRUST --crl-file above.crl
out '"code":"smime.revoked"' 'which a missing list does not hide'

# --- encrypt and decrypt
for to in bert carl dora; do
	for how in --authenticated "$SIGN" "$SIGN --opaque --authenticated"; do
		what="to $to${how:+, $how}"
		from plain.eml "$S" encrypt -r $to.pem $how
		status 0 "$what: encrypted"
		cp out enc.eml
		out_not 'The plan' "$what: the Subject is not to be seen"
		out 'Subject: [...]' "$what: but a stand-in"
		out_not 'Keywords' "$what: nor are Keywords"
		rm -f res
		from enc.eml "$S" decrypt -k $to.key -c $to.pem $TRUST \
		    --result-out res
		status 0 "$what: decrypted"
		ok "$what: the Subject is back" grep -qx 'Subject: The plan for' out
		cp out dec.eml
		tail -n 4 dec.eml >text
		ok "$what: the text" grep -q 'plan  holds' text
		ok "$what: openssl decrypts it" openssl cms -decrypt \
		    -in enc.eml -inkey $to.key -recip $to.pem -out /dev/null
		case $how in
		*anna*)
			mv res out
			says .verdict pass "$what: signed"
			says .from match "$what: by the author"
			;;
		esac
	done
done
from plain.eml "$S" encrypt -r bert.pem
status 75 'nobody knows that Bert reads AES-GCM: refused without a signature'
err '--authenticated' 'with a hint'
empty 'nothing is written'
from plain.eml "$S" encrypt -r dora.pem
status 0 "Dora's certificate says that she does"
out 'authEnveloped-data' 'so it is that'
from plain.eml "$S" encrypt -r bert.pem -r dora.pem $SIGN
out 'smime-type=enveloped-data' 'for both it is the older form'
err 'AES-256-CBC' 'which is told'
from plain.eml "$S" encrypt -r bert.pem -r carl.pem --authenticated
cp out both.eml
for who in bert carl; do
	from both.eml "$S" decrypt -k $who.key -c $who.pem
	status 0 "two recipients: $who reads it"
done
from both.eml "$S" decrypt -k anna.key -c anna.pem
status 75 'who is no recipient does not'
err 'to none of the keys' 'which is told'
"$S" sign $SIGN <plain.eml 2>err | "$S" encrypt -r bert.pem >piped.eml 2>err
from piped.eml "$S" decrypt -k bert.key -c bert.pem $TRUST
status 0 'sign | encrypt'
out 'the plan  holds' 'decrypts'
from both.eml "$S" inspect
says .form authEnveloped-data 'inspect: the form'
says .cipher AES-256-GCM 'inspect: the cipher'
says '.recipients[].key' 'RSA OAEP ECDH' 'inspect: the recipients'
from signed.eml "$S" inspect --format text
out 'multipart/signed' 'inspect: for people'

# --- signed, encrypted and signed once more, as lists do (RFC 2634)
"$S" encrypt -q -r bert.pem $SIGN <plain.eml >double.eml
"$S" sign -q -k rita.key -c rita.pem --chain middle.pem <double.eml \
    >triple.eml 2>err
"$S" sign -q -k rita.key -c rita.pem --chain middle.pem --opaque \
    <double.eml >opaque.eml 2>err
for how in triple opaque; do
	from $how.eml "$S" decrypt -k bert.key -c bert.pem $TRUST \
	    --result-out res
	status 0 "$how: decrypted"
	out 'the plan  holds' "$how: the text"
	out 'Subject: The plan for' "$how: its Subject"
	mv res out
	says '.signatures[].certificate.subject' CN=anna "$how: who wrote it"
	says '.around[]|.certificate.subject,.result,.trust' \
	    'CN=rita pass trusted' "$how: who signed around it"
	says '|.from,.verdict' 'match pass' "$how: From is the writer's"
	out '"code":"smime.signed-around"' "$how: which is told"
done
from triple.eml "$S" verify $TRUST
out '"code":"smime.signed-around"' 'verify tells that it sees no text'
"$S" encrypt -q -r dora.pem <plain.eml >single.eml
"$S" sign -q $SIGN <single.eml >outside.eml
from outside.eml "$S" decrypt -k dora.key -c dora.pem $TRUST --result-out res
status 0 'signed around alone'
mv res out
says '|.verdict,.from' 'fail null' 'is not signed by who wrote it'
echo older >res
from outside.eml "$S" decrypt -k nosuch.key -c dora.pem $TRUST \
    --result-out res
status 75 'a result that exists is refused'
err 'res: it exists already' 'before the keys are read'
empty 'nothing is written'
ok 'and it stays' grep -qx older res
rm res

# --- keys in other forms
openssl pkcs12 -export -inkey bert.key -in bert.pem -passout pass:geheim \
    -out bert.p12 2>err
echo geheim >pass
chmod 600 pass bert.p12
from both.eml "$S" decrypt -k bert.p12 -p pass
status 0 'PKCS #12 with its passphrase'
# without a terminal of its own nobody is asked
from both.eml setsid -w "$S" decrypt -k bert.p12
status 75 'without it'
err 'give --passphrase' 'which is told'
openssl pkcs8 -topk8 -in bert.key -passout pass:geheim -out locked.key 2>err
chmod 600 locked.key
from both.eml "$S" decrypt -k locked.key -c bert.pem -p pass
status 0 'a locked PEM key'
# typed: stdin is the message, so the terminal itself is asked
cat >typing <<'END'
wait passphrase of bert.p12:
type wrong\r
wait passphrase of bert.p12:
type geheim\r
END
run "$TOP/tests/cli/terminal.py" typing sh -c '
    "$0" decrypt -k bert.p12 -k locked.key -c bert.pem <both.eml >dec' "$S"
status 0 'a passphrase that is typed, at the second time, opens both'
out_not geheim 'it is not shown'
out 'echo is on' 'and the terminal is as it was'
ok 'the text' grep -q 'plan  holds' dec
cat >typing <<'END'
wait passphrase of locked.key:
type \x04
END
run "$TOP/tests/cli/terminal.py" typing sh -c '
    "$0" decrypt -k locked.key -c bert.pem <both.eml >dec' "$S"
status 75 'nothing is typed'
out 'the key is locked' 'which is told'
cat >typing <<'END'
wait passphrase of locked.key:
type gehe\x03
END
run "$TOP/tests/cli/terminal.py" typing sh -c '
    exec "$0" sign -k locked.key -c bert.pem <plain.eml' "$S"
status 130 'an interrupt ends it'
out 'echo is on' 'and the terminal is as it was'
printf 'wrong\n' >other
chmod 600 other
run "$TOP/tests/cli/terminal.py" /dev/null sh -c '
    "$0" decrypt -k locked.key -c bert.pem -p other <both.eml >dec' "$S"
status 75 'a wrong one of a file is an error, and nobody is asked'
cat bert.key bert.pem >one.pem
chmod 600 one.pem
from both.eml "$S" decrypt -k one.pem
status 0 'key and certificate in one file'
from both.eml "$S" decrypt -k bert.key -c carl.pem
status 75 'a certificate of another key'
chmod 644 one.pem
from both.eml "$S" decrypt -k one.pem
status 75 'a key that all can read is refused'

# --- onward
from plain.eml "$S" sign $SIGN -- sh -c 'cat >handed; exit 7'
status 7 "the command's status is the run's"
from handed "$S" verify $TRUST
status 0 'and it got the signed message'
from plain.eml "$S" sign -k nosuch.key -- sh -c 'touch started'
status 75 'no key: 75'
ok 'and the command was not started' test ! -e started
from plain.eml "$S" sign -k nosuch.key --on-error=pass
status 0 'handed on unsigned where that is wanted'
same plain.eml out 'octet by octet'
from plain.eml "$S" encrypt -r bert.pem --on-error=pass
status 75 'but never in the place of an encrypted one'
empty 'not an octet'
from signed.eml "$S" decrypt -k bert.key -c bert.pem --on-error=reject
status 65 'rejected where that is wanted'
run "$S" verify $TRUST --sandbox=require </dev/null
status 65 'an empty message is malformed'
done_testing
