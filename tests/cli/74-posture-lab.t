#!/bin/sh
# The records of the lab's domains, which are wrong in every way that the
# table knows, in all forms: nothing is lost, and the counts are the records'.
. tests/cli/lib.sh
needs jq python3 gzip
tool=$BIN/posture-report
gzip -dc tests/vectors/posture/lab.ndjson.gz >"$T/in"
n=$(wc -l <"$T/in")
jq -r .domain "$T/in" | sort >"$T/domains"

show() {
	run sh -c 'in=$1; shift; exec "$@" <"$in"' - "$T/in" "$tool" "$@"
}

ok 'more than 200 domains' test "$n" -gt 200
show --html
status 0 'a page'
cp "$T/out" "$T/page.html"
ok 'as it has to be' python3 -B tests/cli/check-page "$T/page.html"
python3 -B tests/cli/check-page --cells "$T/page.html" >"$T/cells"
cut -d' ' -f1 "$T/cells" | sort >"$T/got"
same "$T/domains" "$T/got" 'a row for each domain'
ok 'no cell is bad without an answer' \
    sh -c '! grep -q "bad:unknown" "$1"' - "$T/cells"

# The worst of a record's three verdicts, as DESIGN orders them.
jq -r '[."mtasts-check", ."mstls-probe", ."dmarc-verify"] |
    map(.verdict) | if index("fail") then "fail"
    elif index("unknown") then "unknown" elif index("warn") then "warn"
    elif index("pass") then "pass" else "none" end' "$T/in" |
    sort | uniq -c | awk '{ print $2, $1 }' >"$T/want"
show --csv
status 0 'CSV'
python3 -c 'import csv, sys
for row in list(csv.reader(open(sys.argv[1], newline=""), strict=True))[1:]:
    print(row[1])' "$T/out" | sort | uniq -c | awk '{ print $2, $1 }' >"$T/got"
same "$T/want" "$T/got" 'verdicts as the records have them'
show --prometheus
status 0 'metrics'
sed -n 's/^msgsec_posture_verdict_domains{verdict="\(.*\)"} \([1-9].*\)$/\1 \2/p' \
    "$T/out" | sort >"$T/got"
same "$T/want" "$T/got" 'counted as well'
codes=$(jq -r '[."mtasts-check", ."mstls-probe", ."dmarc-verify"] |
    map(.findings[].code) | .[]' "$T/in" | sort -u | wc -l)
[ "$(grep -c '^msgsec_posture_finding_domains{' "$T/out")" -eq "$codes" ]
report $? 'every code is there'
show --markdown --worst=2000
status 0 'Markdown'
[ "$(grep -c '^### ' "$T/out")" -eq "$n" ]
report $? 'domain by domain'
show --html-dir="$T/dir"
status 0 'a folder'
ok 'its pages' python3 -B tests/cli/check-page "$T/dir/index.html" \
    "$T/dir/domains-00001.html"
done_testing
