#!/bin/sh
# pgp-lite find against real servers: Web Key Directories of an HTTPS server
# (nginx), OPENPGPKEY in a signed root of our own (nsd), a validating forwarder
# (unbound). Listens on port 443 of loopback addresses: needs root.
. tests/lab/dns.sh
needs nsd unbound ldns-keygen ldns-signzone nginx openssl python3 jq
[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
# in a network of its own, so that nobody else's port 443 matters
if [ -z "${LAB_FIND-}" ]; then
	rm -rf "$T"
	LAB_FIND=1 exec unshare --net sh -c \
		'ip link set lo up && exec sh "$0"' "$0"
fi
P=$B/bin/pgp-lite

# --- certificates, and their names in both places
for who in anna bert; do
	"$P" generate-key "$who <$who@wkd.test>" "$who <$who@direct.test>" \
		"$who <$who@plain.test>" "$who <$who@broken.test>" \
		>"$T/$who.key"
	"$P" extract-cert --no-armor <"$T/$who.key" >"$T/$who.cert"
done
cat >"$T/names.py" <<'END'
import hashlib, sys
digits = "ybndrfg8ejkmcpqxot1uwisza345h769"
n = int.from_bytes(hashlib.sha1(sys.argv[1].encode()).digest(), "big")
print("".join(digits[n >> 155 - 5 * i & 31] for i in range(32)),
      hashlib.sha256(sys.argv[1].encode()).hexdigest()[:56])
END
set -- $(python3 "$T/names.py" anna)
hu=$1
set -- $(python3 "$T/names.py" bert)
owner=$2

# --- the web server
mkdir -p "$T/web/wkd/.well-known/openpgpkey/wkd.test/hu" \
	"$T/web/direct/.well-known/openpgpkey/hu"
cp "$T/anna.cert" "$T/web/wkd/.well-known/openpgpkey/wkd.test/hu/$hu"
: >"$T/web/wkd/.well-known/openpgpkey/wkd.test/policy"
cp "$T/anna.cert" "$T/web/direct/.well-known/openpgpkey/hu/$hu"
chmod a+x "$T"
chmod -R a+rX "$T/web"

# tls NAME: a certificate of it by our own authority
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-subj /CN=ca -days 30 -keyout "$T/ca.key" -out "$T/ca.pem" 2>"$T/log"
tls() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj /CN=x -keyout "$T/$1.tls" -out "$T/$1.csr" 2>"$T/log"
	echo "subjectAltName=DNS:$1" >"$T/ext"
	openssl x509 -req -in "$T/$1.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" \
		-CAcreateserial -days 20 -extfile "$T/ext" \
		-out "$T/$1.pem" 2>"$T/log"
}

# server ADDRESS NAME WHAT: an nginx server block
server() {
	tls "$2"
	cat <<-END
	server {
	 listen $1:443 ssl;
	 server_name $2;
	 ssl_certificate $T/$2.pem;
	 ssl_certificate_key $T/$2.tls;
	 $3
	}
	END
}
{
	cat <<-END
	pid $T/nginx.pid;
	error_log $T/nginx.log;
	events { }
	http {
	 access_log $T/access.log;
	 client_body_temp_path $T/body;
	 proxy_temp_path $T/proxy;
	 fastcgi_temp_path $T/fastcgi;
	 uwsgi_temp_path $T/uwsgi;
	 scgi_temp_path $T/scgi;
	END
	server 127.72.0.10 openpgpkey.wkd.test "root $T/web/wkd;"
	server 127.72.0.11 direct.test "root $T/web/direct;"
	server 127.72.0.12 openpgpkey.moved.test \
		'return 302 https://openpgpkey.wkd.test$request_uri;'
	server 127.72.0.13 openpgpkey.busy.test 'return 503;'
	server 127.72.0.14 openpgpkey.wrong.test "root $T/web/wkd;"
	echo '}'
} >"$T/nginx.conf"
# a certificate of another name
cp "$T/direct.test.pem" "$T/openpgpkey.wrong.test.pem"
cp "$T/direct.test.tls" "$T/openpgpkey.wrong.test.tls"
nginx -c "$T/nginx.conf" 2>"$T/log"

# --- the name servers
sign() {
	(
		cd "$T" || exit 1
		key=$(ldns-keygen -k -a ECDSAP256SHA256 -r /dev/urandom "$1") &&
			ldns-signzone -f "$2.signed" "$2" "$key" &&
			cat "$key.ds" >"$2.ds"
	) || exit 1
}

# zone ORIGIN RR...
zone() {
	origin=$1
	shift
	printf '$ORIGIN %s\n$TTL 300\n' "$origin"
	echo '@ SOA ns.test. hostmaster.test. 1 2 3 4 77'
	echo '@ NS ns.test.'
	for rr; do
		echo "$rr"
	done
}
key="$owner._openpgpkey OPENPGPKEY $(base64 -w0 "$T/bert.cert")"
zone wkd.test. 'openpgpkey A 127.72.0.10' "$key" >"$T/wkd.zone"
zone plain.test. 'openpgpkey A 127.72.0.15' "$key" >"$T/plain.zone"
zone broken.test. "$key" >"$T/broken.zone"
sign wkd.test. wkd.zone
sign broken.test. broken.zone
# other octets than those that were signed
python3 - "$T/broken.zone.signed" <<'END'
import re, sys
text = open(sys.argv[1]).read()
text, n = re.subn(r"(OPENPGPKEY\s+\S{8})\S", r"\1/", text, count=1)
assert n == 1
open(sys.argv[1], "w").write(text)
END
{
	zone test. 'ns A 127.72.0.1' 'wkd NS ns' 'plain NS ns' 'broken NS ns' \
		'direct A 127.72.0.11' 'openpgpkey.moved A 127.72.0.12' \
		'openpgpkey.busy A 127.72.0.13' \
		'openpgpkey.wrong A 127.72.0.14'
	cat "$T/wkd.zone.ds" "$T/broken.zone.ds"
} >"$T/test.zone"
sign test. test.zone
{
	zone . 'test. NS ns.test.' 'ns.test. A 127.72.0.1'
	cat "$T/test.zone.ds"
} >"$T/root.zone"
sign . root.zone
nsd_conf nsd 127.72.0.1
for z in .:root test:test wkd.test:wkd broken.test:broken; do
	printf 'zone:\n name: "%s"\n zonefile: "%s.zone.signed"\n' \
		"${z%:*}" "${z#*:}"
done >>"$T/nsd.conf"
printf 'zone:\n name: plain.test\n zonefile: plain.zone\n' >>"$T/nsd.conf"
unbound_conf 127.72.0.2 127.72.0.1 "trust-anchor-file: \"$T/root.zone.ds\"" \
	. test wkd.test broken.test plain.test
nsd -c "$T/nsd.conf"
unbound -c "$T/unbound.conf"
answers 127.72.0.2 openpgpkey.wkd.test

# --- what is found

find_key() {
	STATUS=0
	"$P" find --no-armor --resolver="127.72.0.2@$port" \
		--trust-anchor="$T/root.zone.ds" --ca-file="$T/ca.pem" \
		--allow-private --timeout=10 "$@" >"$T/out" 2>"$T/err" ||
		STATUS=$?
}

# found WHO: the certificate that stdout has is theirs
found() {
	"$P" inspect <"$T/out" |
		jq -r 'select(.packet == "public key").fingerprint' >"$T/got"
	"$P" inspect <"$T/$1.cert" |
		jq -r 'select(.packet == "public key").fingerprint' |
		cmp -s - "$T/got" && echo "$1"
}

# says TEXT: whether stderr does
says() {
	grep -qF -e "$1" "$T/err" && echo yes || cat "$T/err"
}
find_key anna@wkd.test
is '0 anna' "$STATUS $(found anna)" 'the advanced method'
is yes "$(says 'from WKD (https://openpgpkey.wkd.test/.well-known/')" \
	'which is said'
find_key anna@direct.test
is '0 anna' "$STATUS $(found anna)" 'the direct method'
is yes "$(says 'from WKD (https://direct.test/.well-known/openpgpkey/hu/')" \
	'where there is no such host'
find_key bert@wkd.test
is '0 bert' "$STATUS $(found bert)" 'DANE, where the directory has none'
is yes "$(says 'from DANE (')" 'which is said as well'
find_key carl@wkd.test
is 66 "$STATUS" 'in neither'
is yes "$(says 'the directory has no key of this address')" \
	'though there is a directory'
find_key anna@moved.test
is 66 "$STATUS" 'a redirect is not followed'
is yes "$(says 'no redirect is followed')" 'which is said'
grep -c 'GET /.well-known/openpgpkey/moved.test' "$T/access.log" >"$T/got"
is 1 "$(cat "$T/got")" 'nor asked for where it leads'
find_key anna@busy.test
is 75 "$STATUS" "the server's own trouble is unknown"
find_key anna@wrong.test
is 75 "$STATUS" 'a server that cannot prove its name'
is yes "$(says cert-name)" 'which is said'
find_key bert@plain.test
is 75 "$STATUS" 'nobody listens, and DANE is not signed'
is yes "$(says 'the zone is not signed')" 'so it is not used'
find_key bert@broken.test
is 75 "$STATUS" 'a record that was tampered with'
is yes "$(says 'DNSSEC refuses the answer')" 'is bogus'
find_key anna@absent.test
is 66 "$STATUS" 'no such domain'

# without what is assumed above
STATUS=0
"$P" find --resolver="127.72.0.2@$port" --trust-anchor="$T/root.zone.ds" \
	--ca-file="$T/ca.pem" --timeout=10 anna@wkd.test >"$T/out" \
	2>"$T/err" || STATUS=$?
is 75 "$STATUS" 'no connection to what is not public'
is yes "$(says not-public)" 'which is said'
STATUS=0
"$P" find --resolver="127.72.0.2@$port" --trust-anchor="$T/root.zone.ds" \
	--allow-private --timeout=10 anna@wkd.test >"$T/out" 2>"$T/err" ||
	STATUS=$?
is 75 "$STATUS" 'nor belief in an authority that nobody named'

# a recording gives the same
find_key --record="$T/recorded" anna@wkd.test bert@wkd.test
cp "$T/out" "$T/live"
STATUS=0
"$P" find --no-armor --zone="$T/recorded" anna@wkd.test bert@wkd.test \
	>"$T/out" 2>"$T/err" || STATUS=$?
is "0 $(cksum <"$T/live")" "$STATUS $(cksum <"$T/out")" \
	'what was recorded is found again'

# a whole mail to an address, the network being pgp-find's alone
printf 'From: anna@wkd.test\nTo: bert@wkd.test\nSubject: x\n\nhello\n' \
	>"$T/m"
"$P" mail encrypt --resolver="127.72.0.2@$port" \
	--trust-anchor="$T/root.zone.ds" --ca-file="$T/ca.pem" \
	--allow-private --sign-with="$T/anna.key" bert@wkd.test \
	<"$T/m" 2>"$T/err" |
	"$P" mail decrypt --resolver="127.72.0.2@$port" \
	--trust-anchor="$T/root.zone.ds" --ca-file="$T/ca.pem" \
	--allow-private --verify-with=anna@wkd.test \
	--result-out="$T/result" "$T/bert.key" >"$T/out" 2>>"$T/err"
is hello "$(tail -n 1 "$T/out")" 'encrypted and decrypted by address'
is 'pass match' "$(jq -r '."pgp-lite" | .verdict, .from' "$T/result" |
	xargs)" 'and the author found'
echo "1..$n"
exit $failed
