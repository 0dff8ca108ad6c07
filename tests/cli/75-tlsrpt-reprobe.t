#!/bin/sh
# Failures tested again: by programs that stand in for mtasts-check and
# mstls-probe, and say what this test wants; and by the real ones.
. tests/cli/lib.sh
. tests/cli/report.sh
mkdir "$T/bin"
cp "$BIN/tlsrpt-report" "$T/bin"
tool=$T/bin/tlsrpt-report
V=tests/vectors/tlsrpt

# Both pass on what they read, with a member that $T/sts and $T/probe hold
for name in mtasts-check:sts mstls-probe:probe; do
	member=${name#*:}
	name=${name%:*}
	cat >"$T/bin/$name" <<-END
	#!/bin/sh
	printf '%s\\n' "\$@" >"$T/$member.args"
	tee "$T/$member.in" | jq -Rc --slurpfile m "$T/$member" '
	    (fromjson? // {domain: .}) + {"$name": \$m[0]}'
	[ ! -e "$T/broken" ] || exit 70
	END
	chmod 755 "$T/bin/$name"
done

# failure JSON: the only one of $T/r.json, and of what policy
failure() {
	jq -c --argjson f "$1" --arg t "${2-sts}" '.policies[0] |= (
	    .policy["policy-type"] = $t |
	    .policy["policy-string"] = ["3 1 1 AB12"] |
	    .policy["policy-domain"] = "Example.ORG." |
	    .["failure-details"] = [{"failed-session-count": 3,
	    "sending-mta-ip": "192.0.2.9"} + $f])' $V/rfc8460.json \
	    >"$T/r.json"
}

# The state of the domain: one host, two addresses, all well
well='{"time":"2016-05-01T00:00:00Z","mx_status":"ok","mx":[{"host":"mx1.example.org","addresses":[{"address":"192.0.2.1","connected":true,"error":null,"starttls":"offered","negotiated":{"version":"TLSv1.3"},"certificates":[{"chain":"ok","name_match":true,"not_before":"2016-01-01T00:00:00Z","not_after":"2017-01-01T00:00:00Z"}],"dane":{"status":"match","records":[{"usage":3,"selector":1,"matching":1,"data":"ab12"}]}}]},{"host":"mx2.example.org","addresses":[{"address":"2001:db8::1","connected":true,"error":null,"starttls":"offered","negotiated":{"version":"TLSv1.3"},"certificates":[{"chain":"ok","name_match":true,"not_before":"2016-04-20T00:00:00Z","not_after":"2017-01-01T00:00:00Z"}],"dane":{"status":"match","records":[{"usage":3,"selector":1,"matching":1,"data":"cd34"}]}}]}]}'
fetched='{"time":"2016-05-01T00:00:00Z","verdict":"pass","policy":{"mode":"enforce"},"fetch":{"result":"ok","error":null,"certificate_not_before":"2016-01-01T00:00:00Z"}}'

# is RESULT NAME [JQ-OF-PROBE [JQ-OF-STS]]: what the failure then is
is() {
	echo "$well" | jq -c "${3-.}" >"$T/probe"
	echo "$fetched" | jq -c "${4-.}" >"$T/sts"
	run "$tool" reprobe "$T/r.json"
	got '."tlsrpt-report".reprobe.result' "$1" "$2"
}
a='.mx[0].addresses[0]'
b='.mx[1].addresses[0]'

failure '{"result-type":"starttls-not-supported"}'
is not-reproduced 'STARTTLS is offered everywhere'
is reproduced 'not at one address' "$b.starttls = \"absent\""
got '."tlsrpt-report".reprobe.seen' '2001:db8::1: starttls-not-supported' \
    'which is named'
is reproduced 'refused' "$a.starttls = \"refused\""
is unknown 'one that does not answer' "$a.connected = false"
is reproduced 'a definite answer outranks a missing one' \
    "$a.connected = false | $b.starttls = \"absent\""
failure '{"result-type":"starttls-not-supported",
    "receiving-mx-hostname":"MX1.example.org."}'
is not-reproduced 'another host does not matter' "$b.starttls = \"absent\""
is reproduced 'the named one does' "$a.starttls = \"absent\""
failure '{"result-type":"starttls-not-supported","receiving-ip":
    "2001:db8:0::0:1","receiving-mx-hostname":"alias.example"}'
is reproduced 'an address, whatever its name' "$b.starttls = \"absent\""
is not-reproduced 'and no other' "$a.starttls = \"absent\""
failure '{"result-type":"starttls-not-supported","receiving-ip":
    "198.51.100.1"}'
is unknown 'an address that is none of the domain'
got '."tlsrpt-report".reprobe.seen' \
    'no MX address of the domain now, so not connected to' 'said so'

failure '{"result-type":"certificate-expired"}'
is not-reproduced 'a certificate that is valid'
is reproduced 'one that is not' \
    "$a.certificates[0].not_after = \"2016-04-30T23:59:59Z\""
is fixed 'all were renewed since the report' \
    "$a.certificates[0].not_before = \"2016-04-02T00:00:00Z\""
is unknown 'no certificate seen' "$a.certificates = []"
failure '{"result-type":"certificate-host-mismatch"}'
is reproduced 'a name that does not match' \
    "$a.certificates[0].name_match = false"
is not-reproduced 'names that do'
failure '{"result-type":"certificate-not-trusted"}'
is reproduced 'no chain' "$a.certificates[0].chain = \"untrusted\""
is not-reproduced 'expired is another failure' \
    "$a.certificates[0].chain = \"expired\""
failure '{"result-type":"validation-failure"}'
is reproduced 'no handshake' "$a.negotiated = null | $a.error = \"alert\""
got '."tlsrpt-report".reprobe.seen' '192.0.2.1: validation-failure: alert' \
    'the reason'
is unknown 'no handshake without STARTTLS' \
    "$a.negotiated = null | $a.starttls = \"absent\""
failure '{"result-type":"validation-failure"}' tlsa
is reproduced 'DANE that does not match' "$a.dane.status = \"mismatch\""

failure '{"result-type":"tlsa-invalid"}' tlsa
is reproduced 'TLSA records that do not match' "$a.dane.status = \"mismatch\""
is not-reproduced 'records that are as they were'
is fixed 'new records' "$a.dane.records[0].data = \"ef56\""
is unknown 'bogus is not known' "$a.dane.status = \"bogus\""
failure '{"result-type":"dnssec-invalid"}' tlsa
is reproduced 'bogus records' "$a.dane.status = \"bogus\""
is reproduced 'bogus MX records' '.mx_status = "bogus" | .mx = []'
is not-reproduced 'DNSSEC in order'
failure '{"result-type":"dane-required"}' tlsa
is reproduced 'no TLSA records' "$a.dane.status = \"none\""
is not-reproduced 'records that match'

failure '{"result-type":"sts-policy-fetch-error"}'
is not-reproduced 'a policy that can be fetched'
is reproduced 'no such page' . '.fetch.result = "http" |
    .fetch.error = "status 404"'
got '."tlsrpt-report".reprobe.seen' 'sts-policy-fetch-error: status 404' \
    'the reason'
is unknown 'what we cannot reach, others may' . '.fetch.result = "timeout"'
is fixed 'no MTA-STS any more' . '.verdict = "none" | .fetch = null'
failure '{"result-type":"sts-policy-invalid"}'
is reproduced 'a policy that cannot be read' . '.policy = null'
is not-reproduced 'one that can'
failure '{"result-type":"sts-webpki-invalid"}'
is reproduced 'the policy host has expired' . '.fetch.result = "cert-expired"'
is fixed 'it was renewed' . \
    '.fetch.certificate_not_before = "2016-04-05T00:00:00Z"'
failure '{"result-type":"some-thing"}'
is unknown 'a type that nothing tests'
failure '{"result-type":"starttls-not-supported","additional-information":
    "a\u0000b","receiving-mx-hostname":"mx1.example.org"}'
is not-reproduced 'a NUL in a text of the report'
got '."tlsrpt-report".failure.additional_information | length' 3 'is kept'

# --- verdicts and records
failure '{"result-type":"starttls-not-supported"}'
is reproduced 'reproduced' "$a.starttls = \"absent\""
status 1 'is a failure'
got '[."tlsrpt-report".verdict, ."tlsrpt-report".findings[].code]' \
    '["fail","tlsrpt.sums","tlsrpt.reproduced"]' 'with its finding'
got '[.report.domain, .n, ."tlsrpt-report".failure.failed_session_count]' \
    '["Example.ORG.",2,3]' 'the row stays'
lines 1 'rows without failure are none of it'
run "$tool" reprobe --ignore=tlsrpt.reproduced "$T/r.json"
status 0 'with --ignore'
is unknown 'unknown' "$a.connected = false"
status 75 'try again'
is not-reproduced 'gone'
run "$tool" reprobe --fail-on=warn "$T/r.json"
status 0 'passes'
run "$tool" reprobe --format=text "$T/r.json"
out 'Example.ORG.: 3 starttls-not-supported: not-reproduced' 'as text'

# --- what the programs are given
run "$tool" reprobe --ca-file=x --resolver=192.0.2.53 --allow-private \
    --helo=h.example --timeout=7 --now=@1500000000 -j3 --progress=always \
    "$T/r.json"
for member in sts probe; do
	[ "$(tr '\n' ' ' <"$T/$member.args")" = "--format=json \
--fail-on=never --sandbox=auto --now=2017-07-14T02:40:00Z \
--resolver=192.0.2.53 --ca-file=x --helo=h.example --progress=always \
--allow-private --timeout=7 --jobs=3 - " ]
	report $? "options go on: $member"
done
got '."tlsrpt-report".assumed."allow-private"' true 'and are in the record'
[ "$(cat "$T/sts.in")" = example.org ]
report $? 'the domain, in lower case'
run "$tool" reprobe "$T/r.json" "$T/r.json"
lines 2 'two reports'
[ "$(cat "$T/sts.in")" = example.org ]
report $? 'ask for each domain once'
run sh -c '"$1" reprobe <"$2"' - "$tool" "$T/r.json"
lines 1 'stdin'
for i in 1 2 3 4 5; do
	jq -c --arg d "d$i.example" '.policies[0].policy["policy-domain"] = $d' \
	    "$T/r.json" >"$T/many$i.json"
done
run "$tool" reprobe --max-domains=2 "$T"/many*.json
[ "$(wc -l <"$T/sts.in")" -eq 2 ]
report $? '--max-domains'
err 'more than 2 domains' 'says that there are more'
lines 5 'all rows come out'
[ "$(grep -c '"result":"unknown","seen":"the domain was not' "$T/out")" -eq 3 ]
report $? 'those of the others unknown'
rm -f "$T/sts.in"
jq -c '.policies[0].policy["policy-domain"] = "--zone=/etc/x"' "$T/r.json" \
    >"$T/x.json"
run "$tool" reprobe "$T/x.json"
ok 'what is no domain is not looked at' test ! -e "$T/sts.in"
status 75 'and unknown'

# --- what breaks
echo '{' >"$T/x.json"
run "$tool" reprobe "$T/x.json" "$T/r.json"
status 65 'a file that is no report'
lines 2 'does not keep the others'
found report.malformed 'and is said'
run "$tool" reprobe --format=text "$T/x.json"
out "$T/x.json: fail" 'as text, too'
run "$tool" reprobe "$T/none"
status 66 'a file that is not there'
: >"$T/broken"
run "$tool" reprobe "$T/r.json"
status 70 'a program that breaks'
err 'mtasts-check: it has not looked at all' 'says so'
rm "$T/broken"
rm "$T/bin/mstls-probe"
run env PATH=/usr/bin:/bin "$tool" reprobe "$T/r.json"
status 75 'a program that is not there'
found tlsrpt.not-looked-at 'is no answer'
run sh -c '"$1" reprobe "$2" >/dev/full' - "$tool" "$T/r.json"
status 74 'stdout full'
run "$tool" reprobe --record=x "$T/r.json"
status 64 '--record'

# --- the real ones, by a zone
cat >"$T/zone" <<'END'
company-y.example. 300 IN MX 10 mx1.mail.company-y.example.
mx1.mail.company-y.example. 300 IN A 198.51.100.7
_mta-sts.company-y.example. 300 IN TXT "v=STSv1; id=1;"
END
run "$BIN/tlsrpt-report" reprobe --zone="$T/zone" $V/rfc8460.json
status 75 'a zone has no connection'
got '."tlsrpt-report".reprobe.seen' '198.51.100.7: could not be looked at: connection: offline no MX address of the domain now, so not connected to no MX address of the domain now, so not connected to' 'nothing elsewhere is looked at'
got '."tlsrpt-report".assumed | has("zone")' 'true true true' 'assumed'
run "$BIN/tlsrpt-report" reprobe -j1 --progress=always --zone="$T/zone" \
    $V/rfc8460.json
err 'mtasts-check: 1 done' 'how far it is: policies'
err 'mstls-probe: 1 done' 'and hosts'
run "$BIN/tlsrpt-report" reprobe --zone="$T/zone" $V/rfc8460.json
err_not done 'only when asked, where there is no terminal'
done_testing
