#!/bin/sh
# The interactive chat over a stand-in relay: in a pipe, and on a terminal.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
needs jq openssl python3

. tests/cli/ratchet-relay.sh

relay_start
for who in alice bob carol; do
	as $who init -n $who
done

# --- in a pipe
run as alice chat bob $online
status 66 'a chat without a mailbox'
as bob mailbox --relay=$url $online >"$T/bob.address"
run sh -c 'printf "one\ntwo\n" | "$1" chat bob --relay="$2" '"$online"' \
    --state="$3"' - "$chat" "$(cat "$T/bob.address")" "$T/alice"
status 0 'the first words: mailbox, session and address are made'
err 'safety bob' 'and the number is to be compared'
ok 'stdout is for what comes' test ! -s "$T/out"
run sh -c '"$1" chat alice --wait=2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
status 0 'the other side'
printf 'one\ntwo\n' >"$T/want"
same "$T/out" "$T/want" 'reads the lines alone'
run sh -c 'echo three | "$1" chat alice '"$online"' --state="$2"' - "$chat" \
    "$T/bob"
status 0 'and answers to where alice said she is'
run sh -c '"$1" chat bob -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/alice"
echo three >"$T/want"
same "$T/out" "$T/want" 'which arrives'
run sh -c '"$1" chat bob -w 1 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/alice"
ok 'once' test ! -s "$T/out"

# --- the relay is away: nothing that was typed is lost
echo later >"$T/relay/fault"
run sh -c 'echo kept | "$1" chat bob '"$online"' --state="$2"' - "$chat" \
    "$T/alice"
status 75 'a relay that cannot at the moment'
err 'the next chat' 'and what becomes of the message'
rm "$T/relay/fault"
run sh -c '"$1" chat bob '"$online"' --state="$2" </dev/null' - "$chat" \
    "$T/alice"
status 0 'the next chat'
run sh -c '"$1" chat alice -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
out kept 'sends it'
echo no >"$T/relay/fault"
run sh -c 'echo x | "$1" chat bob -w 9 '"$online"' --state="$2"' - "$chat" \
    "$T/alice"
status 87 'a relay that says no'
rm "$T/relay/fault"
run sh -c '"$1" chat bob '"$online"' --state="$2" </dev/null' - "$chat" \
    "$T/alice"
run sh -c '"$1" chat alice -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
out x 'has it later'

# --- so is the state: what waits is not taken for sent
cat >"$T/hold.py" <<'END'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('BEGIN EXCLUSIVE')
time.sleep(5)
END
echo later >"$T/relay/fault"
(sleep 2; python3 "$T/hold.py" "$T/alice/state.db") &
holder=$!
run sh -c '(echo held; sleep 8) | "$1" chat bob --lock-timeout=1 '"$online"' \
    --state="$2"' - "$chat" "$T/alice"
status 75 'a state that is locked when it is sent again'
err 'the next chat' 'and what becomes of the message'
wait $holder
rm "$T/relay/fault"
run sh -c '"$1" chat bob '"$online"' --state="$2" </dev/null' - "$chat" \
    "$T/alice"
run sh -c '"$1" chat alice -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
out held 'has it later, too'

# --- nor is one for whom we know no mailbox waited for
as carol bundle | as bob start carol -q
run sh -c 'echo text | timeout 25 "$1" chat carol -w 1 '"$online"' \
    --state="$2"' - "$chat" "$T/bob"
status 75 'a peer whose mailbox is not known: it ends'
err 'the next chat' 'and what becomes of the message'

# --- mail of others stays for them
as carol start bob --relay="$(cat "$T/bob.address")" $online -q
echo 'from carol' | as carol send bob | as carol push $online
run sh -c '"$1" chat alice -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/bob"
ok 'is not shown' test ! -s "$T/out"
err 'mail of others' 'but said'
as bob fetch $online 2>/dev/null | as bob recv --lines >"$T/out" 2>/dev/null
out 'from carol' 'and is there'

# --- a changed identity
"$chat" init -n bob --state="$T/mallory"
as alice mailbox >"$T/alice.address"
run sh -c 'echo "it is me" | "$1" chat alice --relay="$2" '"$online"' \
    --state="$3"' - "$chat" "$(cat "$T/alice.address")" "$T/mallory"
status 0 'somebody with a name that is taken'
run sh -c 'echo secret | "$1" chat bob -w 2 '"$online"' --state="$2"' - \
    "$chat" "$T/alice"
out_not 'it is me' 'is not shown'
err 'the identity has changed' 'but said'
as alice verify bob $(as bob safety alice)

# --- on a terminal
at="$chat chat alice $online --state=$T/bob"
cat >"$T/script" <<END2
wait bob> 
type helo\\x7flo \\x1b[A\\x1b[Dthere\\n
wait you: hello there
do echo 'an answer' | $chat send bob --state=$T/alice | $chat push $online --state=$T/alice
type half a li
wait alice: an answer
wait half a li
type ne\\x17\\x17word\\n
wait you: half word
do printf '\\033[31mred\\202\\n' | $chat send bob --state=$T/alice | $chat push $online --state=$T/alice
wait alice: ?[31mred
type \\x15\\xc3\\xa9\\xc3\\xa8\\x7f\\n
wait you: \\xc3\\xa9
type \\x04
END2
run tests/cli/terminal.py "$T/script" $at
status 0 'typed, rubbed out, interrupted by what comes, ended by Ctrl-D'
out 'echo is on' 'the terminal is as it was'
ok 'nothing that came steers it' sh -c '! grep -q "\[31mred" "$1" ||
    ! grep -q "$(printf "\033\\[31m")" "$1"' - "$T/out"
run sh -c '"$1" chat bob -w 2 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/alice"
printf 'hello there\nhalf word\n\303\251\n' >"$T/want"
same "$T/out" "$T/want" 'what was typed is what arrives'
cat >"$T/script" <<END2
wait bob> 
type not sent
wait not sent
type \\x03
END2
run tests/cli/terminal.py "$T/script" $at
status 0 'Ctrl-C ends it'
out_not 'is gone' 'and not those who connect for it'
out 'echo is on' 'and leaves the terminal as it was'
ok 'no process stays behind' sh -c '! pgrep -P "$1" msgsec-web' - $$
run sh -c '"$1" chat bob -w 1 '"$online"' --state="$2" </dev/null' - \
    "$chat" "$T/alice"
ok 'what was not ended is not sent' test ! -s "$T/out"
cat >"$T/script" <<END2
wait bob> 
signal 15
END2
run tests/cli/terminal.py "$T/script" $at
status 0 'so does a signal'
out 'echo is on' 'a signal leaves the terminal as it was, too'
relay_stop
done_testing
