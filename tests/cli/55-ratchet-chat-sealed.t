#!/bin/sh
# Sealed messages, and who certifies their senders.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
quiet=-q

# recv WHO FILE [PEER]
recv() {
	who=$1 file=$2
	shift 2
	run sh -c 'f=$1; shift; exec "$@" <"$f"' - "$file" "$chat" recv "$@" \
	    --state="$T/$who"
}

# key_of WHO: its identity key
key_of() {
	as $1 bundle --without-one-time | jq -r .identity_key
}

for who in alice bob eve office; do
	as $who init -n $who
done
run as office ca init
status 0 'ca init'
root=$(cat "$T/out")
run as office ca init
status 73 'once'
run as alice ca cert alice "$(key_of alice)"
status 66 'ca cert needs one'
for one in alice bob eve; do
	as office ca cert $one "$(key_of $one)" >"$T/$one.cert"
	run sh -c '"$1" ca use "$2" --state="$3" <"$4"' - "$chat" "$root" \
	    "$T/$one" "$T/$one.cert"
	status 0 "ca use: $one"
done
run sh -c '"$1" ca use "$2" --state="$3" <"$4"' - "$chat" "$root" \
    "$T/alice" "$T/bob.cert"
status 65 "another's certificate"
run sh -c '"$1" ca use "$2" --state="$3" <"$4"' - "$chat" \
    "$(key_of alice)" "$T/alice" "$T/alice.cert"
status 86 'another root'
run as office ca cert alice nokey
status 64 'no key'
run as office ca what
status 64 'no such thing'

as bob bundle >"$T/bundle"
as alice start bob <"$T/bundle"
echo hello | as alice send bob --sealed >"$T/m"
ok 'the envelope names no sender' test "$(jq -r \
    '"\(.to) \(.from) \(.type) \(.version)"' "$T/m")" = 'bob null sealed 1'
ok 'nor does its body' test -z "$(jq -r .body "$T/m" | openssl base64 -d -A |
    grep -a alice)"
run sh -c '"$1" inspect <"$2"' - "$chat" "$T/m"
ok 'inspect: sealed' test "$(jq -r '."ratchet-chat".type' "$T/out")" = sealed
recv eve "$T/m"
status 65 'it is not for eve'
jq -c '.to = "eve"' "$T/m" >"$T/m2"
recv eve "$T/m2"
status 86 'and she does not open it'
recv bob "$T/m" eve
status 65 'it is not from eve'
# explains STATUS REASON: what bob's state says of it
explains() {
	run sh -c '"$1" explain --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
	status $1 "explain: $2"
	ok 'with the reason' test "$(jq -r '."ratchet-chat" |
	    "\(.type) \(.status) \(.reason)"' "$T/out")" = "sealed $1 $2"
}
explains 0 ok
recv bob "$T/m"
status 0 'bob opens it'
ok 'and reads it' grep -qx hello "$T/out"
err 'alice: first contact' 'it is from alice'
recv bob "$T/m"
status 80 'once'
explains 80 'replayed: its key was used up'
echo reply | as bob send alice --sealed >"$T/m"
recv alice "$T/m" bob
ok 'and back' grep -qx reply "$T/out"
seq 5 | as alice send bob --lines --sealed | as bob recv --lines >"$T/out"
lines 5 'by lines'
echo kept | as alice send bob --sealed >"$T/m"
run sh -c '"$1" recv --state="$2" <"$3" >/dev/full' - "$chat" "$T/bob" "$T/m"
status 74 'stdout fails'
run sh -c '"$1" recv --json --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
ok 'again, and still from alice' test "$(jq -r '"\(.peer) " +
    (."ratchet-chat" | "\(.again) \(.plaintext | @base64d)")' \
    "$T/out")" = 'alice true kept'
echo raw | as alice send bob --sealed --raw >"$T/raw"
run sh -c '"$1" recv alice --raw --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/raw"
ok 'raw' grep -qx raw "$T/out"

# version 2, where libcrypto has what it needs
run sh -c 'echo two | "$1" send bob --sealed --sealed-version=2 --state="$2"' \
    - "$chat" "$T/alice"
if [ "$STATUS" -eq 0 ]; then
	cp "$T/out" "$T/m"
	ok 'a sealed message of version 2' test "$(jq -r .body "$T/m" |
	    base64 -d | head -c 1 | od -An -tx1 | tr -d ' ')" = 22
	recv bob "$T/m"
	out two 'is read'
else
	status 65 'version 2 of sealed messages'
	err 'newer OpenSSL' 'says what it needs'
fi

# eve certifies herself as alice, with an authority of her own
as eve ca init >"$T/root2"
as eve ca cert eve "$(key_of eve)" >"$T/eve2.cert"
run sh -c '"$1" ca use "$2" --state="$3" <"$4"' - "$chat" \
    "$(cat "$T/root2")" "$T/eve" "$T/eve2.cert"
status 0 'eve believes herself'
as bob bundle >"$T/bundle"
as eve start bob <"$T/bundle"
echo fake | as eve send bob --sealed >"$T/m"
recv bob "$T/m"
status 86 'bob does not'
err 'certificate' 'and says why'
run sh -c 'echo x | "$1" send office --sealed --state="$2"' - "$chat" \
    "$T/office"
status 65 'nobody certified the office'
err 'ca use' 'and how to do that'
done_testing
