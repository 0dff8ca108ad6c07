#!/bin/sh
# pgp-lite lint and inspect: what is told of certificates and of packets.
. tests/cli/lib.sh

needs jq
P=$BIN/pgp-lite
V=$TOP/tests/vectors/openpgp
cd "$T" || exit 1
printf 'hello\n' >data
"$P" generate-key 'Anna <anna@example.org>' >anna.key
"$P" generate-key --profile=rfc9580 >nobody.key
"$P" generate-key --signing-only S >signing.key
"$P" revoke-key <anna.key >revoked
for k in anna nobody signing; do
	"$P" extract-cert <$k.key >$k.cert
done
"$P" merge-certs revoked <anna.cert >dead.cert

# says FILE STATUS CODE...: these codes and no others
says() {
	name=$1 want=$2
	shift 2
	run "$P" lint <"$name"
	status "$want" "$name: status $want"
	got=$(jq -r '."pgp-lite".findings[].code' out | sort | tr '\n' ' ')
	[ "$got" = "$(printf '%s\n' "$@" | sort | sed '/^$/d' | tr '\n' ' ')" ]
	ok=$?
	[ $ok -eq 0 ] || echo "# $got"
	report $ok "$name: its findings"
}

says anna.cert 0 pgp.cert-no-seipd2
says nobody.cert 0 pgp.cert-no-user
says signing.cert 0 pgp.cert-no-seipd2 pgp.cert-no-encryption
says dead.cert 1 pgp.cert-invalid
for k in expired weak p256; do
	"$P" extract-cert <"$V/peers/$k.key" >$k.cert
done
says expired.cert 1 pgp.cert-invalid
says weak.cert 1 pgp.cert-invalid pgp.cert-weak-key pgp.cert-weak-key \
    pgp.cert-no-expiry
says p256.cert 0 pgp.cert-no-expiry pgp.cert-no-seipd2
# a weak subkey, and what is left when its owner has revoked it
"$P" extract-cert <"$V/peers/weaksub.key" >subkey.cert
says subkey.cert 1 pgp.cert-weak-key pgp.cert-no-encryption \
    pgp.cert-no-expiry pgp.cert-no-seipd2
"$P" update-key --revoke-deprecated-keys <"$V/peers/weaksub.key" |
    "$P" extract-cert >mended.cert
says mended.cert 0 pgp.cert-no-expiry pgp.cert-no-seipd2
cat anna.cert nobody.cert >both
run "$P" lint <both
lines 2 'a record for each certificate'
run "$P" lint <expired.cert
out '"expires":"2020-12-31' 'when it expired'
run "$P" lint --format=text <anna.cert
out 'certify sign until' 'for people'
out 'verdict: pass' 'with the verdict'
# user IDs of 5000 octets, each of which is six in JSON
set --
while [ $# -lt 40 ]; do
	set -- "$@" "$(printf "%05000d$#" 0 | tr 0 '\001')"
done
"$P" generate-key "$@" >long.key
"$P" extract-cert <long.key >long.cert
run "$P" lint <long.cert
status 0 'user IDs without measure'
lines 1 'are one line'
ok 'of JSON' jq -e '."pgp-lite" | .truncated and (.user_ids | length > 1)' out
[ "$(wc -c <out)" -lt 1048576 ]
report $? 'within 1 MiB'
run "$P" inspect <long.cert
ok 'inspect: as one JSON object a packet' jq -e .packet out
{ printf '\315\377\000\000\377\377'; head -c 65535 /dev/zero; } >zeros
run "$P" inspect <zeros
ok 'inspect: the longest, too' jq -e '.text | length == 65535' out
{ printf 'Subject: '; head -c 300000 /dev/zero | tr '\0' '\001'; echo; } >long
run "$P" inspect <long
ok 'inspect: a field that is too long is cut, and says so' \
    jq -es '.[0].truncated' out
run "$P" lint <anna.key
status 65 'a secret key is no certificate'
run "$P" lint <data
status 65 'nor is text'

run "$P" inspect <anna.key
status 0 'inspect: a key'
lines 6 'six packets'
[ "$(jq -r 'select(.fingerprint) | .packet' out | tr '\n' ,)" = \
    'secret key,secret subkey,' ]
report $? 'two of them keys'
"$P" encrypt --with-password=data anna.cert nobody.cert <data >message
run "$P" inspect --format=text <message
out 'encrypted session key of a passphrase' 'inspect: a passphrase'
[ "$(grep -c recipient out)" -eq 2 ]
report $? 'two recipients'
out 'encrypted data, version 1' 'and the form'
"$P" inline-sign --as=clearsigned anna.key <data >clear
run "$P" inspect <clear
out '"type":1' 'inspect: signatures of a clear-signed text'
run "$P" inspect <"$V/peers/hidden.msg"
out '"recipient":"hidden"' 'inspect: hidden recipients'
printf '\315\012a\033[31mred\012b' >odd
run "$P" inspect --format=text <odd
out_not "$(printf '\033')" 'no control character reaches the terminal'
head -c 100 anna.key >short
run "$P" inspect <short
status 65 'what is cut short'
[ ! -s out ]
report $? 'prints nothing'
done_testing
