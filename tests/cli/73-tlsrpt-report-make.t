#!/bin/sh
# TLS reports made: of what mtasts-check and mstls-probe say, and of a log.
. tests/cli/lib.sh
. tests/cli/report.sh
tool=$BIN/tlsrpt-report
who='--org=Example --email=tls@example.net'

make_() {
	records=$1
	shift
	run sh -c 'f=$1; shift; exec "$@" <"$f"' - "$records" \
	    "$tool" make $who "$@"
}

# --- a log of sessions
s='{"session":{"time":"2026-11-20T10:00:00Z","policy_domain":"example.org","rua":"mailto:tls@example.org,https://example.org/r","policy_type":"sts","policy_string":["version: STSv1","mode: enforce"],"mx_host":["mx1.example.org"],"result":"success"}}'
fail() {
	echo "$s" | jq -c --arg r "$1" --arg t "${2:-2026-11-20T10:00:00Z}" '
	    .session.result = $r | .session.time = $t |
	    .session.receiving_mx_hostname = "mx1.example.org" |
	    .session.receiving_ip = "192.0.2.25"'
}
{
	echo "$s"
	echo "$s" | jq -c '.session.count = 41'
	fail certificate-expired
	fail certificate-expired
	fail starttls-not-supported
	echo "$s" | jq -c '.session.policy_type = "no-policy-found" |
	    .session.policy_domain = "example.com" | del(.session.mx_host) |
	    del(.session.policy_string)'
} >"$T/log"
make_ "$T/log"
status 0 'a log'
lines 2 'a report a domain'
got '.policies[].policy["policy-domain"]' 'example.com example.org' 'in order'
cp "$T/out" "$T/reports"
sed -n 2p "$T/reports" >"$T/r.json"
run "$tool" read "$T/r.json"
status 0 'it is read again'
found_not report. 'and misses nothing'
got '."tlsrpt-report".summary' '{"successful":42,"failed":3} {"successful":42,"failed":3} {"successful":42,"failed":3}' 'the sums'
got '."tlsrpt-report".failure | [.result_type, .failed_session_count]' \
    '[null,null] ["certificate-expired",2] ["starttls-not-supported",1]' \
    'failures that are alike are one'
got '.report | [.org, .begin, .end]' \
    '["Example","2026-11-20T00:00:00Z","2026-11-20T23:59:59Z"] ["Example","2026-11-20T00:00:00Z","2026-11-20T23:59:59Z"] ["Example","2026-11-20T00:00:00Z","2026-11-20T23:59:59Z"]' 'a day'
fail certificate-expired 2026-11-21T00:00:00Z >>"$T/log"
make_ "$T/log"
lines 3 'another day, another report'

# --- what the tools found out
cat >"$T/domain" <<'END'
{"domain":"example.org","mtasts-check":{"time":"2026-11-20T10:00:00Z","policy":{"mode":"testing","max_age":86400,"mx":["*.example.org"]},"tlsrpt":{"rua":["mailto:tls@example.org"]},"senders":{"dane+mta-sts":[]}},"mstls-probe":{"time":"2026-11-20T10:00:00Z","mx":[{"host":"mx1.example.org","addresses":[{"address":"192.0.2.1","connected":false,"dane":{"status":"none"}},{"address":"192.0.2.2","connected":true,"dane":{"status":"none"}}]},{"host":"mx2.example.org","addresses":[{"address":"192.0.2.3","connected":true,"dane":{"status":"mismatch","records":[{"usage":3,"selector":1,"matching":1,"data":"ab12"}]}}]}],"senders":{"dane+mta-sts":[{"host":"mx1.example.org","outcome":"deliver","tls":"authenticated","result_type":null},{"host":"mx2.example.org","outcome":"defer","tls":null,"result_type":"validation-failure"},{"host":"mx3.example.org","outcome":"unknown","tls":null,"result_type":null}]}}}
END
make_ "$T/domain"
status 0 'a record of both tools'
cp "$T/out" "$T/d.json"
run "$tool" read "$T/d.json"
got '."tlsrpt-report" | [.policy.type, .summary.successful, .summary.failed]' \
    '["sts",1,0] ["tlsa",0,1] ["tlsa",0,1]' \
    'each host by its policy, DANE first, and nothing of the unknown one'
got 'select(.n == 1)."tlsrpt-report".policy.string' \
    '["version: STSv1","mode: testing","mx: *.example.org","max_age: 86400"]' \
    'the lines of the policy'
got 'select(.n == 2)."tlsrpt-report".policy.string' '["3 1 1 ab12"]' \
    'the TLSA records'
got 'select(.failure != "x")."tlsrpt-report".failure | select(.) |
    [.result_type, .receiving_mx_hostname, .receiving_ip]' \
    '["validation-failure","mx2.example.org","192.0.2.3"]' 'what failed'

jq -c '.txt = "v=STSv1\u0000"' "$T/domain" >"$T/nul"
make_ "$T/nul"
status 0 'a NUL in a text that somebody publishes'
cp "$T/out" "$T/n.json"
same "$T/d.json" "$T/n.json" 'changes nothing'

# --- files and mails
mkdir "$T/o"
make_ "$T/log" -o "$T/o"
status 0 'into a folder'
ok 'named as RFC 8460 has it' sh -c 'ls "$1" |
    grep -qxE "example\.net!example\.org!1795132800!1795219199![0-9a-f]{16}\.json\.gz"' - "$T/o"
ok 'three of them' test "$(ls "$T/o" | wc -l)" -eq 3
tac "$T/log" >"$T/x"
make_ "$T/x" -o "$T/o"
ok 'the same in another order' test "$(ls "$T/o" | wc -l)" -eq 3
head -n 1 "$T/log" >"$T/x"
make_ "$T/x" -o "$T/o"
ok 'fewer sessions are another report, which replaces none' \
    test "$(ls "$T/o" | wc -l)" -eq 4
rm "$T/o"/*
make_ "$T/log" -o "$T/o" --mail --now=@1795500000
ok 'mails' test "$(ls "$T/o" | wc -l)" -eq 3
cat "$T/o"/*example.org!1795132800*.eml >"$T/mail"
tr -d '\r' <"$T/mail" >"$T/lf"
run cat "$T/lf"
out 'To: tls@example.org' 'to the mailto address alone'
out 'TLS-Report-Domain: example.org' 'TLS-Report-Domain'
out 'TLS-Report-Submitter: example.net' 'TLS-Report-Submitter'
out 'TLS-Required: No' 'delivered whatever becomes of TLS'
out 'Content-Type: multipart/report; report-type="tlsrpt";' 'multipart/report'
out 'Content-Type: application/tlsrpt+gzip' 'and what it carries'
out 'Subject: Report Domain: example.org' 'the subject'
run "$tool" read "$T/mail"
status 0 'it is read again'
lines 3 'all rows'
found_not report. 'and nothing is odd in it'
if command -v python3 >/dev/null; then
	ok 'to another reader of mail, too' python3 - "$T/mail" <<'END'
import email, email.policy, gzip, json, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"),
    policy=email.policy.default)
assert not m.defects, m.defects
assert m.get_content_type() == "multipart/report"
part = [p for p in m.walk()
    if p.get_content_type() == "application/tlsrpt+gzip"][0]
r = json.loads(gzip.decompress(part.get_content()))
assert r["policies"][0]["summary"]["total-failure-session-count"] == 3
assert part.get_filename().endswith(".json.gz")
END
fi

{
	cat "$T/log"
	fail success | jq -c '.session.rua = "mailto:n%65w@example.org?x=y,mailto:\"@b"'
	fail success | jq -c 'del(.session.rua)'
} >"$T/newer"
rm "$T/o"/*
make_ "$T/newer" -o "$T/o" --mail
ok 'the last rua of the day, its URI decoded' \
    grep -q "^To: new@example.org.\$" "$T/o"/*example.org!1795132800*.eml
err 'no report to mailto:"@b' 'what is passed over is said'

# --- what is wrong
printf '%s\n' bare '{"domain":"x"}' '{"session":{}}' >"$T/x"
make_ "$T/x"
status 65 'what is no record'
err 'line 1: neither a session nor a record' 'says so'
err 'line 3: ' 'of each'
lines 0 'and gives no report'
echo "$s" | jq -c '.session.policy_domain = "../x"' >"$T/x"
make_ "$T/x" -o "$T/o"
status 65 'a domain that is a path'
make_ "$T/log" -o "$T/none"
status 73 'no folder'
run sh -c '"$@" >/dev/full <"$0"' "$T/log" "$tool" make $who
status 74 'stdout full'
# --- sums
# most: stdin's session so often as 63 bits hold; jq would round it
most() {
	sed 's/"result":/"count":9223372036854775807,&/'
}
{
	echo "$s" | most
	echo "$s"
	fail validation-failure | most
	fail validation-failure
	fail certificate-expired
} >"$T/log"
make_ "$T/log"
status 65 'more sessions than 63 bits hold'
err 'line 2: more sessions than a report can count' 'are said'
[ "$(grep -c 'more sessions' "$T/err")" -eq 3 ]
report $? 'of any result'
cp "$T/out" "$T/r.json"
out '"total-successful-session-count":9223372036854775807,"total-failure-session-count":9223372036854775807}' \
    'and not counted'
run "$tool" read "$T/r.json"
out '"summary":{"successful":9223372036854775807,"failed":9223372036854775807}' \
    'the sums are read again'
done_testing
