#!/bin/sh
# Aggregate reports made of what dmarc-verify says: counted, by the schema of
# RFC 9990, and mailed to those alone that want them.
. tests/cli/lib.sh
. tests/cli/report.sh
needs xmllint
tool=$BIN/dmarc-report
demo=tests/vectors/demo
cp $demo/arrived.eml $demo/forged.eml $demo/letter.eml $demo/example.zone "$T"
who='--org=Example --email=dmarc@example.net'

# make RECORDS OPTION...
make_() {
	records=$1
	shift
	run sh -c 'f=$1; shift; exec "$@" <"$f"' - "$records" \
	    "$tool" make $who "$@"
}

"$BIN/dmarc-verify" --ordered --zone "$T/example.zone" "$T"/*.eml >"$T/records"
make_ "$T/records"
status 0 'a report on stdout'
cp "$T/out" "$T/r.xml"
ok 'which the schema of RFC 9990 takes' xmllint --noout --schema \
    tests/vectors/dmarc-report/rfc9990.xsd "$T/r.xml"
run "$tool" read "$T/r.xml"
got '[.report.org, .report.domain, .report.begin, .report.end]' \
    '["Example","example.org","2026-11-23T00:00:00Z","2026-11-23T23:59:59Z"] ["Example","example.org","2026-11-23T00:00:00Z","2026-11-23T23:59:59Z"]' 'a day of a domain'
got '."dmarc-report" | [.source_ip, .count, .policy_evaluated.disposition,
    .policy_evaluated.dkim, .policy_evaluated.spf]' \
    '["192.0.2.25",1,"pass","fail","pass"] ["203.0.113.66",1,"reject","fail","fail"]' 'two sources'
found_not report. 'nothing is missing in it'

# --- what is alike is counted, what differs is not
cat "$T/records" "$T/records" "$T/records" >"$T/three"
make_ "$T/three"
cp "$T/out" "$T/r3.xml"
run "$tool" read "$T/r3.xml"
got '."dmarc-report".count' '3 3' 'three times the same'
jq -c 'select(.["dmarc-verify"].dmarc.result == "pass") |
    .["dmarc-verify"].dkim = [
    {domain: "b.example", selector: "x", result: "fail"},
    {domain: "example.org", selector: "y", result: "pass"}] |
    ., (.["dmarc-verify"].envelope.received_at = "2026-11-24T00:00:00Z"),
    (.["dmarc-verify"].dmarc.published.p = "none"),
    (.["dmarc-verify"].envelope.mail_from = "")' "$T/records" >"$T/many"
make_ "$T/many"
status 64 'several reports without a folder'
err 'these are 3 reports' 'says how many'
lines 0 'and writes none'
mkdir "$T/o"
make_ "$T/many" -o "$T/o"
status 0 'into a folder'
ok 'each has its file' test "$(ls "$T/o" | wc -l)" -eq 3
ok 'named as RFC 9990 has it' sh -c 'ls "$1" |
    grep -qxE "example\.net!example\.org!1795392000!1795478399!([0-9a-f]{16})\.xml\.gz"' - "$T/o"
for f in "$T/o"/*; do
	gzip -dc "$f" >"$T/x.xml"
	ok 'and follows the schema' xmllint --noout --schema \
	    tests/vectors/dmarc-report/rfc9990.xsd "$T/x.xml"
done
run "$tool" read "$T/o"
status 0 'they are read again'
got '."dmarc-report".auth_results.dkim[0].domain' \
    'example.org example.org example.org example.org' \
    'what passed stands first'
ls "$T/o" >"$T/first"
rm "$T/o"/*
make_ "$T/many" -o "$T/o"
ls "$T/o" >"$T/again"
same "$T/first" "$T/again" 'made again, the ids are the same'
rm "$T/o"/*
tac "$T/many" >"$T/x"
make_ "$T/x" -o "$T/o"
ls "$T/o" >"$T/again"
same "$T/first" "$T/again" 'in another order, too'
tail -n 1 "$T/many" >"$T/x"
make_ "$T/x" -o "$T/o"
ok 'fewer messages are another report, which replaces none' \
    test "$(ls "$T/o" | wc -l)" -eq 4
jq -c '.["dmarc-verify"].dmarc.published.testing = true |
    .["dmarc-verify"].dmarc.disposition = "quarantine" |
    select(.["dmarc-verify"].dmarc.result == "fail")' "$T/records" >"$T/test"
make_ "$T/test"
out '<reason><type>policy_test_mode</type></reason>' 'testing is a reason'
jq -c '.["dmarc-verify"].from = "a&b<c>\u0007"' "$T/records" >"$T/odd"
make_ "$T/odd"
cp "$T/out" "$T/odd.xml"
out '<header_from>a&amp;b&lt;c&gt;?</header_from>' 'hostile names are escaped'
ok 'into XML' xmllint --noout "$T/odd.xml"
jq -c '.["dmarc-verify"].envelope.mail_from = "a@b\uffff\ufffe" |
    .["dmarc-verify"].dkim = [{domain: "s.example", result: "fail"},
    {selector: "s", result: "fail"}]' "$T/records" >"$T/odd"
make_ "$T/odd"
cp "$T/out" "$T/odd.xml"
out '<envelope_from>b??</envelope_from>' 'what is no character of XML'
ok 'a signature without selector is left out, as the schema has it' \
    xmllint --noout --schema tests/vectors/dmarc-report/rfc9990.xsd \
    "$T/odd.xml"
jq -c '.["dmarc-verify"].envelope.mail_from = "a@" + "&" * 300000' \
    "$T/records" >"$T/odd"
cat "$T/records" >>"$T/odd"
make_ "$T/odd"
status 0 'a name of 300000 octets'
cp "$T/out" "$T/odd.xml"
ok 'breaks no report that others are in' xmllint --noout --schema \
    tests/vectors/dmarc-report/rfc9990.xsd "$T/odd.xml"

# --- mails, to whom it may concern
rm "$T/o"/*
make_ "$T/records" -o "$T/o" --mail --zone="$T/example.zone" --now=@1795500000
status 0 'a mail'
ok 'one' test "$(ls "$T/o" | wc -l)" -eq 1
cat "$T/o"/*.eml >"$T/mail"
run cat "$T/mail"
out 'To: dmarc@example.org' 'to where rua says'
out 'From: dmarc@example.net' 'from --email'
out 'Subject: Report Domain: example.org' 'with the subject of RFC 9990'
out 'Date: Tue, 24 Nov 2026 06:00:00 +0000' 'and a date'
ok 'every line ends with CRLF' sh -c '! grep -qv "$(printf "\r")\$" "$1"' \
    - "$T/mail"
run "$tool" read "$T/o"
got '."dmarc-report".count' '1 1' 'and its report is read'
id=$(jq -r '.report.id' "$T/out" | head -n 1)
run cat "$T/mail"
out "Report-ID: <$id>" 'whose id the subject has'
ok 'and the file name' test -f "$T/o"/*"!${id%@*}.eml"
sed 's/rua=mailto:dmarc@example.org/rua=mailto:a@other.test,mailto:b@agrees.test,https:\/\/x.test\/,mailto:<x>@example.org,mailto:c@fails.test/' \
    "$T/example.zone" >"$T/z"
cat >>"$T/z" <<'END'
example.org._report._dmarc.agrees.test. 300 IN TXT "v=DMARC1"
;! servfail example.org._report._dmarc.fails.test
other.test. 300 IN A 192.0.2.1
fails.test. 300 IN A 192.0.2.1
END
"$BIN/dmarc-verify" --zone "$T/z" "$T/arrived.eml" >"$T/records2"
rm "$T/o"/*
make_ "$T/records2" -o "$T/o" --mail --zone="$T/z"
status 75 'one of whom nobody knows'
err 'no report to other.test: it has not agreed' 'another has not agreed'
err 'no report to fails.test: its DNS could not be asked' 'which is said'
ok 'one mail all the same' test "$(ls "$T/o" | wc -l)" -eq 1
ok 'to the one that agrees' sh -c 'grep -q "^To: b@agrees.test" "$1"/*' - "$T/o"
ok 'and to nobody else' sh -c '! grep -q "other.test\|fails.test\|x.test" "$1"/*' - "$T/o"

jq -c '.["dmarc-verify"].dmarc.published.rua = ["mailto:%61.b@example.org?subject=x",
    "mailto:o%27x@example.org", "https://example.org/"]' "$T/records" >"$T/x"
cat "$T/records" >"$T/newer"
cat "$T/x" >>"$T/newer"
jq -c 'del(.["dmarc-verify"].dmarc.published.rua)' "$T/records" >>"$T/newer"
rm "$T/o"/*
make_ "$T/newer" -o "$T/o" --mail --zone="$T/example.zone"
ok 'the last rua of the day, its URI decoded' \
    grep -q "^To: a.b@example.org.\$" "$T/o"/*.eml
err 'no report to mailto:o%27x@example.org' 'what is passed over is said'
err 'no report to https://example.org/' 'of any kind'

long=$(printf '%060d.%060d.%060d' 1 2 3).example
jq -c --arg d "$long" '.["dmarc-verify"].dmarc.domain = $d' "$T/records" \
    >"$T/x"
rm "$T/o"/*
make_ "$T/x" -o "$T/o" --submitter="$(printf '%060d.%060d' 1 2).example.net"
status 0 'names too long for a file'
ok 'are cut at their start' sh -c 'ls "$1" | grep -q "$2"' - "$T/o" \
    '^0.*\.example\.net!0.*\.example!'

# --- what is wrong
make_ "$T/example.zone"
status 65 'no records'
err 'no record of a message' 'says so'
jq -c '.["dmarc-verify"].dmarc.domain = "../../etc/x"' "$T/records" >"$T/x"
make_ "$T/x" -o "$T/o" -v
err '0 reports written' 'a domain that is a path'
make_ "$T/records" -o "$T/none"
status 73 'a folder that is not there'
run "$tool" make --email=a@b.example
status 64 'no --org'
run "$tool" make --org= --email=a@b.example
status 64 'an empty one'
run "$tool" read --f=text
status 64 'the start of several options'
err '--f=text is ambiguous: --' 'is said'
run "$tool" make --org=x --email='A <a@b.example>'
status 64 'an address with a name'
run "$tool" make $who --mail
status 64 '--mail without a folder'
run sh -c '"$@" </dev/null' - "$tool" make $who
status 0 'no message, no report'
lines 0 'and nothing on stdout'
done_testing
