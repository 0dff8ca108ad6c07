#!/bin/sh
# What is secure, insecure, bogus and not to be found out, against a signed
# root of our own (nsd), a validating forwarder (unbound), and a server that
# gives no signatures.
. tests/lab/dns.sh
needs nsd unbound ldns-keygen ldns-signzone

# sign ZONE FILE: FILE.signed, and the DS in FILE.ds
sign() {
	(
		cd "$T" || exit 1
		key=$(ldns-keygen -k -a ECDSAP256SHA256 -r /dev/urandom "$1") &&
			ldns-signzone -f "$2.signed" "$2" "$key" &&
			cat "$key.ds" >"$2.ds"
	) || exit 1
}

# zone ORIGIN: a zone with one host and its mail
zone() {
	cat <<END
\$ORIGIN $1
\$TTL 300
@ SOA ns.$1 hostmaster.$1 1 2 3 4 77
@ NS ns.test.
@ MX 10 mx
mx A 192.0.2.1
out CNAME mx.plain.test.
in CNAME mx.signed.test.
_25._tcp.mx TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
END
}
zone signed.test. >"$T/signed.zone"
zone plain.test. >"$T/plain.zone"
zone broken.test. >"$T/broken.zone"
sign signed.test. signed.zone
sign broken.test. broken.zone
# an address that nobody signed
sed -i 's/192\.0\.2\.1$/192.0.2.9/' "$T/broken.zone.signed"
{
	cat <<'END'
$ORIGIN test.
$TTL 300
@ SOA ns hostmaster 1 2 3 4 77
@ NS ns
ns A 127.72.0.1
signed NS ns
plain NS ns
broken NS ns
END
	cat "$T/signed.zone.ds" "$T/broken.zone.ds"
} >"$T/test.zone"
sign test. test.zone
{
	cat <<'END'
$ORIGIN .
$TTL 300
@ SOA ns.test. hostmaster.test. 1 2 3 4 77
@ NS ns.test.
test. NS ns.test.
ns.test. A 127.72.0.1
END
	cat "$T/test.zone.ds"
} >"$T/root.zone"
sign . root.zone

# serve NAME ADDRESS SUFFIX: an nsd with the zone files of that suffix
serve() {
	nsd_conf "$1" "$2"
	for z in . test signed.test broken.test; do
		f=${z%.test}.zone
		printf 'zone:\n name: "%s"\n zonefile: "%s%s"\n' "$z" \
			"$(echo "$f" | sed 's/^\.\./root./')" "$3"
	done >>"$T/$1.conf"
	printf 'zone:\n name: plain.test\n zonefile: plain.zone\n' \
		>>"$T/$1.conf"
	nsd -c "$T/$1.conf"
}

unbound_conf 127.72.0.2 127.72.0.1 "trust-anchor-file: \"$T/root.zone.ds\"" \
	. test signed.test broken.test plain.test
serve nsd 127.72.0.1 .signed
# one that answers the same and knows no signatures
serve strip 127.72.0.3 ''
unbound -c "$T/unbound.conf"
answers 127.72.0.2 mx.signed.test
answers 127.72.0.3 mx.signed.test

tlsa='\# 35 0301010000000000000000000000000000000000000000000000000000000000000000'
rows="mx.signed.test 1|ok secure mx.signed.test 192.0.2.1
signed.test 15|ok secure signed.test 10 mx.signed.test.
_25._tcp.mx.signed.test 52|ok secure _25._tcp.mx.signed.test $tlsa
_26._tcp.mx.signed.test 52|nxdomain secure _26._tcp.mx.signed.test
mx.signed.test 28|nodata secure mx.signed.test
mx.plain.test 1|ok insecure mx.plain.test 192.0.2.1
_25._tcp.mx.plain.test 52|ok insecure _25._tcp.mx.plain.test $tlsa
none.plain.test 1|nxdomain insecure none.plain.test
out.signed.test 1|ok insecure mx.plain.test 192.0.2.1
in.plain.test 1|ok insecure mx.signed.test 192.0.2.1
in.signed.test 1|ok secure mx.signed.test 192.0.2.1"

# against SOURCE WHAT: every row, and what a broken signature gives
against() {
	while IFS='|' read -r question want; do
		# shellcheck disable=SC2086 # name and type are two words
		is "$want" "$("$B/lab/dns_ask" -s "$1" $question |
			sed -n '2s/^[^ ]* [^ ]* //p')" "$2: $question"
	done <<EOF2
$rows
EOF2
	is "$3" "$("$B/lab/dns_ask" -s "$1" mx.broken.test 1 | tail -n 1)" \
		"$2: a signature that is wrong"
}
anchor=--trust-anchor=$T/root.zone.ds
bogus='mx.broken.test A bogus indeterminate'
against "process:--resolver=127.72.0.2@$port,$anchor" 'validating forwarder' \
	"$bogus"
against "ad:127.72.0.2@$port" 'AD believed' \
	'mx.broken.test A servfail indeterminate'

# first SOURCE NAME TYPE: what the resolver knows, then the answer
first() {
	"$B/lab/dns_ask" -s "$@" | tr '\n' ' '
}
is 'checked mx.signed.test A ok secure mx.signed.test 192.0.2.1 ' \
	"$(first "process:--resolver=127.72.0.2@$port,$anchor" \
	mx.signed.test 1)" 'an anchor is enough to validate'
is 'stripped mx.signed.test A ok indeterminate mx.signed.test 192.0.2.1 ' \
	"$(first "process:--resolver=127.72.0.3@$port,$anchor" \
	mx.signed.test 1)" 'a forwarder that strips is no reason for "bogus"'
is 'unchecked mx.signed.test A ok indeterminate mx.signed.test 192.0.2.1 ' \
	"$(first "process:--resolver=127.72.0.2@$port" mx.signed.test 1)" \
	'nobody wanted it to validate'
is 'checked mx.signed.test A bogus indeterminate ' \
	"$(first "process:--resolver=127.72.0.2@$port,$anchor,--now=@1" \
	mx.signed.test 1)" 'long before it was signed'
# what could not be known is not known by a recording of it either
record=--record=$T/recorded
first "process:--resolver=127.72.0.3@$port,$anchor,$record" \
	mx.signed.test 1 >"$T/live"
is "$(cat "$T/live")" "$(first "zone:$T/recorded" mx.signed.test 1)" \
	'a recording remembers that signatures were stripped'
first "process:--resolver=127.72.0.2@$port,$anchor,$record" \
	mx.signed.test 1 >"$T/live"
is "$(cat "$T/live")" "$(first "zone:$T/recorded" mx.signed.test 1)" \
	'a recording remembers what was secure'

# the system's own anchor, where it has one, is none of our root
for f in /usr/share/dns/root.key /var/lib/unbound/root.key \
	/usr/share/dns/root.ds /etc/unbound/root.key; do
	[ ! -r $f ] || break
	f=
done
if [ -z "$f" ]; then
	is 'no-anchor mx.signed.test A ok indeterminate mx.signed.test 192.0.2.1 ' \
		"$(first "process:--resolver=127.72.0.2@$port,--dnssec" \
		mx.signed.test 1)" 'no anchor on this machine'
else
	is 'checked mx.signed.test A bogus indeterminate ' \
		"$(first "process:--resolver=127.72.0.2@$port,--dnssec" \
		mx.signed.test 1)" "not signed below $f"
fi
echo "1..$n"
exit $failed
