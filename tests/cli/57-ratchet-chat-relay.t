#!/bin/sh
# The client of the relay, against a stand-in that can lie: mailboxes, push,
# fetch and metadata; nothing is lost, and each way to fail has its status.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
needs jq openssl python3
. tests/cli/ratchet-relay.sh

relay_start

# mailbox_of WHO: made, its address in $T/WHO.address
mailbox_of() {
	"$chat" mailbox --relay=$url $online -q --state="$T/$1" \
	    >"$T/$1.address"
}

for who in alice bob carol; do
	as $who init -n $who
done

# --- mailboxes
run as bob mailbox
status 0 'no mailbox'
ok 'prints nothing' test ! -s "$T/out"
run as bob fetch
status 66 'fetch without one'
err 'mailbox --relay' 'says how to make one'
run as bob metadata
status 66 'metadata without one'
run as bob mailbox --relay=$url $online --sandbox=require
status 0 'a mailbox, all power given up'
cp "$T/out" "$T/bob.address"
ok 'its address' grep -qxE \
    "$url/v1/mailbox/[0-9a-f]{32}#[A-Za-z0-9_-]{43}" "$T/bob.address"
run as bob mailbox
same "$T/out" "$T/bob.address" 'is listed'
ok 'the key is not sent' test "$(grep -c '#' "$T/relay/log")" -eq 0
ok 'nor in the state as it is' test "$(grep -c v1/mailbox \
    "$T/bob/state.db")" -eq 0
ok 'the chat links no libcurl' sh -c '! ldd "$1" | grep -q curl' - "$chat"
ok 'one connection for all' test "$(cut -d " " -f 3 "$T/relay/log" |
    sort -u | wc -l)" -eq 1
mailbox_of alice

# --- a first conversation
bob=$(cat "$T/bob.address")
run as alice start bob --relay="$bob" $online
status 0 'start from the relay'
run as alice address bob
same "$T/out" "$T/bob.address" 'keeps the address'
run as bob address alice
status 82 'bob does not know hers'
as alice nudge bob --address >"$T/m0"
seq 10 | as alice send bob --lines >"$T/m"
run sh -c 'cat "$1" "$2" | "$3" push '"$online"' --state="$4"' - "$T/m0" \
    "$T/m" "$chat" "$T/alice"
status 0 'push'
run sh -c '"$1" push '"$online"' --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/m"
status 0 'the same once more'
as bob fetch $online >"$T/got"
ok 'is there once' test "$(wc -l <"$T/got")" -eq 11
tail -n 10 "$T/got" >"$T/tail"
same "$T/tail" "$T/m" 'in its order'
run as bob fetch $online
same "$T/out" "$T/got" 'and again, until it is read'
as bob metadata $online >"$T/records"
ok 'the relay has nothing more' test "$(jq '."ratchet-chat".knows.messages |
    length' "$T/records")" -eq 0
as bob recv --lines <"$T/got" >"$T/out"
seq 10 >"$T/want"
same "$T/out" "$T/want" 'recv: an address is nothing to print'
run as bob fetch $online
ok 'what was read is not printed again' test ! -s "$T/out"
run as bob address alice
same "$T/out" "$T/alice.address" 'the address that came'
tests/cli/validate-records man/schema/ratchet-chat.json <"$T/records" \
    >"$T/out" 2>&1
report $? 'metadata follows its schema'
run as bob metadata $online --format=text
out 'It keeps:' 'metadata for people'
out_not "$(printf '\033')" 'steers no terminal'

# --- bundles
as bob bundle -c 3 >"$T/bundles"
run sh -c '"$1" push '"$online"' --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/bundles"
status 0 'push of bundles'
as bob metadata $online >"$T/records"
ok 'goes to our own mailbox' test "$(jq '."ratchet-chat".knows.one_time' \
    "$T/records")" -eq 52
run sh -c '"$1" push '"$online"' --state="$2" <"$3"' - "$chat" "$T/carol" \
    "$T/bundles"
status 66 'of which carol has none'

# --- nothing is lost: killed before the relay hears that it came
echo kept | as alice send bob >"$T/m"
as alice push $online <"$T/m"
echo later >"$T/relay/fault"
run as bob fetch $online
status 75 'a relay that cannot at the moment'
err 'again in 7 seconds' 'and when it can'
echo again >"$T/relay/fault"
as bob fetch $online >"$T/got" 2>"$T/err"
same "$T/got" "$T/m" 'a relay that deletes nothing'
as bob fetch $online >"$T/got" 2>"$T/err"
same "$T/got" "$T/m" 'gives it once more, and it is there once'
run as bob fetch $online >/dev/full
rm "$T/relay/fault"
as bob recv --lines <"$T/got" >"$T/out"
out kept 'and is read'
as bob fetch $online >"$T/got"
run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" "$T/got"
status 80 'what that relay gives after all is replayed'
run as bob fetch $online
ok 'and gone' test ! -s "$T/out"
echo flood >"$T/relay/fault"
echo flood | as alice send bob >"$T/m"
as alice push $online <"$T/m"
run "$chat" fetch $online --state="$T/bob"
status 65 'a relay that gives the same for ever'
same "$T/out" "$T/m" 'what it gave is printed, once'
err 'again and again' 'and it is said'
rm "$T/relay/fault"
as bob fetch $online >"$T/got"
as bob recv --lines <"$T/got" >"$T/out"
echo full | as alice send bob >"$T/m"
as alice push $online <"$T/m"
run sh -c '"$1" fetch '"$online"' --state="$2" >/dev/full' - "$chat" \
    "$T/bob"
status 74 'fetch: stdout fails'
as bob fetch $online >"$T/got"
same "$T/got" "$T/m" 'it is still there'
as bob recv --lines <"$T/got" >/dev/null 2>&1

# --- what does not open, and what cannot be read
id=$(echo "$bob" | sed 's/.*mailbox.//; s/#.*//')
head -c 1024 /dev/zero >"$T/zero"
curl -s --cacert "$T/relay.crt" -X PUT --data-binary "@$T/zero" \
    "$url/v1/mailbox/$id/messages/00000000000000000000000000000000" >/dev/null
run as bob fetch $online
status 0 'a message that nobody made with our address'
ok 'is not printed' test ! -s "$T/out"
as bob metadata $online >"$T/records"
ok 'and not kept' test "$(jq '."ratchet-chat".knows.messages | length' \
    "$T/records")" -eq 0

# --- who can be believed
run as bob fetch --allow-private
status 88 'a certificate that nobody vouches for'
run as bob fetch --ca-file="$T/relay.crt"
status 77 'an address that is not public'
err 'allow-private' 'and the way'
run as bob fetch --ca-file="$T/nothing" --allow-private
ok 'a file of authorities that is not there' test "$STATUS" -ne 0
pin=sha256//$(openssl x509 -in "$T/relay.crt" -pubkey -noout |
    openssl pkey -pubin -outform der | openssl sha256 -binary | base64)
run as carol mailbox --relay=https://127.0.0.1:$PORT --pin="$pin" \
    --allow-private
status 0 'a pinned key needs no authority'
cp "$T/out" "$T/carol.address"
ok 'and stands in the address' grep -q '#.*\.' "$T/carol.address"
run as alice start carol --relay="$(cat "$T/carol.address")" --allow-private
status 0 'so the peer believes it, too'
last=$(tail -c 2 "$T/carol.address" | head -c 1)
[ "$last" = A ] && other=E || other=A
wrong=$(sed "s/.\$/$other/" "$T/carol.address")
run as alice address carol "$wrong"
status 0 'another key'
echo x | as alice send carol >"$T/m"
run sh -c '"$1" push --allow-private --state="$2" <"$3"' - "$chat" \
    "$T/alice" "$T/m"
status 88 'is not the relay'
err 'line 1 stays here' 'and the line is named'
run as alice address bob nonsense
status 64 'no address'
run as alice address mallory "$bob"
status 82 'of nobody we know'

# --- a relay that says no
echo no >"$T/relay/fault"
run as bob fetch $online
status 87 'a relay that says no'
echo rot >"$T/relay/fault"
run as bob fetch $online
status 65 'one that answers with rot'
run as bob metadata $online
status 65 'metadata likewise'
echo mix >"$T/relay/fault"
run as carol start bob --relay="$bob" $online
status 65 'one that hands out the bundle of somebody else'
rm "$T/relay/fault"
run sh -c 'echo "{}" | "$1" push '"$online"' --state="$2"' - "$chat" \
    "$T/alice"
status 65 'push of what is neither message nor bundle'
echo x | as bob send alice >"$T/m"
sed -i 's/"to":"alice"/"to":"dave"/' "$T/m"
run sh -c '"$1" push '"$online"' --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/m"
status 82 'push to nobody whose address is known'
head -c 300000 /dev/zero | as alice send bob >"$T/m"
run sh -c '"$1" push '"$online"' --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/m"
status 65 'push of what fits in no envelope'

# --- waiting
(sleep 1; echo soon | as alice send bob | as alice push $online) &
pid=$!
run as bob fetch --wait=20 $online
wait $pid
lines 1 'fetch --wait'
from=$(date +%s)
as bob recv --lines <"$T/out" >/dev/null
run as bob fetch --wait=1 $online
ok 'comes back when nothing came' test ! -s "$T/out"
ok 'in time' test $(($(date +%s) - from)) -lt 10

# --- several relays: one is down, the other serves
first=$RELAY
relay_start second
run as bob mailbox --relay=https://localhost:$PORT $online
status 88 'the authority of one relay is not that of another'
online="--ca-file=$T/both.crt --allow-private"
cat "$T/relay.crt" "$T/second.crt" >"$T/both.crt"
run as bob mailbox --relay=https://localhost:$PORT $online
status 0 'a mailbox at another relay'
tail -n 1 "$T/out" >"$T/bob2.address"
kill $first
wait $first 2>/dev/null
as alice address bob "$(cat "$T/bob2.address")"
echo around | as alice send bob | as alice push $online
run as bob fetch $online
status 75 'one of two relays is down'
lines 1 'what is at the other comes'
as bob recv --lines <"$T/out" >"$T/text"
ok 'and is read' grep -qx around "$T/text"
run as bob mailbox --drop "$(cat "$T/bob2.address")" $online
status 0 'a mailbox that is dropped'
run as bob mailbox
same "$T/out" "$T/bob.address" 'is listed no more'

# --- a relay whose answer is lost
echo mute >"$T/second/fault"
run as bob mailbox --relay=https://localhost:$PORT $online
status 75 'a mailbox that may have been made'
rm "$T/second/fault"
tail -n 2 "$T/second/log" | cut -d " " -f 1,2 >"$T/out"
ok 'is deleted by its name' sh -c '[ "$(sort -u "$1" | wc -l)" -eq 2 ] &&
    [ "$(cut -d " " -f 2 "$1" | sort -u | wc -l)" -eq 1 ] &&
    tail -n 1 "$1" | grep -q "^DELETE /v1/mailbox/"' - "$T/out"
run as bob mailbox
same "$T/out" "$T/bob.address" 'and not listed'
relay_stop
done_testing
