#!/bin/sh
# Certificates by mail address: folders, Web Key Directory, DANE; which one is
# used, what is refused, and that "there is none" and "could not find out" are
# two answers.
. tests/cli/lib.sh

needs jq python3
P=$BIN/pgp-lite
cd "$T" || exit 1
"$P" generate-key 'Anna <anna@example.org>' >anna.key
"$P" generate-key 'Other <other@example.org>' >other.key
"$P" generate-key 'Anna <anna@example.org>' 'Carl <carl@example.net>' \
    >two.key
"$P" generate-key >none.key
for who in anna other two none; do
	"$P" extract-cert <$who.key >$who.cert
done
message 'Anna <anna@example.org>' >m

# The names of both drafts, by another program than ours
cat >names.py <<'END'
import hashlib, sys
digits = "ybndrfg8ejkmcpqxot1uwisza345h769"
local = sys.argv[1].encode()
if len(sys.argv) > 2:
    print(hashlib.sha256(local).hexdigest()[:56])
else:
    n = int.from_bytes(hashlib.sha1(local.lower()).digest(), "big")
    print("".join(digits[n >> 155 - 5 * i & 31] for i in range(32)))
END
hu=$(python3 names.py anna)
owner=$(python3 names.py anna dane)

# b64 FILE: its packets as base64
b64() {
	"$P" dearmor <$1 | base64 -w0
}

# wkd DOMAIN FILE: as the advanced method of a domain
wkd() {
	echo "openpgpkey.$1. 300 IN A 192.0.2.1"
	printf ';! fetch https://openpgpkey.%s/.well-known/openpgpkey/%s' $1 $1
	echo "/hu/$hu?l=anna 200 application/octet-stream $(b64 $2)"
}

# dane DOMAIN FILE
dane() {
	echo "$owner._openpgpkey.$1. 300 IN OPENPGPKEY $(b64 $2)"
}

{
	echo ';! now 2026-11-27T12:00:00Z'
	wkd example.org anna.cert
	wkd wrong.example other.cert
	wkd both.example two.cert
	echo 'openpgpkey.junk.example. 300 IN A 192.0.2.1'
	printf ';! fetch https://openpgpkey.junk.example/.well-known/'
	echo "openpgpkey/junk.example/hu/$hu?l=anna 200 text/html PGh0bWw+"
	echo 'openpgpkey.down.example. 300 IN A 192.0.2.1'
	printf ';! fetch https://openpgpkey.down.example/.well-known/'
	echo "openpgpkey/down.example/hu/$hu?l=anna timeout"
	echo ';! secure dane.example'
	dane dane.example anna.cert
	echo ';! insecure unsigned.example'
	dane unsigned.example anna.cert
	echo ";! bogus $owner._openpgpkey.bogus.example OPENPGPKEY"
	echo ';! secure example.net'
	dane example.net two.cert
} >zone

# find ARGS...: with the zone
find_key() {
	run "$P" find --zone=zone "$@"
}

# fpr FILE: the fingerprints of the certificates in it
fpr() {
	"$P" inspect <$1 | jq -r 'select(.packet == "public key").fingerprint'
}

find_key anna@example.org
status 0 'WKD: found'
cp out got
[ "$(fpr got)" = "$(fpr anna.cert)" ]
report $? 'it is hers'
[ "$(wc -l <err)" -eq 1 ]
report $? 'one line says so'
err "anna@example.org: $(fpr anna.cert) from WKD (https://openpgpkey." \
    'with what is used'
find_key --no-armor anna@example.org
"$P" dearmor <got >want
same want out 'without armor'
find_key bert@example.org
status 75 'a URL that the zone does not name is unknown'
find_key anna@nowhere.example
status 66 'no host, no record: there is none'
err 'no certificate is published' 'which it says'
find_key anna@down.example
status 75 'a server that is silent'
err 'could not be found out' 'is another answer'
find_key anna@bogus.example
status 75 'DNSSEC that fails'
err 'DNSSEC refuses the answer' 'is a third'
find_key anna@unsigned.example
status 66 'OPENPGPKEY without DNSSEC is not used'
err 'the zone is not signed' 'and why'
find_key anna@wrong.example
status 65 "another's certificate"
err 'no user ID of this address' 'is not used'
[ ! -s out ]
report $? 'nor printed'
find_key anna@junk.example
status 65 'a web page instead of a certificate'
find_key anna@example.org anna@nowhere.example
status 66 'one of two missing'
[ ! -s out ]
report $? 'is as good as none'
"$P" find --offline anna@example.org >out 2>err
[ $? -eq 75 ]
report $? 'offline: unknown'
run "$P" find --zone=absent anna@example.org
status 75 'a zone that is not there'
run "$P" find
status 64 'no address'
run "$P" find nosuchfile
status 66 'neither file nor address'

# the address alone, whatever else its owner claims to be
sed 's/example\.org/example.net/; s/anna@/carl@/' m >carl
carl_hu=$(python3 names.py carl)
sed "s/$hu?l=anna/$carl_hu?l=carl/; s/both\.example/example.net/g" zone \
    >carl.zone
run "$P" find --zone=carl.zone carl@example.net
status 0 'a certificate of two addresses'
cp out got
"$P" inspect <got >ids
! grep -q anna@ ids
report $? 'only the one that was asked for is left'
"$P" mail sign two.key <m >signed
run "$P" mail verify --zone=carl.zone --format=json carl@example.net <signed
status 1 'so its owner cannot pass for Anna'
out '"from":"mismatch"' 'though he signed as her'

# folders go first
mkdir certs
cp two.cert certs/anna@example.org.asc
find_key --cert-dir=certs anna@example.org
cp out got
[ "$(fpr got)" = "$(fpr two.cert)" ]
report $? 'a folder goes before the network'
err 'from folder (certs/anna@example.org.asc)' 'and is named'
cp other.cert certs/anna@wrong.example
find_key --cert-dir=certs anna@wrong.example
status 65 "another's certificate in a folder"
find_key --cert-dir=certs --offline anna@example.org
status 0 'a folder needs no network'
cp two.cert anna@example.org
run "$P" mail encrypt --offline anna@example.org <m
status 0 'a file of that name goes before all of it'
err 'from file (anna@example.org)' 'and is named'
run "$P" mail encrypt --offline --explain --format=json anna@example.org <m
[ "$(jq -r '."pgp-lite".recipients[0] | .source, .where' out | xargs)" = \
    'file anna@example.org' ]
report $? 'in the record, too'
find_key anna@example.org
[ "$(fpr out)" = "$(fpr two.cert)" ]
report $? 'find takes it, too'
! "$P" inspect <out | grep -q carl@
report $? 'the address alone, as of every place'
cp other.cert anna@example.org
find_key --offline anna@example.org
status 65 'which may be a trap: it must be of that address'
lines 0 'is not printed'
err './anna@example.org takes the file as it is' 'and there is a way'
run "$P" mail encrypt --offline anna@example.org <m
status 75 'and nothing is encrypted to it'
lines 0 'nor written'
run "$P" find --offline ./anna@example.org
status 0 'that is the way'
[ "$(fpr out)" = "$(fpr other.cert)" ]
report $? 'to another certificate'
rm anna@example.org

# in mail
run "$P" mail encrypt --zone=zone --sign-with=anna.key anna@example.org <m
status 0 'encrypted to an address'
cp out encrypted
run "$P" mail decrypt --zone=zone --verify-with=anna@example.org \
    --result-out=result anna.key <encrypted
status 0 'and decrypted, the signer found'
[ "$(jq -r '."pgp-lite" | .verdict, .from' result | xargs)" = 'pass match' ]
report $? 'she signed it'
[ "$(jq -r '."pgp-lite".assumed.zone' result)" = zone ]
report $? 'the record says what was assumed'
"$P" mail sign anna.key <m >signed
run "$P" mail verify --zone=zone --format=text anna@example.org <signed
status 0 'verified by address'
out 'assumed: zone zone' 'for people, too'
run "$P" mail verify --zone=zone anna@nowhere.example <signed
status 66 'verify: there is none'
run "$P" mail verify --zone=zone anna@down.example <signed
status 75 'verify: could not find out'
run "$P" mail encrypt --zone=zone anna@nowhere.example <m
status 75 'encrypt: mail waits in either case'
[ ! -s out ]
report $? 'and is not written'
run "$P" encrypt anna@example.org <m
status 61 "the draft's commands take files alone"

# recorded and played again
run "$P" find --zone=zone --record=recorded anna@example.org
status 0 'recorded'
cp out want
run "$P" find --zone=recorded anna@example.org
same want out 'and played again'
done_testing
