#!/bin/sh
# What reports and mails can cost who reads them, and what a broken run says.
. tests/cli/lib.sh
. tests/cli/report.sh
tls=$BIN/tlsrpt-report
dmarc=$BIN/dmarc-report
V=tests/vectors/tlsrpt

# within KIB COMMAND...: run it in so much memory
within() {
	memory=$1
	shift
	# a sanitizer's own memory is without bounds
	[ -z "${SANITIZED-}" ] || memory=unlimited
	run sh -c 'ulimit -v "$1"; shift; exec "$@"' - "$memory" "$@"
}

# whole NAME: each line is JSON, none is longer than records may be
whole() {
	jq -c . "$T/out" >/dev/null 2>&1 &&
	    awk 'length($0) > 1048576 { exit 1 }' "$T/out"
	report $? "$1"
}

# tls_report PYTHON: the plain report "r", changed by it, in $T/r.json
tls_report() {
	python3 - "$1" >"$T/r.json" <<-'END'
	import json, sys
	r = {"organization-name": "o", "contact-info": "c", "report-id": "i",
	    "date-range": {"start-datetime": "2026-01-01T00:00:00Z",
	    "end-datetime": "2026-01-01T23:59:59Z"}, "policies": [{"policy":
	    {"policy-type": "sts", "policy-string": [], "policy-domain":
	    "example.org", "mx-host": []}, "summary":
	    {"total-successful-session-count": 1,
	    "total-failure-session-count": 7}, "failure-details": []}]}
	p = r["policies"][0]
	f = {"result-type": "certificate-expired", "sending-mta-ip":
	    "192.0.2.1", "failed-session-count": 3}
	exec(sys.argv[1])
	json.dump(r, sys.stdout)
	END
}

# dmarc_report HEAD RECORD N: so many records, in $T/r.xml
dmarc_report() {
	python3 - "$@" >"$T/r.xml" <<-'END'
	import sys
	head, more, n = (eval(a) for a in sys.argv[1:])
	print("<feedback><report_metadata><org_name>o</org_name>" + head +
	    "</report_metadata>" + ("<record><row><source_ip>192.0.2.1"
	    "</source_ip><count>1</count><policy_evaluated><disposition>none"
	    "</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated>"
	    "</row><identifiers><header_from>example.org</header_from>"
	    "</identifiers>" + more + "</record>") * n + "</feedback>")
	END
}

# --- texts without end
tls_report 'p["policy"]["policy-string"] = ["x" * 16000] * 1500'
run "$tls" read "$T/r.json"
status 0 'a policy of 24 MB is read'
whole 'into a whole record'
got '."tlsrpt-report".findings[] | select(.where == "policy-string").code' \
    report.field-type 'which says that much was left out'
tls_report 'o = "\1" * 16000; r["organization-name"] = r["report-id"] = o
p["policy"]["policy-domain"] = o; r["contact-info"] = o
p["policy"]["policy-string"] = p["policy"]["mx-host"] = [o] * 4
p["failure-details"] = [dict(f, **{k: o for k in ("result-type",
    "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo",
    "receiving-ip", "additional-information", "failure-reason-code")})]'
run "$tls" read "$T/r.json"
lines 2 'controls everywhere, each six octets of a record'
whole 'and its lines keep to their ceiling'
dmarc_report '""' '"<auth_results>" + ("<dkim>" + "".join(
    "<%s>%s</%s>" % (e, "d" * 8000, e) for e in ("domain", "selector",
    "result", "human_result")) + "</dkim>") * 100 + "</auth_results>"' 1
run "$dmarc" read "$T/r.xml"
status 0 'a DMARC record of 3 MB is read'
whole 'into a whole record'
got '."dmarc-report".findings[] | select(.code == "report.field-type").where' \
    record 'which says that much was left out'
dmarc_report '"<extra_contact_info>" + "y&amp;" * 6000 + "</extra_contact_info>"' \
    '""' 1
run "$dmarc" read "$T/r.xml"
got '."dmarc-report".extra_contact_info' null \
    'a text too long is left out, not cut'

# --- much from little
tls_report 'p["policy"]["policy-string"] = ["y" * 16000]
p["failure-details"] = [{"failed-session-count": 0}] * 20000'
run "$tls" read "$T/r.json"
status 65 'failures that repeat a large policy'
found report.too-large 'are refused'
lines 1 'without a row'
dmarc_report '"".join("<%s>%s</%s>" % (e, "y" * 8000, e) for e in ("email",
    "extra_contact_info", "generator"))' '""' 5000
run "$dmarc" read "$T/r.xml"
status 65 'records that repeat a large head'
found report.too-large 'are refused'

# --- memory: 64 MiB of anything
python3 -c 'print("{\"policies\":[" + "0," * (20 << 20) + "0]}")' >"$T/r.json"
within 350000 "$tls" read "$T/r.json"
status 65 'an array of 20 million items'
found report.malformed 'is no report'
python3 -c 'print("{" + "\"\":0," * (12 << 20) + "\"policies\":[]}")' \
    >"$T/r.json"
within 350000 "$tls" read "$T/r.json"
status 65 'an object of 12 million members'
out 'too many members' 'is no report'
tls_report 'p["policy"]["policy-string"] = [""] * 10000000'
within 350000 "$tls" read "$T/r.json"
status 0 'a policy of 10 million empty lines'
python3 -c 'print("<feedback>" + "".join("<a%x/>" % i
    for i in range(2000000)) + "</feedback>")' >"$T/r.xml"
within 150000 "$dmarc" read "$T/r.xml"
status 65 'two million element names'
out 'more names, or longer ones' 'are refused'
python3 -c 'print("<feedback><!--" + "x" * (60 << 20) + "--></feedback>")' \
    >"$T/r.xml"
within 150000 "$dmarc" read --timeout=60 "$T/r.xml"
status 65 'a comment of 60 MiB'
out 'more names, or longer ones' 'is refused before it ends'

# --- sums
tls_report 'p["failure-details"] = [f, f]'
run "$tls" read "$T/r.json"
got '[."tlsrpt-report".findings[].code]' \
    '["tlsrpt.failures"] ["tlsrpt.failures"] ["tlsrpt.failures","tlsrpt.sums"]' \
    'failures that do not add up: said with the last'
tls_report 'p["failure-details"] = [f, f, dict(f, **{"failed-session-count":
    1})]'
run "$tls" read "$T/r.json"
found_not tlsrpt.sums 'failures that do'
printf '\357\273\277[]' >"$T/x"
run "$tls" read "$T/x"
out 'at octet 4' 'behind a byte order mark, octets are those of the file'

# --- mails
message >"$T/plain.eml"
gzip -c $V/rfc8460.json >"$T/r.gz"
mail_of application/tlsrpt+gzip a.json.gz "$T/r.gz" >"$T/r.eml"
{
	printf 'From a Thu Jan  1 00:00:00 2026\n'
	cat "$T/plain.eml"
	printf '\nFrom a Thu Jan  1 00:00:00 2026\n'
	cat "$T/r.eml"
	printf '\nFrom a Thu Jan  1 00:00:00 2026\n'
	cat "$T/r.eml"
} >"$T/mbox"
run "$tls" read "$T/mbox"
status 0 'an mbox'
lines 8 'all its messages are opened'
awk '/^--b 1--/ { exit } { print } /^--b 1$/ { n++ }
    n == 2 && /^$/ { print "!!!" }' "$T/r.eml" >"$T/two.eml"
awk '/^--b 1$/ { n++ } n == 2 { print }' "$T/r.eml" >>"$T/two.eml"
run "$tls" read "$T/two.eml"
got 'select(.n > 0)."tlsrpt-report".findings[] |
    select(.code == "report.mail").code' '' \
    'what is damaged says nothing of the next part'
echo '[{"organization-name":"a"}]' >"$T/x"
run "$tls" read "$T/x"
found report.malformed 'an array of objects is no mail'

# --- folders
mkdir -p "$T/d"
cp $V/rfc8460.json "$T/d/dovecot.org!example.org!1!2.json"
cp $V/rfc8460.json "$T/d/dovecot.index.cache"
cp $V/rfc8460.json "$T/d/dovecot-uidlist"
run "$tls" read "$T/d"
lines 4 'a report by dovecot.org is no bookkeeping of Dovecot'

mkdir -p "$T/plain/tmp"
cp $V/rfc8460.json "$T/plain/tmp/r.json"
run "$tls" read "$T/plain"
lines 4 'a folder called tmp, which is none of a Maildir'

# --- time, and what breaks
cat >"$T/hang.py" <<'END'
import subprocess, sys, time
p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)
try:
    sys.exit(p.wait(timeout=10))
except subprocess.TimeoutExpired:
    p.kill()
    sys.exit(124)
END
run python3 "$T/hang.py" "$tls" read --timeout=1
status 75 'a pipe that never ends'
found run.timeout 'ends by --timeout'

# --- several files at a time
mkdir "$T/many"
for i in 1 2 3 4 5 6 7 8 9; do
	jq -c --arg i "$i" '."report-id" = $i' $V/rfc8460.json \
	    >"$T/many/r$i.json"
done
echo '{' >"$T/many/r10.json"
set -- "$T"/many/r1.json "$T"/many/r10.json "$T"/many/r[2-9].json
run "$tls" read -j1 "$@"
status 65 'one after another'
lines 37 'a record for each row, and one for what is no report'
jq -c 'del(."tlsrpt-report".time)' "$T/out" >"$T/one"
for jobs in 3 64; do
	run "$tls" read -j$jobs --progress=always "$@"
	status 65 "$jobs at a time"
	jq -c 'del(."tlsrpt-report".time)' "$T/out" >"$T/all"
	same "$T/one" "$T/all" 'the same records, in the same order'
	err 'tlsrpt-report: 10 done' 'how far it is'
done
run sh -c '"$@" >/dev/full' - "$tls" read -j3 "$@"
status 74 'stdout full'
run python3 "$T/hang.py" "$tls" read --timeout=1 -j3 - "$@"
status 65 'what hangs does not keep the others'
lines 38 'which have all their records'
ok 'behind its own' sh -c 'head -n 1 "$1" | grep -q run.timeout' - "$T/out"
mkfifo "$T/pipe"
"$tls" read -j3 - "$@" <"$T/pipe" >"$T/out" 2>"$T/err" &
reader=$!
exec 3>"$T/pipe"
# rooms: unnamed files that the process of stdin, which lives on, has open
rooms() {
	child=$(cat /proc/$reader/task/$reader/children 2>/dev/null)
	child=${child%% *}
	[ -n "$child" ] && ls -l "/proc/$child/fd" | grep -c '(deleted)'
}
n=0
until [ "$(rooms)" = 1 ] || [ $((n += 1)) -gt 200 ]; do
	sleep 0.02
done
[ "$(rooms)" = 1 ]
report $? 'a process has a place for its own records alone'
rooms >"$T/ok"
kill -KILL "$child"
exec 3>&-
STATUS=0
wait $reader || STATUS=$?
status 65 'a process that is killed'
found run.crashed 'has a record that says so'
lines 38 'and the others theirs'

# limited COMMAND...: no file of it may grow beyond 20 kB
limited() {
	run sh -c 'trap "" XFSZ; { ulimit -f 40; "$@"; echo "status $?" >&2; } |
	    cat' - "$@"
}
tls_report 'p["failure-details"] = [f] * 30'
limited "$tls" read "$T/r.json" $V/rfc8460.json
lines 4 'no room for the records of a file: none of them, then the next file'
whole 'nothing torn'
err "$T/r.json: File too large" 'it is said'
err 'status 74' 'the status tells'
tls_report 'p["failure-details"] = [f] * 2000'
limited "$tls" read "$T/r.json" $V/rfc8460.json
lines 5 'no room for the rows of a report: a record that says so'
found report.unreadable 'and the next file is read'
err 'status 74' 'the status tells'
run sh -c '"$@" | head -n 1' - "$tls" read "$T/r.json"
lines 1 'who stops reading is not written to'
err_not tlsrpt 'without a word'

# who ignores SIGCHLD learns of no child's end, and hands that on
echo '{"no":"report"}' >"$T/no.json"
for ignored in '' --ignore-signal=CHLD; do
	run env $ignored "$tls" read "$T/no.json"
	status 65 "no report is 65${ignored:+, with SIGCHLD ignored, too}"
done

# --- make
python3 -c 'print("{\"a\":\"" + "x" * (2 << 20) + "\"}")' >"$T/long"
run sh -c '"$1" make --org=a --email=a@b.example <"$2"' - "$tls" "$T/long"
status 65 'a line that is too long'
err 'line 1' 'is named'
done_testing
