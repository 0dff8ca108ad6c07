#!/bin/sh
# S/MIME both ways: what smime-lite makes gpgsm and `openssl cms` take, and it
# takes what they make.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 1
command -v gpgsm >/dev/null || { echo '1..0 # SKIP no gpgsm'; exit 0; }
TOP=$ROOT
. "$ROOT/tests/cli/smime.sh"
S=$BIN/smime-lite

# took NAME STATUS PATTERN FILE: it ended well, and the text is in FILE
took() {
	if [ "$2" -eq 0 ] && tr -d '\r' <"$4" | grep -q -e "$3"; then
		ok "$1"
	else
		not_ok "$1"
		echo "status $2" | diag
		[ ! -s err ] || tail -n 5 err | diag
	fi
}

authority root
for who in rita bert; do
	user $who $who@example.org root 2048
	# the only form of PKCS #12 that gpgsm 2.2 reads
	openssl pkcs12 -export -inkey $who.key -in $who.pem -passout pass:x \
	    -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 \
	    -out $who.p12 2>err
done
user anna anna@example.org root ec
letter 'Rita <rita@example.org>' >plain.eml
export GNUPGHOME=$T/home
mkdir -m 700 home
trap 'gpgconf --kill all 2>/dev/null; rm -rf "$T"' EXIT
printf 'disable-crl-checks\npinentry-mode loopback\n' >home/gpgsm.conf
echo allow-loopback-pinentry >home/gpg-agent.conf
echo "$(openssl x509 -in root.pem -noout -fingerprint -sha1 |
    sed 's/.*=//; s/://g') S relax" >home/trustlist.txt
# its keys have the passphrase that their files had
sm() {
	echo x | gpgsm --batch --passphrase-fd 0 --yes "$@" 2>err
}
gpgsm --batch --import root.pem anna.pem 2>err
for who in rita bert; do
	echo x | gpgsm --batch --passphrase-fd 0 --import $who.p12 2>>err
done
echo "# $(gpgsm --version | head -n 1)"

# cut FILE: its CMS structure to der, what is beside it as CRLF to content
cut_mail() {
	python3 - "$1" <<-'END'
	import email, sys
	raw = open(sys.argv[1], 'rb').read()
	m = email.message_from_bytes(raw)
	if m.is_multipart():
	    b = b'--' + m.get_boundary().encode()
	    part = raw.split(b'\n' + b + b'\n', 2)[1]
	    part = part.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
	    open('content', 'wb').write(part)
	    m = m.get_payload()[1]
	open('der', 'wb').write(m.get_payload(decode=True))
	END
}

# mail_of TYPE FROM: the structure "der" as a mail; with "signed" beside
# "content"
mail_of() {
	printf 'From: %s\nSubject: x\nMIME-Version: 1.0\n' "$2"
	if [ "$1" = signed ]; then
		printf 'Content-Type: multipart/signed; micalg=sha-256;\n'
		printf ' protocol="application/pkcs7-signature"; boundary=b\n'
		printf '\n--b\n'
		tr -d '\r' <content
		printf '\n--b\nContent-Type: application/pkcs7-signature\n'
	else
		printf 'Content-Type: application/pkcs7-mime\n'
	fi
	printf 'Content-Transfer-Encoding: base64\n\n'
	openssl base64 <der
	[ "$1" != signed ] || printf '\n--b--\n'
}

# --- what we make
for who in rita anna; do
	"$S" sign -q -k $who.key -c $who.pem <plain.eml >mail 2>err
	cut_mail mail
	gpgsm --batch --verify der content 2>err
	took "gpgsm verifies a signature beside the text, $who" $? \
	    'Good signature' err
	openssl cms -verify -in mail -CAfile root.pem -out out 2>err
	took "openssl cms does, $who" $? 'the plan  holds' out
	"$S" sign -q -k $who.key -c $who.pem --opaque <plain.eml >mail 2>err
	cut_mail mail
	gpgsm --batch --output out --yes --verify der 2>err
	took "gpgsm verifies one around the text, $who" $? \
	    'Good signature' err
	openssl cms -verify -in mail -CAfile root.pem -out out 2>err
	took "openssl cms does, too, $who" $? 'the plan  holds' out
done
"$S" sign -q -k rita.key -c rita.pem <plain.eml >mail 2>err
cut_mail mail
sed -i 's/holds/fails/' content
! gpgsm --batch --verify der content 2>err
took 'gpgsm does not verify another text' $? 'does not match' err
"$S" encrypt -q -r bert.pem -k rita.key -c rita.pem <plain.eml >mail 2>err
cut_mail mail
sm --output out --decrypt der
took 'gpgsm decrypts AES-CBC' $? 'the plan  holds' out
openssl cms -decrypt -in mail -inkey bert.key -recip bert.pem -out out 2>err
took 'openssl cms does' $? 'the plan  holds' out
"$S" encrypt -q -r bert.pem --authenticated <plain.eml >mail 2>err
openssl cms -decrypt -in mail -inkey bert.key -recip bert.pem -out out 2>err
took 'openssl cms decrypts AES-GCM with OAEP' $? 'the plan  holds' out
# gpgsm 2.2 and 2.4 read no AuthEnvelopedData: ours fares as openssl's does.
printf 'Content-Type: text/plain\r\n\r\nsecret\r\n' >content
openssl cms -encrypt -binary -aes-256-gcm -outform DER -in content -out der \
    bert.pem
sm --output out --decrypt der
theirs=$? why=$(grep -o 'Buffer too short' err | head -n 1)
"$S" encrypt -q -r bert.pem --authenticated <plain.eml >mail 2>err
cut_mail mail
sm --output out --decrypt der
ours=$?
[ $ours -eq $theirs ] && [ "$(grep -o 'Buffer too short' err |
    head -n 1)" = "$why" ]
took "gpgsm and AES-GCM: status $ours, as for openssl's" $? . content

# --- what they make
printf 'Content-Type: text/plain\r\n\r\nsecret\r\n' >content
sm --detach-sign -u rita@example.org --output der content
mail_of signed rita@example.org >mail
"$S" verify --ca-file root.pem --format text <mail >out 2>err
took "gpgsm's signature beside the text" $? 'verdict: pass' out
sm --sign -u rita@example.org --output der content
mail_of opaque rita@example.org >mail
"$S" verify --ca-file root.pem --format text <mail >out 2>err
took "gpgsm's signature around the text" $? 'verdict: pass' out
for cipher in AES128 AES256; do
	sm --encrypt -r bert@example.org --cipher-algo $cipher \
	    --output der content
	mail_of encrypted rita@example.org >mail
	"$S" decrypt -k bert.key -c bert.pem --unauthenticated <mail >out \
	    2>err
	took "gpgsm's $cipher" $? secret out
done
sm --sign -u rita@example.org --output inner content
{
	printf 'Content-Type: application/pkcs7-mime\r\n'
	printf 'Content-Transfer-Encoding: base64\r\n\r\n'
	openssl base64 <inner | sed 's/$/\r/'
} >content
sm --encrypt -r bert@example.org --output der content
mail_of encrypted rita@example.org >mail
"$S" decrypt -k bert.key -c bert.pem --ca-file root.pem <mail >out 2>err
took "gpgsm's, signed and then encrypted: released for its signature" $? \
    secret out
printf 'Content-Type: text/plain\r\n\r\nsecret\r\n' >content
for to in bert anna; do
	for how in aes-256-cbc aes-128-gcm aes-256-gcm; do
		openssl cms -encrypt -binary -$how -in content -out mail \
		    $to.pem 2>err
		sed -i '1i From: rita@example.org' mail
		"$S" decrypt -k $to.key -c $to.pem --unauthenticated \
		    <mail >out 2>err
		took "openssl cms's $how to $to" $? secret out
	done
done
openssl cms -encrypt -binary -aes-256-gcm -in content -out mail \
    -recip bert.pem -keyopt rsa_padding_mode:oaep 2>err
"$S" decrypt -k bert.key -c bert.pem <mail >out 2>err
took "openssl cms's OAEP over SHA-1" $? secret out
openssl cms -encrypt -binary -aes-256-gcm -keyid -in content -out mail \
    bert.pem 2>err
"$S" decrypt -k bert.key -c bert.pem <mail >out 2>err
took 'a recipient by key identifier' $? secret out
for how in '' '-keyid' '-keyopt rsa_padding_mode:pss' '-nosmimecap' \
    '-nodetach' '-nodetach -stream'; do
	openssl cms -sign -binary -in content -signer rita.pem \
	    -inkey rita.key -md sha512 $how -out mail 2>err
	sed -i '1i From: rita@example.org' mail
	"$S" verify --ca-file root.pem --format text <mail >out 2>err
	took "openssl cms -sign $how" $? 'verdict: pass' out
done
done_testing
