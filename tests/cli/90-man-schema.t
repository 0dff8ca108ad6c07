#!/bin/sh
# What the tools really write follows man/schema, and has no key that the
# schema does not name.
. tests/cli/lib.sh

python3 -c 'import jsonschema' 2>/dev/null || skip_all 'no python3-jsonschema'
cp -R tests/vectors/demo/. "$T"
cp tests/vectors/dkim/*.eml tests/vectors/dkim/rfc.zone "$T"
zone=--zone=$T/example.zone
PATH=$BIN:$PATH

# follows NAME: the records of the last run; $schema says what
follows() {
	cp "$T/out" "$T/records"
	tests/cli/validate-records "man/schema/$schema.json" \
	    <"$T/records" >"$T/out" 2>&1
	report $? "$schema: $1"
}

# message FILE NAME [OPTION...]
message() {
	file=$1 name=$2
	shift 2
	run dmarc-verify "$zone" "$@" "$T/$file"
	follows "$name"
}

dkim-sign keygen -d example.org -s r1 -o "$T/r1" >>"$T/example.zone"
dkim-sign keygen -a ed25519 -d example.org -s e1 -o "$T/e1" \
    >>"$T/example.zone"
dkim-sign keygen -a ed25519 -d lists.example.net -s l1 -o "$T/l1" \
    >>"$T/example.zone"
dkim-sign -q -d example.org -s r1 -k "$T/r1" -d example.org -s e1 \
    -k "$T/e1" <"$T/arrived.eml" >"$T/signed.eml"
id=lists.example.net
dmarc-verify "$zone" --prepend --authserv-id=$id <"$T/signed.eml" |
    arc-seal "$zone" -d $id -s l1 -k "$T/l1" --authserv-id=$id \
    >"$T/sealed.eml"
sed 's/^Subject: /&[list] /; $a footer' "$T/sealed.eml" >"$T/list.eml"

schema=dmarc-verify-message
message arrived.eml 'SPF alone'
message forged.eml 'a forged one'
message signed.eml 'two signatures'
message sealed.eml 'an ARC set'
message list.eml 'a broken one, explained' --explain
message list.eml 'offline: nothing found out' --offline
message forged.eml 'a forged one, explained' --explain
message signed.eml 'findings ignored' --ignore=message.bare-lf
message signed.eml 'another time' --now=@1
message nosuch.eml 'no such file'
: >"$T/empty.eml"
message empty.eml 'no octet'
printf 'Subject: x\n\nhi\n' >"$T/nofrom.eml"
message nofrom.eml 'no From'
printf 'From: a@a.example, b@b.example\nFrom: c@example.org\n\n' \
    >"$T/several.eml"
message several.eml 'several From domains'
printf 'From: a@example.org\nMessage-ID: <\377\001>\nDKIM-Signature: v=\n' \
    >"$T/odd.eml"
printf 'DKIM-Signature: v=1; a=rsa-sha256; d=\377; s=\377; i=\377@\377;' \
    >>"$T/odd.eml"
printf ' h=from; bh=x; b=\377\nARC-Seal: i=1; cv=\377\n' >>"$T/odd.eml"
printf 'Return-Path: <\377@x>\nReceived: from \377 ([192.0.2.1]) by x\n\n' \
    >>"$T/odd.eml"
message odd.eml 'octets that are not UTF-8'
{
	printf 'From: a@example.org\nMessage-ID: <'
	head -c 700000 /dev/zero | tr '\0' '\1'
	printf '>\n\n'
} >"$T/long.eml"
message long.eml 'detail that does not fit'
printf '%s' '"truncated":true' >"$T/want"
grep -qFf "$T/want" "$T/records"
report $? 'and is marked'
message long.eml 'a header section that is too long' --max-header=1024
run dmarc-verify --zone="$T/rfc.zone" "$T"/rfc*.eml
follows "the RFCs' own"
run dmarc-verify "$zone" -j2 "$T/maildir"
follows 'a Maildir'

schema=dmarc-verify-spf
for ip in 192.0.2.25 203.0.113.66 2001:db8::1; do
	run dmarc-verify spf "$zone" --ip=$ip --helo=mail.example.org \
	    --mail-from=alice@example.org --explain
	follows "$ip, explained"
done
printf '%s\n' '{"ip":"x"}' '{"ip":"192.0.2.1","mail_from":"","k":[1]}' \
    203.0.113.9 >"$T/clients"
run sh -c '"$@" <"$0"' "$T/clients" dmarc-verify spf "$zone" \
    --helo=example.com --mail-from=a@example.com
follows 'a stream'

schema=dmarc-verify-domain
printf '%s\n' example.org example.com example.net nosuch.test '1,2' \
    '{"domain":"example.org","other":{"x":1.0}}' >"$T/domains"
run sh -c '"$@" <"$0"' "$T/domains" dmarc-verify domain "$zone" -s r1
follows 'a stream'
run dmarc-verify domain --offline example.org
follows 'offline: nothing found out'

schema=mtasts-check
. tests/cli/mtasts.sh
{
	good good.test
	good bad.test | grep -v fetch
	: | serve bad.test 404
	domain none.test
	txt none.test 'v=STSv1; id=-'
	echo '_smtp._tls.none.test. TXT "v=TLSRPTv1; rua=mailto:a@b.c"'
	good xn--bcher-kva.test
	echo 'null.test. MX 0 .'
} >"$T/sts.zone"
printf '%s\n' good.test bad.test none.test null.test nosuch.test '1,2' \
    bücher.test '{"domain":"good.test","other":{"x":1.0}}' >"$T/domains"
for pass in learning knowing; do
	run sh -c '"$@" <"$0"' "$T/domains" mtasts-check \
	    --zone="$T/sts.zone" --cache="$T/sts.db" --now=2026-11-27T12:00:00Z
	follows "a stream, $pass"
done
run mtasts-check --offline good.test
follows 'offline: nothing found out'
schema=mtasts-check-lint
policy 'version: STSv1' 'mode: enforce' 'mx: a.test' 'max_age: 1' >"$T/sts"
run mtasts-check lint --policy="$T/sts" --previous="$T/sts" --mx=b.test \
    --txt='v=STSv1; id=1' --now=@1
follows 'a policy'
run mtasts-check lint --policy=/dev/null --txt=x
follows 'none'

schema=dkim-sign-check
run dkim-sign check "$zone" -d example.org -s r1 -k "$T/r1"
status 0 'the key that is published'
follows 'it is published'
run dkim-sign check "$zone" -d example.org -s r1 -k "$T/e1"
status 1 'another key'
follows 'it is another'
run dkim-sign check "$zone" -d example.org -s no -k "$T/e1"
follows 'there is none'
run dkim-sign check --offline -d example.org -s r1 -k "$T/r1"
status 75 'no DNS'
follows 'it could not be found out'
run sh -c 'dkim-sign check "$@" --list-codes' - -k x
status 0 'its codes can be listed without a key'

schema=pgp-lite-mail
pgp-lite generate-key 'Anna <anna@example.org>' >"$T/anna.key"
pgp-lite extract-cert <"$T/anna.key" >"$T/anna.cert"
cp tests/vectors/demo/letter.eml "$T/anna.eml"
pgp-lite mail sign "$T/anna.key" <"$T/anna.eml" >"$T/anna.signed"
run sh -c 'pgp-lite mail verify "$1/anna.cert" <"$1/anna.signed"' - "$T"
follows 'signed'
sed 's/^Anna$/Eve/; s/^Subject: .*/Subject: x/' "$T/anna.signed" >"$T/changed"
run sh -c 'pgp-lite mail verify "$1/anna.cert" <"$1/changed"' - "$T"
follows 'changed'
pgp-lite mail encrypt --sign-with="$T/anna.key" "$T/anna.cert" \
    <"$T/anna.eml" >"$T/anna.encrypted"
pgp-lite mail decrypt --verify-with="$T/anna.cert" \
    --result-out="$T/result" "$T/anna.key" <"$T/anna.encrypted" >"$T/plain"
run cat "$T/result"
follows 'encrypted'

schema=pgp-lite-explain
pgp-lite extract-cert <tests/vectors/openpgp/peers/expired.key >"$T/old.cert"
run sh -c 'pgp-lite mail encrypt --explain "$1/anna.cert" <"$1/anna.eml"' \
    - "$T"
status 0 'who can read it'
follows 'one recipient'
run sh -c 'pgp-lite mail encrypt --explain "$1/anna.cert" "$1/old.cert" \
    <"$1/anna.eml"' - "$T"
status 1 'who cannot'
follows 'one of two is refused'

schema=pgp-lite-lint
for key in rfc9580/a4-v6 peers/weak peers/expired; do
	pgp-lite extract-cert <"tests/vectors/openpgp/$key.key"
done >"$T/certs"
cat "$T/anna.cert" >>"$T/certs"
run sh -c 'pgp-lite lint <"$1/certs"' - "$T"
follows 'four certificates'

schema=smime-lite-verify
smime() {
	run sh -c '"$@" <"$0"' "$@"
}
for who in anna bert; do
	smime-lite generate-key -e $who@example.org -o "$T/$who.smkey" \
	    >"$T/$who.pem"
done
set -- -k "$T/anna.smkey" -c "$T/anna.pem"
smime-lite sign -q "$@" <"$T/anna.eml" >"$T/anna.smime"
smime "$T/anna.smime" smime-lite verify --ca-file "$T/anna.pem"
follows 'signed'
smime "$T/anna.smime" smime-lite verify --ca-file "$T/bert.pem" --now=@0
follows 'untrusted'
smime "$T/anna.eml" smime-lite verify --ca-file "$T/anna.pem"
follows 'not signed'
openssl cms -sign -nocerts -in "$T/anna.eml" -signer "$T/anna.pem" \
    -inkey "$T/anna.smkey" -out "$T/nocerts"
smime "$T/nocerts" smime-lite verify --ca-file "$T/anna.pem"
follows 'without a certificate'
smime-lite encrypt -q "$@" -r "$T/bert.pem" <"$T/anna.eml" >"$T/encrypted"
smime "$T/encrypted" smime-lite decrypt -k "$T/bert.smkey" -c "$T/bert.pem" \
    --ca-file "$T/anna.pem" --result-out "$T/smresult"
run cat "$T/smresult"
follows 'decrypted'
schema=smime-lite-inspect
for file in encrypted anna.smime anna.eml; do
	smime "$T/$file" smime-lite inspect
	follows "$file"
done

a=u00000000000000000000000000000001 b=u00000000000000000000000000000002
letter-seal keygen -o "$T/a.key" >"$T/a.pub"
letter-seal keygen -o "$T/b.key" >"$T/b.pub"
letter() {
	letter-seal seal -k "$T/a.key" -p "$T/b.pub" --from $a --to "$@" \
	    --sender-key-id 1 --receiver-key-id 4294967295
}
schema=letter-seal-chunks
for v in 1 2; do
	run sh -c 'echo hi | "$@"' - letter-seal seal -k "$T/a.key" \
	    -p "$T/b.pub" --from $a --to $b --sender-key-id 1 \
	    --receiver-key-id 4294967295 --version $v
	follows "version $v"
	cat "$T/records" >>"$T/letters"
done
echo hi | letter c${b#u} >>"$T/letters"
schema=letter-seal-audit
jq -c '.sender_key_id = 2 | .id = 7' "$T/letters" >>"$T/more"
cat "$T/letters" "$T/letters" "$T/more" >"$T/all"
printf '%s\n' bare '{"x":1}' >>"$T/all"
run sh -c '"$@" <"$0"' "$T/all" letter-seal audit
follows 'without keys'
run sh -c '"$@" <"$0"' "$T/all" letter-seal audit -k "$T/b.key" \
    -p "$T/a.pub" --now=@1 --ignore=seal.replay
follows 'with keys'
ok 'many codes among them' test "$(grep -o '"code":"seal[^"]*' \
    "$T/records" | sort -u | wc -l)" -ge 8

schema=tlsrpt-report
run tlsrpt-report read "$T/tls.json" "$T/arrived.eml"
follows 'a report, and a mail without one'
run tlsrpt-report reprobe --zone="$T/sts.zone" "$T/tls.json" "$T/arrived.eml"
follows 'failures tested again'
schema=msgsec-watch
echo 'weak.example. 300 IN TXT "v=spf1 +all"' >"$T/weak.zone"
dmarc-verify domain --zone="$T/weak.zone" weak.example >"$T/watched"
run sh -c '"$@" <"$0"' "$T/watched" msgsec-watch -s "$T/watch" --format=json
follows 'news'
run sh -c 'jq -c ".\"dmarc-verify\".findings = []" "$0" | "$@"' \
    "$T/watched" msgsec-watch -s "$T/watch" --format=json --now=@0
follows 'and what is gone'
schema=dmarc-report
run dmarc-report read "$T/dmarc.xml" tests/vectors/dmarc-report/*.xml \
    "$T/arrived.eml"
follows 'two reports, and a mail without one'
schema=dmarc-failure
cat >"$T/failure.eml" <<'END'
From: d@receiver.example
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: auth-failure
User-Agent: Example/1
Version: 1
Arrival-Date: Thu, 26 Nov 2026 12:00:00 +0100
Source-IP: 192.0.2.7
Reported-Domain: example.org
Auth-Failure: dmarc
Identity-Alignment: none
Authentication-Results: receiver.example; dmarc=fail

--b--
END
run dmarc-report read --now=@0 "$T/failure.eml"
follows 'a failure report'
sed 's/192.0.2.7/here/; /^User-Agent/d' "$T/failure.eml" >"$T/failure2.eml"
run dmarc-report read "$T/failure2.eml"
follows 'one that deviates'
done_testing
