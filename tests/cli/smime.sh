# Authorities, keys and mails for the tests of smime-lite; sourced in $T.
# Certificates are made here with openssl, so that none is our own work alone.

CONF=$T/ca.cnf
cat >"$CONF" <<'END'
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[user]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment, keyAgreement
extendedKeyUsage = emailProtection
subjectAltName = email:${ENV::ADDR}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = email:${ENV::ADDR}
[any]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = anyExtendedKeyUsage
subjectAltName = email:${ENV::ADDR}
[webca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
[certonly]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyCertSign
subjectAltName = email:${ENV::ADDR}
END
export ADDR=nobody@example.org

# authority NAME [ISSUER]: NAME.key and NAME.pem
authority() {
	openssl ecparam -genkey -name prime256v1 -noout -out "$1.key" 2>"$T/err"
	openssl req -config "$CONF" -new -key "$1.key" -subj "/CN=$1" \
	    -out "$1.csr" 2>"$T/err"
	if [ $# -gt 1 ]; then
		openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" \
		    -CAcreateserial -days 3650 -extfile "$CONF" \
		    -extensions ca -out "$1.pem" 2>"$T/err"
	else
		openssl x509 -req -in "$1.csr" -signkey "$1.key" -days 3650 \
		    -extfile "$CONF" -extensions ca -out "$1.pem" 2>"$T/err"
	fi
}

# user NAME ADDRESS ISSUER KIND [EXTENSIONS] [ARG...]: NAME.key, NAME.pem
user() {
	name=$1 ADDR=$2 ca=$3 kind=$4 ext=${5:-user}
	[ $# -lt 5 ] || shift
	shift 4
	case $kind in
	ec) openssl ecparam -genkey -name prime256v1 -noout -out "$name.key" ;;
	*) openssl genrsa -out "$name.key" "$kind" ;;
	esac 2>"$T/err"
	chmod 600 "$name.key"
	openssl req -config "$CONF" -new -key "$name.key" -subj "/CN=$name" \
	    -out "$name.csr" 2>"$T/err"
	[ $# -gt 0 ] || set -- -days 3650
	openssl x509 -req -in "$name.csr" -CA "$ca.pem" -CAkey "$ca.key" \
	    -CAcreateserial -extfile "$CONF" -extensions "$ext" "$@" \
	    -out "$name.pem" 2>"$T/err"
}

# letter FROM: a mail whose Subject is a secret
letter() {
	sed "s/^From: .*/From: $1/" "$TOP/tests/cli/letter.eml"
}

# says JQ WANT NAME: of the record on stdout
says() {
	got=$(jq -r ".[\"smime-lite\"]$1" "$T/out" 2>&1 | tr '\n' ' ')
	[ "${got% }" = "$2" ] || echo "# $1 is ${got% }, not $2"
	[ "${got% }" = "$2" ]
	report $? "$3"
}

# from FILE COMMAND...: run it with stdin from FILE
from() {
	run sh -c 'exec "$@" <"$0"' "$@"
}

# empty NAME: nothing on stdout
empty() {
	[ ! -s "$T/out" ]
	report $? "$1"
}
