#!/bin/sh
# What ratchet-chat writes follows its schemas, and has no key beside them.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
python3 -c 'import jsonschema' 2>/dev/null || skip_all 'no python3-jsonschema'
quiet=-q

# follows SCHEMA NAME: the records in $T/records
follows() {
	tests/cli/validate-records "man/schema/$1.json" <"$T/records" \
	    >"$T/out" 2>&1
	report $? "$1: $2"
}

# plain SCHEMA NAME: lines that are no records: the schema alone, and strictly
plain() {
	tests/cli/validate-plain "man/schema/$1.json" <"$T/records" \
	    >"$T/out" 2>&1
	report $? "$1: $2"
}

for who in alice bob; do
	as $who init -n $who
done
as bob bundle -c 2 >"$T/records"
plain ratchet-chat-bundle 'with one-time prekeys'
head -n 1 "$T/records" | as alice start bob
as bob bundle --without-one-time >"$T/records"
plain ratchet-chat-bundle 'without'
echo x | as alice send bob >"$T/records"
plain ratchet-chat-message 'the first'
cp "$T/records" "$T/m"
"$chat" inspect <"$T/m" >"$T/records"
follows ratchet-chat 'inspect, the first message'
as bob explain <"$T/m" >"$T/records"
follows ratchet-chat 'explain, readable'
as bob recv --json <"$T/m" >"$T/records"
follows ratchet-chat 'recv, the first message'
as bob explain <"$T/m" >"$T/records"
follows ratchet-chat 'explain, replayed'
echo y | as bob send alice >"$T/records"
plain ratchet-chat-message 'a later one'
cp "$T/records" "$T/m"
"$chat" inspect <"$T/m" >"$T/records"
follows ratchet-chat 'inspect, a later one'
as alice recv --json <"$T/m" >"$T/records"
follows ratchet-chat 'recv, a later one'
as alice peers >"$T/records"
follows ratchet-chat 'peers'
root=$(as alice ca init)
key=$(as alice bundle | jq -r .identity_key)
as alice ca cert alice "$key" | as alice ca use "$root"
echo z | as alice send bob --sealed >"$T/records"
plain ratchet-chat-message 'a sealed one'
cp "$T/records" "$T/m"
"$chat" inspect <"$T/m" >"$T/records"
follows ratchet-chat 'inspect, a sealed one'
as bob explain <"$T/m" >"$T/records"
follows ratchet-chat 'explain, a sealed one'
"$chat" init -n bob --state="$T/other"
"$chat" bundle --state="$T/other" | as alice start bob 2>/dev/null
as alice peers >"$T/records"
follows ratchet-chat 'peers, a changed identity'
as alice accept bob
as alice peers >"$T/records"
follows ratchet-chat 'peers, with a history'
done_testing
