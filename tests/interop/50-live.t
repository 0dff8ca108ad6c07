#!/bin/sh
# The stub resolver: dmarc-verify asks nsd for the records that the other
# tests read from a zone file, over UDP and, for the answers that do not fit,
# over TCP, and comes to the same verdicts.
. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"

lab
key_rsa example.org big "$T/big.pem" 4096
txt example.org "v=spf1 ip4:192.0.2.1 -all"
txt _dmarc.example.org "v=DMARC1; p=reject"

PORT=$(first_free_port)
for domain in example.org list.example relay.example; do
	{
		echo "@ 300 IN SOA ns.$domain. root.$domain. 1 60 60 60 60"
		echo "@ 300 IN NS ns.$domain."
		echo "ns 300 IN A 127.0.0.1"
		grep -F "$domain." "$T/zone"
	} >"$T/$domain.zone"
	printf 'zone:\n name: "%s"\n zonefile: "%s"\n' "$domain" \
	    "$T/$domain.zone"
done >"$T/zones.conf"
nsd_start "$PORT"

sign_ours "$T/plain.signed" "$T/msg/plain" $(keys_of dual) \
    -d example.org -s big -k "$T/big.pem"
cat >"$T/want" <<EOF
$T/plain.signed example.org big rsa-sha256 pass
$T/plain.signed example.org e ed25519-sha256 pass
$T/plain.signed example.org r rsa-sha256 pass
EOF
ours_verifies "$T/zone" "$T/plain.signed" >"$T/got"
same "$T/want" "$T/got" "the verdicts of the zone file"

verdict() {
	"$BIN/dmarc-verify" "$@" --format=json --fail-on=never \
	    --ip 192.0.2.1 --helo a.example --mail-from anna@example.org \
	    "$T/plain.signed" | jq -S '.["dmarc-verify"] |
	    [.verdict, .spf, .dkim, .dmarc, .arc]'
}

holds "nsd answers" grep -q "v=spf1" <<EOF
$(drill -p "$PORT" example.org @127.0.0.1 TXT)
EOF
verdict --zone "$T/zone" >"$T/zone.verdict" 2>&1
verdict --resolver="127.0.0.1@$PORT" >"$T/live.verdict" 2>&1
holds "a verdict at all" grep -q '"pass"' "$T/zone.verdict"
same "$T/zone.verdict" "$T/live.verdict" "nsd gives the same verdicts"

nsd_stop
"$BIN/dmarc-verify" --resolver="127.0.0.1@$PORT" --timeout 3 --format=json \
    --fail-on=fail "$T/plain.signed" >"$T/gone" 2>/dev/null
status=$?
holds "no server: could not find out (75)" test $status -eq 75
jq -r '.["dmarc-verify"].dkim[].result' "$T/gone" | sort | uniq -c |
    tr -s ' ' >"$T/got"
echo ' 3 temperror' >"$T/want"
same "$T/want" "$T/got" "no server: temperror on each signature"
done_testing
