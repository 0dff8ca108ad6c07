#!/bin/sh
# Where peers are: messages that say so overtake one another, and are said once
# more to whom they may be lost.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
needs jq openssl python3
. tests/cli/ratchet-relay.sh
quiet=-q

relay_start
for who in alice bob carol; do
	as $who init -n $who
done

# moves FILE: carol makes a mailbox, at $at, and says so in the message
moves() {
	as carol mailbox --relay="$url" $online >"$T/at"
	at=$(cat "$T/at")
	as carol nudge bob --address >"$1"
}
# is_at ADDRESS WORDS: for bob, carol is
is_at() {
	run as bob address carol
	ok "$2" test "$(cat "$T/out")" = "$1"
}
# reads FILE: bob does
reads() {
	run sh -c '"$1" recv -v --state="$2" <"$3"' - "$chat" "$T/bob" "$1"
	[ "$STATUS" -eq 0 ] && [ ! -s "$T/out" ]
	report $? "$2 is taken, and not printed"
}

as bob bundle -c 3 >"$T/bundles"
sed -n 1p "$T/bundles" | as carol start bob
moves "$T/m1"
first=$at
moves "$T/m2"
reads "$T/m2" 'the newer address'
is_at "$at" 'is where carol is'
reads "$T/m1" 'an older one that comes late'
err 'was at' 'which is said'
is_at "$at" 'changes nothing'

# --- of a session before
as carol nudge bob --address >"$T/m1"
sed -n 2p "$T/bundles" | as carol start bob
moves "$T/m2"
reads "$T/m2" 'one of a new session'
reads "$T/m1" 'an older one of the session before'
is_at "$at" 'changes nothing either'

# --- what was read and not written says the same later on
as carol nudge bob --address >"$T/m1"
run sh -c '"$1" recv --lines --state="$2" >/dev/full <"$3"' - "$chat" \
    "$T/bob" "$T/m1"
moves "$T/m2"
reads "$T/m2" 'a newer one'
run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m1"
is_at "$at" 'is not undone by one that was kept'

# --- a session that is not the newest here may be the one that is used there
as carol bundle | as bob start carol
moves "$T/m1"
reads "$T/m1" 'one of an archived session'
is_at "$at" 'is none the less the newest'
as bob address carol "$first"
is_at "$first" 'what we say ourselves counts'
moves "$T/m1"
reads "$T/m1" 'until the peer'
is_at "$at" 'says something else'

# --- where we are is said once, and once more to whom it may be lost
# tells WORDS: what alice's next chat with bob brings bob
tells() {
	as alice chat bob $online </dev/null
	as bob fetch $online >"$T/m"
	run sh -c '"$1" recv -v --lines --state="$2" <"$3"' - "$chat" \
	    "$T/bob" "$T/m"
	grep -c 'has a mailbox' "$T/err" >"$T/out"
	out "$1" "$2"
}
as bob mailbox --relay="$url" $online >"$T/bob.at"
as alice mailbox --relay="$url" $online >"$T/alice.at"
sed -n 3p "$T/bundles" | as alice start bob
as alice address bob "$(cat "$T/bob.at")"
tells 1 'the first chat says where we are'
tells 0 'the next one does not'
as alice reset bob
as bob bundle | as alice start bob
tells 1 'after a reset it does'
run sh -c 'echo lost | "$1" chat bob '"$online"' --state="$2"' - "$chat" \
    "$T/alice"
echo later >"$T/relay/fault"
for word in one two; do
	echo $word | as alice chat bob $online 2>/dev/null
done
run "$chat" reset bob --state="$T/alice"
status 0 'a reset, while messages wait'
err '2 messages that were not at the relay are dropped' 'says so'
rm "$T/relay/fault"

# --- somebody who begins anew: another identity, another mailbox
as bob bundle | as alice start bob
echo later >"$T/relay/fault"
echo word | as alice chat bob $online 2>/dev/null
rm "$T/relay/fault"
"$chat" init -n bob --state="$T/anew" -q
as anew bundle -c 2 >"$T/bundles"
head -n 1 "$T/bundles" | as alice start bob 2>/dev/null
run "$chat" accept bob --state="$T/alice"
status 0 'accept'
# the word, and where we are
err '2 messages that were not at the relay are dropped' \
    'says what nobody can read'
run as alice send --again bob
status 66 'nothing of before is there to be sent again'
run as alice address bob
status 82 'where the peer was is forgotten'
as anew mailbox --relay="$url" $online >"$T/anew.at"
tail -n 1 "$T/bundles" | as alice start bob
as alice address bob "$(cat "$T/anew.at")"
as alice chat bob $online </dev/null
as anew fetch $online >"$T/m"
run as anew recv --lines <"$T/m"
status 0 'what comes is for the new one'
run as anew address alice
same "$T/out" "$T/alice.at" 'who knows then where we are'

relay_stop
done_testing
