#!/bin/sh
# Many messages in one process, many processes on one state, records of other
# programs, what each verb shows.
. tests/cli/lib.sh
. tests/cli/ratchet.sh

for who in alice bob; do
	as $who init -n $who
done
as bob bundle >"$T/bundle"
as alice start bob --no-pq <"$T/bundle" 2>/dev/null

# --- lines
printf 'one\n\n# three\n  four  \nfive\r\nsix' >"$T/lines"
as alice send bob --lines <"$T/lines" >"$T/m"
ok 'a message for each line' test "$(wc -l <"$T/m")" -eq 6
as bob recv --lines <"$T/m" >"$T/out" 2>/dev/null
{ cat "$T/lines"; echo; } >"$T/want"
same "$T/out" "$T/want" 'each line as it was'
seq 3000 >"$T/want"
as alice send bob --lines <"$T/want" >"$T/m"
as bob recv --lines <"$T/m" >"$T/out"
same "$T/out" "$T/want" 'three thousand'
: >"$T/err"
seq 1500 | as alice send bob --lines >"$T/m"
shuf "$T/m" | as bob recv --lines 2>/dev/null | sort -n >"$T/out"
seq 1500 >"$T/want"
same "$T/out" "$T/want" 'in any order'

{
	echo short
	head -c 700000 /dev/zero | tr '\0' x
} >"$T/lines"
run sh -c '"$1" send bob --lines -q --state="$2" <"$3"' - "$chat" \
    "$T/alice" "$T/lines"
status 65 'a line that is too long'
lines 1 'the ones before it are sent'
head -c 655360 /dev/zero | tr '\0' x >"$T/lines"
as alice send bob --lines <"$T/lines" >"$T/m"
ok 'the longest one' test "$(as bob recv --lines -q <"$T/m" |
    wc -c)" -eq 655361

# --- bad lines among good ones
seq 3 | as alice send bob --lines >"$T/good"
{
	sed -n 1p "$T/good"
	echo '{"not":"a message"}'
	sed -n 1p "$T/good"
	sed -n 2p "$T/good"
	echo nonsense
	sed -n 3p "$T/good"
} >"$T/m"
run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 65 'the worst line gives the status'
ok 'the good ones are read' test "$(tr '\n' ' ' <"$T/out")" = '1 2 3 '
err 'replayed' 'and each bad one is reported'
run sh -c '"$1" recv --lines --state="$2" <"$3" >/dev/full' - "$chat" \
    "$T/bob" "$T/good"
status 80 'nothing to write'
seq 3 | as alice send bob --lines >"$T/good"
run sh -c '"$1" recv --lines --state="$2" <"$3" >/dev/full' - "$chat" \
    "$T/bob" "$T/good"
status 74 'stdout fails'
run sh -c '"$1" recv --lines --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/good"
status 0 'all are printed again'
lines 3 'each once'

# --- an answer does not wait for the end of the input
mkfifo "$T/to" "$T/from"
"$chat" send bob --lines --state="$T/alice" <"$T/to" >"$T/from" &
pid=$!
exec 3>"$T/to" 4<"$T/from"
echo ping >&3
if timeout 10 head -n 1 <&4 >"$T/m"; then :; fi
ok 'a line in, a line out' test "$(jq -r .to "$T/m")" = bob
exec 3>&- 4<&-
wait $pid
as bob recv <"$T/m" >"$T/out"
ok 'which is read' grep -qx ping "$T/out"

# --- many processes
i=0
while [ $i -lt 20 ]; do
	echo "p$i" | as alice send bob --lock-timeout=60 >"$T/p$i" &
	i=$((i + 1))
done
wait
cat "$T"/p[0-9]* | jq -r .body | sort | uniq -d >"$T/out"
ok 'no ciphertext twice' test ! -s "$T/out"
i=0
while [ $i -lt 20 ]; do
	as bob recv --lock-timeout=60 <"$T/p$i" >"$T/r$i" 2>/dev/null &
	i=$((i + 1))
done
wait
cat "$T"/r[0-9]* | sort >"$T/out"
i=0
while [ $i -lt 20 ]; do echo "p$i"; i=$((i + 1)); done | sort >"$T/want"
same "$T/out" "$T/want" 'twenty processes each way'
as bob send alice --lines <"$T/to" >"$T/from" &
pid=$!
exec 3>"$T/to" 4<"$T/from"
exec 3>&- 4<&-
wait $pid

# --- locked
cat >"$T/hold.py" <<'END'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
END
mkfifo "$T/release"
python3 "$T/hold.py" "$T/alice/state.db" <"$T/release" >"$T/held" &
pid=$!
exec 3>"$T/release"
while ! grep -q held "$T/held"; do sleep 0.05; done
run sh -c 'echo x | "$1" send bob --lock-timeout=0 --state="$2"' - "$chat" \
    "$T/alice"
status 75 'locked'
err 'locked' 'and said'
run as alice peers --lock-timeout=0
status 0 'who only reads does not wait'
exec 3>&-
wait $pid

# --- what is shown
echo secret | as alice send bob >"$T/m"
run sh -c '"$1" inspect <"$2"' - "$chat" "$T/m"
status 0 'inspect'
ok 'its record' test "$(jq -r '"\(.from) \(.to) " + (."ratchet-chat" |
    "\(.type) \(.message_version) \(.ciphertext_size)")' "$T/out")" = \
    'alice bob prekey 3 16'
run sh -c '"$1" inspect --format=text <"$2"' - "$chat" "$T/m"
out 'from alice to bob, as the envelope says' 'for people'
run sh -c 'echo x | "$1" inspect' - "$chat"
status 65 'inspect: no message'
run sh -c 'printf "\043abcdefgh" | "$1" inspect --raw' - "$chat"
status 65 'inspect: an old version'
err 'before 3' 'is named'
run sh -c '"$1" explain --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 0 'explain: readable'
ok 'and says so' test "$(jq '."ratchet-chat".readable' "$T/out")" = true
as bob recv <"$T/m" >"$T/out"
ok 'explain used nothing up' grep -qx secret "$T/out"
run sh -c '"$1" explain --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 80 'explain: replayed'
ok 'with the sessions' test "$(jq -c '."ratchet-chat" |
    [.status, .sessions[0].knows_ratchet_key]' "$T/out")" = '[80,true]'

# agree WANT WORDS FILE [PEER]: explain, then recv
agree() {
	want=$1 words=$2 letter=$3
	shift 3
	for verb in explain recv; do
		run sh -c 'f=$1; shift; exec "$@" <"$f"' - "$letter" "$chat" \
		    $verb "$@" --state="$T/bob"
		status $want "$words: $verb"
	done
}
echo kept | as alice send bob >"$T/m"
jq -c '.to = "carol"' "$T/m" >"$T/m2"
agree 65 'for somebody else' "$T/m2"
agree 65 'of another than is named' "$T/m" carol
run sh -c '"$1" recv --state="$2" <"$3" >/dev/full' - "$chat" "$T/bob" "$T/m"
status 74 'read, and not written'
jq -c '.from = "carol"' "$T/m" >"$T/m2"
agree 80 "another's envelope around what was kept" "$T/m2"
agree 0 'kept' "$T/m"
agree 80 'and written' "$T/m"

# --- records
run as bob session export alice
status 0 'session export'
cp "$T/out" "$T/record"
run sh -c 'echo x | "$1" send alice --state="$2"' - "$chat" "$T/bob"
status 84 'an exported session is not used'
run as bob session export alice
status 0 'it can be exported again'
same "$T/out" "$T/record" 'as it was'
run sh -c '"$1" session import alice --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/record"
status 0 'session import'
echo back | as bob send alice >"$T/m"
run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/alice" "$T/m"
ok 'and it goes on' grep -qx back "$T/out"
run sh -c '"$1" session import alice --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/record"
status 1 'not over sessions that are in use'
err 'reset' 'but after they were given up'
as bob reset alice
run sh -c '"$1" session import alice --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/record"
status 80 'and a record that was used is not taken again'
run sh -c '"$1" session import bob --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/record"
status 65 "another's record is refused"
run as alice session show bob
status 64 'neither export nor import'
done_testing
