#!/bin/sh
# pgp-lite: what is not supported is refused by its name, not as something
# that is missing or does not fit.
. tests/cli/lib.sh

P=$BIN/pgp-lite
O=$TOP/tests/vectors/openpgp/peers
cd "$T" || exit 1
printf 'hello\n' >data
"$P" generate-key A >key
"$P" extract-cert <key >cert

# named STATUS WORD NAME COMMAND... < INPUT: so, says the word, prints nothing
named() {
	want=$1 word=$2 name=$3
	shift 3
	run "$@"
	status "$want" "$name"
	err "$word" "which names $word"
	[ ! -s out ]
	report $? 'and prints nothing'
}

# DSA with ElGamal: the statuses are those that the draft has for each
run "$P" extract-cert <"$O/dsa.key"
status 0 'the certificate of a DSA key can be extracted'
cp out dsa.cert
named 13 DSA 'encrypt' "$P" encrypt dsa.cert <data
named 13 DSA 'encrypt, beside another' "$P" encrypt cert dsa.cert <data
named 79 DSA 'sign' "$P" sign "$O/dsa.key" <data
named 79 DSA 'encrypt --sign-with' "$P" encrypt --sign-with="$O/dsa.key" \
    cert <data
named 103 DSA 'update-key' "$P" update-key <"$O/dsa.key"
named 103 DSA 'revoke-key' "$P" revoke-key <"$O/dsa.key"
named 109 DSA 'certify-userid' "$P" certify-userid --userid=A "$O/dsa.key" \
    <cert
named 41 DSA 'change-key-password' "$P" change-key-password <"$O/dsa.key"
named 3 DSA 'verify' "$P" verify "$O/dsa.sig" dsa.cert <"$O/text"
run "$P" inspect --format=text <"$O/dsa.key"
out 'DSA' 'inspect names DSA'
out 'ElGamal' 'and ElGamal'

# a subkey of it is kept, and can be revoked
run "$P" update-key <"$O/elgamal.key"
status 0 'update-key: an ElGamal subkey'
cp out elgamal.key
run "$P" inspect --format=text <elgamal.key
out 'algorithm ElGamal' 'is not lost'
"$P" extract-cert <elgamal.key >elgamal.cert
run "$P" lint <elgamal.cert
status 1 'and told by lint'
out '"no_encrypt":"its algorithm, ElGamal, is not' 'which does not say that it could not encrypt'
"$P" update-key --revoke-deprecated-keys <"$O/elgamal.key" |
    "$P" extract-cert >elgamal.cert
run "$P" lint <elgamal.cert
status 0 'until --revoke-deprecated-keys revokes it'
named 41 ElGamal 'change-key-password, which would lose it' \
    "$P" change-key-password <"$O/elgamal.key"

# RSA of 1024 bits, of which no self-signature is looked at
"$P" extract-cert <"$O/weak.key" >weak.cert
named 17 'less than 2048 bits' 'encrypt' "$P" encrypt weak.cert <data
printf 'From: a@example.org\n\nhello\n' >mail
run "$P" mail encrypt --explain --format=text weak.cert <mail
out 'less than 2048 bits' 'mail encrypt --explain, too'

# ciphers, under keys and under a passphrase
named 29 ElGamal 'decrypt' "$P" decrypt "$O/dsa.key" <"$O/elgamal.msg"
named 29 3DES 'decrypt, RSA' "$P" decrypt "$O/rsa.key" <"$O/rsa-3des.msg"
named 29 CAST5 'decrypt, ECDH' "$P" decrypt "$O/p256.key" \
    <"$O/p256-cast5.msg"
named 29 3DES 'decrypt, a passphrase' "$P" decrypt \
    --with-password="$O/password" <"$O/password-3des.msg"
named 29 Blowfish 'decrypt, a passphrase' "$P" decrypt \
    --with-password="$O/password" <"$O/password-blowfish.msg"
named 29 'no key, passphrase or session key fits' 'with another key' \
    "$P" decrypt key <"$O/rsa-3des.msg"
named 29 'the encrypted data was changed' 'where RSA does not open' \
    sh -c 'sed "4s/^.\{8\}/AAAAAAAA/" "$2" | "$1" decrypt "$3"' - "$P" \
    "$O/rsa-3des.msg" "$O/rsa.key"

# version 3: the heads of a key and of a signature are enough
printf '\231\000\017\003\145\222\000\200\000\000\001\000\020\377\377\000\002\003' \
    >v3.cert
{
	printf '\210\027\003\005\000\145\222\000\20012345678\001\010'
	printf '\001\002\000\020\377\377'
} >v3.sig
named 41 'its version, 3,' 'encrypt' "$P" encrypt v3.cert <data
named 3 'its version, 3,' 'verify' "$P" verify v3.sig cert <data
err 'signature 1 does not count' 'and of whom is not known'
run "$P" inspect --format=text <v3.cert
out 'public key, version 3' 'inspect tells the version'
cat v3.cert >both
"$P" dearmor <cert >>both
run "$P" encrypt both <data
status 0 'beside one of version 4 it is passed over'
done_testing
