#!/bin/sh
# ratchet-chat relay: the protocol of msgsec-relay(8), by a client that knows
# nothing but HTTP.
. tests/cli/lib.sh
. tests/cli/relay.sh
needs curl jq

: >"$T/err"
relay one -v
A=/v1/mailbox/$(numbered 1) B=/v1/mailbox/$(numbered 2)
grep -q 'sandbox: full' "$T/one.err" ||
    grep -q 'sandbox: partial' "$T/one.err"
report $? 'gives up power'

# --- what it is
ask GET /v1/relay
code 200 'says what it allows'
answers '.relay == "msgsec-relay/1" and .sizes == [1024,4096,16384,65536,262144]
    and .ttl == 2592000' 'its limits'

# --- mailboxes
as 1 PUT "$A"
code 201 'a mailbox is made'
as 1 PUT "$A"
code 200 'asking again does no harm'
as 2 PUT "$A"
refused 409 taken 'not with another token'
ask PUT "$B"
refused 401 no-token 'not without a token'
as 2 GET "$A"
refused 403 not-owner 'its owner alone is told of it'
as 2 GET "$B"
refused 404 no-mailbox 'there is none yet'
as 1 GET "$A"
code 200 'its owner is told'
answers '.messages == [] and .one_time == 0 and .bundles == null and
    (.created | endswith("T00:00:00Z"))' 'what is known of it'

# --- messages
message_of() {
	head -c "$1" /dev/zero | tr '\0' "$2" >"$T/$2.$1"
}
message_of 1024 a
message_of 4096 b
M=$A/messages/$(numbered 10)
ask PUT "$M" --data-binary "@$T/a.1024"
code 201 'anybody who has the id may post'
ask PUT "$M" --data-binary "@$T/a.1024"
code 200 'the same again is one message'
message_of 1024 c
ask PUT "$M" --data-binary "@$T/c.1024"
refused 409 taken 'another one with its id is refused'
ask PUT "$A/messages/$(numbered 11)" --data-binary "@$T/b.4096"
code 201 'a larger one'
head -c 1023 "$T/a.1024" >"$T/short"
ask PUT "$A/messages/$(numbered 12)" --data-binary "@$T/short"
refused 400 size 'none of a size between the classes'
ask PUT "$A/messages/$(numbered 12)" -H 'Content-Length: 0'
refused 400 size 'nor an empty one'
head -c 262145 /dev/zero >"$T/long"
ask PUT "$A/messages/$(numbered 12)" --data-binary "@$T/long"
refused 413 too-big 'nor one octet more than the largest'
ask PUT "$B/messages/$(numbered 12)" --data-binary "@$T/a.1024"
refused 404 no-mailbox 'nor to nobody'

fetch() {
	as "$1" POST "$2/fetch" -d "{\"ack\":[$3],\"max\":$4,\"wait\":${5-0}}"
}
fetch 1 "$A" '' 100
answers '(.messages | length) == 2 and .left == 0 and .acked == 0' \
    'both come'
answers "[.messages[].id] == [\"$(numbered 10)\",\"$(numbered 11)\"]" \
    'in their order'
jq -r '.messages[1].body' "$T/out" | base64 -d >"$T/got"
same "$T/got" "$T/b.4096" 'as they were'
fetch 1 "$A" '' 1
answers '(.messages | length) == 1 and .left == 1' 'one at a time'
fetch 1 "$A" "\"$(numbered 10)\"" 100
answers "[.messages[].id] == [\"$(numbered 11)\"] and .acked == 1" \
    'what was acknowledged is gone'
fetch 1 "$A" "\"$(numbered 10)\",\"$(numbered 99)\"" 0
answers '.acked == 0 and .messages == [] and .left == 1' \
    'acknowledging what is not there does no harm'
fetch 2 "$A" "\"$(numbered 11)\"" 100
refused 403 not-owner 'nobody else fetches or acknowledges'
as 1 GET "$A"
answers ".messages == [{id: \"$(numbered 11)\", size: 4096,
    expires: .messages[0].expires}]" 'and it is still there'
fetch 1 "$A" "\"$(numbered 11)\"" 0
answers '.acked == 1' 'the last one'

# --- a fetch that waits
(sleep 0.5; OUT=$T/posted
    ask PUT "$A/messages/$(numbered 20)" --data-binary "@$T/a.1024") &
start=$(date +%s)
fetch 1 "$A" '' 10 20
wait $!
answers '(.messages | length) == 1' 'a message ends the wait'
[ $(($(date +%s) - start)) -lt 10 ]
report $? 'when it comes'
fetch 1 "$A" "\"$(numbered 20)\"" 0
start=$(date +%s)
fetch 1 "$A" '' 10 2
answers '.messages == []' 'no message'
[ $(($(date +%s) - start)) -ge 1 ]
report $? 'after the wait'
(OUT=$T/first
    as 1 POST "$A/fetch" -d '{"ack":[],"max":9,"wait":30}'
    echo "$CODE" >"$T/first.code") &
sleep 0.5
fetch 1 "$A" '' 10 1
wait $!
ok 'one that was before ends then' grep -q 200 "$T/first.code"

# --- bundles
export XDG_DATA_HOME="$T/data"
for who in alice bob; do
	"$BIN/ratchet-chat" init -n $who --state "$T/$who" || exit 1
done
"$BIN/ratchet-chat" bundle --count 2 --state "$T/bob" >"$T/bundles"
"$BIN/ratchet-chat" bundle --without-one-time --state "$T/bob" >"$T/last"
ask POST "$A/take"
refused 404 no-bundle 'none yet'
as 1 POST "$A/bundles" --data-binary "@$T/bundles"
code 200 'bundles are taken in'
answers '. == {stored: 2, one_time: 2, last_resort: false}' 'and counted'
as 1 POST "$A/bundles" --data-binary "@$T/last"
answers '. == {stored: 1, one_time: 2, last_resort: true}' 'a last resort'
as 2 POST "$A/bundles" --data-binary "@$T/bundles"
refused 403 not-owner "nobody else's"
as 1 GET "$A"
answers '.bundles.name == "bob" and .one_time == 2 and .last_resort' \
    'their owner is told what they say of him'
sed '2s/"id":[0-9]*/"id":77777/' "$T/bundles" >"$T/forged"
as 1 POST "$A/bundles" --data-binary "@$T/forged"
refused 400 bundle 'none whose signature does not hold'
as 1 POST "$A/bundles" -d '{"name":"bob"}'
refused 400 bundle 'none that is no bundle'
as 1 POST "$A/bundles" -d ''
refused 400 bundle 'nor nothing'
ask POST "$A/take"
code 200 'anybody takes one'
cp "$T/out" "$T/first"
ask POST "$A/take"
cp "$T/out" "$T/second"
cat "$T/first" "$T/second" >"$T/both"
same "$T/both" "$T/bundles" 'each once, as it was uploaded'
ask POST "$A/take"
same "$T/out" "$T/last" 'then the last resort'
ask POST "$A/take"
same "$T/out" "$T/last" 'as often as wanted'
as 1 POST "$A/bundles" --data-binary "@$T/bundles"
answers '.one_time == 0' 'what was handed out is not stocked again'
as 1 GET "$A"
answers '.taken == 2 and .last_resort_taken == 2' 'how many were taken'
ok 'a session starts from one' sh -c '
    "$1" start bob --state "$2/alice" <"$2/first"' - "$BIN/ratchet-chat" "$T"

# --- who lies
for row in 'GET /' 'GET /v1/mailbox' "POST $A/nothing" 'GET /v1/relay?x'; do
	ask ${row}
	refused 404 no-path "$row"
done
for row in "POST $A" "GET $A/take" 'PUT /v1/relay' "DELETE $A/fetch"; do
	ask ${row}
	refused 405 method "$row"
done
ask GET "$A/take" -D "$T/head"
ok '405 says which methods there are' grep -qi '^allow: POST.$' "$T/head"
as 1 PUT "${A}0"
refused 400 request 'an id that is too long'
as 1 PUT /v1/mailbox/0000000000000000000000000000000G
refused 400 request 'one that is no number'
ask GET "$A" -H 'Authorization: Basic eDp5'
refused 401 no-token 'another scheme'
for body in '{}' '[' '{"ack":[],"max":101,"wait":0}' \
    '{"ack":["x"],"max":1,"wait":0}' '{"ack":[],"max":1,"wait":61}'; do
	as 1 POST "$A/fetch" -d "$body"
	refused 400 request "fetch $body"
done
as 1 GET "$A" -H 'Content-Length: 5' -d 'GET /'
refused 400 request 'a body where none may be'
as 1 POST "$A/take" -d x
refused 413 too-big 'and where none is wanted'

# --- the form of all that was answered but for "{}" and bundles
if python3 -c 'import jsonschema' 2>/dev/null; then
	grep -hv -e '^{}$' -e signed_prekey "$T/answers" >"$T/records"
	tests/cli/validate-plain man/schema/msgsec-relay.json \
	    <"$T/records" >"$T/out" 2>&1
	report $? "the schema: $(wc -l <"$T/records") answers"
else
	ok 'the schema # SKIP no python3-jsonschema' true
fi

# --- its end
as 1 DELETE "$A"
code 200 'a mailbox is deleted'
ask POST "$A/take"
refused 404 no-mailbox 'with all that was in it'
stop
status 0 'told to stop, it does'
ok 'nobody but the owner can read the database' sh -c '
    [ "$(stat -c %a "$1/one/relay.db")" = 600 ] &&
    [ "$(stat -c %a "$1/one/key.pem")" = 600 ]' - "$T"
ok 'no name of a sender is in it' sh -c '! grep -q alice "$1/one/relay.db"' \
    - "$T"
ok 'nor what was deleted' sh -c '! grep -q aaaaaaaa "$1/one/relay.db"' - "$T"
ok 'nothing is logged' sh -c '! grep -qE "127|mailbox|[0-9a-f]{32}" \
    "$1/one.err"' - "$T"
done_testing
