#!/bin/sh
# pgp-lite: the conventions of the Stateless OpenPGP draft: indirect arguments,
# statuses, versions, and that stdout is empty unless the status is 0.
. tests/cli/lib.sh

P=$BIN/pgp-lite
cd "$T" || exit 1
printf 'hello\n' >data
printf 'pass' >pw
"$P" generate-key 'Anna <anna@example.org>' >key
"$P" extract-cert <key >cert
"$P" sign key <data >sig

# fails STATUS NAME COMMAND...: so, with nothing on stdout
fails() {
	want=$1 name=$2
	shift 2
	run "$@" <data
	[ ! -s out ] || STATUS=stdout
	[ "$STATUS" = "$want" ] || echo "# status $STATUS, not $want"
	[ "$STATUS" = "$want" ]
	report $? "$name"
}

run "$P" version
out 'pgp-lite ' 'version: a name and a number'
run "$P" version --sop-spec
out 'draft-dkg-openpgp-stateless-cli-15' 'the draft'
run "$P" version --sopv
out '1.2' 'the verifying subset'
for ask in 'version --backend' --version 'version --extended'; do
	run "$P" $ask
	out OpenSSL "$ask: the library"
	out 'zlib 1.' 'that for compression'
	out 'libargon2' 'and that for passphrases'
done
[ "$(sed -n 1p out)" = "$("$P" version)" ]
report $? '--extended begins like version'
fails 83 'one of them at most' "$P" version --backend --sopv
fails 69 'no subcommand' "$P"
fails 69 'an unknown subcommand' "$P" frobnicate
fails 37 'an unknown option' "$P" sign --frobnicate key
fails 19 'an option without its value' "$P" sign --as
fails 37 'a value that is none' "$P" sign --as=sound key
fails 37 'an operand too many' "$P" extract-cert key
err 'hint: what to work on comes from standard input: < key' 'which is a file'
fails 19 'sign: no key' "$P" sign
fails 19 'verify: no certificate' "$P" verify sig
fails 19 'inline-verify: no certificate' "$P" inline-verify
fails 19 'encrypt: for nobody' "$P" encrypt
fails 19 'decrypt: with nothing' "$P" decrypt
fails 19 'inline-detach: nowhere for signatures' "$P" inline-detach
fails 23 'decrypt: --verify-with alone' "$P" decrypt --verify-with=cert key
fails 23 'decrypt: --verifications-out alone' "$P" decrypt \
    --verifications-out=v key
fails 83 '--armor and --no-armor' "$P" sign --armor --no-armor key
fails 83 'clearsigned and --no-armor' "$P" inline-sign --as=clearsigned \
    --no-armor key
fails 89 'encrypt: an unknown profile' "$P" encrypt --profile=x cert
fails 89 'list-profiles: of what has none' "$P" list-profiles sign
fails 61 'a file that is not there' "$P" sign nosuch
fails 61 'a descriptor that is not open' "$P" sign @FD:77
fails 61 'a variable that is not set' "$P" sign @ENV:NO_SUCH_VARIABLE
fails 71 'an unknown kind of argument' "$P" sign @XYZ:1
fails 71 'the environment as output' "$P" sign --micalg-out=@ENV:X key
: >out.exists
fails 59 'an output that exists' "$P" sign --micalg-out=out.exists key
cp key @FD:9
fails 73 'a file named like a descriptor' "$P" sign @FD:9
rm @FD:9
fails 41 'a malformed key' "$P" sign data
fails 41 'a malformed signature' "$P" verify data cert
fails 41 'decrypt: no message' "$P" decrypt key
fails 41 'decrypt: a session key that is none' "$P" decrypt \
    --with-session-key=pw key

run "$P" sign --micalg-out=micalg key <data
status 0 '--micalg-out'
[ "$(cat micalg)" = pgp-sha256 ]
report $? 'in the form of PGP/MIME'
[ "$(stat -c %a micalg)" = 600 ]
report $? 'for its owner alone'
run sh -c '"$1" verify @FD:7 cert <data 7<sig' - "$P"
status 0 'a signature by descriptor'
run sh -c 'CERT=$(cat cert) exec "$1" verify sig @ENV:CERT <data' - "$P"
status 0 'a certificate by variable'
run sh -c '"$1" inline-sign key <data | "$1" inline-verify \
    --verifications-out=@FD:8 cert 8>lines' - "$P"
status 0 'verifications to a descriptor'
grep -qE '^[0-9-]{10}T[0-9:]{8}Z [0-9A-F]{40} [0-9A-F]{40} mode:binary \{"signers":\["cert"\]\}$' lines
report $? 'a line as the draft has it'

# SOP wants files left alone when a run fails
fails 3 'no signature counts' "$P" verify --not-after=2020-01-01T00:00:00Z \
    sig cert
fails 3 'not old enough' "$P" verify --not-before=2050-01-01T00:00:00Z sig \
    cert
# whose it says to be, for every reason; of a key that is not there, too
fpr=$("$P" lint --format=text <cert | head -1)
"$P" generate-key B | "$P" extract-cert >other.cert
for bound in --not-after=2020-01-01T00:00:00Z \
    --not-before=2050-01-01T00:00:00Z; do
	run "$P" verify $bound sig other.cert cert <data
	err "signature 1, of $fpr, does not count" "$bound: its key is named"
	run "$P" verify $bound sig other.cert <data
	err "signature 1, of $fpr (not given), does not count" \
	    'or that it was not given'
done
run "$P" verify sig other.cert <data
err "signature 1, of $fpr (not given), does not count" 'for its own reason, too'
# every argument that has the certificate
cat other.cert cert >ring
run "$P" verify sig cert other.cert ring <data
out '{"signers":["cert","ring"]}' 'every CERTS that has the certificate is named'
run "$P" verify sig ring @FD:9 cert <data 9<cert
out '{"signers":["ring","@FD:9","cert"]}' 'in their order'
run "$P" verify --not-before=- --not-after=- sig cert <data
status 0 'without bounds'
run "$P" inline-sign key <data
cp out signed
run sh -c '"$1" inline-verify --verifications-out=lines2 --not-after=2020-01-01T00:00:00Z cert <signed' - "$P"
status 3 'a failure'
[ ! -e lines2 ]
report $? 'leaves no output behind'

if [ -w /dev/full ]; then
	for verb in 'sign key' 'verify sig cert' 'encrypt cert' 'dearmor' \
	    'version'; do
		run sh -c '"$1" $2 <"$3" >/dev/full' - "$P" "$verb" \
		    "$([ "$verb" = dearmor ] && echo sig || echo data)"
		status 1 "$verb: a full disk"
	done
fi
run sh -c 'exec >&-; "$1" validate-userid "Anna <anna@example.org>" cert \
    <cert' - "$P"
status 0 'who prints nothing needs no stdout'

# armor
run "$P" dearmor <sig
cp out sig.bin
run "$P" armor <sig.bin
same out sig 'armor and dearmor'
run "$P" armor <sig
same out sig 'armor of armor'
run "$P" dearmor <sig.bin
same out sig.bin 'dearmor of binary'
fails 41 'dearmor: no OpenPGP data' "$P" dearmor
fails 41 'armor: no OpenPGP data' "$P" armor
run "$P" armor </dev/null
status 41 'armor: nothing'
{ printf '\311'; head -c 50500000 /dev/zero; } | "$P" armor >large
# a sanitizer's own memory is without bounds
memory=50000
[ -z "${SANITIZED-}" ] || memory=unlimited
run sh -c 'ulimit -v "$1"; "$2" armor <large >passed' - $memory "$P"
status 0 'armor of more armor than may be held'
same large passed 'as it came'
{ cat large; echo text; } >text
fails 41 'armor: text behind so much' sh -c '"$1" armor <text' - "$P"
sed '$d' large >text
fails 41 'armor: so much without its end' sh -c '"$1" armor <text' - "$P"
rm large passed text

# the program that only verifies
ln -s "$P" sopv
run ./sopv verify sig cert <data
status 0 'sopv verifies'
run ./sopv inline-verify cert <signed
same out data 'inline, too'
fails 69 'sopv signs nothing' ./sopv sign key
fails 69 'nor decrypts' ./sopv decrypt key
run ./sopv --help
status 0 'its help'
out 'inline-verify' 'has its verbs'
out_not 'decrypt' 'and no others'

# help, as all SOP commands have it, is --help
for name in "$P" ./sopv; do
	"$name" --help >want
	run "$name" help
	status 0 "${name##*/} help"
	same out want 'prints what --help does'
	"$name" verify --help >want
	run "$name" help verify
	status 0 "${name##*/} help verify"
	same out want 'prints the options of verify'
done
fails 69 'help: of what there is not' "$P" help frobnicate
fails 69 'nor has sopv more' ./sopv help sign
fails 37 'help: an argument too many' "$P" help sign verify

# the sandbox
run "$P" --sandbox=requrie verify sig cert <data
status 37 'a mode that there is not is no "auto"'
run "$P" --sandbox=off verify sig cert <data
status 0 '--sandbox=off'
run "$P" --sandbox=require verify --debug sig cert <data
[ "$STATUS" -eq 0 ] || grep -q 'sandbox cannot be closed' err
report $? '--sandbox=require: all of it, or none of the work'
done_testing
