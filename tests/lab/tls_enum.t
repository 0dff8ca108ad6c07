#!/bin/sh
# What the hand-made hellos find, against real servers on loopback (OpenSSL's,
# GnuTLS's, and ours for what no library speaks any more), and against what
# sslscan and nmap find there. B says where the build is.
# shellcheck disable=SC2086 # $s_server, $rsa, $ec are words
B=${B:-build}
for program in openssl gnutls-serv sslscan nmap python3; do
	command -v "$program" >/dev/null || {
		echo "1..0 # SKIP no $program"
		exit 0
	}
done

T=$(mktemp -d) || exit 1
port=$((20000 + $$ % 20000))
n=0
failed=0
server=

stop() {
	[ -z "$server" ] || { kill "$server"; wait "$server"; } 2>/dev/null
	server=
}
trap 'stop; rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM

# serve COMMAND...: in the background, until it listens
serve() {
	stop
	"$@" >"$T/log" 2>&1 </dev/null &
	server=$!
	tries=0
	until python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' \
	    "$port" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 50 ] || { cat "$T/log"; exit 1; }
		sleep 0.1
	done
	timeout 60 "$B/lab/tls_enum" "$port" localhost "${PARALLEL:-1}" \
	    >"$T/found"
}

ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
		return
	fi
	failed=1
	echo "not ok $n - $2"
	sed 's/^/# /' "$T/diff"
}

# has LINE...: each is among what was found
has() {
	: >"$T/diff"
	for line; do
		grep -qxF -- "$line" "$T/found" || echo "no: $line" >>"$T/diff"
	done
	[ ! -s "$T/diff" ]
}

# "TLSv1.2 NAME" a line, sorted
suites() {
	sed -n 's/^suite //p' "$T/found" | sort
}

nmap_suites() {
	nmap -Pn -p "$port" --script ssl-enum-ciphers 127.0.0.1 |
	    awk '/TLSv1\.[0-3]:|SSLv3:/ { v = $2; sub(":", "", v) }
		$2 ~ /^TLS_/ { sub("TLS_AKE_WITH", "TLS", $2); print v, $2 }' |
	    sort
}

# sslscan says "Curve 25519" and the like behind OpenSSL's name, or IANA's
sslscan_count() {
	sslscan --no-colour "127.0.0.1:$port" |
	    grep -cE '^(Accepted|Preferred)'
}

compare() {
	nmap_suites >"$T/nmap"
	suites | grep -v '^SSL' >"$T/ours"
	diff "$T/nmap" "$T/ours" >"$T/diff"
	ok $? "$1: the suites that nmap finds"
	theirs=$(sslscan_count)
	ours=$(suites | wc -l)
	echo "sslscan $theirs, we $ours" >"$T/diff"
	[ "$theirs" -eq "$ours" ]
	ok $? "$1: as many as sslscan finds"
}

# mint NAME TYPE OPTION...
mint() {
	name=$1
	shift
	openssl req -x509 -nodes -newkey "$@" -subj /CN=localhost \
	    -keyout "$T/$name.key" -out "$T/$name.pem" 2>/dev/null
}

mint rsa rsa:2048
mint ec ec -pkeyopt ec_paramgen_curve:P-256
mint ed25519 ed25519
openssl x509 -in "$T/rsa.pem" -outform der -out "$T/rsa.der"
rsa="-cert $T/rsa.pem -key $T/rsa.key"
ec="-cert $T/ec.pem -key $T/ec.key"
s_server="openssl s_server -accept 127.0.0.1:$port -quiet"

serve $s_server $rsa
has 'version TLSv1.2 yes' 'version TLSv1.3 yes' 'version TLSv1.0 no' \
    'list suite TLSv1.2 whole' 'order TLSv1.2 client' \
    'group13 ffdhe3072' 'group12 x448' 'scheme13 rsa_pss_rsae_sha256' \
    'scheme12 rsa_pkcs1_sha256' 'fact fallback-scsv yes' \
    'fact sentinel yes' 'fact secure-renegotiation yes' \
    'fact compression no' 'dh 2048 bits g=2 Oakley group 14 insufficient'
ok $? 'openssl, as it comes'
compare 'openssl, as it comes'
cp "$T/found" "$T/serial"
PARALLEL=8
serve $s_server $rsa
PARALLEL=
diff "$T/serial" "$T/found" >"$T/diff"
ok $? 'eight questions at once find the same'

serve $s_server $rsa -dcert "$T/ec.pem" -dkey "$T/ec.key" -serverpref \
    -prioritize_chacha -cipher 'ALL:COMPLEMENTOFALL:@SECLEVEL=0' -sigalgs \
    RSA+SHA256:ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA1:ECDSA+SHA224
has 'version TLSv1.0 yes' 'version TLSv1.1 yes' \
    'order TLSv1.0 server' 'order TLSv1.2 server-chacha' \
    'scheme12 rsa_pkcs1_sha1' 'scheme12 ecdsa_sha224' \
    'suite TLSv1.2 TLS_RSA_WITH_NULL_MD5' \
    'suite TLSv1.2 TLS_DH_anon_WITH_AES_128_GCM_SHA256' \
    'dh 1024 bits g=2 Oakley group 2 insufficient'
ok $? 'openssl, all that it can'
: >"$T/diff"
[ "$(grep -c '^chain' "$T/found")" -eq 2 ]
ok $? 'openssl, all that it can: both certificates'
compare 'openssl, all that it can'

serve $s_server $ec -tls1_3 -groups P-384:X25519
has 'version TLSv1.2 no' 'version TLSv1.3 yes' 'list group13 whole' \
    'group13 secp384r1' 'group13 x25519' 'list group12 moot' \
    'scheme13 ecdsa_secp256r1_sha256' 'fact extended-master-secret moot'
ok $? 'openssl, TLS 1.3 alone'
: >"$T/diff"
[ "$(grep -c '^group13' "$T/found")" -eq 2 ]
ok $? 'openssl, TLS 1.3 alone: two groups'

serve $s_server $ec -tls1_2
has 'list group12 whole' 'group12 x25519' 'group12 secp256r1' \
    'group12 secp384r1' 'group12 secp521r1' 'group12 x448'
ok $? 'openssl, an EC key: groups beside its own'

serve $s_server -cert "$T/ed25519.pem" -key "$T/ed25519.key"
has 'scheme12 ed25519' 'scheme13 ed25519' 'list scheme13 whole'
ok $? 'openssl, Ed25519'

if openssl list -kem-algorithms 2>/dev/null | grep -q X25519MLKEM768; then
	serve $s_server $ec -groups X25519MLKEM768:SecP256r1MLKEM768:P-256
	has 'group13 X25519MLKEM768' 'group13 SecP256r1MLKEM768' \
	    'group13 secp256r1' 'list group13 whole' 'group12 secp256r1'
	ok $? 'openssl, ML-KEM'
else
	n=$((n + 1))
	echo "ok $n # SKIP needs OpenSSL 3.5"
fi

openssl dhparam -out "$T/dh.pem" 1024 2>/dev/null
serve $s_server $rsa -dhparam "$T/dh.pem" -cipher 'DHE:@SECLEVEL=0' \
    -no_ticket -legacy_renegotiation -tls1_2
has 'dh 1024 bits g=2 own insufficient' 'list group12 whole' \
    'version TLSv1.3 no' 'fact sentinel moot' 'fact fallback-scsv moot'
ok $? 'openssl, a prime of its own'
compare 'openssl, a prime of its own'

serve gnutls-serv -q -p "$port" --x509certfile "$T/rsa.pem" \
    --x509keyfile "$T/rsa.key" --x509certfile "$T/ec.pem" \
    --x509keyfile "$T/ec.key" --priority NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:\
+ARCFOUR-128:+3DES-CBC:+ANON-DH:+ANON-ECDH:+DHE-RSA:+MD5:+SIGN-ALL
has 'version TLSv1.0 yes' 'suite TLSv1.2 TLS_RSA_WITH_RC4_128_MD5' \
    'suite TLSv1.0 TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA' \
    'scheme12 rsa_pkcs1_sha1' 'scheme13 ecdsa_secp256r1_sha256' \
    'dh 2048 bits g=2 ffdhe2048 insufficient' 'fact session-id yes'
ok $? 'gnutls, old and new'
compare 'gnutls, old and new'

for how in ssl3 ssl3-close; do
	serve python3 tests/lab/old_tls.py "$port" $how "$T/rsa.der"
	has 'version SSLv3 yes' 'version TLSv1.0 no' 'version SSLv2 no' \
	    'list suite SSLv3 whole' 'suite SSLv3 TLS_RSA_WITH_RC4_128_MD5' \
	    'suite SSLv3 TLS_RSA_WITH_3DES_EDE_CBC_SHA' \
	    'suite SSLv3 TLS_RSA_WITH_RC4_128_SHA' \
	    'fact secure-renegotiation no'
	ok $? "$how"
done

serve python3 tests/lab/old_tls.py "$port" ssl2 "$T/rsa.der"
has 'version SSLv2 yes' 'list suite SSLv2 whole' 'version TLSv1.2 no' \
    'suite SSLv2 SSL_CK_RC4_128_WITH_MD5' \
    'suite SSLv2 SSL_CK_DES_192_EDE3_CBC_WITH_MD5' \
    'suite SSLv2 SSL_CK_RC4_128_EXPORT40_WITH_MD5'
ok $? 'ssl2'

echo "1..$n"
exit $failed
