#!/bin/sh
# Who has our address can leave anything there: not so much that it fills our
# disk, nor so that what peers write is lost.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
needs jq openssl python3
. tests/cli/ratchet-relay.sh
quiet=-q

relay_start
for who in alice bob carol office; do
	as $who init -n $who
done
as bob mailbox --relay="$url" $online >"$T/address"
for who in alice carol; do
	as $who start bob --relay="$(cat "$T/address")" $online
done

# flood NAME OCTET: more large messages than there is room for once, that say
# that they are NAME's; bodies begin with the octet, their version
flood() {
	python3 - $1 $2 >"$T/flood" <<-'END'
	import base64, json, os, sys
	for i in range(80):
	    body = bytes([int(sys.argv[2])]) + os.urandom(180000)
	    print(json.dumps({"to": "bob", "from": sys.argv[1], "type": "message",
	        "version": 3, "body": base64.b64encode(body).decode()}))
	END
	as carol push $online <"$T/flood"
}
# fetch: what bob's prints is counted in $T/out; what he reads of it, after that
fetch() {
	run sh -c '"$1" fetch '"$online"' --state="$2" >"$3"' - "$chat" \
	    "$T/bob" "$T/mail"
}
# disk KIB WORDS: bob's state is no larger
disk() {
	size=$(du -k "$T/bob/state.db" | cut -f 1)
	echo "# $size KiB"
	ok "$2" test "$size" -lt "$1"
}

# --- bob answers alice: he knows her; carol is a stranger
for who in alice carol; do
	printf 'first' | as $who send bob | as $who push $online
done
as bob fetch $online | as bob recv --lines >"$T/out"
lines 2 'two write to bob'
echo answer | as bob send alice | as alice recv >/dev/null

flood nobody 51
fetch
status 0 'a flood of messages'
err 'of nobody we know are dropped' 'is dropped from somewhere on'
disk 20000 'and fills no disk'
echo lost | as carol send bob | as carol push $online
echo kept | as alice send bob | as alice push $online
fetch
status 0 'a message of a peer, and one of a stranger, behind it'
err '1 messages of nobody we know are dropped' 'the stranger waits in vain'
tail -n 1 "$T/mail" >"$T/last"
run as bob recv <"$T/last"
out kept "and the peer's arrives"

# --- a sealed one says who made it to nobody but bob
as office ca init >"$T/root"
for who in bob alice carol; do
	key=$(as $who bundle --without-one-time | jq -r .identity_key)
	as office ca cert $who "$key" | as $who ca use "$(cat "$T/root")"
done
echo 'kept, too' | as alice send bob --sealed | as alice push $online
echo lost | as carol send bob --sealed | as carol push $online
fetch
err '1 messages of nobody we know are dropped' "so is a stranger's sealed one"
tail -n 1 "$T/mail" >"$T/last"
run as bob recv <"$T/last"
out 'kept, too' "and a peer's is not"

# --- somebody who knows the names of peers
flood alice 51
echo behind | as alice send bob | as alice push $online
fetch
status 75 'a flood in the name of a peer'
ok 'is not taken from somewhere on, which is said once' test \
    "$(grep -c 'the rest stays at the relay' "$T/err")" -eq 1
disk 40000 'and fills no disk either'
run sh -c '"$1" chat carol -w 20 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
status 75 'a chat with somebody else ends'
err 'recv --lines' 'and says what to do'
run as bob recv --lines <"$T/mail"
status 65 'what is no message goes when it is read'
fetch
status 0 'then there is room'
tail -n 1 "$T/mail" >"$T/last"
run as bob recv <"$T/last"
out behind 'and nothing of the peer was lost'

# --- and who makes what may be read one day, by a newer program
flood alice 83
flood alice 83
echo last | as alice send bob | as alice push $online
fetch
status 75 'a flood of what may be read one day'
as bob recv --lines <"$T/mail" 2>/dev/null
fetch
status 75 'is not gone when it was read'
err 'reset --mail' 'but there is a way out'
run as bob reset --mail
status 0 'which is taken'
fetch
lines=$(wc -l <"$T/mail")
tail -n 1 "$T/mail" >"$T/last"
run as bob recv <"$T/last"
out last 'and leads to what is behind'

relay_stop
done_testing
