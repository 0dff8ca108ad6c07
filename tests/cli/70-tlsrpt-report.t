#!/bin/sh
# TLS reports read and explained: the RFC's own, those that senders really
# write, and what is none.
. tests/cli/lib.sh
. tests/cli/report.sh
tool=$BIN/tlsrpt-report
V=tests/vectors/tlsrpt

# read FILE...
read_() {
	run "$tool" read "$@"
}

# --- RFC 8460 appendix B
read_ $V/rfc8460.json
status 0 'the example of the RFC'
lines 4 'a row for the policy, and one a failure'
got '.n' '1 2 3 4' 'rows are counted'
got '.report.domain' 'company-y.example company-y.example company-y.example company-y.example' 'each names the domain'
got '[."tlsrpt-report".summary.successful, ."tlsrpt-report".summary.failed]' \
    '[5326,303] [5326,303] [5326,303] [5326,303]' 'the summary'
got '."tlsrpt-report".failure.result_type' \
    'null certificate-expired starttls-not-supported validation-failure' \
    'the result types'
got '."tlsrpt-report".verdict' 'warn warn warn warn' 'failures are warn'
run "$tool" read --fail-on=warn $V/rfc8460.json
status 1 'which --fail-on=warn makes a status'
run "$tool" read --ignore=tlsrpt.failures --fail-on=warn $V/rfc8460.json
status 0 'but not where it is ignored'

# --- the same, packed and mailed
cp $V/rfc8460.json "$T/r.json"
run "$tool" read --now=@1 "$T/r.json"
sed 's/"file":"[^"]*"//' "$T/out" >"$T/want"
# as PACKED WHAT: gives the same rows
as() {
	run "$tool" read --now=@1 "$1"
	sed 's/"file":"[^"]*"//' "$T/out" >"$T/rows"
	same "$T/want" "$T/rows" "$2"
}
gzip -c "$T/r.json" >"$T/r.json.gz"
as "$T/r.json.gz" 'gzip'
zip_of "$T/r.json" a/r.json >"$T/r.zip"
as "$T/r.zip" 'zip'
mail_of application/tlsrpt+gzip x.json.gz "$T/r.json.gz" >"$T/r.eml"
as "$T/r.eml" 'a mail'
each_name .json.gz "$T/r.json.gz" "$tool"
sed 's/$/\r/' "$T/r.eml" >"$T/crlf.eml"
as "$T/crlf.eml" 'with CRLF'
{
	printf 'From: a@example.org\nContent-Type: application/tlsrpt+json\n'
	printf 'Content-Transfer-Encoding: quoted-printable\n\n'
	sed 's/=/=3D/g; s/StarttlsNot/Starttls=\nNot/' "$T/r.json"
} >"$T/qp.eml"
as "$T/qp.eml" 'quoted-printable, with no multipart'
{
	printf 'From: a@example.org\n'
	printf 'Content-Type: multipart/mixed; boundary=out\n\n--out\n'
	printf 'Content-Type: message/rfc822\n\n'
	cat "$T/r.eml"
	printf '\n--out--\n'
} >"$T/forwarded.eml"
as "$T/forwarded.eml" 'forwarded as an attachment'
printf '\357\273\277' | cat - "$T/r.json" >"$T/bom.json"
as "$T/bom.json" 'behind a byte order mark'
mkdir -p "$T/Maildir/new" "$T/Maildir/cur" "$T/Maildir/tmp"
cp "$T/r.eml" "$T/Maildir/new/1"
cp "$T/r.eml" "$T/Maildir/cur/2:2,S"
echo nothing >"$T/Maildir/tmp/3"
read_ "$T/Maildir"
lines 8 'a Maildir: all but tmp'
run sh -c '"$1" read <"$2"' - "$tool" "$T/r.json.gz"
lines 4 'stdin'

# --- what is said of how it came
cp "$T/r.json" "$T/plain.json.gz"
read_ "$T/plain.json.gz"
got '[."tlsrpt-report".findings[].code]' \
    '["tlsrpt.failures","report.packing"] ["tlsrpt.failures"] ["tlsrpt.failures"] ["tlsrpt.failures"]' 'plain, named .gz: said once'
cp "$T/r.json.gz" "$T/gzip.json"
read_ "$T/gzip.json"
found report.packing 'gzip, named .json'
{ cat "$T/r.json.gz"; echo more; } >"$T/tail.json.gz"
read_ "$T/tail.json.gz"
found report.trailing 'octets behind the gzip'

# --- deviations that are seen
# deviates JQ CODE@WHERE... : the report changed, the findings but failures
deviates() {
	jq -c "$1" $V/rfc8460.json >"$T/d.json"
	shift
	what=$1
	shift
	read_ "$T/d.json"
	status 0 "$what: is read"
	got '."tlsrpt-report".findings[] |
	    select(.code | IN("tlsrpt.failures", "tlsrpt.sums") | not) |
	    .code + "@" + .where' "$*" "$what"
}
deviates '."contact-info" = null' 'contact-info null' \
    report.field-missing@contact-info
deviates 'del(."contact-info")' 'no contact-info' \
    report.field-missing@contact-info
deviates 'del(."report-id")' 'no report-id' report.field-missing@report-id
deviates 'del(."organization-name")' 'no organization' \
    report.field-missing@organization-name
deviates 'del(."date-range")' 'no dates' report.field-missing@date-range
deviates '."date-range"."end-datetime" = "yesterday"' 'no date' \
    report.field-type@end-datetime
deviates '.policies[0]."failure-details" |= [.[0] |
    ."sending-mta-ip" = ""]' 'an empty sending-mta-ip' \
    report.field-missing@sending-mta-ip
deviates 'del(.policies[0]."failure-details")' 'no failure-details'
deviates '.policies[0].policy |= {"policy-type": "no-policy-found"} |
    del(.policies[0]."failure-details")' 'no domain' \
    report.field-missing@policy-domain
deviates '.policies[0].policy."policy-type" = "other" |
    del(.policies[0]."failure-details")' 'a policy type of its own' \
    tlsrpt.policy-type@policy-type
deviates '.policies[0]."failure-details" |= [.[0] |
    ."result-type" = "new-thing"]' 'a new result type' \
    tlsrpt.result-unknown@result-type
deviates '.policies[0].summary."total-successful-session-count" = "7" |
    del(.policies[0]."failure-details")' 'a count in quotes' \
    report.field-type@total-successful-session-count
deviates '.policies[0].policy."mx-host" = ["a.example", "b.example"] |
    del(.policies[0]."failure-details")' 'mx-host as an array'
got '."tlsrpt-report".policy.mx_host' '["a.example","b.example"]' \
    'all of them'
deviates '.more = {"a": [1, null]}' 'unknown members'
deviates '.policies = []' 'no policy at all' "report.empty@$T/d.json"
got .n 0 'a record without a row'

# --- what is no report
# refused FILE CODE TEXT WHAT: one record, no row, and 65
refused() {
	read_ "$1"
	status 65 "$4"
	lines 1 "$4: one record"
	got '[.n, ."tlsrpt-report".verdict, ."tlsrpt-report".findings[0].code]' \
	    "[0,\"fail\",\"$2\"]" "$4: and why"
	out "$3" "$4: at which place"
}
printf '{"a":' >"$T/x"
refused "$T/x" report.malformed 'at octet 6' 'half an object'
echo '[]' >"$T/x"
refused "$T/x" report.malformed 'octet 1' 'an array'
jq -c '.policies = {}' $V/rfc8460.json >"$T/x"
refused "$T/x" report.malformed 'policies is no array' 'policies an object'
jq -c '.policies[0].summary."total-failure-session-count" = -1' \
    $V/rfc8460.json >"$T/x"
refused "$T/x" report.malformed 'no whole number' 'a negative count'
jq -c '.policies[0]."failure-details"[2] = 7' $V/rfc8460.json >"$T/x"
refused "$T/x" report.malformed 'a failure is no object' \
    'the last failure is none: no row of those before it'
head -c 200 "$T/r.json.gz" >"$T/x"
refused "$T/x" report.malformed 'cut short' 'half a gzip'
message >"$T/x"
refused "$T/x" report.none 'no report is attached' 'a mail without one'
sed '/^--b 1--/,$d' "$T/r.eml" | sed '/tlsrpt.gzip/,$d' >"$T/x"
refused "$T/x" report.malformed 'does not end' 'a mail that is cut'
python3 -c 'import sys; sys.stdout.buffer.write(b"{" + b" " * (80 << 20))' |
    gzip >"$T/x"
refused "$T/x" report.too-large 'beyond measure' 'a bomb'
head -c 2000000 /dev/zero >"$T/x"
run "$tool" read --max-size=1 "$T/x"
status 65 'a file over --max-size'
found report.too-large 'and says so'
read_ "$T/none" "$T/r.json"
status 66 'a file that is not there'
lines 4 'and the others are read'
: >"$T/x"
refused "$T/x" report.malformed 'octet' 'nothing'

# --- explain
run "$tool" explain $V/rfc8460.json
status 0 'explain'
out '100 certificate-expired at mx1.mail.company-y.example' 'who failed'
out 'the certificate had expired when the sender connected' 'what it means'
out '[RFC 8460 section 4.3.1]' 'where that stands'
out 'test: mtasts-check company-y.example | mstls-probe' 'what looks again'
jq -c '.policies[0].policy."policy-domain" = "$(id).example;x"' \
    $V/rfc8460.json >"$T/x"
run "$tool" explain "$T/x"
out_not 'test:' 'a domain that is none is no part of a command'
jq -c '."organization-name" = "a\u001b[2Jb\u202e"' $V/rfc8460.json >"$T/x"
run "$tool" explain "$T/x"
out 'from a?[2Jb?' 'controls are no part of the text'

# --- the output
run sh -c '"$1" read "$2" >/dev/full' - "$tool" "$T/r.json"
status 74 'stdout full'
run "$tool" read --format=text --timeout=1 "$T/r.json"
status 0 'with --timeout'
lines 4 'as text'

# --- counts that pass 64 bits are no sum of small ones
jq -c '.policies = [.policies[0] | ."failure-details" |= [.[0] |
    ."failed-session-count" = ("MANY", "MANY", 7)] |
    .summary."total-failure-session-count" = 5]' $V/rfc8460.json |
    sed 's/"MANY"/9223372036854775807/g' >"$T/x"
run "$tool" read "$T/x"
out '"code":"tlsrpt.sums"' 'a sum that wraps differs'
done_testing
