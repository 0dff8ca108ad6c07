#!/bin/sh
# Mail that was fetched, and what others can do to it: what one run does not
# read stays for another, and what is no message is not taken for one.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
needs jq openssl python3
. tests/cli/ratchet-relay.sh

relay_start
online="--ca-file=$T/relay.crt --allow-private"
url=https://localhost:$PORT
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
run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 65 'cannot be read while nobody certifies senders'
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

# --- a session that is used elsewhere for a while
printf back | as carol send bob >"$T/m"
as carol push $online <"$T/m"
as bob session export carol >"$T/record"
fetched "$T/m" 'a message in a session that was exported'
run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 84 'cannot be read here'
fetched "$T/m" 'but stays'
as bob session import carol <"$T/record"
reads "$T/m" back --lines

relay_stop
done_testing
