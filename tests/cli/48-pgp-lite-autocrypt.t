#!/bin/sh
# Autocrypt: the field that is written, what of it is read back, and that a
# certificate of the message itself is only used where that is asked for.
. tests/cli/lib.sh

needs jq
P=$BIN/pgp-lite
cd "$T" || exit 1
for profile in rfc4880 default rfc9580; do
	"$P" generate-key --profile=$profile 'Anna <anna@example.org>' \
	    'Anna <a@example.com>' >$profile.key
	"$P" extract-cert <$profile.key >$profile.cert
done
"$P" generate-key 'Eve <eve@example.com>' >eve.key
message >m

fpr() {
	"$P" inspect <$1 | jq -r 'select(.packet == "public key").fingerprint'
}

for profile in rfc4880 default rfc9580; do
	run "$P" mail sign --add-autocrypt=mutual $profile.key <m
	status 0 "$profile: signed"
	cp out signed
	[ "$(grep -c '^Autocrypt: addr=anna@example.org; prefer-encrypt=mutual;' \
	    signed)" -eq 1 ]
	report $? "$profile: with one field"
	run "$P" find --from-autocrypt <signed
	status 0 "$profile: the certificate is read back"
	cp out cert
	[ "$(fpr cert)" = "$(fpr $profile.cert)" ]
	report $? "$profile: it is hers"
	err "anna@example.org: $(fpr cert) from Autocrypt" \
	    "$profile: said so"
	"$P" inspect <cert | jq -r .packet >packets
	! grep -q '^user attribute' packets &&
	    [ "$(grep -c '^user ID' packets)" -eq 1 ] &&
	    [ "$(grep -c '^public subkey' packets)" -eq 1 ]
	report $? "$profile: one user ID, one subkey"
	[ "$("$P" dearmor <cert | wc -c)" -lt 5000 ]
	report $? "$profile: and short"
	run sh -c '"$1" encrypt cert <m | "$1" decrypt "$2"' - "$P" \
	    $profile.key
	same out m "$profile: it can be encrypted to"
	run "$P" mail verify --format=json cert <signed
	status 0 "$profile: and verified with"
	if command -v gpg >/dev/null && [ $profile != rfc9580 ]; then
		mkdir -m 700 -p home
		"$P" dearmor <cert | gpg --homedir home --batch \
		    --import-options show-only --import --with-colons \
		    >gpg 2>&1
		grep -q "^fpr:.*$(fpr cert)" gpg
		report $? "$profile: gpg reads it"
	fi
done
run "$P" mail sign --add-autocrypt=nopreference default.key <m
out_not prefer-encrypt 'no preference is said by silence'
run "$P" mail sign default.key <m
out_not Autocrypt 'without the option there is no field'
run "$P" mail encrypt --sign-with=default.key --add-autocrypt=mutual \
    default.cert <m
out 'Autocrypt: addr=anna@example.org' 'encrypted mail has it outside'
cp out encrypted
run "$P" find --from-autocrypt <encrypted
status 0 'where it can be read'
run "$P" mail sign --add-autocrypt=mutual eve.key <m
status 0 "another's key"
out_not Autocrypt "is not handed out as From's"
err 'no Autocrypt field is written' 'which is said'
sed 's/^From: .*/From: a@example.com, anna@example.org/' m >many
run "$P" mail sign --add-autocrypt=mutual default.key <many
out_not Autocrypt 'two authors have no field'
{ echo 'Autocrypt: addr=anna@example.org; keydata=AAAA'; cat m; } >old
run "$P" mail sign --add-autocrypt=mutual default.key <old
[ "$(grep -c 'addr=' out)" -eq 1 ]
report $? 'an older field gives way'
out_not AAAA 'inside, too'
crlf <m | "$P" mail sign --add-autocrypt=mutual default.key >got
! grep -qv "$(printf '\r')\$" got
report $? 'with the line ends of the mail'

# reading
"$P" mail sign --add-autocrypt=mutual default.key <m >signed
run "$P" mail verify eve.key <signed
status 65 'a key is no certificate'
"$P" extract-cert <eve.key >eve.cert
run "$P" mail verify --format=json eve.cert <signed
status 1 'not asked for, the certificate of the message does not count'
run "$P" mail verify --from-autocrypt --format=json <signed
status 0 'asked for, it does'
[ "$(jq -r '."pgp-lite".verdict' out)" = warn ]
report $? 'but the verdict is no pass'
out pgp.autocrypt-key 'and says why'
run "$P" mail verify --from-autocrypt --format=json default.cert <signed
[ "$(jq -r '."pgp-lite".verdict' out)" = pass ]
report $? 'unless it is one that was given'
"$P" revoke-key <default.key >revoked
run "$P" mail verify --format=json default.cert revoked <signed
status 1 'a revocation that was given counts'
run "$P" mail verify --from-autocrypt --format=json revoked <signed
status 1 'for the certificate of the message, too'
run "$P" mail decrypt --from-autocrypt --result-out=result default.key \
    <encrypted
status 0 'decrypted'
grep -q pgp.autocrypt-key result
report $? 'with the same finding'
for change in 's/^From: .*/From: Eve <eve@example.com>/' 's/^From: .*/&\n&/' \
    's/keydata=/keydata=AAAA/' 's/^Autocrypt:/X-&/' \
    's/prefer-encrypt/prefer/'; do
	sed "1,/^--/$change" signed >changed
	run "$P" find --from-autocrypt <changed
	[ "$STATUS" -eq 66 ] || [ "$STATUS" -eq 65 ]
	report $? "refused: $change"
	[ ! -s out ]
	report $? "nothing is written: $change"
done
"$P" mail sign --add-autocrypt=mutual eve.key <m >/dev/null 2>&1
sed 's/^From: .*/From: Eve <eve@example.com>/' m |
    "$P" mail sign --add-autocrypt=mutual eve.key |
    sed 's/addr=eve@example.com/addr=anna@example.org/' |
    sed 's/^From: Eve.*/From: Anna <anna@example.org>/' >forged
run "$P" find --from-autocrypt <forged
status 65 "a certificate without the address"
err 'no user ID of this address' 'is refused'
run "$P" find --from-autocrypt </dev/null
status 65 'no message'

# gossip: the others' certificates inside of what is encrypted
for name in bob carol dave; do
	"$P" generate-key "$name <$name@example.net>" >$name.key
	"$P" extract-cert <$name.key >$name.cert
done
sed 's/^To: .*/To: Bob <bob@example.net>,\n carol@example.net/
s/^Subject: .*/&\nCc: Dave <DAVE@example.net>, nobody@example.net/' m >group
cat bob.cert carol.cert dave.cert default.cert >all.cert
gossip() { # OPTION...
	"$P" mail encrypt --add-gossip --sign-with=default.key "$@" all.cert
}
run gossip <group
status 0 'to a group, with gossip'
out_not Autocrypt 'nothing of it outside'
cp out encrypted
rm -f certs
run "$P" mail decrypt --verify-with=default.cert --gossip-out=certs bob.key \
    <encrypted
status 0 'one of them reads it'
[ "$(grep -c '^Autocrypt-Gossip: addr=' out)" -eq 3 ]
report $? 'one field for each address that is known'
out 'Autocrypt-Gossip: addr=DAVE@example.net;' 'of Cc, too'
out_not 'nobody@example.net;' 'none for who is not encrypted to'
out_not prefer-encrypt 'and no preference'
err "carol@example.net: $(fpr carol.cert) from Autocrypt-Gossip" \
    'each is told'
for name in bob carol dave; do
	fpr certs | grep -q "$(fpr $name.cert)"
	report $? "the certificate of $name is offered"
done
[ "$(fpr certs | wc -l)" -eq 3 ]
report $? 'and no other'
sed 's/^To: .*/To: anna@example.org/' m >answer
run sh -c '"$1" mail encrypt certs <answer | "$1" mail decrypt carol.key' - \
    "$P"
status 0 'they can be encrypted to'
rm -f certs
run "$P" mail decrypt --gossip-out=certs bob.key <encrypted
status 0 'without a signature that counts'
[ -e certs ] && [ ! -s certs ]
report $? 'nothing of it is offered'
err 'Autocrypt-Gossip is not taken' 'which is said'
run "$P" mail encrypt --sign-with=default.key all.cert <group
cp out encrypted
run "$P" mail decrypt bob.key <encrypted
out_not Gossip 'not asked for, there is none'
run gossip <m
status 0 'to one address'
err 'fewer than two addresses' 'none is written'
sed 's/^Subject: .*/&\nBcc: carol@example.net/
s/^To: .*/To: bob@example.net, dave@example.net/' m >bcc
gossip <bcc >encrypted
run "$P" mail decrypt bob.key <encrypted
out 'addr=dave@example.net' 'with a Bcc'
out_not carol 'which nobody learns of'

# what stands outside, or for somebody else, is nothing
gossip <group | "$P" mail decrypt --verify-with=default.cert bob.key |
    grep -v '^Content-Type: multipart' >inside
run "$P" mail encrypt --sign-with=default.key all.cert <inside
out_not Gossip 'gossip of a message in the clear is not sent on outside'
cp out encrypted
rm -f certs
run "$P" mail decrypt --verify-with=default.cert --gossip-out=certs bob.key \
    <encrypted
[ ! -s certs ]
report $? 'nor inside'
{ grep '^Autocrypt-Gossip: addr=carol' -A40 inside |
    sed '1n;/^[^ ]/,$d'; cat encrypted; } >forged
grep -q '^Autocrypt-Gossip: addr=carol' forged
report $? 'gossip outside of what is encrypted'
rm -f certs
run "$P" mail decrypt --verify-with=default.cert --gossip-out=certs bob.key \
    <forged
status 0 'is passed over'
[ ! -s certs ]
report $? 'and not offered'
done_testing
