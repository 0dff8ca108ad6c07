#!/bin/sh
# dmarc-verify spf: one client by options, many as records on stdin.
. tests/cli/lib.sh

cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
example.org. 300 IN TXT "v=spf1 ip4:192.0.2.0/24 include:_spf.example.net -all exp=why.example.org"
why.example.org. 300 IN TXT "%{c} may not send as %{s}, says %{r}"
_spf.example.net. 300 IN TXT "v=spf1 a:a.example.net mx ~all"
a.example.net. 300 IN A 198.51.100.3
soft.example. 300 IN TXT "v=spf1 ~all"
helo.example. 300 IN TXT "v=spf1 ip6:2001:db8::/32 -all"
broken.example. 300 IN TXT "v=spf1 ipv4:192.0.2.1 -all"
local.example. 300 IN TXT "v=spf1 exists:%{l1r-}.w.example exists:%{S}.w.example ip4:198.51.100.9 -all"
*.w.example. 300 IN A 127.0.0.2
;! servfail gone.example
END

spf() {
	run "$BIN/dmarc-verify" spf --zone "$T/zone" "$@"
	grep '"dmarc-verify":' "$T/out" >>"$T/all" || :
}

# --- one client
spf --ip 192.0.2.7 --helo h.example --mail-from u@example.org
status 0 'pass is 0'
lines 1 'one record'
out '"schema":"dmarc-verify-spf/1"' 'the schema is named'
out '"verdict":"pass"' 'the verdict is pass'
out '"result":"pass","scope":"mfrom","domain":"example.org"' 'the result'
out '"mechanism":"ip4:192.0.2.0/24"' 'the term that matched'
out '{"ip":"192.0.2.7","helo":"h.example","mail_from":"u@example.org",' \
    'the record says what was asked'
out '"time":"2026-03-01T12:00:00Z"' 'the time is the zone'\''s'

spf --ip 198.51.100.3 --mail-from u@example.org
status 0 'pass by include is 0'
out '"mechanism":"include:_spf.example.net > a:a.example.net"' \
    'the path through the include'

# RFC 8616 section 4
spf --ip 192.0.2.7 --mail-from anna@local.example
out '"mechanism":"exists:%{l1r-}.w.example"' 'a local part through a wildcard'
spf --ip 198.51.100.9 --mail-from ännä@local.example
out '"mechanism":"ip4:198.51.100.9"' 'one that is not ASCII matches nothing'
spf --ip 192.0.2.7 --mail-from ännä@local.example
status 1 'not even a wildcard'

spf --ip 203.0.113.9 --mail-from u@example.org --receiver mx.example.com
status 1 'fail is 1'
out '"verdict":"fail"' 'the verdict is fail'
out '"code":"spf.fail"' 'with its finding'
out '"203.0.113.9 may not send as u@example.org, says mx.example.com"' \
    'the explanation is expanded'
out '"lookups":3,"void_lookups":1' 'lookups are counted'

spf --ip 203.0.113.9 --mail-from u@soft.example
status 0 'softfail is 0'
out '"verdict":"warn"' 'softfail warns'
spf --ip 203.0.113.9 --mail-from u@soft.example --fail-on warn
status 1 'softfail is 1 under --fail-on=warn'
spf --ip 203.0.113.9 --mail-from u@example.org --fail-on never
status 0 'fail is 0 under --fail-on=never'
spf --ip 203.0.113.9 --mail-from u@example.org --ignore spf.fail
status 0 'an ignored finding does not count'
out '"ignored":true' 'but it is there'

spf --ip 192.0.2.1 --mail-from u@broken.example
status 1 'permerror is 1'
out '"result":"permerror"' 'and says so'
out 'unknown mechanism' 'and why'
spf --ip 192.0.2.1 --mail-from u@gone.example
status 75 'temperror is 75'
out '"verdict":"unknown"' 'temperror is unknown'
spf --ip 192.0.2.1 --mail-from u@nowhere.example
out '"verdict":"warn"' 'none warns'

spf --ip 2001:db8::1 --helo helo.example --mail-from ''
out '"result":"pass","scope":"helo","domain":"helo.example"' \
    'the null sender is judged by HELO'
spf --ip ::ffff:192.0.2.1 --mail-from u@example.org
out '"result":"pass"' 'a mapped address is IPv4'

spf --ip 192.0.2.300 --mail-from u@example.org
status 1 'no address is 1'
out '"code":"input.not-an-address"' 'and has a finding'
out '"spf":null' 'and no result'

# --- for people
spf --ip 203.0.113.9 --mail-from u@example.org --format text --explain
out 'assumed: zone' 'text tells what was assumed'
out '203.0.113.9: fail for example.org (mfrom)' 'text tells the result'
out 'include:_spf.example.net at _spf.example.net: no match' \
    '--explain shows the terms'
out '_spf.example.net MX: nodata' '--explain shows the questions'
spf --ip 203.0.113.9 --mail-from u@example.org --explain
out '"trace":[{"depth":0,' '--explain in JSON'

# --- a stream
cat >"$T/in" <<'END'
# a comment
{"ip":"192.0.2.7","helo":"x","mail_from":"a@example.org","n":1.50,"n":2}

{"ip":"203.0.113.9","mail_from":"a@example.org"}
203.0.113.10
{"ip":7}
END
spf --ordered --mail-from b@soft.example <"$T/in"
status 1 'the worst of the stream'
lines 4 'one record out for each in'
ok 'in order' test "$(sed -n 's/.*"result":"\([a-z]*\)".*/\1/p' "$T/out" |
    tr '\n' ' ')" = 'pass fail softfail '
out '{"ip":"192.0.2.7","helo":"x","mail_from":"a@example.org","n":1.50,"n":2,"dmarc-verify"' \
    'other members pass through untouched'
out '{"ip":"203.0.113.10","mail_from":"b@soft.example"' \
    'a bare address takes the options'
out '{"ip":7,"dmarc-verify"' 'an address of another type is a finding'

for from in ',"mail_from":null' ',"mail_from":1' ''; do
	echo "{\"ip\":\"192.0.2.7\",\"helo\":\"example.org\"$from}" >"$T/in"
	run "$BIN/dmarc-verify" spf --zone "$T/zone" <"$T/in"
	found input.no-sender "an unknown sender is not the null sender$from"
	out '"spf":null' 'and is not judged'
done
echo '{"ip":"192.0.2.7","helo":"x","mail_from":"<a@example.org>"}' |
    "$BIN/dmarc-verify" spf --zone "$T/zone" >"$T/out"
out '"domain":"example.org"' 'a path in brackets'
printf '{"ip":\n{"ip":"192.0.2.7","mail_from":"a@example.org"}\n' >"$T/in"
spf --ordered <"$T/in"
status 65 'a broken line is 65'
lines 2 'and is copied through'
err 'line 1: not a record' 'and named'

i=0
while [ $i -lt 500 ]; do
	echo '{"ip":"192.0.2.7","mail_from":"a@example.org"}'
	i=$((i + 1))
done >"$T/in"
spf -j 4 <"$T/in"
status 0 'four workers'
lines 500 'lose nothing'

# --- the schema
if python3 -c 'import jsonschema' 2>/dev/null; then
	ok 'every record follows its schema' python3 -c '
import json, jsonschema, sys
schema = json.load(open("man/schema/dmarc-verify-spf.json"))
for line in open(sys.argv[1]):
    jsonschema.validate(json.loads(line), schema)' "$T/all"
else
	report 0 'every record follows its schema # SKIP no python3-jsonschema'
fi

# --- the command line
spf --ip 192.0.2.1 192.0.2.2
status 64 '--ip and operands exclude each other'
run "$BIN/dmarc-verify" spf --help
status 0 '--help is 0'
out '--mail-from' '--help has the options'
run "$BIN/dmarc-verify" spf --list-codes
status 0 '--list-codes is 0'
out 'spf.softfail	warn	RFC 7208' '--list-codes has the codes of SPF'
spf --mail-from u@example.org --ordered 192.0.2.7 203.0.113.9
lines 2 'operands are addresses'
spf --no-such-option
status 64 'an unknown option is 64'

done_testing
