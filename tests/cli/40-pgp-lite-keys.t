#!/bin/sh
# pgp-lite: making keys, locking, extracting, renewing, revoking, vouching.
. tests/cli/lib.sh

P=$BIN/pgp-lite
V=$TOP/tests/vectors/openpgp
cd "$T" || exit 1
printf 'hello\n' >data
printf 'pass\n' >pw
printf 'other' >pw2

run "$P" list-profiles generate-key
status 0 'generate-key has profiles'
grep -q '^default: ' out
report $? 'the first is the default'
for profile in default rfc9580 security compatibility performance rfc4880; do
	run "$P" generate-key --profile=$profile 'Anna <anna@example.org>'
	status 0 "$profile: a key"
	cp out $profile.key
	run "$P" extract-cert <$profile.key
	status 0 "$profile: its certificate"
	cp out $profile.cert
	ok "$profile: signs" sh -c '"$1" sign "$2.key" <data >sig' - "$P" \
	    $profile
	ok "$profile: verifies" sh -c '"$1" verify sig "$2.cert" <data' - \
	    "$P" $profile
	ok "$profile: encrypts and decrypts" sh -c \
	    '"$1" encrypt "$2.cert" <data | "$1" decrypt "$2.key" |
	    cmp - data' - "$P" $profile
done
run "$P" generate-key --profile=nosuch
status 89 'no such profile'
run "$P" generate-key
status 0 'a key without a user ID'
run "$P" generate-key --no-armor
[ "$(od -An -tx1 -N1 out)" = ' c5' ]
report $? '--no-armor: a packet'

"$P" generate-key --signing-only 'S' >signing.key
"$P" extract-cert <signing.key >signing.cert
run "$P" encrypt signing.cert <data
status 17 '--signing-only: nothing to encrypt to'
run "$P" update-key <signing.key
status 0 'update-key adds a subkey that encrypts'
cp out updated.key
"$P" extract-cert <updated.key >updated.cert
ok 'and it does' sh -c '"$1" encrypt updated.cert <data |
    "$1" decrypt updated.key | cmp - data' - "$P"
run "$P" update-key --signing-only <signing.key
same out signing.key '--signing-only adds none'
run "$P" update-key --no-added-capabilities <signing.key
same out signing.key 'nor does --no-added-capabilities'

# locks
for profile in default rfc9580; do
	"$P" generate-key --profile=$profile --with-key-password=pw 'L' \
	    >locked.key
	"$P" extract-cert <locked.key >locked.cert
	run "$P" sign locked.key <data
	status 67 "$profile: a locked key does not sign"
	run "$P" sign --with-key-password=pw2 locked.key <data
	status 67 "$profile: nor with another passphrase"
	run "$P" sign --with-key-password=pw2 --with-key-password=pw \
	    locked.key <data
	status 0 "$profile: one of several passphrases fits"
	run "$P" change-key-password --old-key-password=pw \
	    --new-key-password=pw2 <locked.key
	status 0 "$profile: another lock"
	cp out locked2.key
	run "$P" sign --with-key-password=pw locked2.key <data
	status 67 "$profile: the old passphrase does not fit it"
	run "$P" sign --with-key-password=pw2 locked2.key <data
	status 0 "$profile: the new one does"
	run "$P" change-key-password --old-key-password=pw2 <locked2.key
	cp out open.key
	run "$P" sign open.key <data
	status 0 "$profile: unlocked"
	run "$P" change-key-password <locked.key
	status 67 "$profile: no passphrase, no change"
	run "$P" revoke-key <locked.key
	status 67 "$profile: nor a revocation"
done
printf 'a\001b' >odd
run "$P" generate-key --with-key-password=odd
status 31 'a new passphrase must be typeable'
printf 'a\377b' >odd
run "$P" generate-key --with-key-password=odd
status 31 'and UTF-8'

# renewal
"$P" extract-cert <"$V/peers/expired.key" >expired.cert
run "$P" sign "$V/peers/expired.key" <data
status 79 'an expired key does not sign'
run "$P" encrypt expired.cert <data
status 17 'nor can it be encrypted to'
run "$P" verify "$V/peers/expired-before.sig" expired.cert \
    <"$V/peers/text"
status 0 'what it signed before still counts'
run "$P" update-key <"$V/peers/expired.key"
status 0 'update-key'
cp out renewed.key
"$P" extract-cert <renewed.key >renewed.cert
run "$P" sign renewed.key <data
status 0 'the renewed key signs'
run "$P" encrypt renewed.cert <data
status 0 'and can be encrypted to'
run "$P" merge-certs renewed.cert <expired.cert
cp out merged.cert
run "$P" encrypt merged.cert <data
status 0 'so can what was merged with it'
# what names the owner, but was never signed by her, does not become hers
"$P" generate-key 'Anna <anna@example.org>' >own.key
"$P" extract-cert --no-armor <own.key >own.cert
sed 's/anna@/evil@/g' own.cert >evil.cert
run "$P" update-key --merge-certs=evil.cert <own.key
status 0 "update-key: another's user ID with her own signature"
"$P" extract-cert <out >own2.cert
run "$P" validate-userid 'Anna <anna@example.org>' own2.cert <own2.cert
status 0 'her user ID stays'
run "$P" validate-userid 'Anna <evil@example.org>' own2.cert <own2.cert
status 107 'the other is not bound'
# the octets behind the OID of Curve25519Legacy are the subkey's point
at=$(grep -obUaP '\x97\x55\x01\x05\x01' own.cert | cut -d: -f1)
cp own.cert evil.cert
printf 'evil' | dd of=evil.cert bs=1 seek=$((at + 20)) conv=notrunc \
    2>/dev/null
run "$P" update-key --merge-certs=evil.cert <own.key
status 0 "update-key: another's subkey with her own signature"
"$P" extract-cert <out >own2.cert
[ "$("$P" inspect <own2.cert | grep -c 'public subkey')" -eq 2 ]
report $? 'it was merged'
"$P" encrypt own2.cert <data | "$P" inspect >out
[ "$(grep -c 'session key' out)" -eq 1 ]
report $? 'and is not bound: nobody encrypts to it'
"$P" generate-key --signing-only 'Anna <anna@example.org>' >own.key
"$P" extract-cert --no-armor <own.key >own.cert
"$P" extract-cert --no-armor <default.key >other.cert
at=$(grep -obUaP '\xce\x38\x04' other.cert | tail -n 1 | cut -d: -f1)
{ cat own.cert; tail -c "+$((at + 1))" other.cert; } >evil.cert
run "$P" update-key --merge-certs=evil.cert <own.key
status 0 "update-key: a key without a subkey gets somebody's"
cp out own.key
"$P" extract-cert <own.key >own2.cert
ok 'and one of its own, to encrypt to' sh -c '"$1" encrypt own2.cert <data |
    "$1" decrypt own.key | cmp - data' - "$P"

# an owner's word holds when it has expired or is over SHA-1
# flags FILE: what its self-signatures say of the keys, by GnuPG
flags() {
	"$P" dearmor <"$1" | gpg --homedir home --batch --quiet \
	    --ignore-time-conflict --import-options show-only --import \
	    --with-colons 2>/dev/null |
	    awk -F: '/^(pub|sub)/ { printf "%s ", $12 }'
}
if command -v gpg >/dev/null; then
	mkdir -m 700 home
	g() {
		gpg --homedir home --batch --quiet --passphrase '' \
		    --pinentry-mode loopback --no-permission-warning "$@" \
		    2>/dev/null
	}
	g --faked-system-time 20240101T000000 --quick-gen-key Dora ed25519 \
	    cert 1y
	g --armor --export-secret-keys Dora >dora.key
	run "$P" update-key --no-added-capabilities --signing-only <dora.key
	cp out dora2.key
	"$P" extract-cert <dora2.key >dora.cert
	[ "$(flags dora.cert)" = 'cC ' ]
	report $? 'one that only certified still does, and no more'
	g --cert-digest-algo SHA1 --allow-weak-key-signatures \
	    --quick-gen-key Emma rsa2048 cert never
	fpr=$(g --with-colons --list-keys Emma | awk -F: '/^fpr/ {
	    print $10; exit }')
	for use in auth encr; do
		g --cert-digest-algo SHA1 --quick-add-key "$fpr" rsa2048 $use
	done
	g --armor --export-secret-keys Emma >emma.key
	run "$P" update-key --no-added-capabilities <emma.key
	"$P" extract-cert <out >emma.cert
	[ "$(flags emma.cert)" = 'cECA a e ' ]
	report $? 'over SHA-1, too, and its subkeys do what they did'
	gpgconf --homedir home --kill all 2>/dev/null
	rm -r home
fi

run "$P" update-key <"$V/peers/weak.key"
status 103 'RSA of 1024 bits is not renewed'

# revocation
"$P" revoke-key <default.key >revoked
"$P" sign default.key <data >sig
run "$P" merge-certs revoked <default.cert
status 0 'merge-certs takes a revocation over'
cp out dead.cert
run "$P" verify sig dead.cert <data
status 3 'a revoked key signs nothing that counts'
run "$P" encrypt dead.cert <data
status 17 'nor is it encrypted to'
# wherever it stands, and however often the certificate does
run "$P" verify sig default.cert revoked <data
status 3 'a revocation in a file of its own counts'
run "$P" verify sig revoked default.cert <data
status 3 'before the certificate, too'
cat default.cert revoked >ring
run "$P" verify sig ring <data
status 3 'and where the certificate stands twice in a file'
run "$P" verify sig default.cert rfc9580.cert <data
status 0 'that of nobody else'
"$P" inline-sign default.key <data >inline
run "$P" inline-verify default.cert revoked <inline
status 3 'inline-verify sees it'
"$P" encrypt --sign-with=default.key rfc9580.cert <data >secret
run "$P" decrypt --verify-with=default.cert --verify-with=revoked \
    --verifications-out=lines rfc9580.key <secret
[ ! -s lines ]
report $? 'decrypt sees it'
run "$P" encrypt ring <data
status 17 'encrypt sees it'
run "$P" validate-userid 'Anna <anna@example.org>' ring <default.cert
status 107 'validate-userid sees it'
run "$P" merge-certs default.cert <rfc9580.cert
same out rfc9580.cert 'what was not on stdin does not come out'
run sh -c 'cat default.cert default.cert | "$1" merge-certs' - "$P"
same out default.cert 'one certificate twice is one'

# vouching
"$P" generate-key 'CA' >ca.key
"$P" extract-cert <ca.key >ca.cert
anna='Anna <anna@example.org>'
run "$P" validate-userid "$anna" ca.cert <rfc9580.cert
status 107 'nobody vouches yet'
run "$P" certify-userid --userid="$anna" ca.key <rfc9580.cert
status 0 'certify-userid'
cp out vouched.cert
run "$P" validate-userid "$anna" ca.cert <vouched.cert
status 0 'validate-userid'
[ ! -s out ]
report $? 'it prints nothing'
run "$P" validate-userid --addr-spec-only ANNA@example.org ca.cert \
    <vouched.cert
status 0 '--addr-spec-only'
run "$P" validate-userid --addr-spec-only anna@example.net ca.cert \
    <vouched.cert
status 107 'another address'
run "$P" validate-userid "$anna" default.cert <vouched.cert
status 107 'another authority'
run "$P" validate-userid --validate-at=2020-01-01T00:00:00Z "$anna" \
    ca.cert <vouched.cert
status 107 'not at a time before it was made'
run "$P" validate-userid "$anna" ca.cert <rfc9580.cert
status 107 'the certificate without it'
run sh -c 'cat vouched.cert default.cert |
    "$1" validate-userid "$2" ca.cert' - "$P" "$anna"
status 107 'every certificate must pass'
run "$P" certify-userid --userid='Eve' ca.key <rfc9580.cert
status 107 'a user ID that its owner does not claim'
run "$P" certify-userid --no-require-self-sig --userid='Eve' ca.key \
    <rfc9580.cert
status 0 'unless it is wanted'
run "$P" certify-userid ca.key <rfc9580.cert
status 19 '--userid is needed'

# 18 MiB of certifications; in version 6 each has the same length
"$P" generate-key --no-armor --profile=rfc9580 A >a.key
"$P" extract-cert --no-armor <a.key >a.cert
"$P" certify-userid --no-armor --userid=A a.key <a.cert >one
cp a.cert many
for i in 1 2 3 4 5 6 7 8 9 10 11; do
	cat many many >more
	mv more many
done
"$P" certify-userid --no-armor --userid=A $(yes a.key | head -n 60) <many |
    wc -c >octets
[ "$(cat octets)" -eq $((2048 * ($(wc -c <a.cert) +
    60 * ($(wc -c <one) - $(wc -c <a.cert))))) ]
report $? 'certify-userid: 18 MiB of signatures'

# what is not what it should be
run "$P" extract-cert <default.cert
status 41 'extract-cert: of a certificate'
run "$P" extract-cert </dev/null
status 41 'extract-cert: of nothing'
run "$P" sign default.cert <data
status 41 'sign: with a certificate'
run "$P" verify sig default.key <data
status 41 'verify: with a secret key'
run "$P" merge-certs <default.key
status 41 'merge-certs: a secret key'
run sh -c 'head -c 300 default.cert | "$1" merge-certs' - "$P"
status 41 'merge-certs: one that is cut short'
done_testing
