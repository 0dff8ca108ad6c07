#!/bin/sh
# Records of domains as pages, Markdown, CSV and metrics: the facts in them,
# and what hostile records cannot do.
. tests/cli/lib.sh
needs jq python3
tool=$BIN/posture-report
Z=tests/vectors/demo/example.zone

# make WHAT...: records; show FORM...: what they become
make_() {
	python3 -B tests/cli/posture-records "$@"
}
show() {
	run sh -c 'in=$1; shift; exec "$@" <"$in"' - "$T/in" "$tool" "$@"
}
page() {
	ok "$1: a page as it has to be" python3 -B tests/cli/check-page "$2"
}

# --- from the tools themselves
printf '%s\n' example.org example.net example.com none.example 1,x |
    "$BIN/mtasts-check" --fail-on=never --ordered --zone $Z 2>/dev/null |
    "$BIN/mstls-probe" --fail-on=never --ordered --zone $Z |
    "$BIN/dmarc-verify" domain --fail-on=never --ordered --zone $Z >"$T/in"
show --csv
status 0 'records of the three tools'
lines 6 'a line each, and the head'
out '"example.org",unknown,"unknown",unknown,"unknown",unknown,"unknown",unknown,"no",absent,"no",absent,"no",absent,"fail",good,"none-found",absent,"reject",good,0,0,1,2026-11-23T12:00:00Z,"connect.offline"' \
    'what was found out, and what was not'
out '"example.net",fail,"nothing",nothing,"nothing",nothing,"nothing",nothing,"nothing",nothing,"nothing",nothing,"nothing",nothing,"pass",bad,' \
    'no mail, and +all'
out '"none.example",none,"nothing"' 'no such domain'
show --html
status 0 'as a page'
cp "$T/out" "$T/page.html"
page 'of the tools' "$T/page.html"
out 'Not the plain truth.</strong> This was assumed: zone tests/vectors' \
    'what was assumed is a banner'
show --markdown
out '> **Not the plain truth.** This was assumed: zone tests/vectors' \
    'in Markdown, too'
show --prometheus
out 'msgsec_posture_assumed 1' 'and among the metrics'

# --- the grid
make_ hosts >"$T/in"
show --html
cp "$T/out" "$T/page.html"
page 'the mail hosts' "$T/page.html"
python3 -B tests/cli/check-page --cells "$T/page.html" >"$T/out"
# cells DOMAIN WANT...: its row up to DANE
cells() {
	out "$1 $2" "the row of $1"
}
lines 6 'a row each'
cells good.example 'good:pass good:yes good:TLS 1.3 good:valid good:match not-asked:not asked'
cells unknown.example 'unknown:unknown unknown:unknown unknown:unknown unknown:unknown unknown:unknown'
cells clear.example 'bad:fail bad:no absent:no TLS absent:no TLS absent:no'
cells half.example 'bad:fail bad:some hosts good:TLS 1.3 good:valid weak:some hosts'
cells self.example 'weak:warn good:yes good:TLS 1.2 weak:not trusted absent:no'
cells null.example 'nothing:none nothing:n/a nothing:n/a nothing:n/a nothing:n/a'
ok 'the worst is the first, unknown behind a warning' \
    sh -c 'cut -d" " -f1 "$1" | tr "\n" " " | grep -qx "clear.example half.example self.example unknown.example good.example null.example "' - "$T/out"
cp "$T/page.html" "$T/out"
out '<p class="dim">of 4 domains with an answer; 1 unknown; 1 with nothing to judge</p>' \
    'shares leave out what was not found out'
out '<th scope="row">yes</th><td class="n">2</td><td class="n">50.0 %</td>' \
    'and are of the others'
show --worst=1 --html
out 'The worst 1 of 6' '--worst'
out 'id="d3"' 'has it'
out_not 'id="d1"' 'and no other'
show --worst=0 --html
out_not 'id="grid"' '--worst=0: totals alone'
show --html --title='A <b> & "c"'
out '<title>A &lt;b&gt; &amp; &quot;c&quot;</title>' '--title'

# --- several runs
make_ policies 1 2024 >"$T/2024"
make_ policies 3 2025 >"$T/2025"
make_ policies 6 2026 >"$T/in"
show --html --run=2024="$T/2024" --run="<2025>=$T/2025"
status 0 'three runs'
cp "$T/out" "$T/page.html"
page 'three runs' "$T/page.html"
out 'aria-label="DMARC reject: from 10.0 % to 60.0 %"' 'a chart says it'
out '<path d="M44 72L140 58L236 38"/>' 'and shows it, by time'
out '<tr><th scope="row">DMARC reject</th><td class="n">10.0 %</td><td class="n">30.0 %</td><td class="n">60.0 %</td></tr>' \
    'the table has them all'
out '<tr><th scope="row">STARTTLS</th><td class="n">no answer</td>' \
    'what was not asked has no share'
out '&lt;2025&gt;</th><th scope="col">2026-11-27</th>' \
    'the last is called by its day'
[ "$(grep -c 'class="trend"' "$T/out")" -eq 12 ]
report $? 'a chart for each figure'
show --markdown --run=2024="$T/2024"
out '| DMARC reject | 10.0 % | 60.0 % |' 'in Markdown'
show --html --run=2024="$T/none"
status 66 'a run that is not there'
[ ! -s "$T/out" ]
report $? 'and no page'
show --csv --run=2024="$T/2024"
status 64 'CSV has no runs'

# --- what is no record
{
	echo example.org
	cat "$T/2024"
	echo '{"domain":"example.org"}'
	echo '# a remark'
	echo '{"domain":'
	echo '{"message":"a.eml","dmarc-verify":{"schema":"dmarc-verify-message/1","verdict":"pass"}}'
} >"$T/in"
show --csv
status 65 'lines that are no records'
lines 11 'the others are shown'
err 'stdin line 1: it is no record' 'a bare subject'
err 'stdin line 12: nothing about a domain' 'nobody looked'
err 'stdin line 14: it is no JSON object' 'cut'
err 'stdin line 15: it is about no domain' 'a message'
: >"$T/in"
show --html
status 0 'nothing at all is shown, too'
err 'there is no record' 'and said'
err 'mstls-probe and dmarc-verify domain write them' 'with what makes some'
cp "$T/out" "$T/page.html"
page 'nothing' "$T/page.html"
cp "$T/2024" "$T/in"
show
status 64 'no form'
show --html --csv
status 64 'two forms'
show --html --per-domain
status 64 '--per-domain without --prometheus'
show --html --run=x
status 64 '--run without a file'
show --html x
status 64 'an operand'
for form in --html --markdown --csv --prometheus; do
	run sh -c '"$1" $2 <"$3" >/dev/full' - "$tool" $form "$T/in"
	status 74 "$form: stdout full"
done

# --- hostile records
make_ hostile >"$T/in"
n=$(wc -l <"$T/in")
show --html
status 0 'hostile texts'
cp "$T/out" "$T/page.html"
page 'hostile' "$T/page.html"
[ "$(python3 -B tests/cli/check-page --cells "$T/page.html" | wc -l)" -eq "$n" ]
report $? 'each is one row'
show --html-dir="$T/hostile"
status 0 'in a folder'
page 'hostile' "$T/hostile/domains-00001.html"
page 'hostile' "$T/hostile/index.html"
show --csv
cp "$T/out" "$T/csv"
cat >"$T/rows.py" <<'END'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline=""), strict=True))
assert len(rows) == int(sys.argv[2]) + 1, len(rows)
assert {len(r) for r in rows} == {25}, {len(r) for r in rows}
for row in rows:
    for cell in row:
        assert cell.strip()[:1] not in tuple("=+-@"), cell
END
ok 'CSV: columns, and no formula' python3 "$T/rows.py" "$T/csv" "$n"
show --markdown
cp "$T/out" "$T/md"
cat >"$T/md.py" <<'END'
import re, sys
width = 0
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    bare = re.sub(r"\\.", "", line)
    assert not re.search(r"[\[\]`<]", bare), line
    assert bare.count("*") in (0, 4), line
    assert "<!--" not in bare and "://" not in bare, line
    if not line.startswith("|"):
        width = 0
        assert re.match(r"(#{1,3} |- |> |\d|\n|Shares|The )", line), line
        continue
    assert width in (0, bare.count("|")), line
    width = bare.count("|")
END
ok 'Markdown: columns, and no markup but ours' python3 "$T/md.py" "$T/md"
show --prometheus --per-domain
cp "$T/out" "$T/prom"
cat >"$T/prom.py" <<'END'
import re, sys
seen, done, now, sums = set(), set(), None, {}
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    m = re.fullmatch(r'# (?:HELP|TYPE) (\w+) .*\n', line)
    if not m:
        m = re.fullmatch(r'(\w+)(\{\w+="(?:[^"\\\n]|\\[\\"n])*"'
            r'(?:,\w+="(?:[^"\\\n]|\\[\\"n])*")*\})? (\d+)\n', line)
        assert m and line not in seen and m[1] == now, line
        key = line[:line.rindex(" ")]
        assert key not in seen, line
        seen.add(key)
        group = re.sub(r',?(answer|standing|verdict)=".*', "", m[1] +
            (m[2] or ""))
        sums[group] = sums.get(group, 0) + int(m[3])
    elif m[1] != now:
        assert m[1] not in done, line
        done.add(m[1])
        now = m[1]
n = int(sys.argv[2])
assert sums["msgsec_posture_domains"] == n
assert sums["msgsec_posture_verdict_domains{"] == n
for check in ("starttls", "tls", "certificate", "dane", "mta-sts", "tlsrpt",
    "spf", "dkim", "dmarc"):
    for what in ("answer", "standing"):
        assert sums['msgsec_posture_%s_domains{check="%s"' % (what, check)] \
            == n, check
END
ok 'metrics: groups, series once, sums' python3 "$T/prom.py" "$T/prom" "$n"
[ "$(grep -c '^msgsec_posture_domain{' "$T/prom")" -eq $((n * 10)) ]
report $? 'ten series a domain'
show --prometheus
out_not 'msgsec_posture_domain{' 'but only with --per-domain'
cat "$T/2024" "$T/2024" >"$T/in"
show --prometheus --per-domain
err 'd0.example: is there again' 'a domain that comes twice'
cp "$T/out" "$T/prom"
ok 'has its series once' python3 "$T/prom.py" "$T/prom" 20

# --- many
make_ many 2100 >"$T/in"
show --html
status 0 '2100 domains'
cp "$T/out" "$T/page.html"
page 'many' "$T/page.html"
out 'The worst 2000 of 2100' 'the worst are in detail'
[ "$(grep -c '<article ' "$T/out")" -eq 2000 ]
report $? 'so many'
# 700 fail, the worst with 48 and more; of the passing ones some are left out
out '<th scope="row">fail</th><td class="n">700</td><td class="n">33.3 %</td>' \
    'the totals are of all'
python3 -B tests/cli/check-page --cells "$T/page.html" >"$T/cells"
[ "$(sed -n '1,700p' "$T/cells" | grep -c ' bad:fail ')" -eq 700 ]
report $? 'those that fail come first'
[ "$(sed -n '701,1400p' "$T/cells" | grep -c ' unknown:unknown ')" -eq 700 ]
report $? 'then the unknown ones'
show --html-dir="$T/dir" --worst=2000
status 0 'a folder of pages'
ls "$T/dir" | tr '\n' ' ' >"$T/out"
out 'domains-00001.html domains-00002.html domains-00003.html domains-00004.html domains-00005.html index.html ' \
    'of 500'
page 'an index and pages' "$T/dir/index.html"
for i in 1 5; do
	page "page $i" "$T/dir/domains-0000$i.html"
done
[ "$(grep -c '<article ' "$T/dir/domains-00005.html")" -eq 100 ]
report $? 'the rest is on the last'
cat "$T"/dir/domains-*.html >"$T/out"
[ "$(grep -o '<article id="d[0-9]*"' "$T/out" | sort -u | wc -l)" -eq 2100 ]
report $? 'each domain has its place'
cp "$T/dir/index.html" "$T/out"
out '<li><a href="domains-00002.html">d501.example to d1000.example</a></li>' \
    'the index names them'
cat >"$T/links.py" <<'END'
import os, re, sys
index = open(sys.argv[1] + "/index.html").read()
links = re.findall(r'href="(domains-\d+\.html)#(d\d+)"', index)
assert len(links) == 2000, len(links)
pages = {}
for name, anchor in links:
    if name not in pages:
        pages[name] = set(re.findall('<article id="(.*?)">',
            open(os.path.join(sys.argv[1], name)).read()))
    assert anchor in pages[name], (name, anchor)
END
ok 'its links lead to the domains' python3 "$T/links.py" "$T/dir"

# --- over the pages of an earlier run
cp "$T/dir/index.html" "$T/index.html"
cp "$T/dir/domains-00001.html" "$T/first.html"
make_ many 600 | sed 's/what was seen/what is seen now/' >"$T/in"
mkfifo "$T/pipe"
"$tool" --html-dir="$T/dir" <"$T/pipe" &
one=$!
exec 3>"$T/pipe"
cat "$T/in" >&3
n=0
while cmp -s "$T/first.html" "$T/dir/domains-00001.html"; do
	[ $((n += 1)) -le 500 ] || break
	sleep 0.02
done
kill -KILL $one
exec 3>&-
wait $one 2>"$T/killed"
ok 'a run that is killed has begun' \
    sh -c '! cmp -s "$1" "$2"' - "$T/first.html" "$T/dir/domains-00001.html"
same "$T/index.html" "$T/dir/index.html" 'and leaves the index alone'
ok 'whose links lead to the domains' python3 "$T/links.py" "$T/dir"
cp "$T/first.html" "$T/dir/domains-00011.html"
cp "$T/first.html" "$T/dir/domains-6.html"
cp "$T/first.html" "$T/dir/mine.html"
sed 's/posture-report/another/' "$T/first.html" >"$T/dir/domains-00012.html"
ln -s "$T/first.html" "$T/dir/domains-00013.html"
mkdir "$T/dir/domains-00014.html"
mkfifo "$T/dir/domains-00015.html"
show --html-dir="$T/dir" --sandbox=require
status 0 'a shorter run'
(cd "$T/dir" && echo *) >"$T/out"
out 'domains-00001.html domains-00002.html domains-00012.html domains-00013.html domains-00014.html domains-00015.html domains-6.html index.html mine.html' \
    'removes the pages behind its own, and nothing that is not surely ours'
page 'its index' "$T/dir/index.html"
: >"$T/file"
show --html-dir="$T/file"
status 73 'a folder that is a file'
show --html-dir="$T/none/dir"
status 73 'or cannot be made'

# --- more than a page has room for
make_ heavy 200 >"$T/in"
show --html
status 0 'too much for a page'
cp "$T/out" "$T/page.html"
page 'of 20 MB' "$T/page.html"
out 'There is no room for the findings of the' 'it says so'
out '<th scope="row">fail</th><td class="n">200</td>' 'and all are counted'
done_testing
