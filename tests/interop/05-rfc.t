#!/bin/sh
# The examples of RFC 6376 and RFC 8463: the peers prove that the octets in
# tests/vectors/dkim are the right ones, and dmarc-verify agrees with them.
. "$(dirname "$0")/lib.sh"

V=$ROOT/tests/vectors/dkim

# the zone again as the peers read it: "NAME TEXT"
sed -n 's/^\([^ ]*\)\. 300 IN TXT "\(.*\)"$/\1 \2/p' "$V/rfc.zone" |
    sed 's/" "//g' >"$T/keys"
cat >"$T/signed" <<EOF
$V/rfc6376-a2.eml example.com brisbane rsa-sha256 pass
$V/rfc8463-a3.eml football.example.com brisbane ed25519-sha256 pass
$V/rfc8463-a3.eml football.example.com test rsa-sha256 pass
EOF

for p in $PEERS; do
	if peer_has_ed25519 "$p"; then
		cp "$T/signed" "$T/want"
	else
		grep -v ed25519 "$T/signed" >"$T/want"
	fi
	peer "$p" verify "$T/keys" "$V"/rfc*.eml 2>"$T/err" |
	    grep -v unsupported | sort >"$T/got"
	diag <"$T/err"
	same "$T/want" "$T/got" "$p verifies the examples of the RFCs"
done

ours_verifies "$V/rfc.zone" "$V"/rfc*.eml >"$T/got"
same "$T/signed" "$T/got" "dmarc-verify verifies the examples of the RFCs"
done_testing
