#!/bin/sh
# Client and relay together: what the one says the other understands.
. tests/cli/lib.sh
. tests/cli/relay.sh
. tests/cli/ratchet.sh
quiet=-q

relay main
online=--allow-private
for who in alice bob; do
	as $who init -n $who
	run as $who mailbox --relay="$URL" --pin="$PIN" -c 5 $online
	status 0 "a mailbox for $who"
	cp "$T/out" "$T/$who.address"
done
run as alice start bob --relay="$(cat "$T/bob.address")" $online
status 0 'a bundle of the relay starts a session'
as alice nudge bob --address | as alice push $online
seq 250 | as alice send bob --lines >"$T/m"
run sh -c '"$1" push -q '$online' --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/m"
status 0 'push of 250 messages'
as bob fetch $online >"$T/got"
as bob recv --lines <"$T/got" >"$T/out"
seq 250 >"$T/want"
same "$T/out" "$T/want" 'arrive in their order, more than a fetch gives'
run sh -c 'echo back | "$1" chat alice -q '$online' --state="$2"' - "$chat" \
    "$T/bob"
status 0 'an answer'
run sh -c '"$1" chat bob -q -w 3 '$online' --state="$2" </dev/null' - \
    "$chat" "$T/alice"
out back 'arrives'
for i in 1 2 3 4 5; do
	as alice start bob --relay="$(cat "$T/bob.address")" $online 2>/dev/null
done
run "$chat" start bob --relay="$(cat "$T/bob.address")" $online \
    --state="$T/alice"
err 'no one-time prekey' 'the stock is empty: the last resort, which is said'
as bob bundle -c 3 | as bob push $online
as bob metadata $online >"$T/records"
ok 'bundles are pushed' test "$(jq '."ratchet-chat".knows.one_time' \
    "$T/records")" -eq 3
tests/cli/validate-records man/schema/ratchet-chat.json <"$T/records" \
    >"$T/out" 2>&1
report $? 'metadata follows its schema'
ok 'the relay does not know who sent' test "$(grep -c alice \
    "$T/records")" -eq 0

# --- killed while a chat waits: what was typed comes when it is there again
cat >"$T/script" <<END2
wait alice> 
do kill -KILL $PID
type typed in the dark\\n
wait you: typed
type \\x04
END2
run tests/cli/terminal.py "$T/script" "$chat" chat bob -q $online \
    --state="$T/alice"
status 75 'the relay is gone'
relay main
run as bob mailbox --relay="$URL" --pin="$PIN" -c 1 $online
status 0 'it is there again'
run as bob mailbox --drop "$(cat "$T/bob.address")" $online
ok 'a mailbox can be dropped' test "$STATUS" -eq 0 -o "$STATUS" -eq 75
done_testing
