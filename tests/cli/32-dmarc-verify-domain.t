#!/bin/sh
# dmarc-verify domain: postures of operands, of lines, in a stream of records.
. tests/cli/lib.sh

cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
$ORIGIN .
$TTL 300
good.example MX 10 mx.good.example
mx.good.example A 192.0.2.1
good.example TXT "v=spf1 mx -all"
_dmarc.good.example TXT "v=DMARC1; p=reject; np=reject; rua=mailto:r@good.example!10m; ruf=mailto:f@reports.test"
good.example._report._dmarc.reports.test TXT "v=DMARC1"
google._domainkey.good.example TXT "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkl002FcMCuHQkObCN0DOTyn0Ngfd9IhkWiMZOWopZowTFN3w1mXm3EPb1rCUyhYk69abDHZI+8jgoBudY+OPl4RgVlQvYu52XN3ghv2MtON58wS8NFqCuvkYCsR9p7nFj55/hoOwHPoEcpyJ0" "kMI3uerjG4J7fhACl3WiOiz9Mhu97BBqub2gdihCuJ4t1TAeFVG/n66Hlj9cqrUue31KhIinHbG7urQRNOoeMUbVReH2XEHFQPxp7//54t8eVoolg/BiB3Dma1U/zwS5X6eyXIqaTX1OlfsSiEQ4Yteo5THfuEhYqgG0GzRrxs2VJjUD3FClzdP50FTxdL0LkGDCQIDA" "QAB"
old._domainkey.good.example TXT "v=DKIM1; t=y; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDmGYgsEAQ+RmrfT7K6a/syTZc5jHe7pSiZK//DUzYInu7FuIG0jg0srRILS+AVQyZKMjZrntVBin2PWD+/5A94fLPEE21RagsQd57QeGYKDevFABoZWybuvH2DJs4CJXY0Ut/3Riwvg7AgJQMr" "cyPCMjl2CC5INH+xinsBI0Ue2wIDAQAB"
sub.good.example A 192.0.2.2
weak.example MX 10 mx.good.example
weak.example TXT "v=spf1 mx +all"
_dmarc.weak.example TXT "v=DMARC1; p=none; pct=50; rua=mailto:r@elsewhere.test"
parked.example MX 0 .
parked.example TXT "v=spf1 -all"
xn--bcher-kva.example MX 10 mx.good.example
;! servfail sick.example
;! servfail _dmarc.sick.example TXT
END

domain() {
	run "$BIN/dmarc-verify" domain --zone "$T/zone" "$@"
}

# --- one domain
domain good.example
status 0 'all is well: 0'
lines 1 'one record'
out '{"domain":"good.example","dmarc-verify":{"schema":"dmarc-verify-domain/1"' \
    'the domain and the schema'
out '"time":"2026-03-01T12:00:00Z","verdict":"pass"' 'time and verdict'
out '"spf":{"record":"v=spf1 mx -all","all":"-","lookups":1,"void_lookups":0}' \
    'SPF'
out '"at":"good.example","policy":"reject","subdomain_policy":"reject","np":"reject","testing":false,"rua":["mailto:r@good.example"],"ruf":["mailto:f@reports.test"],"org_domain":"good.example"}' \
    'DMARC'
out '"dkim":[{"selector":"google","algorithm":"rsa","key_bits":2048,"testing":false,"revoked":false}]' \
    'the key at a well-known selector'
out '"code":"dmarc.size"' 'an obsolete size is told'
out_not 'dmarc.report-unauthorized' 'the destination outside has agreed'

domain --selector old good.example
status 0 'warnings are 0'
out '{"selector":"old","algorithm":"rsa","key_bits":1024,"testing":true,"revoked":false}' \
    'the key at a selector that was named'
out '"verdict":"warn"' 'short, and testing'
domain -s old --fail-on=warn good.example
status 1 'warnings are 1 under --fail-on=warn'
domain -s old --ignore key.short,key.testing@old --fail-on=warn good.example
status 0 'ignored findings do not count'
out '"ignored":true' 'but are there'
domain --selector nosuch good.example
status 1 'a named selector without a key is 1'
out '"code":"key.missing"' 'and says so'

domain sub.good.example
out '"at":"good.example","policy":"reject"' 'the record of the organization'
out '"code":"dmarc.inherited"' 'and says so'

# --- what is wrong
domain weak.example
status 1 '+all is 1'
out '"all":"+"' 'it is told'
out '"code":"dmarc.p-none"' 'p=none is told'
out '"code":"dmarc.historic-tag"' 'pct is told'
out '"where":"elsewhere.test","text":"the report destination' \
    'the destination that has not agreed is told'
domain sick.example
status 75 'DNS errors are 75'
out '"verdict":"unknown"' 'and unknown'
out '"spf":null,"dmarc":null,"dkim":[]' 'what could not be had is null'
out_not '"dmarc.missing"' 'and not told as missing'

# --- nothing to judge
domain parked.example
status 0 'no mail is 0'
out '"verdict":"none"' 'no mail is none'
out '"code":"domain.no-mail"' 'and says so'
domain absent.example
status 0 'no such domain is 0'
out '"verdict":"none"' 'no such domain is none'

# --- a stream
printf '%s\n' '# a comment' '' 'GOOD.example.' \
    '{"domain":"weak.example","x":1.50,"x":2}' 'bücher.example' \
    '1,google.com' >"$T/in"
run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered -j 2 <"$T/in"
status 1 'the worst status of a stream'
lines 4 'one record for each line'
out '{"domain":"good.example","dmarc-verify":{' 'case and dot are removed'
out '{"domain":"weak.example","x":1.50,"x":2,"dmarc-verify":{' \
    'a record passes through as it is'
out '{"domain":"xn--bcher-kva.example","dmarc-verify":{' 'U-labels are turned'
out '"u_label":"bücher.example"' 'and kept'
out '{"domain":"1,google.com","dmarc-verify":{' 'what is no domain has a record'
out '"code":"input.not-a-domain"' 'and says so'
out '"where":"line 6"' 'with its line'
cp "$T/out" "$T/first"
head -n 3 "$T/first" >"$T/in"
run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/in"
ok 'a second run replaces its own member' cmp "$T/in" "$T/out"
printf '{"domain":"good.example"\n' >"$T/in"
run "$BIN/dmarc-verify" domain --zone "$T/zone" <"$T/in"
status 65 'a line that is no record is 65'
domain - </dev/null
status 0 'nothing in, nothing out'
lines 0 'and no record'

# --- for people
domain --format text weak.example
out 'weak.example: fail' 'the verdict'
out '  SPF    v=spf1 mx +all' 'the SPF record'
out '  warn    dmarc.p-none weak.example: ' 'the findings'
out 'assumed: zone' 'what was assumed'

# --- itself
domain --list-codes
status 0 '--list-codes'
out 'dmarc.p-none' 'lists codes'
domain --no-such-option good.example
status 64 'a wrong option is 64'
run "$BIN/dmarc-verify" domain --help
status 0 '--help'
out '--selector' 'names the options'

if python3 -c 'import jsonschema' 2>/dev/null; then
	ok 'every record follows its schema' python3 -c '
import json, jsonschema, sys
schema = json.load(open("man/schema/dmarc-verify-domain.json"))
for line in open(sys.argv[1]):
    jsonschema.validate(json.loads(line), schema)' "$T/first"
else
	report 0 'every record follows its schema # SKIP no python3-jsonschema'
fi
done_testing
