#!/bin/sh
# Safety numbers, changed identities, rolled-back states, failed outputs.
. tests/cli/lib.sh
. tests/cli/ratchet.sh

# meet A B: A starts with B's bundle
meet() {
	as "$2" bundle >"$T/bundle"
	as "$1" start "$2" <"$T/bundle" 2>/dev/null
}

# says A B TEXT: a message that arrives
says() {
	echo "$3" | as "$1" send "$2" >"$T/m"
	run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/$2" "$T/m"
	[ "$(cat "$T/out")" = "$3" ]
	report $? "$1 to $2: $3"
}

for who in alice bob; do
	as $who init -n $who
done
meet alice bob
says alice bob one
says bob alice two

# --- safety numbers: section 5 item 19, compared as a whole, in code
run as alice safety bob
status 0 'safety'
ok '60 digits in groups of five' grep -qxE '([0-9]{5} ){11}[0-9]{5}' \
    "$T/out"
cp "$T/out" "$T/number"
run as bob safety alice
same "$T/out" "$T/number" 'the same on both sides'
run as bob verify alice $(cat "$T/number")
status 0 'verify'
run as bob verify alice "$(tr -d ' \n' <"$T/number")"
status 0 'without blanks'
run as bob verify alice $(cut -d ' ' -f 1-11 "$T/number")
status 1 'not a part of it'
run as bob verify alice $(tr 0-9 1-90 <"$T/number")
status 1 'not another'
run as bob peers --format=text
out 'alice: verified' 'it is noted'
run as alice peers --format=text
out 'bob: pinned' 'for each side alone'
run as alice safety bob --qr
ok 'a QR code of 49 columns or so' test "$(wc -l <"$T/out")" -gt 18
run as alice safety mallory
status 82 'of nobody we know'

# --- a changed identity
mkdir "$T/other"
"$chat" init -n bob --state="$T/other/bob"
"$chat" bundle --state="$T/other/bob" >"$T/bundle2"
run sh -c '"$1" start bob --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/bundle2"
status 83 'start with another identity'
run sh -c 'echo x | "$1" send bob --state="$2"' - "$chat" "$T/alice"
status 83 'send is refused from then on'
err 'accept bob' 'and says the way'
ok 'nothing was written' test ! -s "$T/out"
run as alice peers
ok 'peers shows it' test "$(jq -r '."ratchet-chat".trust' "$T/out")" = changed
run as alice accept bob 12345
status 1 'accept with a wrong number'
run as alice accept bob
status 0 'accept'
run as alice accept bob
status 1 'nothing more to accept'
run as alice peers
ok 'the identity before stays in the history' test \
    "$(jq '."ratchet-chat".history | length' "$T/out")" -eq 1
run sh -c '"$1" start bob --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/bundle2"
status 0 'the new one can be talked to'
echo 'the old one' | as bob send alice >"$T/m"
run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/alice" "$T/m"
status 86 'the old session has ended'
as bob bundle >"$T/bundle"
run sh -c '"$1" start bob --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/bundle"
status 83 'the old identity is another one now'
as alice accept bob 2>/dev/null
as alice start bob <"$T/bundle" 2>/dev/null
says alice bob three

# --- one identity, which waits to be bob's, and is known as eve's meanwhile
for who in dora eve; do
	"$chat" init -n $who --state="$T/$who" -q
done
as bob bundle | as dora start bob 2>/dev/null
"$chat" bundle --state="$T/eve" >"$T/bundle2"
jq -c '.name = "bob" | del(.expires, .bundle_signature)' "$T/bundle2" |
    as dora start bob --foreign 2>/dev/null
as dora start eve <"$T/bundle2" 2>/dev/null
run as dora accept bob
status 65 "eve's is not bob's"
err 'verify bob' 'and says the way out'
as dora verify bob $(as dora safety bob 2>/dev/null)
says dora bob three

# --- somebody claims a name
mkdir "$T/mallory"
as alice safety bob >"$T/number"
as alice bundle >"$T/bundle"
"$chat" init -n bob --state="$T/mallory/bob"
"$chat" start alice -q --state="$T/mallory/bob" <"$T/bundle"
echo 'it is me' | "$chat" send alice --state="$T/mallory/bob" >"$T/m"
run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/alice" "$T/m"
status 83 'a message under a name that is another one'
run sh -c 'echo x | "$1" send bob --state="$2"' - "$chat" "$T/alice"
status 83 'send is refused'
run as alice verify bob $(cat "$T/number")
status 0 'the identity of before has its number'
says alice bob 'is it you?'
"$chat" start alice -q --state="$T/mallory/bob" <"$T/bundle"
as carol init -n carol
as carol start alice <"$T/bundle" 2>/dev/null
echo 'hello' | as carol send alice >"$T/m"
jq -c '.from = "bob"' "$T/m" >"$T/m2"
run sh -c '"$1" recv --state="$2" <"$3" >/dev/full' - "$chat" "$T/alice" \
    "$T/m"
status 74 'a message that could not be written'
run sh -c '"$1" recv bob --state="$2" <"$3"' - "$chat" "$T/alice" "$T/m2"
ok 'does not become another peer'"'"'s' test ! -s "$T/out"
status 80 'and is used up under another name'
run sh -c '"$1" recv carol --state="$2" <"$3"' - "$chat" "$T/alice" "$T/m"
out hello 'and is still there for the right one'
jq -c '.version = 259' "$T/m" >"$T/m2"
run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/alice" "$T/m2"
status 65 'a version that is no nibble'
ok 'carol waits' test "$(as alice peers | wc -l)" -eq 2
run as alice reset bob --strangers
status 64 'reset of one and of all strangers'
run as alice reset --strangers
status 0 'who had no answer is forgotten'
ok 'and nobody else' test "$(as alice peers | jq -r .peer)" = bob

# --- a state that was put back
cp -R "$T/alice" "$T/copy"
says alice bob four
rm -rf "$T/alice"
cp -R "$T/copy" "$T/alice"
for verb in 'send bob' 'recv' 'peers' 'bundle' 'safety bob'; do
	run sh -c '"$@" </dev/null' - "$chat" $verb --state="$T/alice"
	status 85 "rolled back: $verb"
	ok 'writes nothing' test ! -s "$T/out"
done
err 'reset --rolled-back' 'and says the way'
run as alice reset --rolled-back
status 0 'reset --rolled-back'
run as alice peers
ok 'keeps peers, not sessions' test "$(jq -r '"\(.peer) " +
    (."ratchet-chat".sessions | tostring)' "$T/out")" = 'bob 0'
meet alice bob
says alice bob five
rm -rf "$T/alice"
cp -R "$T/copy" "$T/alice"
run as alice peers
status 85 'the copy stays refused'
rm -rf "$HOME/.local/share/msgsec/anchor"
run as bob peers
status 85 'a lost anchor is refused, too'
run as bob reset --rolled-back
status 0 'and has the same way out'
run as bob peers
status 0 'which makes a new one'

# --- outputs that fail
as alice reset --rolled-back
meet alice bob
run sh -c 'echo six | "$1" send bob --state="$2" >/dev/full' - "$chat" \
    "$T/alice"
status 74 'send: stdout fails'
err 'send --again bob' 'and says the way'
as alice send --again bob >"$T/m"
as alice send --again bob >"$T/m2"
same "$T/m" "$T/m2" 'the same octets each time'
run sh -c '"$1" recv --state="$2" <"$3" >/dev/full' - "$chat" "$T/bob" \
    "$T/m"
status 74 'recv: stdout fails'
run sh -c '"$1" recv --json --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 0 'the same message prints it again'
ok 'and what was known of it' test "$(jq -r '."ratchet-chat" |
    "\(.again) \(.new_session) \(.plaintext | @base64d)"' "$T/out")" = \
    'true true six'
run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 80 'when it was written it is replayed'
run as bob send --again alice
status 66 'nothing was sent'

# --- a reader that goes away is told from one that fails
run sh -c '{ echo x | "$1" send bob --state="$2"; echo $? >"$3"; } | true' \
    - "$chat" "$T/alice" "$T/status"
ok 'send survives a closed pipe' grep -qxE '0|74' "$T/status"
done_testing
