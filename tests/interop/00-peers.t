#!/bin/sh
# The harness itself: every peer signs every message, every other peer
# verifies it, and a changed copy passes nowhere.  What fails here is not
# ours to mend, and tells which verdict of a peer can be used as an oracle.
. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"

lab

for signer in $PEERS; do
	signed_by "$signer"
done
for signer in $PEERS; do
	for verifier in $PEERS; do
		verified "$verifier verifies what $signer signed" "$signer" \
		    "$verifier" "$T/list.$signer" \
		    peer "$verifier" verify "$T/keys" "$T/signed/$signer."*
	done
done
for verifier in $PEERS; do
	none_passes "$verifier, changed copies" peer "$verifier" verify \
	    "$T/keys" $(changed "$T/signed/dkimpy.plain.relaxed-relaxed")
done

# ARC: the three that seal, each over each
mkdir "$T/arc"
: >"$T/arc.want"
cp "$T/signed/dkimpy.plain.relaxed-relaxed" "$T/arc/original"
for first in dkimpy maildkim mailauth; do
	for second in dkimpy maildkim mailauth; do
		chain $first $second $first-$second
	done
done
for verifier in dkimpy maildkim mailauth; do
	arc_says $verifier $(cut -d' ' -f1 "$T/arc.want") >"$T/got" 2>"$T/err"
	diag <"$T/err"
	same "$T/arc.want" "$T/got" "arc: the verdicts of $verifier"
done
done_testing
