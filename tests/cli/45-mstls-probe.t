#!/bin/sh
# mstls-probe without a network: where the mail would go, what could not be
# found out, and the form of it all.
. tests/cli/lib.sh

probe="$BIN/mstls-probe --now=2026-11-27T00:00:00Z --zone=$T/zone"
cat >"$T/zone" <<'END'
;! secure example.org
$ORIGIN example.org.
null MX 0 .
odd MX 0 .
odd MX 10 mx
mx A 192.0.2.1
mx AAAA 2001:db8::1
two MX 20 mx2
two MX 10 mx
mx2 A 192.0.2.2
implicit A 192.0.2.3
empty TXT "no mail"
alias MX 10 cname
cname CNAME mx
literal MX 10 192.0.2.9.
gone MX 10 nowhere
twice MX 10 mx
twice MX 20 mx
dane MX 10 secured
secured A 192.0.2.4
_25._tcp.secured TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
_25._tcp.secured TLSA 1 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
hosts MX 10 a
hosts MX 20 b
hosts MX 30 c
a A 192.0.2.5
b A 192.0.2.6
c A 192.0.2.7
_imaps._tcp.srv SRV 0 0 9993 imap
imap A 192.0.2.8
_pop3s._tcp.srv SRV 0 0 0 .
;! servfail down
;! bogus bogus MX
unsigned.test. MX 10 mx.unsigned.test.
mx.unsigned.test. A 192.0.2.10
_25._tcp.mx.unsigned.test. TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
END

member() {
	jq -r ".\"mstls-probe\" | $1" <"$T/out"
}

is() {
	[ "$1" = "$2" ] || echo "# $1, not $2"
	[ "$1" = "$2" ]
	report $? "$3"
}

# domain NAME STATUS VERDICT MX_STATUS CODES WHAT
domain() {
	run $probe "$1"
	status "$2" "$6: the exit status"
	is "$(member .verdict)" "$3" "$6: the verdict"
	is "$(member .mx_status)" "$4" "$6: the MX"
	is "$(member '[.findings[] | select(.severity != "info").code] |
	    unique | join(" ")')" "$5" "$6: the findings"
}

domain null.example.org 0 none null '' 'a null MX'
domain odd.example.org 75 unknown ok 'connect.offline mx.null-not-alone' \
    'one beside another'
domain no.example.org 0 none nxdomain '' 'no such domain'
domain empty.example.org 0 none none '' 'a domain without mail'
domain implicit.example.org 75 unknown implicit connect.offline 'no MX'
domain alias.example.org 75 unknown ok 'connect.offline mx.cname' 'an alias'
domain literal.example.org 0 warn ok mx.is-address 'an address for a host'
domain gone.example.org 0 warn ok mx.no-address 'a host that is not there'
domain down.example.org 75 unknown unknown mx.dns 'a DNS that fails'
domain bogus.example.org 1 fail bogus dnssec.bogus 'a DNS tampered with'
domain dane.example.org 75 unknown ok 'connect.offline dane.record' 'DANE'
is "$(member '.mx[0].addresses[0].dane.status')" unknown \
    'DANE: nobody has looked at the certificate'
is "$(member '.mx[0].addresses[0].sni')" secured.example.org 'DANE: the SNI'
domain unsigned.test 75 unknown ok 'connect.offline dane.insecure' \
    'DANE without DNSSEC'
domain 'not a domain' 1 fail null input.not-a-domain 'no domain'

run $probe two.example.org
is "$(member '[.mx[].host] | join(" ")')" 'mx.example.org mx2.example.org' \
    'hosts stand in the order of preference'
is "$(member '.mx[0].addresses | length')" 2 'each with its addresses'
run $probe twice.example.org
is "$(member '.mx | length')" 1 'a host that stands twice is looked at once'
run $probe --max-hosts=1 hosts.example.org
is "$(member '[.findings[] | select(.code == "probe.hosts-left-out").where] |
    join(" ")')" 'b.example.org c.example.org' '--max-hosts says what it left'
run $probe -4 two.example.org
is "$(member '[.mx[].addresses[].address] | join(" ")')" \
    '192.0.2.1 192.0.2.2' '-4'
run $probe -6 two.example.org
is "$(member '[.mx[].addresses[].address] | join(" ")')" 2001:db8::1 '-6'

# --- services
run $probe --service=imaps --service=pop3s --service=submission \
    srv.example.org
is "$(member '[.services[] | "\(.service) \(.host) \(.source)"] | join(",")')" \
    'submission srv.example.org default,imaps imap.example.org srv' \
    'services by SRV, and by the domain itself'
is "$(member '.services[1].addresses[0].port')" 9993 'at the port that it names'
is "$(member .mx_status)" null 'the MX is not asked for'
ok 'a service that is not offered' \
    grep -q '"service.not-offered"' "$T/out"

# --- endpoints and records
run $probe mx.example.org:25 '[2001:db8::5]:465'
is "$(jq -r .endpoint "$T/out" | sort | tr '\n' ' ')" \
    '[2001:db8::5]:465 mx.example.org:25 ' 'endpoints'
is "$(jq -r '."mstls-probe".services[0].service' "$T/out" | sort |
    tr '\n' ' ')" 'smtp submissions ' 'the port says which service'
printf '%s\n' '{"domain":"null.example.org", "n": 1.0, "mstls-probe": 5}' \
    '{"endpoint":"mx.example.org:25"}' null.example.org '# no' '' >"$T/in"
run $probe --ordered <"$T/in"
is "$(wc -l <"$T/out")" 3 'a record for each line'
ok 'all else in a record stays as it is' \
    grep -q '^{"domain":"null.example.org", "n": 1.0,' "$T/out"
is "$(sed -n 1p "$T/out" | grep -o '"mstls-probe"' | wc -l)" 1 \
    'an earlier member is replaced'

# --- the policy of the member before
cat >"$T/in" <<'END'
{"domain":"literal.example.org","mtasts-check":{"verdict":"pass","policy":{"mode":"enforce","mx":["mx.example.org"]}}}
END
run $probe <"$T/in"
is "$(member '.senders."mta-sts"[0].outcome')" refuse \
    'a host that is an address is refused'
sed 's/literal/two/' "$T/in" >"$T/in2"
run $probe <"$T/in2"
is "$(member '[.senders."mta-sts"[] | .outcome] | join(" ")')" \
    'unknown defer' 'a host that no pattern matches is passed over'
is "$(member '.senders."mta-sts"[1].result_type')" validation-failure \
    'and reported'
sed 's/"verdict"/"txt":"v=STSv1\\u0000","verdict"/' "$T/in2" >"$T/in3"
run $probe <"$T/in3"
is "$(member '[.senders."mta-sts"[] | .outcome] | join(" ")')" \
    'unknown defer' 'a NUL that somebody publishes hides no policy'
run $probe two.example.org
is "$(member '[.senders."mta-sts"[].outcome] | unique | join(" ")')" unknown \
    'without a policy member nothing is known'

# --- the command line
for wrong in --profile=msgsec-2026 --service=smtps --depth=deep \
    --max-hosts=0 --helo='a b' --source=localhost; do
	run $probe "$wrong" null.example.org
	status 64 "$wrong"
done
run $probe --source=192.0.2.77 null.example.org
status 64 'another machine cannot be the source'
err 'is no address of this machine' 'and which one is wrong is said'
run $probe --profile=ncsc-nl-2025-05 null.example.org
status 0 'the profile that there is'
run "$BIN/mstls-probe" --ca-file="$T/nosuch" null.example.org
status 66 'no such CA file'
run "$BIN/mstls-probe" --ca-file="$T/zone" null.example.org
status 65 'a CA file without certificates'
run "$BIN/mstls-probe" tlsa null.example.org
status 64 'tlsa wants a port'
run "$BIN/mstls-probe" tlsa 192.0.2.1:25
status 64 'and a name'
run "$BIN/mstls-probe" tlsa --offline --zone="$T/zone" mx.example.org:25
status 75 'tlsa without a connection'
run $probe --ignore=connect.offline implicit.example.org
status 0 '--ignore'
run $probe --fail-on=never bogus.example.org
status 0 '--fail-on=never'
run $probe --format=text dane.example.org
ok 'text: the host' grep -q '^  MX  10 secured.example.org' "$T/out"
ok 'text: what was assumed' grep -q '^assumed: now 2026' "$T/out"

# --- follows the schema
printf '%s\n' null.example.org two.example.org dane.example.org no.test \
    mx.example.org:25 'x y' bogus.example.org >"$T/in"
run $probe --service=smtp --service=imaps <"$T/in"
cp "$T/out" "$T/records"
tests/cli/validate-records man/schema/mstls-probe.json <"$T/records" \
    >"$T/out" 2>&1
report $? 'records follow man/schema/mstls-probe.json'
done_testing
