#!/bin/sh
# dmarc-verify over many messages: order, jobs, resuming, and a worker that
# dies.
. tests/cli/lib.sh
needs jq
make_keys
message >"$T/m"
sign <"$T/m" >"$T/good"
sed 's/the plan/a plan/' "$T/good" >"$T/bad"
mkdir "$T/box"
i=0
while [ $i -lt 60 ]; do
	[ $((i % 3)) -eq 0 ] && from=bad || from=good
	cp "$T/$from" "$T/box/$(printf %03d $i)"
	i=$((i + 1))
done
results() {
	jq -r '.message + " " + .["dmarc-verify"].dmarc.result' "$1" | sort
}
verify -j 1 "$T/box"
results "$T/out" >"$T/want"
status 1 'sixty messages, one worker'
lines 60 'a record each'
verify -j 4 "$T/box"
results "$T/out" >"$T/got"
same "$T/want" "$T/got" 'four workers say the same'
verify -j 4 --ordered "$T"/box/*
jq -r .message "$T/out" >"$T/order"
sort "$T/order" >"$T/sorted"
same "$T/order" "$T/sorted" '--ordered keeps the order'
ls "$T"/box/* >"$T/list"
verify --files-from "$T/list"
lines 60 '--files-from'
ls "$T"/box/* | tr '\n' '\0' >"$T/list0"
verify -0 --files-from "$T/list0"
lines 60 '--files-from with NUL'

# --- --resume
verify --resume "$T/state" "$T"/box/00*
ok '--resume writes into its file' test "$(wc -l <"$T/state")" -eq 10
printf '{"message":"torn' >>"$T/state"
verify --resume "$T/state" "$T"/box/*
ok 'and goes on there, a torn line cut' test "$(wc -l <"$T/state")" -eq 60
results "$T/state" >"$T/got"
same "$T/want" "$T/got" 'with the same records'
cp "$T/state" "$T/before"
verify --resume "$T/state" "$T"/box/*
same "$T/before" "$T/state" 'what is done is not done again'
verify --skip "$T/state" "$T"/box/*
lines 0 '--skip skips it, too'
verify --skip "$T/state" "$T"/box/* "$T/good"
lines 1 'but not what is new'

# --- a worker that dies costs one record
if [ -z "$SANITIZED" ]; then
	"$BIN/dmarc-verify" --zone "$T/zone" -j 2 "$T/good" - "$T/bad" \
	    <&- >"$T/out" 2>"$T/err"
	lines 3 'a message that cannot be read has its record'
	mkfifo "$T/fifo"
	"$BIN/dmarc-verify" --zone "$T/zone" -j 2 "$T/good" "$T/fifo" \
	    "$T/bad" >"$T/out" 2>"$T/err" &
	pid=$!
	sleep 0.5
	# the worker that waits for the fifo is the one with nothing to read
	for child in $(cat /proc/$pid/task/$pid/children); do
		grep -q . "/proc/$child/wchan" 2>/dev/null
		case $(cat "/proc/$child/syscall" 2>/dev/null) in
		257\ *) kill -SEGV "$child" ;;
		esac
	done
	# a worker that is started anew must not wait for ever
	(exec 3<>"$T/fifo"; sleep 0.3) &
	STATUS=0
	wait $pid || STATUS=$?
	lines 3 'a worker that dies costs no other record'
	ok 'the others are judged' \
	    test "$(grep -c '"result":"\(pass\|fail\)","policy"' "$T/out")" -ge 2
	mkfifo "$T/slow"
	verify --timeout 1 -j 2 "$T/good" "$T/slow"
	found run.timeout 'one past --timeout is unknown'
	lines 2 'and the other is judged'
fi

# --- the streams of the verbs
cat >"$T/in" <<'END'
{"domain":"example.org","x":1.0,"x":2}
example.org
https://example.org/
1,google.com
anna@example.org
  EXAMPLE.org.  
END
run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/in"
lines 6 'domain: a record for each line'
out '{"domain":"example.org","x":1.0,"x":2,"dmarc-verify":' \
    'other members pass through, number forms and doubles as they are'
ok 'three lines are no domain' \
    test "$(grep -c input.not-a-domain "$T/out")" -eq 3
ok 'names are A-labels in lower case' \
    test "$(grep -c '"domain":"example.org"' "$T/out")" -eq 3
cp "$T/out" "$T/first"
run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/first"
ok 'an earlier member of ours is replaced' \
    test "$(head -n 1 "$T/out" | grep -o '"dmarc-verify":' | wc -l)" -eq 1
printf '\357\273\277example.org\r\n\n# x\n' >"$T/in"
run "$BIN/dmarc-verify" domain --zone "$T/zone" <"$T/in"
lines 1 'BOM, CR, blank lines and comments are not subjects'
status 0 'and the domain is fine'
printf '{"domain":\nexample.org\n' >"$T/in"
run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/in"
status 65 'a line that is no JSON is 65'
out '{"domain":' 'and is copied through'
{ printf '{"domain":"example.org","x":"'; head -c 1100000 /dev/zero |
    tr '\0' x; echo '"}'; echo example.org; } >"$T/in"
run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/in"
status 65 'a line over 1 MiB is 65'
lines 2 'and the next one is judged'

done_testing
