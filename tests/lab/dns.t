#!/bin/sh
# The resolvers against real name servers (nsd, unbound) on loopback
# addresses of their own, as any user, and against a recording of that.
. tests/lab/dns.sh
needs nsd unbound

zone() {
	cat <<'EOF'
$ORIGIN lab.test.
$TTL 300
@ SOA ns hostmaster 1 2 3 4 77
@ NS ns
ns A 127.0.0.1
www A 192.0.2.1
www A 192.0.2.2
alias CNAME alias2
alias2 CNAME www
dangling CNAME gone
out CNAME www.other.test.
loop CNAME loop2
loop2 CNAME loop
mx MX 10 .
empty TXT ""
*.wild TXT "any"
a\032b TXT "blank"
EOF
	printf 'big TXT'
	i=0
	while [ $i -lt 15 ]; do
		printf ' "%0200d"' $i
		i=$((i + 1))
	done
	echo
}
zone >"$T/lab.zone"
cat >"$T/other.zone" <<'EOF'
$ORIGIN other.test.
$TTL 60
@ SOA ns.lab.test. hostmaster.lab.test. 1 2 3 4 5
@ NS ns.lab.test.
www A 192.0.2.7
EOF
nsd_conf nsd 127.71.0.1
for z in lab other broken; do
	printf 'zone:\n name: %s.test\n zonefile: %s.zone\n' $z $z
done >>"$T/nsd.conf"
unbound_conf 127.71.0.2 127.71.0.1 'module-config: "iterator"' \
	lab.test other.test broken.test
nsd -c "$T/nsd.conf"
unbound -c "$T/unbound.conf"
answers 127.71.0.2 www.lab.test

big=$("$B/lab/dns_ask" "zone:$T/lab.zone" big.lab.test 16)
rows='www.lab.test 1|www.lab.test A ok www.lab.test 192.0.2.1 192.0.2.2
alias.lab.test 1|alias.lab.test A ok www.lab.test 192.0.2.1 192.0.2.2
alias.lab.test 16|alias.lab.test TXT nodata www.lab.test
dangling.lab.test 1|dangling.lab.test A nxdomain gone.lab.test
out.lab.test 1|out.lab.test A ok www.other.test 192.0.2.7
loop.lab.test 1|loop.lab.test A servfail
mx.lab.test 15|mx.lab.test MX ok mx.lab.test 10 .
empty.lab.test 16|empty.lab.test TXT ok empty.lab.test ""
x.wild.lab.test 16|x.wild.lab.test TXT ok x.wild.lab.test "any"
none.lab.test 1|none.lab.test A nxdomain none.lab.test
www.lab.test 28|www.lab.test AAAA nodata www.lab.test
broken.test 1|broken.test A servfail'

# against SOURCE: every row
against() {
	while IFS='|' read -r question want; do
		# shellcheck disable=SC2086 # name and type are two words
		is "$want" "$("$B/lab/dns_ask" "$1" $question)" \
			"$2: $question"
	done <<EOF
$rows
EOF
	is "$big" "$("$B/lab/dns_ask" "$1" big.lab.test 16)" \
		"$2: 3000 octets, by TCP from an authoritative server"
}

against 127.71.0.1@$port nsd
against 127.71.0.2@$port unbound
against process:--resolver=127.71.0.2@$port "the DNS process"
is 'www.lab.test A timeout' \
	"$("$B/lab/dns_ask" 127.71.0.3@$port www.lab.test 1)" 'no server'

questions=$(echo "$rows" | cut -d'|' -f1 | tr '\n' ' ')
# shellcheck disable=SC2086
live=$("$B/lab/dns_ask" 127.71.0.2@$port $questions big.lab.test 16)
# shellcheck disable=SC2086
"$B/lab/dns_ask" "record:$T/recorded:127.71.0.2@$port" $questions \
	big.lab.test 16 >"$T/first"
is "$live" "$(cat "$T/first")" 'recording changes no answer'
# shellcheck disable=SC2086
is "$live" "$("$B/lab/dns_ask" "zone:$T/recorded" $questions \
	big.lab.test 16)" 'the recording answers the same'
is 'www.lab.test MX timeout' \
	"$("$B/lab/dns_ask" "zone:$T/recorded" www.lab.test 15)" \
	'the recording invents nothing'
echo "1..$n"
exit $failed
