#!/bin/sh
# A conversation of two, and each way in which one ends.
. tests/cli/lib.sh
. tests/cli/ratchet.sh

# in FILE WHO VERB...: the same with stdin
in_as() {
	file=$1
	shift
	run sh -c 'f=$1; shift; exec "$@" <"$f"' - "$file" "$chat" "$@"
}

for who in alice bob carol; do
	run as $who init -n $who
	status 0 "init: $who"
done
run as alice init -n alice
status 73 'a second init is refused'
run "$chat" init --state="$T/x"
status 64 'init without a name'
run "$chat" init --state="$T/x" -n "$(printf 'a\033b')"
status 64 'init with a name that is none'
ok 'nothing was made' test ! -e "$T/x"
ok 'state and key are for their owner' test "$(stat -c %a "$T/alice" \
    "$T/alice/state.db" "$T/alice/key" | tr '\n' ' ')" = '700 600 600 '

# --- a conversation
as bob bundle -c 3 >"$T/bundles"
ok 'three bundles' test "$(wc -l <"$T/bundles")" -eq 3
ok 'no prekey twice' test "$(jq .prekey.id "$T/bundles" | sort -u |
    wc -l)" -eq 3
sed -n 1p "$T/bundles" >"$T/b1"
in_as "$T/b1" start bob --no-pq --state="$T/alice"
status 0 'start'
err 'ratchet-chat safety bob' 'which says what to compare'
printf 'hello\n' >"$T/plain"
in_as "$T/plain" send bob --state="$T/alice"
status 0 'send'
cp "$T/out" "$T/m1"
ok 'the envelope' test "$(jq -r '"\(.to) \(.from) \(.type) \(.version)"' \
    "$T/m1")" = 'bob alice prekey 3'
in_as "$T/m1" recv --state="$T/bob"
status 0 'recv'
same "$T/out" "$T/plain" 'what was sent'
err 'first contact' 'first contact is said'
in_as "$T/m1" recv --state="$T/bob"
status 80 'a message read before is replayed'
ok 'and prints nothing' test ! -s "$T/out"
echo reply | as bob send alice >"$T/m2"
in_as "$T/m2" recv bob --json --state="$T/alice"
status 0 'the reply'
ok 'its record' test "$(jq -r '"\(.peer) " + (."ratchet-chat" |
    "\(.type) \(.counter) \(.trust) \(.passed_over) \(.plaintext|@base64d)")' \
    "$T/out")" = 'bob message 0 pinned 0 reply'
run "$chat" --state "$T/alice" peers --format=json
status 0 'options of the state in front of the verb'
ok 'peers' test "$(jq -r '"\(.peer) " + (."ratchet-chat" |
    "\(.trust) \(.sessions) \(.answered) \(.missing_messages)")' \
    "$T/out")" = 'bob pinned 1 true 0'

# --- every octet
head -c 100000 /dev/urandom >"$T/blob"
in_as "$T/blob" send bob --state="$T/alice"
cp "$T/out" "$T/m"
in_as "$T/m" recv --state="$T/bob"
same "$T/out" "$T/blob" 'octets of any kind'
: >"$T/empty"
run as alice nudge bob
status 0 'nudge'
cp "$T/out" "$T/m"
in_as "$T/m" recv --state="$T/bob"
status 0 'is an empty message'
ok 'of no octet' test ! -s "$T/out"
as alice send bob --raw <"$T/plain" >"$T/raw"
ok 'raw octets begin with the version' test "$(head -c 1 "$T/raw")" = 3
in_as "$T/raw" recv --raw --state="$T/bob"
status 64 'raw octets need a name'
in_as "$T/raw" recv alice --raw --state="$T/bob"
same "$T/out" "$T/plain" 'and are read under it'

# --- padded
printf a | as alice send bob --pad >"$T/p1"
head -c 150 /dev/zero | as alice send bob --pad >"$T/p2"
as alice nudge bob --pad >"$T/p3"
ok 'padding hides the length' test "$(for m in 1 2 3; do
    "$chat" inspect <"$T/p$m" | jq '."ratchet-chat".ciphertext_size'
done | sort -u)" = 160
in_as "$T/p1" recv --pad --state="$T/bob"
ok 'and is taken away' test "$(cat "$T/out")" = a
in_as "$T/p3" recv --pad --state="$T/bob"
ok 'all of it' test ! -s "$T/out"
in_as "$T/p2" recv --state="$T/bob"
ok 'where it is asked for' test "$(wc -c <"$T/out")" -eq 159

# --- out of order, lost
for i in 1 2 3; do
	echo $i | as alice send bob >"$T/o$i"
done
in_as "$T/o3" recv --json --state="$T/bob"
ok 'two are missing' test \
    "$(jq '."ratchet-chat".passed_over' "$T/out")" -eq 2
err '2 messages before this one are missing' 'which is said'
in_as "$T/o1" recv --json --state="$T/bob"
ok 'one of them comes late' test \
    "$(jq '."ratchet-chat".late' "$T/out")" = true
in_as "$T/o1" recv --state="$T/bob"
status 80 'once'

# --- wrong ones
python3 - "$T/o2" >"$T/forged" <<'END'
import base64, json, sys
m = json.load(open(sys.argv[1]))
b = bytearray(base64.b64decode(m["body"]))
b[-1] ^= 1
m["body"] = base64.b64encode(b).decode()
print(json.dumps(m))
END
in_as "$T/forged" recv --state="$T/bob"
status 86 'one bit changed: not authentic'
in_as "$T/o2" recv --state="$T/bob"
status 0 'and the right one is read after it'
in_as "$T/o2" recv carol --state="$T/bob"
status 65 'not from whom it says'
in_as "$T/m2" recv --state="$T/bob"
status 65 'not for us'
in_as "$T/plain" recv --state="$T/bob"
status 65 'no message'
jq -c '.from = "mallory"' "$T/o2" >"$T/m"
in_as "$T/m" recv --state="$T/bob"
status 82 'of nobody we know'
in_as "$T/plain" send mallory --state="$T/bob"
status 82 'to nobody we know'
python3 - "$T/o2" >"$T/v4" <<'END'
import base64, json, sys
m = json.load(open(sys.argv[1]))
b = bytearray(base64.b64decode(m["body"]))
b[0] = 0x44
m["body"] = base64.b64encode(b).decode()
print(json.dumps(m))
END
in_as "$T/v4" recv --state="$T/bob"
if "$chat" -V | grep -q 'needs OpenSSL 3.5'; then
	status 65 'version 4 without Kyber'
	err 'needs a newer OpenSSL' 'is named'
else
	status 86 'another version'
fi

# --- a gap
seq 2003 | as alice send bob --lines | tail -n 1 >"$T/far"
in_as "$T/far" recv --state="$T/bob"
status 81 'more than 2,000 are missing'

# --- bundles
in_as "$T/b1" start carol --state="$T/alice"
status 65 'a bundle under another name'
sed -n 2p "$T/bundles" | jq -c '.prekey.id = 77' >"$T/mixed"
in_as "$T/mixed" start bob --state="$T/carol"
status 86 'a bundle that somebody changed'
sed -n 2p "$T/bundles" | jq -c 'del(.expires, .bundle_signature, .name)' \
    >"$T/other"
in_as "$T/other" start bob --state="$T/carol"
status 65 'a bundle without signature'
err 'foreign' 'and how to take it'
in_as "$T/other" start bob --foreign --state="$T/carol"
status 0 'a foreign one'
in_as "$T/b1" start bob --state="$T/carol"
status 0 'a bundle that was served before'
in_as "$T/plain" send bob --state="$T/carol"
cp "$T/out" "$T/m"
in_as "$T/m" recv --state="$T/bob"
status 84 'its prekey is used up'
in_as "$T/b1" start bob --state="$T/bob"
status 65 'our own'

# --- reset
run as bob reset alice
status 0 'reset'
echo x | as alice send bob >"$T/m"
in_as "$T/m" recv --state="$T/bob"
status 84 'no session any more'
err 'start alice' 'and what to do'
in_as "$T/m1" recv --state="$T/bob"
status 80 'a first message stays used up'
sed -n 3p "$T/bundles" >"$T/b3"
as alice start bob <"$T/b3" 2>/dev/null
echo again | as alice send bob >"$T/m"
in_as "$T/m" recv --state="$T/bob"
status 0 'a new session'
run as alice reset
status 64 'reset of nobody'

# --- other ways to keep the key
echo 'correct horse' >"$T/pass"
chmod 600 "$T/pass"
run as dora init -n dora --passphrase-file="$T/pass"
status 0 'a passphrase'
ok 'no key file then' test ! -e "$T/dora/key"
run as dora bundle
status 77 'without it nothing goes'
run as dora bundle --passphrase-file="$T/pass"
status 0 'with it'
mkdir "$T/credentials"
cp -p "$T/pass" "$T/credentials/ratchet-chat.passphrase"
run env CREDENTIALS_DIRECTORY="$T/credentials" "$chat" bundle \
    --state="$T/dora"
status 0 'as a credential'
echo 'battery' >"$T/pass"
run as dora bundle --passphrase-file="$T/pass"
status 77 'with another'
run as emil init -n emil --key-file="$T/emil.key"
status 0 'a key elsewhere'
ok 'is made' test "$(stat -c %a "$T/emil.key")" = 600
run as emil peers
status 66 'and needed'
cp -p "$T/emil.key" "$T/credentials/ratchet-chat.key"
run env CREDENTIALS_DIRECTORY="$T/credentials" "$chat" peers \
    --state="$T/emil"
status 0 'or lent as a credential'
run env CREDENTIALS_DIRECTORY="$T/credentials" "$chat" init -n finn \
    --state="$T/finn"
status 0 'also when the state is made'
ok 'no other key then' test ! -e "$T/finn/key"
cp "$T/bob/key" "$T/emil/key"
run as emil peers
status 77 'another key is refused'
chmod 644 "$T/emil.key"
run as emil peers --key-file="$T/emil.key"
status 77 'so is one that all can read'
run "$chat" peers --state="$T/nobody"
status 66 'no state'
err 'init -n NAME' 'and how to make one'
run "$chat" peers
status 66 'none at home'
run "$chat" init -n me
ok 'where it is made' test -e "$HOME/.local/state/msgsec/ratchet-chat/state.db"
done_testing
