#!/bin/sh
# The harness itself: every peer signs every message, every other peer
# verifies it, and a changed copy passes nowhere.  What fails here is not
# ours to mend, and tells which verdict of a peer can be used as an oracle.
. "$(dirname "$0")/lib.sh"

lab

# jobs SIGNER: the job lines, and the list of the signatures made
jobs() {
	: >"$T/jobs.$1"
	: >"$T/list.$1"
	for path in "$T"/msg/*; do
		m=${path##*/}
		case $m in *.lf) continue ;; esac
		for canon in relaxed/relaxed simple/simple relaxed/simple \
		    simple/relaxed; do
			out=$T/signed/$1.$m.$(echo $canon | tr / -)
			keys=$RSA
			echo "$m $canon $out r rsa-sha256" >>"$T/list.$1"
			if peer_has_ed25519 "$1"; then
				keys="$keys $ED"
				echo "$m $canon $out e ed25519-sha256" \
				    >>"$T/list.$1"
			fi
			echo "$out $path $canon - $keys" >>"$T/jobs.$1"
		done
	done
}

mkdir "$T/signed"
for signer in $PEERS; do
	jobs "$signer"
	holds "$signer signs" peer "$signer" sign "$T/keys" "$T/jobs.$signer"
done
for signer in $PEERS; do
	files=$(ls "$T/signed/$signer."*)
	for verifier in $PEERS; do
		peer "$verifier" verify "$T/keys" $files 2>"$T/err" |
		    sort >"$T/all"
		worth "$signer" "$verifier" <"$T/list.$signer" 3>"$T/why" |
		    awk '{ print $3, "example.org", $4, $5, "pass" }' |
		    sort >"$T/want"
		sed 's/ [^ ]*$//' "$T/want" >"$T/asked"
		grep -F -f "$T/asked" "$T/all" >"$T/got"
		cat "$T/why"
		same "$T/want" "$T/got" "$verifier verifies what $signer signed"
	done
done

sed 's/Hello/Hellp/' "$T/signed/dkimpy.plain.relaxed-relaxed" >"$T/body"
sed 's/^Subject: plain/Subject: plane/' \
    "$T/signed/dkimpy.plain.relaxed-relaxed" >"$T/head"
for verifier in $PEERS; do
	peer "$verifier" verify "$T/keys" "$T/body" "$T/head" 2>/dev/null |
	    grep -v unsupported >"$T/got"
	holds "$verifier says something of a changed message" test -s "$T/got"
	holds "$verifier passes no changed message" \
	    test "$(grep -c 'pass$' "$T/got")" -eq 0
done
done_testing
