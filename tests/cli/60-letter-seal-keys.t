#!/bin/sh
# letter-seal's keys: made, read in each form, refused where others can read
# them, compared as people do.
. tests/cli/lib.sh
needs openssl
L=$BIN/letter-seal
cd "$T" || exit 1

run "$L" keygen -o a.key
status 0 'keygen'
lines 1 'the public key is one line'
cp out a.pub
ok 'the private key is readable by its owner alone' \
    test "$(stat -c %a a.key)" = 600
umask 0
run "$L" keygen -o open.key
ok 'whatever the umask' test "$(stat -c %a open.key)" = 600
umask 022
run "$L" keygen -o a.key
status 73 'an older file stays'
err '--force replaces it' 'and is told of'
run "$L" keygen -f -o open.key
status 0 '--force replaces one'
run "$L" keygen
status 64 'without a file: usage'
run "$L" keygen -o nosuch/a.key
status 73 'in a folder that is not there'
run "$L" keygen -o b.key extra
status 64 'no operand is taken'

# --- OpenSSL is the other reader and writer
openssl pkey -in a.key -pubout -outform DER | tail -c 32 | base64 >want
same a.pub want "openssl finds the same public key"
openssl genpkey -algorithm X25519 -out o.key 2>/dev/null
openssl pkey -in o.key -pubout -out o.pub.pem
openssl pkey -in o.key -pubout -outform DER | tail -c 32 | base64 >o.pub
chmod 600 o.key
run "$L" public -k o.key
status 0 "openssl's key is read"
same out o.pub 'and has its public half'
openssl pkey -in o.key -outform DER | tail -c 32 | base64 >raw.key
chmod 600 raw.key
run "$L" public -k raw.key
same out o.pub '32 octets in base64 are read'

# --- what is refused
chmod 644 raw.key
run "$L" public -k raw.key
status 77 'a key that others may read: 77'
err 'others may read it' 'and why'
chmod 640 raw.key
run "$L" public -k raw.key
status 0 'the group may'
run "$L" public -k nosuch.key
status 66 'no such file: 66'
run "$L" public -k o.pub
status 77 'the file of a public key is no secret'
chmod 600 o.pub.pem
run "$L" public -k o.pub.pem
status 65 'a public key is no private one: 65'
openssl genpkey -algorithm Ed25519 -out ed.key 2>/dev/null
chmod 600 ed.key
run "$L" public -k ed.key
status 65 'an Ed25519 key is another kind: 65'
err 'no X25519 key' 'and is called so'
openssl pkey -in o.key -aes256 -passout pass:x -out locked.key
chmod 600 locked.key
run "$L" public -k locked.key
status 65 'a passphrase is asked of nobody: 65'
err passphrase 'and why'
run "$L" public
status 64 'without a key: usage'
for secret in a.key raw.key; do
	"$L" public -k "$secret" >out 2>err
	strings=$(grep -v -- - "$secret")
	cat out err >both
	ok "$secret does not come out" \
	    sh -c '! grep -qF -e "$1" both' - "$strings"
done

# --- fingerprints
run "$L" fingerprint -p "$(cat a.pub)"
status 0 'of a public key'
ok '16 groups of 5 digits' grep -qxE '([0-9]{5} ){15}[0-9]{5}' out
cp out print
run "$L" fingerprint -p a.pub
same out print 'of a file of it'
run "$L" fingerprint -k a.key
same out print 'of the private key: the same'
run "$L" fingerprint -p o.pub.pem
cp out other
run "$L" fingerprint -p o.pub
same out other 'of PEM'
run "$L" fingerprint -p a.pub $(cat print)
status 0 'compared in words'
run "$L" fingerprint -p a.pub "$(tr -d ' ' <print)"
status 0 'compared in one'
run "$L" fingerprint -p a.pub $(cat other)
status 1 "another key's: 1"
run "$L" fingerprint -p a.pub $(cut -c 1-89 print)
status 1 'a part of them: 1'
run "$L" fingerprint
status 64 'without a key: usage'
run "$L" fingerprint -k a.key -p a.pub
status 64 'of two keys: usage'
run "$L" fingerprint -p /dev/null
status 65 'of nothing: 65'
run "$L" fingerprint -p 7f///////////////////////////////////////38=
status 66 'a number beyond the prime is no key, nor a file'

run "$L"
status 64 'a verb is required'
run "$L" nosuch
err 'there is no verb "nosuch"' 'another is told'
run "$L" seal -V
out 'letter-seal (msgsec)' '-V is what it is, beside --version=1|2'
cd "$TOP" || exit 1
done_testing
