#!/bin/sh
# Mail that was fetched, and what others can do to it: what one run does not
# read stays for another, and what is no message is not taken for one.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
needs jq openssl python3
. tests/cli/ratchet-relay.sh

relay_start
for who in alice bob carol office; do
	as $who init -n $who
done
"$chat" mailbox --relay=$url $online -q --state="$T/bob" >"$T/address"
for who in alice carol; do
	as $who start bob --relay="$(cat "$T/address")" $online -q
done

# fetched FILE: what waits is this, and is left there
fetched() {
	as bob fetch $online >"$T/out" 2>"$T/err"
	same "$T/out" "$1" "$2"
}
# reads FILE WORDS ARG...: recv makes these of it
reads() {
	file=$1 words=$2
	shift 2
	run sh -c 'f=$1; shift; exec "$@" <"$f"' - "$file" "$chat" recv \
	    "$@" --state="$T/bob"
	echo "$words" >"$T/want"
	same "$T/out" "$T/want" "$words: is read"
}

# stays STATUS WORDS: recv cannot read $T/m, and so leaves it
stays() {
	run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" \
	    "$T/m"
	status "$1" "$2"
}

# --- a peer that is named, and mail of another one
printf hello | as carol send bob >"$T/m"
as carol push $online <"$T/m"
fetched "$T/m" 'a message'
run sh -c '"$1" recv --lines alice --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/m"
status 65 'is not of whom recv names'
fetched "$T/m" 'and stays for who reads it without'
reads "$T/m" hello --lines
: >"$T/none"
fetched "$T/none" 'then it is gone'

# --- a sealed one, which says only inside whose it is
as office ca init >"$T/root"
for who in bob carol; do
	key=$(as $who bundle --without-one-time | jq -r .identity_key)
	as office ca cert $who "$key" >"$T/$who.cert"
done
as carol ca use "$(cat "$T/root")" <"$T/carol.cert"
printf sealed | as carol send bob --sealed >"$T/m"
as carol push $online <"$T/m"
fetched "$T/m" 'a sealed message'
stays 65 'cannot be read while nobody certifies senders'
err 'ca use' 'which can be changed'
fetched "$T/m" 'so it stays'
as bob ca use "$(cat "$T/root")" <"$T/bob.cert"
echo open | as alice send bob | as alice push $online
run sh -c '"$1" chat alice -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
status 0 'a chat with somebody else'
out open 'shows what is theirs'
err 'mail of others' 'says that there is some'
fetched "$T/m" 'and leaves it where it is'
reads "$T/m" sealed --lines

# --- a certificate that is not valid here yet
as mallory init -n mallory
as mallory ca init >"$T/other.root"
as mallory ca cert bob "$(as bob bundle | jq -r .identity_key)" >"$T/other.cert"
as bob ca use "$(cat "$T/other.root")" <"$T/other.cert"
printf certified | as carol send bob --sealed >"$T/m"
as carol push $online <"$T/m"
fetched "$T/m" 'a message with a certificate of another root'
stays 86 'is not read'
fetched "$T/m" 'but stays'
as bob ca use "$(cat "$T/root")" <"$T/bob.cert"
reads "$T/m" certified --lines

# --- an address that is padded is none the less not printed
as carol mailbox --relay="$url" $online >"$T/carol.address"
as carol nudge bob --address --pad >"$T/m"
ok 'an address, padded' test -s "$T/m"
run sh -c '"$1" recv --pad --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 0 'is taken'
ok 'and not printed' test ! -s "$T/out"

# --- a session that is used elsewhere for a while
printf back | as carol send bob >"$T/m"
as carol push $online <"$T/m"
as bob session export carol >"$T/record"
fetched "$T/m" 'a message in a session that was exported'
stays 84 'cannot be read here'
fetched "$T/m" 'but stays'
as bob session import carol <"$T/record"
reads "$T/m" back --lines

# --- what others leave at the address
printf words | as carol send bob >"$T/m"
printf '{"to":"bob","from":"carol","type":"message","version":3,"body":"MwA=",
"x":"\302\23331m"}' | tr -d '\n' >"$T/steers"
echo >>"$T/steers"
cat "$T/steers" "$T/m" | as carol push $online
run as bob fetch $online
same "$T/out" "$T/m" 'what would steer a terminal is no message'
run "$chat" recv --lines --state="$T/bob" -q <"$T/m"

# nor does what a peer has written, when it is read on one
printf 'a\033[31m\nb\302\23331m' | as carol send bob >"$T/m"
cat >"$T/script" <<END
wait b?31m
END
run tests/cli/terminal.py "$T/script" sh -c '"$1" recv -q --state="$2" <"$3"' \
    - "$chat" "$T/bob" "$T/m"
status 0 'a plaintext is shown'
out 'a?[31m' 'without what steers'

# one that looks like a stream, and nothing opens, before the true one
echo '{"to":"bob","from":"dave","type":"message","version":3,"body":"MwA="}' \
    >"$T/junk"
echo junk >>"$T/junk"
as carol push --stream $online <"$T/junk"
as bob fetch $online -q >/dev/null
sleep 1
head -c 1000 /dev/urandom >"$T/data"
as carol send bob --stream <"$T/data" >"$T/stream"
as carol push --stream $online <"$T/stream"
# stream: bob fetches and reads the next one
stream() {
	run sh -c '"$1" fetch --stream '"$online"' --state="$2" |
	    "$1" recv --stream --state="$2"' - "$chat" "$T/bob"
}
stream
status 65 'a stream that is none'
stream
status 0 'is in the way of no other'
same "$T/out" "$T/data" 'which is as it was'

# one whose end is wrong: it may be mended, and others come first until then
as carol send bob --stream <"$T/data" >"$T/stream"
head -c $(($(head -n 1 "$T/stream" | wc -c) + 500)) "$T/stream" >"$T/cut"
as carol push --stream $online <"$T/cut"
as bob fetch $online -q >/dev/null
sleep 1
head -c 1000 /dev/urandom >"$T/next"
as carol send bob --stream <"$T/next" >"$T/stream2"
as carol push --stream $online <"$T/stream2"
stream
status 86 'a stream that was cut off'
stream
status 0 'is in the way of no other either'
same "$T/out" "$T/next" 'the next one is read'
as carol push --stream $online <"$T/stream"
stream
status 0 'and it is, once all of it has come'
same "$T/out" "$T/data" 'as it was'

# --- a relay that gives more than it was asked for
seq 5 | as carol send bob --lines >"$T/m"
as carol push $online <"$T/m"
echo more >"$T/relay/fault"
run "$chat" fetch --max=1 $online --state="$T/bob"
status 65 'more than was asked for'
err "no relay's" 'is not taken'
head -n 3 "$T/m" >"$T/want"
same "$T/out" "$T/want" 'what came before is there'
rm "$T/relay/fault"

# --- a relay that says nothing of what it knows
echo shy >"$T/relay/fault"
run as bob metadata $online --format=text
status 0 'nothing is told'
out_not 'one-time' 'which is not "no bundles are left"'
rm "$T/relay/fault"

# --- what was kept cannot be read: it is not "replayed", and its mail stays
printf kept | as carol send bob >"$T/m"
as carol push $online <"$T/m"
as bob fetch $online -q >"$T/got"
run sh -c '"$1" recv --lines --state="$2" <"$3" >/dev/full' - "$chat" \
    "$T/bob" "$T/m"
status 74 'a plaintext that nobody got'
cp "$T/bob/state.db" "$T/whole.db"
python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
# STORE_INBOX
db.execute("UPDATE item SET value = ? WHERE kind = 9", (b"0",))
db.commit()' "$T/bob/state.db"
run sh -c '"$1" recv --lines --state="$2" <"$3" 2>&1' - "$chat" "$T/bob" \
    "$T/m"
status 65 'is damaged'
out 'carol: it is damaged' 'which is said'
out_not replayed 'and nothing else'
cat "$T/whole.db" >"$T/bob/state.db"
as bob fetch $online -q >"$T/out"
same "$T/out" "$T/got" 'and nothing was dropped'
reads "$T/m" kept --lines

# --- several fetches within one second
: >"$T/all"
for text in one two three four; do
	echo $text | as carol send bob | as carol push $online
	[ $text = one ] || as bob fetch $online >"$T/all"
done
tail -n 4 "$T/all" >"$T/m"
run as bob recv --lines <"$T/m"
printf '%s\n\n' one two three four >"$T/want"
same "$T/out" "$T/want" 'what was fetched is in the order in which it came'

# --- a mailbox that its relay does not have any more
echo no >"$T/relay/fault"
run as bob mailbox --drop "$(cat "$T/address")" $online
status 87 'a relay that says no'
run as bob mailbox
same "$T/out" "$T/address" 'the mailbox stays known'
echo gone >"$T/relay/fault"
run "$chat" mailbox --drop "$(cat "$T/address")" $online --state="$T/bob"
status 0 'one that has let it expire'
err 'no such mailbox' 'and says so'
run as bob mailbox
same "$T/out" "$T/none" 'it is forgotten here, too'

relay_stop
done_testing
