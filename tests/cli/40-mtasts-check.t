#!/bin/sh
# mtasts-check: verdicts, findings and senders of domains in a zone file.
. tests/cli/lib.sh
needs jq base64
. tests/cli/mtasts.sh

# row NAME VERDICT CODES: judge d.test, whose zone is $T/zone
row() {
	check d.test
	says "$2" "$3" "$1"
}

# --- everything in order
good d.test >"$T/zone"
row 'enforce' pass
status 0 'pass is 0'
out '{"domain":"d.test","mtasts-check":{"schema":"mtasts-check/1"' 'the schema'
is .mx_status ok 'mx_status'
is .mx '[{"preference":10,"host":"mx1.d.test","matched_by":"mx1.d.test","secure":false}]' 'mx'
is .record '{"txt":"v=STSv1; id=1;","id":"1"}' 'record'
is '.policy | del(.body_sha256)' '{"mode":"enforce","max_age":604800,"mx":["mx1.d.test"]}' 'policy'
sum=$(policy 'version: STSv1' 'mode: enforce' 'mx: mx1.d.test' \
    'max_age: 604800' | sha256sum | cut -d' ' -f1)
is .policy.body_sha256 "$sum" "the body's digest"
is .source fetched 'source'
is .fetch '{"result":"ok","http_status":200,"content_type":"text/plain","addresses":["192.0.2.80"],"error":null}' 'fetch'
is .cached null 'nothing is remembered'
is .tlsrpt null 'no TLSRPT'
for kind in opportunistic mta-sts dane dane+mta-sts; do
	outcome $kind 'deliver -' "$kind delivers"
done

# --- nothing to judge
domain d.test >"$T/zone"
row 'no MTA-STS' none
status 0 'none is 0'
is '.record, .policy, .fetch' 'null
null
null' 'nothing is there'
: >"$T/zone"
row 'no such domain' none
is .mx_status nxdomain 'it says so'
printf 'd.test. MX 0 .\n' >"$T/zone"
row 'a null MX' none
is '.senders."mta-sts"' '[]' 'no host, no row'

# --- the record
{ domain d.test; txt d.test 'v=STSv1; id=1;'; txt d.test 'v=STSv1; id=2'; } >"$T/zone"
row 'two records' fail mtasts.several
status 1 'fail is 1'
outcome mta-sts 'deliver -' 'senders act as if there were none'
{ domain d.test; txt d.test 'v=STSv1; id=a-b'; } >"$T/zone"
row 'a bad id' fail mtasts.invalid
is .record.id null 'its id is none'
{ good d.test | grep -v '^_mta'; txt d.test 'v=STSv1 ; id=1'; } >"$T/zone"
row 'a blank before the semicolon' warn mtasts.ambiguous
{ domain d.test; printf 'd.test. TXT "v=STSv1; id=1"\n'; } >"$T/zone"
row 'at the domain itself' warn mtasts.misplaced
{ domain d.test; echo ';! servfail _mta-sts.d.test TXT'; } >"$T/zone"
row 'DNS fails' unknown mtasts.dns
status 75 'unknown is 75'
outcome mta-sts 'unknown -' 'nobody knows what senders do'
outcome opportunistic 'deliver -' 'but for the opportunistic one'
{ domain d.test; echo ';! bogus _mta-sts.d.test TXT'; } >"$T/zone"
row 'DNSSEC refuses it' fail dnssec.bogus

# --- the policy host
while read -r reason verdict code result; do
	{
		domain d.test
		txt d.test 'v=STSv1; id=1'
		echo ";! fetch https://mta-sts.d.test/.well-known/mta-sts.txt" \
		    "$reason"
	} >"$T/zone"
	row "$reason" "$verdict" "$code"
	is .fetch.result "$reason" "$reason: the result"
	outcome mta-sts "$result" "$reason: senders"
done <<END
refused unknown policy.connect unknown -
unreachable unknown policy.connect unknown -
timeout unknown policy.timeout unknown -
cut unknown policy.cut unknown -
not-public unknown addr.not-public unknown -
failed unknown policy.connect unknown -
offline unknown policy.offline unknown -
no-host fail policy.no-host deliver sts-policy-fetch-error
tls fail policy.tls deliver sts-policy-fetch-error
http fail policy.http deliver sts-policy-fetch-error
too-big fail policy.too-big deliver sts-policy-fetch-error
cert-expired fail policy.cert-expired deliver sts-webpki-invalid
cert-name fail policy.cert-name deliver sts-webpki-invalid
cert-untrusted fail policy.cert-untrusted deliver sts-webpki-invalid
cert-invalid fail policy.cert-invalid deliver sts-webpki-invalid
END
while read -r code verdict finding; do
	{
		domain d.test
		txt d.test 'v=STSv1; id=1'
		policy 'version: STSv1' 'mode: enforce' 'mx: mx1.d.test' \
		    'max_age: 604800' | serve d.test "$code"
	} >"$T/zone"
	row "status $code" "$verdict" "$finding"
	is .fetch.http_status "$code" "status $code is told"
	is .policy null "status $code gives no policy"
done <<END
201 fail policy.http-status
204 fail policy.http-status
301 fail policy.redirect
302 fail policy.redirect
404 fail policy.http-status
429 unknown policy.http-busy
500 fail policy.http-status
503 unknown policy.http-busy
END
{ good d.test | grep -v fetch; } >"$T/zone"
row 'no answer in the zone' unknown \
    policy.offline
{ good d.test | grep -v '^mta-sts\|fetch'; } >"$T/zone"
row 'no policy host' fail policy.no-host
{
	good d.test | grep -v '^mta-sts\|fetch'
	echo ';! servfail mta-sts.d.test'
} >"$T/zone"
row 'its DNS fails' unknown policy.host-dns
{
	good d.test | grep -v '^mta-sts\|fetch'
	echo ';! bogus mta-sts.d.test'
} >"$T/zone"
row 'DNSSEC refuses its addresses' fail dnssec.bogus
{
	good d.test | grep -v fetch
	policy 'version: STSv1' 'mode: enforce' 'mx: mx1.d.test' \
	    'max_age: 604800' | serve d.test 200 text/html
} >"$T/zone"
row 'another media type' warn policy.type
{
	good d.test | grep -v fetch
	head -c 65537 /dev/zero | tr '\0' 'x' | serve d.test
} >"$T/zone"
row '64 KiB and an octet' fail policy.too-big

# --- the policy: what it must never be taken for
{ good d.test | grep -v fetch; : | serve d.test; } >"$T/zone"
row 'an empty body is no mode none' fail \
    policy.max-age,policy.mode,policy.version
outcome mta-sts 'deliver sts-policy-invalid' 'senders report it'
{
	good d.test | grep -v fetch
	policy 'version: STSv1' 'mode: testing' 'mx: mx9.d.test' \
	    'max_age: 604800' | serve d.test
} >"$T/zone"
row 'testing' warn policy.mx-dead,policy.mx-unmatched-testing,policy.testing
outcome mta-sts 'deliver validation-failure' 'delivered, and reported'
{
	good d.test | grep -v fetch
	policy 'version: STSv1' 'mode: none' 'max_age: 60' | serve d.test
} >"$T/zone"
row 'mode none' pass
outcome mta-sts 'deliver -' 'as if there were no policy'

# --- MX hosts and patterns
{ good d.test; echo 'd.test. MX 20 backup.d.test.'
  echo 'backup.d.test. A 192.0.2.2'; } >"$T/zone"
row 'a backup MX that is not in the policy' fail policy.mx-unmatched
outcome mta-sts 'deliver -, defer validation-failure' 'is never delivered to'
{
	good d.test | grep -v fetch
	policy 'version: STSv1' 'mode: enforce' 'mx: mx1.d.test' \
	    'mx: *.old.d.test' 'max_age: 604800' | serve d.test
} >"$T/zone"
row 'a pattern without a host' warn policy.mx-dead
{
	good d.test | grep -v fetch
	policy 'version: STSv1' 'mode: enforce' 'mx: *.d.test' \
	    'max_age: 604800' | serve d.test
} >"$T/zone"
row 'a broad pattern' warn policy.mx-broad
is '.mx[0].matched_by' '*.d.test' 'that matches'
{ good d.test | sed 's/^mx1.d.test.*/mx1.d.test. CNAME real.test.\nreal.test. A 192.0.2.3/'
} >"$T/zone"
row 'an alias' warn mx.cname
{ good d.test | grep -v '^mx1'; } >"$T/zone"
row 'a host without address' warn \
    mx.no-address
outcome mta-sts 'refuse -' 'there is nobody to deliver to'

# --- DANE stands before MTA-STS
{
	good d.test
	echo ';! secure d.test'
	echo ';! bogus _25._tcp.mx1.d.test TLSA'
} >"$T/zone"
row 'TLSA that DNSSEC refuses' pass
outcome dane+mta-sts 'defer dnssec-invalid' 'a valid policy does not override'
outcome mta-sts 'deliver -' 'who knows no DANE delivers'
is '.mx[0].secure' true 'the host is secure'

# --- TLSRPT
{ good d.test; echo '_smtp._tls.d.test. TXT "v=TLSRPTv1; rua=mailto:a@d.test,https://d.test/r"'; } >"$T/zone"
row 'TLSRPT' pass
is .tlsrpt.rua '["mailto:a@d.test","https://d.test/r"]' 'its URIs'
{ good d.test; echo '_smtp._tls.d.test. TXT "v=TLSRPTv1; rua=a@d.test"'; } >"$T/zone"
row 'TLSRPT without a scheme' warn tlsrpt.invalid,tlsrpt.uri

# --- lists
list() {
	printf '{"timestamp":"2026-01-01T00:00:00Z","expires":"%s","policies":{"d.test":{"mode":"enforce","mxs":["%s"]}}}' "$1" "$2"
}
domain d.test >"$T/zone"
list 2099-01-01T00:00:00Z .d.test >"$T/list"
check --preload "$T/list" d.test
says warn policy.mx-broad 'a listed domain without a policy'
is '.source, .policy.max_age' 'preload
null' 'the list counts'
list 2020-06-03T00:00:00Z .d.test >"$T/list"
check --preload "$T/list" d.test
says warn preload.expired 'an expired list'
is .source none 'counts for nothing'
good d.test >"$T/zone"
list 2099-01-01T00:00:00Z mx9.d.test >"$T/list"
check --preload "$T/list" d.test
says warn preload.differs 'a list that says otherwise'
is .source fetched 'does not count'
echo '[]' >"$T/list"
check --preload "$T/list" d.test
status 65 'a list that is none'

# --- streams
good d.test >"$T/zone"
printf '{"domain":"d.test","x":1.50,"mtasts-check":{"old":1}}\nd.test\n\nnot a domain\n' |
    "$BIN/mtasts-check" --zone "$T/zone" --ordered -j2 >"$T/out" 2>"$T/err"
STATUS=$?
status 1 'a line that is no domain fails'
lines 3 'a record a line'
out '{"domain":"d.test","x":1.50,"mtasts-check":{"schema"' 'spliced in'
out_not '"old"' 'the earlier member is gone'
out '"code":"input.not-a-domain"' 'it is told'
check --record "$T/rec" d.test
"$BIN/mtasts-check" --zone "$T/rec" --format=json d.test >"$T/again"
jq -c 'del(."mtasts-check".assumed, ."mtasts-check".time)' "$T/out" >"$T/a"
jq -c 'del(."mtasts-check".assumed, ."mtasts-check".time)' "$T/again" >"$T/b"
same "$T/a" "$T/b" 'a recording gives the same again'
echo d.test | "$BIN/mtasts-check" --zone "$T/zone" --record "$T/rec2" -j2 \
    >/dev/null
"$BIN/mtasts-check" --zone "$T/rec2" --format=json d.test |
    jq -c 'del(."mtasts-check".assumed, ."mtasts-check".time)' >"$T/b"
same "$T/a" "$T/b" 'and so does one of many subjects'
run "$BIN/mtasts-check" --zone "$T/zone" --format=text d.test
out 'd.test: pass' 'text for people'
out 'policy  enforce, for 7 days, fetched; mx mx1.d.test' 'the policy'
out 'assumed: zone' 'the banner'
# how to connect is a matter of --probe
for option in --helo=a.test --source=192.0.2.1 --max-conn=1 --gap=1; do
	run "$BIN/mtasts-check" "$option" --zone "$T/zone" d.test
	status 64 "$option without --probe"
done
run "$BIN/mtasts-check" --gap=1 --max-conn=1 --helo=a.test --probe \
    --zone "$T/zone" d.test
status 75 'with it'
echo ';! fetch https://x.test/ sorry' >>"$T/zone"
check d.test
status 65 'a reason that is none'

# --- authorities, without which nothing is begun
echo 'no certificate' >"$T/ca"
for tool in mtasts-check mstls-probe; do
	run "$BIN/$tool" --ca-file "$T/ca" d.test
	status 65 "$tool: a file without authorities"
	run "$BIN/$tool" --ca-file "$T/none" d.test
	status 66 "$tool: no such file"
	err "$T/none: " "$tool names it"
done
done_testing
