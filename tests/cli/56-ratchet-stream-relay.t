#!/bin/sh
# Streams over a relay: in fragments, whole or said to be not, and gone on
# with where they broke off.
. tests/cli/lib.sh
. tests/cli/relay.sh
. tests/cli/ratchet.sh
quiet=-q

# a mailbox has room for two of the largest messages
relay small --mailbox-size 600
online=--allow-private
for who in alice bob carol; do
	as $who init -n $who
done
run as bob mailbox --relay="$URL" --pin="$PIN" -c 5 $online
cp "$T/out" "$T/address"
as alice start bob --relay="$(cat "$T/address")" $online

# push FILE ARG..., as alice
push() {
	file=$1
	shift
	run sh -c 'file=$1; shift; "$@" <"$file"' - "$file" "$chat" push \
	    --stream $online --state="$T/alice" "$@"
}
# through NAME: bob fetches and reads it, each through a pipe to the other
through() {
	run sh -c '"$1" fetch --stream '$online' --state="$2" |
	    "$1" recv --stream --state="$2"' - "$chat" "$T/bob"
	status 0 "$1"
}

for size in 0 1 262074 400000; do
	head -c $size /dev/urandom >"$T/data"
	as alice send bob --stream <"$T/data" >"$T/stream"
	push "$T/stream"
	status 0 "$size octets: push"
	push "$T/stream"
	status 0 "$size octets: and once more"
	through "$size octets: fetch and recv"
	same "$T/out" "$T/data" "$size octets: as they were"
done
run as bob fetch --stream $online
status 66 'what was read is not there any more'
ok 'nothing is printed' test ! -s "$T/out"

# --- more than the mailbox holds: it goes on where it stopped
head -c 1000000 /dev/urandom >"$T/data"
as alice send bob --stream <"$T/data" >"$T/stream"
push "$T/stream"
status 75 'a mailbox that is full'
err '--skip=2 goes on' 'says where'
run as bob fetch --stream $online
status 75 'it is not whole'
ok 'nothing of it is printed' test ! -s "$T/out"
run "$chat" fetch --stream $online --state="$T/bob"
err '2 fragments are here, number 2 is not' 'says what is missing'
push "$T/stream" --skip=2
status 0 'push --skip'
run "$chat" fetch $online --state="$T/bob"
status 0 'fetch without --stream'
ok 'prints no stream' test ! -s "$T/out"
err 'fetch --stream' 'and says that there is one'
through 'all of it'
same "$T/out" "$T/data" 'as it was'

# --- the beginning is missing, then there
as alice send bob --stream <"$T/data" >"$T/stream"
push "$T/stream" --skip=3
run "$chat" fetch --stream $online --state="$T/bob"
status 75 'without its beginning'
err '1 fragments are here, number 0 is not' 'which is said'
head -c 524000 "$T/stream" >"$T/cut"
push "$T/cut"
run "$chat" fetch --stream $online --state="$T/bob"
status 75 'without its middle'
err '3 fragments are here, number 2 is not' 'which is said, too'
push "$T/stream" --skip=1
through 'in another order'
same "$T/out" "$T/data" 'as it was'

# --- cut off by its sender: recv says so, and the rest may follow
as alice send bob --stream <"$T/data" >"$T/stream"
head -c 300000 "$T/stream" >"$T/cut"
push "$T/cut"
run sh -c '"$1" fetch --stream '$online' --state="$2" |
    "$1" recv --stream -q --state="$2"' - "$chat" "$T/bob"
status 86 'one that was cut off'
push "$T/stream" --skip=1
run sh -c '"$1" fetch --stream '$online' -q --state="$2" >/dev/null' - \
    "$chat" "$T/bob"
push "$T/stream" --skip=3
through 'and the rest of it'
same "$T/out" "$T/data" 'as it was'

# --- two at once: the first one first
head -c 1000 /dev/urandom >"$T/one"
head -c 1000 /dev/urandom >"$T/two"
for n in one two; do
	as alice send bob --stream <"$T/$n" >"$T/stream"
	push "$T/stream"
	run sh -c '"$1" fetch '$online' -q --state="$2"' - "$chat" "$T/bob"
	# their order is that of seconds
	sleep 1
done
for n in one two; do
	through "stream $n"
	same "$T/out" "$T/$n" "stream $n: as it was"
done

# --- of a stream that is not whole no more than its ends is opened, or each
# fetch of a long one would open all that came before
head -c 1000000 /dev/urandom >"$T/data"
as alice send bob --stream <"$T/data" >"$T/stream"
for skip in 1 3; do
	push "$T/stream" --skip=$skip
	run as bob fetch --stream $online
done
python3 - "$T/bob/state.db" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
n = db.execute("UPDATE item SET value = x'00' WHERE length(id) = 20"
               " AND substr(id, 17) = x'00000002'").rowcount
db.commit()
sys.exit(n != 1)
END
report $? 'fragment 2 of 1, 2 and 3 is damaged'
run "$chat" fetch --stream $online --state="$T/bob"
status 75 'which a fetch does not see'
err '3 fragments are here, number 0 is not' 'as it opens the others'
push "$T/stream" --skip=2
run as bob fetch --stream $online
push "$T/stream"
through 'each that comes again takes its place'
same "$T/out" "$T/data" 'and it is as it was'

# --- what is none
echo words >"$T/words"
push "$T/words"
status 65 'no stream'
push /dev/null
status 65 'nothing'
as carol bundle >"$T/bundle"
as alice start carol <"$T/bundle"
as alice send carol --stream <"$T/one" >"$T/stream"
push "$T/stream"
status 82 'to somebody whose address is not known'
done_testing
