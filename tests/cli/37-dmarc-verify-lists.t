#!/bin/sh
# dmarc-verify on many messages: folders, lists of names, mboxes; going on
# with a run that was cut off.
. tests/cli/lib.sh

demo=tests/vectors/demo
zone=--zone=$demo/example.zone

run "$BIN/dmarc-verify" $zone $demo/maildir
status 1 'a Maildir with a forged message'
lines 2 'a record each'

find $demo/maildir -type f >"$T/names"
run "$BIN/dmarc-verify" $zone --files-from="$T/names"
status 1 'a list of names'
lines 2 'a record each'
out '"message":"tests/vectors/demo/maildir/new/1795435200.M2.mx","n":1' \
    'named as in the list'

find $demo/maildir -type f -print0 >"$T/nul"
run sh -c '"$@" -0 --files-from=- <"$0"' "$T/nul" "$BIN/dmarc-verify" $zone
status 1 'names that end with NUL, on stdin'
lines 2 'a record each'

run "$BIN/dmarc-verify" $zone --resume="$T/done" $demo/arrived.eml
status 0 'a run that --resume begins'
run "$BIN/dmarc-verify" $zone --resume="$T/done" $demo/arrived.eml \
    $demo/forged.eml
status 1 'and one that goes on'
cp "$T/done" "$T/out"
lines 2 'no message twice'
run "$BIN/dmarc-verify" $zone --skip="$T/done" $demo/arrived.eml \
    $demo/letter.eml
lines 1 '--skip passes over what is there'
out '"message":"tests/vectors/demo/letter.eml"' 'and judges the rest'

for m in arrived forged; do
	echo 'From alice@example.org Mon Nov 23 12:00:00 2026'
	cat $demo/$m.eml
	echo
done >"$T/mbox"
run "$BIN/dmarc-verify" $zone --ordered --mbox "$T/mbox"
status 1 'an mbox'
lines 2 'a record a message'
out '"n":2,"dmarc-verify"' 'with its ordinal'
run "$BIN/dmarc-verify" $zone --mbox --files-from="$T/names"
status 64 '--mbox takes operands alone'

run "$BIN/dmarc-verify" $zone --profile=other $demo/arrived.eml
status 64 'a profile that is not there'
run "$BIN/dmarc-verify" $zone --profile=msgsec-2026 $demo/arrived.eml
status 0 'the one that is'
done_testing
