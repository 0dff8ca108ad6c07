#!/bin/sh
# mstls-probe without a network: what was not looked at is never a pass.
. tests/cli/lib.sh

needs jq python3 openssl

# is PATH WANT NAME: of the record on stdout, below "mstls-probe"
is() {
	got=$(jq -rc ".[\"mstls-probe\"]$1" "$T/out" 2>&1)
	[ "$got" = "$2" ] || echo "# $1 is $got, not $2"
	[ "$got" = "$2" ]
	report $? "$3"
}

# has CODE@WHERE NAME: a finding
has() {
	jq -re '."mstls-probe".findings[] | .code + "@" + .where' "$T/out" |
	    grep -qxF -e "$1"
	report $? "$2"
}

probe() {
	run "$BIN/mstls-probe" --zone "$T/zone" --format=json "$@"
}

cat >"$T/zone" <<'END'
;! secure signed.test.
;! secure tlsa.test.
v6.test. 60 IN MX 10 mx.v6.test.
mx.v6.test. 60 IN AAAA 2001:db8::25
both.test. 60 IN MX 10 mx.both.test.
mx.both.test. 60 IN AAAA 2001:db8::25
mx.both.test. 60 IN A 192.0.2.25
many.test. 60 IN MX 10 mx.many.test.
manysrv.test. 60 IN A 192.0.2.1
_imaps._tcp.oddsrv.test. 60 IN SRV 0 0 993 foo\.bar.test.
foo.bar.test. 60 IN A 192.0.2.1
_imaps._tcp.signed.test. 60 IN SRV 0 0 993 mx.tlsa.test.
alias.test. 60 IN MX 10 mxa.tlsa.test.
mxa.tlsa.test. 60 IN CNAME mx.tlsa.test.
_imaps._tcp.unsigned.test. 60 IN SRV 0 0 993 mx.tlsa.test.
mx.tlsa.test. 60 IN A 192.0.2.1
END
printf '_%d._tcp.mx.tlsa.test. 60 IN TLSA 3 1 1 %064d\n' 993 0 25 0 \
    >>"$T/zone"
i=0
while [ $i -lt 70 ]; do
	i=$((i + 1))
	echo "mx.many.test. 60 IN A 192.0.2.$i"
	echo "hundred.test. 60 IN MX $i a$i.hundred.test."
	echo "hundred.test. 60 IN MX $i b$i.hundred.test."
	[ $i -gt 40 ] ||
	    echo "_imaps._tcp.manysrv.test. 60 IN SRV $i 0 993 manysrv.test."
done >>"$T/zone"

# --- families, and more than is looked at
probe -4 v6.test
status 75 '-4, and the host has IPv6 alone'
is .verdict unknown 'nothing was found out'
has probe.other-family@mx.v6.test 'says why'
is .senders.dane[0].outcome unknown 'and no sender refuses the host'
probe -4 both.test
is '.mx[0].addresses | length' 1 '-4, and the host has both'
out_not probe.other-family 'there is something to look at'
is '.families.ipv4 | "\(.verdict) \(.addresses) \(.connected)"' \
    'unknown 1 0' 'what IPv4 alone comes to'
is .families.ipv6.verdict none 'and IPv6, which is left out'
probe both.test
is '.families.ipv6 | "\(.verdict) \(.addresses) \(.connected)"' \
    'unknown 1 0' 'with both, each has its verdict'
probe --ignore='connect.offline@mx.both.test[192.0.2.25]:25' both.test
is '.families | "\(.ipv4.verdict) \(.ipv6.verdict)"' 'pass unknown' \
    'and --ignore counts there, too'
probe many.test
has probe.hosts-left-out@mx.many.test 'a host of seventy addresses'
probe --max-hosts=100 hundred.test
has probe.hosts-left-out@ 'more than a hundred MX hosts'
probe --service=imaps manysrv.test
has probe.hosts-left-out@imaps 'forty SRV records'

# --- services
probe --service=imaps oddsrv.test
is .verdict warn 'a dot within a label of an SRV target'
has 'mx.not-a-host@foo\.bar.test' 'is no other name'
probe --service=imaps signed.test
is .services[0].addresses[0].dane.status unknown \
    'TLSA behind a secure SRV, and no certificate seen'
probe --service=imaps unsigned.test
is .services[0].addresses[0].dane.status insecure \
    'TLSA behind an insecure SRV is not used'
has dane.mx-insecure@mx.tlsa.test 'says why'

# --- names
probe alias.test
is .mx[0].addresses[0].sni mxa.tlsa.test \
    'an insecure MX: SNI is its own host, not that of DANE'

# --- records
printf '%s\n' '{"endpoint":"mx.both.test:25", "x": 1.0}' \
    '{"domain":"v6.test","mstls\u002dprobe":0,"y":[ ]}' >"$T/in"
run "$BIN/mstls-probe" --zone "$T/zone" --ordered -q <"$T/in"
status 75 'records of an endpoint and of a domain'
out '{"endpoint":"mx.both.test:25", "x": 1.0,"mstls-probe":{"schema"' \
    'that of an endpoint keeps its octets'
out '{"domain":"v6.test","y":[ ],"mstls-probe":{"schema"' \
    "and the tool's own member is replaced"
"$BIN/mstls-probe" --zone "$T/zone" --now=@1800000000 -q mx.both.test:25 \
    >"$T/first"
run "$BIN/mstls-probe" --zone "$T/zone" --now=@1800000000 -q <"$T/first"
ok 'through twice is the same as once' cmp "$T/first" "$T/out"

# --- more than a record has room for
i=0
while [ $i -lt 192 ]; do
	host=mx$((i % 3)).fat.test
	[ $i -ge 3 ] || echo "fat.test. 60 IN MX 10 $host."
	echo "$host. 60 IN A 192.0.2.$i"
	[ $i -ge 180 ] || printf '_25._tcp.%s 60 IN TLSA 3 1 0 %02x%01998d\n' \
	    $host. $i 0
	i=$((i + 1))
done >>"$T/zone"
sed -i '1i ;! secure fat.test.' "$T/zone"
probe fat.test
status 75 'hundreds of addresses with large TLSA records'
is .verdict unknown 'get a verdict'
is .truncated true 'without the details'
is '.senders.dane | length' 3 'and what senders do'
has record.truncated@ 'says so'

# --- a certificate that is too large to be read
names=$(i=1000; while [ $i -lt 2900 ]; do
	i=$((i + 1))
	printf 'DNS:h%d.a-long-name-for-a-host.example.test,' $i
done)
printf '%s\n' '[req]' 'distinguished_name=dn' 'x509_extensions=v3' \
    'prompt=no' '[dn]' 'CN=large' '[v3]' "subjectAltName=${names%,}" \
    >"$T/cnf"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$T/key" -out "$T/crt" -days 30 -config "$T/cnf" 2>/dev/null
cat >"$T/server.py" <<'END'
"""
A submissions server: TLS from 1.2 on, a greeting, and refusals; "mute": no
tickets, and nothing is said inside; else TLS 1.3 alone, and a certificate
with its key of another kind.
"""
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
mute = sys.argv[3:] == ['mute']
context.num_tickets = 0 if mute else 2
if len(sys.argv) == 5:
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    context.minimum_version = ssl.TLSVersion.TLSv1_3
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
while True:
    client = listener.accept()[0]
    client.settimeout(10)
    # hellos below TLS 1.2: the version follows two heads
    if client.recv(11, socket.MSG_PEEK)[9:] < b'\3\3':
        client.sendall(b'no\r\n')
        client.close()
        continue
    try:
        with context.wrap_socket(client, server_side=True) as tls:
            if mute:
                continue
            tls.sendall(b'220 large\r\n')
            while tls.recv(512):
                tls.sendall(b'500 no\r\n')
    except OSError:
        client.close()
END
python3 -B "$T/server.py" "$T/crt" "$T/key" >"$T/port" 2>/dev/null &
server=$!
trap 'kill "$server"; rm -rf "$T"' EXIT
i=0
while [ ! -s "$T/port" ] && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private --format=json \
    --timeout=10 --service=submissions "127.0.0.1:$(cat "$T/port")"
is .services[0].addresses[0].negotiated.version TLSv1.3 'TLS came about'
is .verdict unknown 'a certificate of 70 kB is not read, and not passed'
has "cert.unreadable@127.0.0.1:$(cat "$T/port")" 'says so'
run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private --format=json \
    --timeout=10 --service=submissions --source=127.0.0.1 \
    "127.0.0.1:$(cat "$T/port")"
is .services[0].addresses[0].connected true '--source, inside the sandbox'
run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private --format=json \
    --timeout=30 --service=submissions --depth=full \
    "127.0.0.1:$(cat "$T/port")"
is '.services[0].addresses[0].versions | join(" ")' 'TLSv1.2 TLSv1.3' \
    'old hellos are answered with what is no TLS'
is '.not_asked | map(select(endswith("TLSv1.0: no clear answer"))) | length' 1 \
    'so it is not said that TLS 1.0 is off'
out probe.not-asked 'nor that all is known'

# serve [mute | CERTIFICATE KEY]: the server anew, with the certificates of $T/crt
serve() {
	kill "$server"
	: >"$T/port"
	python3 -B "$T/server.py" "$T/crt" "$T/key" "$@" >"$T/port" 2>/dev/null &
	server=$!
	i=0
	while [ ! -s "$T/port" ] && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
}

# --- an address for a name (RFC 9525 section 6.5)
# address SAN: a server with that in its certificate, asked for by address
address() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/key" -out "$T/crt" -days 30 -subj /CN=small \
	    -addext "subjectAltName=$1" 2>/dev/null
	serve
	run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private \
	    --format=json --timeout=10 --service=submissions \
	    "127.0.0.1:$(cat "$T/port")"
}
match=.services[0].addresses[0].certificates[0].name_match
address IP:127.0.0.1
is $match true 'an IP-ID'
address DNS:127.0.0.1
is $match false 'a DNS-ID that looks like one'
address 'DNS:*.0.0.1'
is $match false 'nor a wildcard'
address IP:127.0.0.2
is $match false 'another address'

# --- more certificates than are looked at (RFC 5280 section 6)
# issue NAME ISSUER EXTENSION: $T/NAME.pem, signed by $T/ISSUER.pem
issue() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/$1.key" -subj "/CN=$1" 2>/dev/null |
	    openssl x509 -req -CA "$T/$2.pem" -CAkey "$T/$2.key" -days 30 \
	    -set_serial 1 -extfile "$T/ext" -extensions "$3" -out "$T/$1.pem" \
	    2>/dev/null
}
printf '%s\n' '[ca]' 'basicConstraints=critical,CA:true' '[leaf]' \
    'subjectAltName=IP:127.0.0.1' >"$T/ext"
for ca in root other; do
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/$ca.key" -out "$T/$ca.pem" -days 30 -subj "/CN=$ca" \
	    2>/dev/null
done
issue middle root ca
issue leaf middle leaf
cp "$T/leaf.key" "$T/key"
others() { for i in $(seq 15); do cat "$T/other.pem"; done; }
# trusted [DEPTH CERTIFICATE KEY]: what becomes of a server with $T/crt
trusted() {
	depth=${1:---depth=delivery}
	[ $# -eq 0 ] || shift
	serve "$@"
	run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private \
	    --format=json --timeout=30 --service=submissions "$depth" \
	    --ca-file="$T/root.pem" "127.0.0.1:$(cat "$T/port")"
}
chain=.services[0].addresses[0].certificates[0].chain
{ cat "$T/leaf.pem"; others; } >"$T/crt"
trusted
is $chain unknown-issuer 'sixteen certificates, and no way up'
has "cert.service@127.0.0.1:$(cat "$T/port")" 'is a fault'
{ cat "$T/leaf.pem"; others; cat "$T/middle.pem"; } >"$T/crt"
trusted
is $chain unknown 'the issuer is the seventeenth'
is .verdict unknown 'which is no fault that was seen'
has "cert.chain-unknown@127.0.0.1:$(cat "$T/port")" 'says why'
cat "$T/leaf.pem" "$T/middle.pem" >"$T/crt"
trusted
is $chain ok 'the issuer is the second'
# --- --active with no connection left for it
run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private \
    --format=json --timeout=30 --service=submissions --active --max-conn=1 \
    "127.0.0.1:$(cat "$T/port")"
is '.not_asked | map(sub("^[^ ]* "; "")) | join(", ") |
    match("renegotiation by.*").string' "renegotiation by the client, \
malformed input: long, malformed input: nul, malformed input: bare-lf, \
malformed input: bare-cr" 'what was not tried is named'
# the same of another kind of key, which TLS 1.3 shows to who asks for it
openssl req -newkey rsa:2048 -nodes -keyout "$T/rsa.key" -subj /CN=rsa \
    2>/dev/null | openssl x509 -req -CA "$T/middle.pem" \
    -CAkey "$T/middle.key" -days 30 -set_serial 1 -extfile "$T/ext" \
    -extensions leaf -out "$T/rsa.pem" 2>/dev/null
others >"$T/others"
cat "$T/rsa.pem" "$T/others" "$T/middle.pem" >"$T/rsa.crt"
cat "$T/leaf.pem" "$T/others" "$T/middle.pem" >"$T/crt"
trusted --depth=full "$T/rsa.crt" "$T/rsa.key"
is '.services[0].addresses[0].certificates | map(.key + " " + .chain) | sort |
    join(", ")' 'ec unknown, rsa unknown' 'of two keys'
is '.findings | map(.code) | any(. == "cert.service")' false 'no fault of either'

# --- early data, which a ticket tells of (RFC 8446 section 4.2.10)
# early WANT NAME [mute]: what is said of it
early() {
	want=$1
	name=$2
	shift 2
	serve "$@"
	run "$BIN/mstls-probe" --resolver=127.0.0.1@1 --allow-private \
	    --format=json --timeout=30 --service=submissions --depth=full \
	    "127.0.0.1:$(cat "$T/port")"
	is .services[0].addresses[0].offer.early_data "$want" "$name"
}
early false 'tickets without it'
early null 'closed before a ticket could come' mute

# --- a resolver that strips signatures
cat >"$T/dns.py" <<'END'
"""
Every name has the address 127.0.0.1, one below "two" 127.0.0.3, too; nothing
else, and no signature.
"""
import socket

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True:
    query, client = s.recvfrom(4096)
    end = query.index(0, 12) + 5
    is_a = query[end - 4:end - 2] == b'\0\1'
    last = ([1, 3] if query[12:16] == b'\3two' else [1]) if is_a else []
    s.sendto(query[:2] + b'\x81\x80\0\1\0' + bytes([len(last)]) +
             bytes(4) + query[12:end] + b''.join(
                 b'\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0' + bytes([n])
                 for n in last), client)
END
python3 -B "$T/dns.py" >"$T/dnsport" 2>/dev/null &
dns=$!
trap 'kill "$server" "$dns"; rm -rf "$T"' EXIT
i=0
while [ ! -s "$T/dnsport" ] && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
echo ". IN DS 20326 8 2 $(printf '%064d' 0)" >"$T/anchor"
run "$BIN/mstls-probe" --resolver="127.0.0.1@$(cat "$T/dnsport")" \
    --trust-anchor="$T/anchor" --allow-private --format=json --timeout=10 \
    --service=smtp mx.example.test:1
is .services[0].addresses[0].dane.status unknown 'TLSA of an SMTP endpoint'
has dnssec.stripped@mx.example.test 'says why'

# --- records for what is served: all of it, or it is said
# tlsa HOST: where the server is
tlsa() {
	run "$BIN/mstls-probe" tlsa --resolver="127.0.0.1@$(cat "$T/dnsport")" \
	    --trust-anchor="$T/anchor" --allow-private --service=submissions \
	    "$1:$(cat "$T/port")"
}
serve
tlsa one.test
status 0 'tlsa of a host with one address'
lines 1 'its record'
tlsa two.test
lines 1 'the record of the address that answers'
status 75 'and another address does not'
err '127.0.0.3' 'which is said'
done_testing
