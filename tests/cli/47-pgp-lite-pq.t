#!/bin/sh
# pgp-lite: the algorithms of RFC 9980, by its samples and both ways with
# itself, where OpenSSL has them; and what is said where it has not.
. tests/cli/lib.sh

P=$BIN/pgp-lite
V=$TOP/tests/vectors/openpgp/rfc9980
BOTH=$TOP/tests/vectors/openpgp/own/both-sk.asc
cd "$T" || exit 1
printf 'Testing\n' >data

if "$P" --version | grep -q 'ML-DSA.*needs OpenSSL 3.5'; then
	run "$P" generate-key --profile=rfc9980 A
	status 89 'no such key is made'
	err 'needs OpenSSL 3.5' 'which says why'
	run "$P" list-profiles generate-key
	out_not rfc9980 'and the profile is not listed'
	run "$P" extract-cert <"$V/v6-mldsa-65-sk.asc"
	status 0 'its certificate can be extracted'
	cp out cert
	run "$P" encrypt cert <data
	status 13 'but not be encrypted to'
	err 'its algorithm needs OpenSSL 3.5' 'which says why'
	run "$P" verify "$V/v6-mldsa-65-signature.asc" cert <data
	status 3 'nor does its signature count'
	err 'does not count: its algorithm needs OpenSSL 3.5' \
	    'which is not to say that it were bad'
	"$P" extract-cert <"$V/v6-eddsa-sk.asc" >cert
	run "$P" encrypt cert <data
	status 13 'a subkey of them'
	err 'its algorithm needs OpenSSL 3.5' 'says what it needs'
	"$P" revoke-key <"$V/v6-eddsa-sk.asc" >revoked
	"$P" merge-certs revoked <cert >dead.cert
	run "$P" encrypt dead.cert <data
	status 17 'revoked, that is what counts'
	run "$P" decrypt "$V/v6-eddsa-sk.asc" <"$V/v6-eddsa-message.asc"
	status 29 'and cannot decrypt'
	err 'its algorithm needs OpenSSL 3.5' 'which is the reason, not the key'
	"$P" extract-cert <"$BOTH" >cert
	run "$P" lint --format=json <cert
	status 75 'lint cannot say whether it is in order'
	out '"verdict":"unknown"' 'and does not call it bad'
	out_not '"severity":"fail"' 'in any finding'
	"$P" extract-cert <"$V/v6-mldsa-65-sk.asc" >post.cert
	run "$P" lint --format=json <post.cert
	status 75 'nor of one whose primary key is such'
	out_not '"severity":"fail"' 'which is not bad either'
	{
		printf 'From: a@example.org\nContent-Type: multipart/signed;'
		printf ' protocol="application/pgp-signature"; boundary=b\n\n'
		printf -- '--b\nContent-Type: text/plain\n\nTesting\n'
		printf -- '--b\nContent-Type: application/pgp-signature\n\n'
		cat "$V/v6-mldsa-65-signature.asc"
		printf -- '\n--b--\n'
	} >mail
	run "$P" mail verify post.cert <mail
	status 75 'mail verify: its signature cannot be checked'
	out '"verdict":"unknown"' 'which is not to say that it is bad'
	out '"code":"pgp.not-read"' 'and needs a newer OpenSSL'
	out '"result":"unknown"' 'of that signature'
	"$P" generate-key A | "$P" extract-cert >other.cert
	run "$P" mail verify other.cert <mail
	status 1 'with another certificate it is nobody known'
	run "$P" encrypt cert <data
	status 0 'a certificate with a classical subkey beside is encrypted to'
	err 'post-quantum key is not used: its algorithm needs OpenSSL 3.5' \
	    'with a warning'
	cp out message
	run "$P" decrypt "$BOTH" <message
	same out data 'and its holder reads it'
	done_testing
	exit
fi

run "$P" list-profiles generate-key
out 'rfc9980: ' 'the profile is listed'

# appendix A: name of the key, of the message
for row in 'v4-eddsa v4-eddsa-message-v1' 'v4-eddsa v4-eddsa-message-v2' \
    'v6-eddsa v6-eddsa-message' 'v6-mldsa-65 v6-mldsa-65-message' \
    'v6-mldsa-87 v6-mldsa-87-message' 'v6-slhdsa-128s v6-slhdsa-128s-message'
do
	set -- $row
	rm -f v
	"$P" extract-cert <"$V/$1-sk.asc" >"$1.cert"
	run "$P" decrypt --verify-with="$1.cert" --verifications-out=v \
	    "$V/$1-sk.asc" <"$V/$2.asc"
	same out data "RFC 9980: $2"
	[ "$(wc -l <v)" -eq 1 ]
	report $? 'and its signature'
done
for name in v6-mldsa-65 v6-mldsa-87 v6-slhdsa-128s v6-slhdsa-128f \
    v6-slhdsa-256s; do
	cert=$name.cert
	[ -e $cert ] || cert=$V/$name-pk.asc
	run "$P" verify "$V/$name-signature.asc" $cert <data
	status 0 "RFC 9980: a signature by $name"
	run sh -c 'echo other | "$1" verify "$2" "$3"' - "$P" \
	    "$V/$name-signature.asc" $cert
	status 3 'over nothing else'
done

# by ourselves: also locked, and beside another recipient
printf 'pass' >pw
"$P" generate-key Bert >other
"$P" extract-cert <other >other.cert
for profile in rfc9980 rfc9980-high; do
	"$P" generate-key --profile=$profile --with-key-password=pw Anna >key
	"$P" extract-cert <key >cert
	rm -f v
	"$P" encrypt --sign-with=key --with-key-password=pw cert other.cert \
	    <data >message
	run "$P" decrypt --verify-with=cert --verifications-out=v \
	    --with-key-password=pw key <message
	same out data "$profile: made and read"
	[ "$(wc -l <v)" -eq 1 ]
	report $? 'signed, too'
	run "$P" decrypt other <message
	same out data 'by the other recipient, too'
	"$P" encrypt --no-armor cert <data >message
	run "$P" decrypt --with-key-password=pw key <message
	same out data 'version 2'
	for form in binary text; do
		"$P" inline-sign --as=$form --with-key-password=pw key \
		    <data >signed
		run "$P" inline-verify cert <signed
		same out data "signed as $form"
	done
	"$P" inline-sign --as=clearsigned --with-key-password=pw key \
	    <data >signed
	run "$P" inline-verify cert <signed
	status 0 'clear-signed'
done

run "$P" lint --format=json <v6-mldsa-65.cert
status 0 'lint looks into it'
out_not pgp.cert-needs-library 'since the library is there'

# RFC 9980 section 3.1: no stronger than the weakest key that it is
# encrypted to
"$P" extract-cert <"$BOTH" >both.cert
run "$P" encrypt both.cert <data
status 0 'a certificate with subkeys of both kinds'
err_not 'quantum computer' 'gives no warning'
cp out message
run "$P" inspect --format=json <message
out '"algorithm":"ML-KEM-768+X25519"' 'is encrypted to the post-quantum one'
out_not '"algorithm":"X25519"' 'alone'
run "$P" decrypt "$BOTH" <message
same out data 'and its holder reads it'
run "$P" encrypt both.cert other.cert <data
status 0 'beside a certificate that has only classical keys'
err 'only 1 of the 2 keys that it is encrypted to withstand one' \
    'there is a warning'
# a half of the key that is another's; either half of a ciphertext or of a
# signature that is changed
"$P" sign --no-armor --with-key-password=pw key <data >sig
"$P" generate-key --profile=rfc9980-high >open
"$P" dearmor <open >open.bin
cat >change.py <<'END'
import sys
name, at, new = sys.argv[1:4]
m = bytearray(open(name, "rb").read())
m[int(at)] ^= 1
open(new, "wb").write(bytes(m))
END
size=$(wc -c <sig)
for at in $((size - 4700)) $((size - 100)); do
	python3 change.py sig $at changed
	run "$P" verify changed cert <data
	status 3 "a signature changed $((size - at)) octets before its end"
done
# the PKESK's value begins after its head of 39 octets
"$P" encrypt --no-armor cert <data >message
run "$P" decrypt --with-key-password=pw key <message
same out data 'a message that is not changed'
for at in 60 400 1600; do
	python3 change.py message $at changed
	run "$P" decrypt --with-key-password=pw key <changed
	status 29 "a session key changed at octet $at"
	lines 0 'gives nothing'
done
# the first key: of its public half the octets from 15 on
for at in 30 1000; do
	python3 change.py open.bin $at changed
	run "$P" sign changed <data
	[ "$STATUS" -ne 0 ] && [ ! -s out ]
	report $? "a public half changed at octet $at cannot sign"
done
done_testing
