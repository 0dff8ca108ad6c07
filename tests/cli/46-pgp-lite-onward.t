#!/bin/sh
# pgp-lite mail in the way of mail: whole and 0, or nothing and 75; what
# --on-error says, and a command that starts when the message is complete.
. tests/cli/lib.sh

P=$BIN/pgp-lite
cd "$T" || exit 1
"$P" generate-key 'Anna <anna@example.org>' >anna.key
"$P" generate-key 'Bert <bert@example.net>' >bert.key
for who in anna bert; do
	"$P" extract-cert <$who.key >$who.cert
done
message >m
"$P" mail sign anna.key <m >signed
"$P" mail encrypt bert.cert <m >encrypted
"$P" mail decrypt bert.key <encrypted >decrypted

# refused NAME: 75, and not one octet on stdout
refused() {
	status 75 "$1 is 75"
	ok "$1 writes nothing" test ! -s out
	ok "$1 says why" test -s err
}

for option in --no-such --on-error=bounce --max-header=1 --sandbox=x; do
	run "$P" mail sign $option anna.key <m
	refused "option $option"
done
run "$P" mail sign anna.key <&-
refused 'no stdin'
run "$P" mail sign anna.key <"$T"
refused 'a stdin that cannot be read'
run "$P" mail sign anna.key --on-error=pass </dev/null
refused 'an empty stdin under --on-error=pass'
if [ -e /dev/full ]; then
	STATUS=0
	"$P" mail sign anna.key --on-error=pass <m >/dev/full 2>err ||
	    STATUS=$?
	: >out
	status 75 'a full disk is 75, whatever --on-error says'
	err_not 'handed on unchanged' 'what was begun is not begun anew'
fi

# secret keys are for nobody else
umask 022
alone() {
	[ "$(find $1 -perm 600)" = $1 ]
	report $? "$2"
}
"$P" generate-key 'Anna <anna@example.org>' >made.key
alone made.key 'a key that is made is not for others, whatever the umask'
"$P" change-key-password <made.key >changed.key
alone changed.key 'nor is one that is locked anew'
"$P" update-key <made.key >updated.key
alone updated.key 'or renewed'
"$P" dearmor <made.key >binary.key
alone binary.key 'or loses its armor'
"$P" dearmor <binary.key >again.key
alone again.key 'or had none'
"$P" armor <binary.key >armored.key
alone armored.key 'or gets one'
"$P" armor <made.key >again.key
alone again.key 'or has one'
"$P" extract-cert <made.key >made.cert
cat made.cert made.key | "$P" armor >both.key
alone both.key 'or stands behind a certificate'
cat made.cert made.key | "$P" dearmor >both.key
alone both.key 'in binary, too'
"$P" armor <made.cert >armored.cert
[ "$(find armored.cert -perm 644)" = armored.cert ]
report $? 'the armor of a certificate is as the umask has it'
[ -n "$(find made.cert -perm /004)" ]
report $? 'a certificate is for everybody'
printf 'secret' >pass
"$P" generate-key --with-key-password=pass 'Anna <anna@example.org>' \
    >locked.key
for mode in 644 604 606; do
	chmod $mode made.key
	run "$P" mail sign made.key <m
	refused "a key of mode $mode"
	err 'others may read it' "mode $mode: which is said"
	run "$P" mail encrypt --sign-with=made.key bert.cert <m
	refused "a key of mode $mode that signs"
	run "$P" mail decrypt made.key <encrypted
	refused "a key of mode $mode that decrypts"
done
run "$P" sign made.key <m
status 0 "the draft's commands take it"
chmod 640 made.key
run "$P" mail sign made.key <m
status 0 'the group may read it'
chmod 644 pass
run "$P" mail sign --with-key-password=pass locked.key <m
refused 'a passphrase that others can read'
chmod 600 pass
run "$P" mail sign --with-key-password=pass locked.key <m
status 0 'one that they cannot'
chmod 604 made.key
run "$P" mail sign @FD:9 <m 9<made.key
status 0 'an open descriptor is what somebody chose to open'

# --on-error
for verb in 'sign absent' 'encrypt absent' 'decrypt anna.key'; do
	in=m
	[ "$verb" != 'decrypt anna.key' ] || in=encrypted
	run "$P" mail $verb <$in
	refused "$verb"
	run "$P" mail $verb --on-error=pass <$in
	status 0 "$verb, --on-error=pass: 0"
	same $in out "$verb: and the message as it came"
	err 'handed on unchanged' "$verb: which is said"
	run "$P" mail $verb --on-error=reject <$in
	status 65 "$verb, --on-error=reject: 65"
	ok "$verb: and nothing is written" test ! -s out
done
{ yes 'X-Long: header' | head -n 3000; cat m; } >long
run "$P" mail sign --max-header=4096 anna.key <long
refused 'a header over --max-header'
run "$P" mail sign --max-header=4096 --on-error=pass anna.key <long
status 0 'a header over --max-header passes'
same long out 'as it came'
{ cat m; head -c 3000000 /dev/zero | tr '\0' x; } >large
run "$P" mail sign --on-error=pass absent <large
same large out 'so does a large message'
sed 's/^-----END PGP MESSAGE.*//' encrypted >cut
run "$P" mail decrypt --on-error=pass bert.key <cut
same cut out 'one that fails when it was read whole'

# -- COMMAND
run "$P" mail sign anna.key -- cat <m
status 0 'a command gets the message'
cp out got
run "$P" mail verify anna.cert <got
status 0 'whole and signed'
run "$P" mail decrypt bert.key -- cat <encrypted
same decrypted out 'the decrypted one likewise'
run "$P" mail encrypt --sign-with=anna.key bert.cert -- cat <large
status 0 'a large one'
cp out got
run "$P" mail decrypt bert.key -- sh -c 'sed "1,/^$/d" | cksum' <got
sed '1,/^$/d' large | cksum >want
same want out 'is whole both ways'
run "$P" mail sign anna.key -- sh -c 'cat >/dev/null; exit 67' <m
status 67 'its status is ours'
run "$P" mail sign absent -- touch started <m
refused 'nothing to sign with'
ok 'then it is never started' test ! -e started
run "$P" mail sign absent --on-error=pass -- cat <m
status 0 'under --on-error=pass it is'
same m out 'with the message as it came'
run "$P" mail sign anna.key -- ./absent <m
refused 'a command that is not there'
run "$P" mail sign anna.key -- true <m
status 75 'a command that does not read all of it'
run "$P" mail sign anna.key -- sh -c 'kill $$' <m
status 75 'a command that is killed'
"$P" mail sign anna.key -- sh -c 'cat; ls -l /proc/$$/fd' <m >out 2>err
out_not anna.key 'no key stays open in it'
run "$P" mail verify anna.cert -- cat <signed
status 64 'verify writes no message'
done_testing
