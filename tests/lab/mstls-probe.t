#!/bin/sh
# mstls-probe among real servers: long runs, ways that are blocked, budgets.
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs nsd unbound postfix drill jq
LAB_NS=p$$
export LAB_NS
trap 'stop_lab; rm -rf "$T"' EXIT

stop_lab() {
	[ ! -e "/run/msgsec-lab/$LAB_NS" ] || scripts/lab down
}

start_lab() {
	stop_lab
	scripts/lab up "$@" >"$T/up" 2>&1 || {
		cat "$T/up"
		exit 1
	}
}

cat >"$T/probe" <<END
#!/bin/sh
verb=
[ "\$1" != tlsa ] || { verb=tlsa; shift; }
exec $BIN/mstls-probe \$verb --trust-anchor=\$LAB_ANCHOR \\
    --ca-file=\$LAB_CA --allow-private "\$@"
END
chmod +x "$T/probe"

# probe OPTION...: inside; its stdin is $T/in
probe() {
	run scripts/lab exec "$T/probe" "$@" <"$T/in"
}

member() {
	jq -r ".\"mstls-probe\" | $1" <"$T/out"
}

: >"$T/in"
start_lab --bulk 200

# --- what no verdict hangs on, and what does if it is asked for
probe insidehelo.test again.test
out smtp.no-esmtp 'HELO alone inside TLS'
out starttls.again 'STARTTLS inside TLS'
is() {
	[ "$(member "$1")" = "$2" ] || echo "# $(member "$1"), not $2"
	[ "$(member "$1")" = "$2" ]
	report $? "$3"
}
probe --service=submission --service=imap access.test
is '[.services[].addresses[].capabilities |
    "\(.clear.auth | length) \(.inside.auth | length > 0)"] | unique[]' \
    '0 true' 'passwords, but inside of TLS alone'
codes='[.findings[] | select(.severity == "warn").code] | unique | join(" ")'
probe --ordered --valid-for=10 good.test daneself.test selfsigned.test
is "$codes" '

cert.untrusted' 'certificates that hold for ten days'
probe --ordered --valid-for=3650 good.test daneself.test daneta.test \
    plain.test selfsigned.test expired.test
is "$codes" '

cert.ends-early
cert.ends-early
cert.ends-early cert.untrusted
cert.expired' 'and do not for ten years, where dates count'

# --- a long run that is killed, and started again
seq 0 199 | sed 's/.*/d&.bulk.test/' >"$T/in"
cat >"$T/kill" <<'END'
#!/bin/sh
# kill FILE COMMAND...: ends it when FILE has twenty lines
file=$1
shift
"$@" <&3 &
while kill -0 $! && [ "$(wc -l <"$file")" -lt 20 ]; do
	sleep 0.01
done
kill -KILL $!
END
: >"$T/resume"
scripts/lab exec sh "$T/kill" "$T/resume" "$T/probe" -j8 \
    --resume="$T/resume" 3<"$T/in" >/dev/null 2>&1
first=$(wc -l <"$T/resume")
ok "killed in the middle ($first of 200)" \
    [ "$first" -gt 0 -a "$first" -lt 200 ]
# what it was at when it was killed
printf '{"domain":"d199.bulk.test","mstls-pro' >>"$T/resume"
probe -j8 --resume="$T/resume"
status 0 'started again'
jq -r .domain "$T/resume" | sort >"$T/got"
sort "$T/in" | cmp -s - "$T/got"
report $? 'each domain is there once'
ok 'and passes' [ "$(jq -r '."mstls-probe".verdict' "$T/resume" |
    sort -u)" = pass ]
probe -j8 --resume="$T/resume"
ok 'a third time there is nothing to do' \
    [ "$(wc -l <"$T/resume")" -eq 200 ]

# --- hosts that domains share
log=/run/msgsec-lab/$LAB_NS/log/mail
seq 1 100 | sed 's/.*/n&.s0.shared.test/' >"$T/in"
before=$(grep -c ': connect from' "$log")
probe -j8
status 0 'a hundred domains at one host'
after=$(grep -c ': connect from' "$log")
ok "its two addresses were visited once each" \
    [ $((after - before)) -le 2 ] && [ $((after - before)) -ge 1 ]
ok 'and each domain has its record' [ "$(member .verdict | wc -l)" -eq 100 ]

# --- what is asked of one host
: >"$T/in"
probe -4 good.test
ok '-4' [ "$(member '.mx[0].addresses[].address' | grep -c :)" -eq 0 ]
probe -6 good.test
ok '-6' [ "$(member '.mx[0].addresses[].address' | grep -vc :)" -eq 0 ]
probe -4 --depth=full --max-conn=8 good.test
ok '--max-conn: no more than eight' \
    [ "$(member '.mx[0].addresses[0].connections')" -le 8 ]
ok 'what was not asked is said' [ "$(member '.not_asked | length')" -gt 0 ]
ok 'versions go first' [ "$(member \
    '.mx[0].addresses[0].versions | join(" ")')" = 'TLSv1.2 TLSv1.3' ]
probe -4 --gap=1 --depth=full --max-conn=3 --timeout=20 good.test
status 0 '--gap'
probe -4 --depth=full mixed.test
counts=$(member '.mx[0].addresses[0] |
    "\(.ciphers | length) suites, \(.groups | length) groups;"')
ok 'offer: what TLS 1.0 takes stands apart from what TLS 1.2 does' \
    [ "$(member '.mx[0].addresses[0].offer.suites |
    map("\(.version) \(.order) \(.ciphers | length)") | join(", ")')" = \
    'TLSv1.3 server 3, TLSv1.2 server 4, TLSv1.1 null 1, TLSv1.0 null 1' ]
probe -4 --depth=full --format=text mixed.test
out "$counts" 'the text counts what the record lists'
probe -4 --depth=full stock.test
ok 'offer: the DH primes' [ "$(member '.mx[0].addresses[0].offer.dh |
    map("\(.bits) \(.prime)") | sort | join(", ")')" = \
    '1024 Oakley group 2, 3072 Oakley group 15' ]
ok 'no CAA record is told' [ "$(member '.mx[0].caa, ([.findings[] |
    select(.code == "cert.no-caa")] | length)' | xargs)" = '[] 1' ]
ok 'and so is an address without a name' [ "$(member \
    '.mx[0].addresses[0].reverse.status, ([.findings[] |
    select(.code == "addr.no-name")] | length)' | xargs)" = 'none 1' ]
probe -4 --depth=full plain.test
ok 'CAA above the host counts' [ "$(member '.mx[0].caa[0], ([.findings[] |
    select(.code == "cert.no-caa")] | length)' | xargs)" = \
    '0 issue ca.test 0' ]
probe -v -4 good.test
ok '-v: a transcript' [ "$(member '.mx[0].addresses[0].transcript |
    map(select(. == "C: STARTTLS")) | length')" -eq 1 ]

# --- endpoints
probe mx1.good.test:25
status 0 'HOST:PORT'
ok 'has an endpoint, and no domain' \
    [ "$(jq -r '"\(.endpoint) \(.domain)"' "$T/out")" = \
    'mx1.good.test:25 null' ]
ok 'DANE holds for it' [ "$(member \
    '.services[0].addresses[0].dane.status')" = match ]
probe tlsa mx1.good.test:25
status 0 'tlsa'
want=$(scripts/lab exec drill _25._tcp.mx1.good.test TLSA |
    awk '!/^;/ && $4 == "TLSA" { print $5, $6, $7, tolower($8); exit }')
got=$(awk '{ print $4, $5, $6, $7 }' "$T/out")
ok "gives the record that is published ($want)" [ "$got" = "$want" ]
probe tlsa mx1.dual.test:25
ok 'one for each key' [ "$(wc -l <"$T/out")" -eq 2 ]
probe tlsa mx1.closed.test:25
status 75 'tlsa where nobody listens'

# --- what mtasts-check said before
# sts MEMBER WANT NAME: what a sender with MTA-STS does with good.test
sts() {
	printf '{"domain":"good.test","mtasts-check":%s}\n' "$1" >"$T/in"
	probe -4 --fail-on=never
	ok "$3" [ "$(member '.senders."mta-sts"[0].outcome')" = "$2" ]
}
row='"senders":{"mta-sts":[{"host":"mx1.good.test","outcome"'
sts '{"verdict":"none","policy":null}' deliver 'no MTA-STS'
sts '{"verdict":"unknown","policy":null}' unknown 'nothing found out'
sts "{\"verdict\":\"fail\",\"policy\":null,$row:\"unknown\"}]}}" unknown \
    'the policy not found out, and something else is bad'
sts "{\"verdict\":\"pass\",\"policy\":null,$row:\"unknown\"}]}}" unknown \
    'the policy not found out, and ignored'
sts "{\"verdict\":\"unknown\",\"policy\":null,$row:\"deliver\"}]}}" \
    deliver 'no policy, and something else not found out'

# --- port 25 blocked
start_lab --bulk 100 --egress=drop
seq 0 99 | sed 's/.*/d&.bulk.test/' >"$T/in"
probe -j64 --timeout=2
status 75 'no way out'
err egress.blocked 'says so'
ok 'it stopped' [ "$(wc -l <"$T/out")" -lt 100 ]
ok 'and called nothing bad' [ "$(member .verdict | sort -u)" = unknown ]
sed 's/mstls-probe/mtasts-check/' "$T/probe" >"$T/check"
chmod +x "$T/check"
run scripts/lab exec "$T/check" --probe -j64 --timeout=4 --gap=1 <"$T/in"
status 75 'mtasts-check --probe: no way out'
err egress.blocked 'says so'
ok 'it stopped' [ "$(wc -l <"$T/out")" -lt 100 ]
ok 'and crashed nowhere' [ "$(grep -c probe.crashed "$T/out")" -eq 0 ]
probe --self-test=mx1.good.test --timeout=2 good.test
status 75 'the self-test'
ok 'without a record' [ ! -s "$T/out" ]
done_testing
