#!/bin/sh
# letter-seal audit: each thing that it is to see, made as an attacker or a
# careless client would, and nothing where all is right.
. tests/cli/lib.sh
needs jq
L=$BIN/letter-seal
cd "$T" || exit 1
A=u00000000000000000000000000000001
B=u00000000000000000000000000000002
G=c00000000000000000000000000000009
for name in a b c; do
	"$L" keygen -o $name.key >$name.pub
done

# anna N [ARG...], bert N [ARG...]: a message with the counter N
anna() {
	n=$1
	shift
	echo "message $n" | "$L" seal -k a.key -p b.pub --from $A --to $B \
	    --sender-key-id 1 --receiver-key-id 2 --counter "$n" "$@"
}
bert() {
	n=$1
	shift
	echo "answer $n" | "$L" seal -k b.key -p a.pub --from $B --to $A \
	    --sender-key-id 2 --receiver-key-id 1 --counter "$n" "$@"
}
# audit ARG...: of $T/in, as Bert sees it
audit() {
	run sh -c '"$@" <in' - "$L" audit -k 2=b.key -p 1=a.pub \
	    --format=json "$@"
}
codes() {
	jq -r '."letter-seal".findings[].code' out | tr '\n' ' ' >codes
	[ "$(cat codes)" = "$1" ] || echo "# $(cat codes)"
	[ "$(cat codes)" = "$1" ]
	report $? "$2"
}

{ anna 1; bert 1; anna 2; bert 2; } >in
audit
status 0 'a good conversation: 0'
lines 4 'a record out for each in'
codes '' 'nothing to say'
ok 'all authentic' jq -se 'map(."letter-seal".authentic) | all' out
ok 'with their counters' jq -se 'map(."letter-seal".counter) == [1,1,2,2]' out
jq -c 'del(."letter-seal")' out >back
jq -c . in >plain
same back plain 'the rest as it was'
cp out before
cp before in
audit
codes '' 'an earlier verdict of ours is no metadata'
lines 4 'and is replaced'
ok 'not doubled' test "$(grep -o '"letter-seal":' out | wc -l)" -eq 4

one=$(anna 1)
{ echo "$one"; echo "$one"; } >in
audit
status 1 'a replay: 1'
codes 'seal.replay ' 'the second one'
out '"where":"line 1"' 'names the first'
audit --ignore=seal.replay
status 0 'unless it is ignored'
out '"ignored":true' 'which is told'
audit --fail-on=never
status 0 'or never to fail'

{ anna 2; anna 1; anna 5; } >in
audit
codes 'seal.counter seal.counter-gap ' 'back, then a gap'
status 0 'no proof of anything'
audit --fail-on=warn
status 1 'but for --fail-on=warn'

{ anna 1; anna 2 --version 1; } >in
audit
codes 'seal.v1 seal.downgrade ' 'version 1 after version 2'
status 1 'a downgrade: 1'

{ anna 1; anna 2 --version 1; } >in
{ sed -n 1p in; sed -n 2p in | jq -c --arg g $G '.to = $g'; sed -n 2p in; } \
    >three
mv three in
audit
codes 'seal.v1 seal.group seal.v1 seal.relabelled seal.downgrade ' \
    'which a copy under other names in front of it does not hide'

anna 1 --version 1 >in
jq -c --arg a $A --arg b $B '.from = $b | .to = $a' in >>in
audit
codes 'seal.v1 seal.v1 seal.reflected ' 'version 1 sent back'
anna 1 >in
jq -c --arg a $A --arg b $B '.from = $b | .to = $a' in >>in
audit
codes 'seal.direction seal.reflected ' 'version 2 sent back'
ok 'is not authentic' jq -se '.[1]."letter-seal".authentic == false' out
tail -n 1 in >last
mv last in
audit
codes 'seal.direction ' 'its first sight already'
run sh -c '"$@" <in' - "$L" audit --format=json
codes '' 'which without keys nobody can see'
ok 'and says that it did not look' \
    jq -e '."letter-seal".authentic == null' out

anna 1 --version 1 >in
jq -c '.content_type = 15' in >>in
audit
codes 'seal.v1 seal.content seal.v1 seal.relabelled ' 'another type'

anna 1 | jq -c '.chunks[1] |= "A" + .[1:]' >in
audit
codes 'seal.not-authentic ' 'a forged one'
status 1 'is 1'
run sh -c '"$@" <in' - "$L" audit -k c.key -p a.pub --format=json
codes 'seal.not-authentic ' 'under another key too'
anna 1 >in
run sh -c '"$@" <in' - "$L" audit -k 7=b.key -p 1=a.pub --format=json
codes 'seal.no-key ' 'a key with another number is not tried'
status 75 'could not find out: 75'
run sh -c '"$@" <in' - "$L" audit -k c.key -k 2=b.key -p c.pub -p 1=a.pub \
    --format=json
codes '' 'of many keys the right one'

anna 1 | jq -c '. + {createdTime: 1, contentMetadata: {}}' >in
audit
codes 'seal.metadata ' 'what nothing authenticates'
out 'createdTime, contentMetadata' 'by its names'
anna 1 | jq -c '.sender_key_id = 3' >in
run sh -c '"$@" <in' - "$L" audit --format=json
codes 'seal.key-id ' 'other key ids in the chunks'
anna 1 | jq -c '.chunks[3] = "AQ==" | del(.sender_key_id)' >in
audit
codes 'seal.key-id-size ' 'a key id of one octet, otherwise good'
anna 1 --version 1 | jq -c '.version = 2' >in
audit
codes 'seal.malformed ' 'version 1 that says 2'
anna 9007199254740993 >in
audit
codes 'seal.nonce-random ' 'a counter that nobody counted to'
ok 'is not called one' jq -e '."letter-seal".counter == null' out
python3 - "$A" "$B" >in <<'END'
import base64, json, sys

def b(n):
    return base64.b64encode(bytes(n)).decode()

print(json.dumps({'from': sys.argv[1], 'to': sys.argv[2], 'chunks': [
    b(16), b(20), b(16), 'AAAAAQ==', 'AAAAAg==']}))
END
run sh -c '"$@" <in' - "$L" audit --format=json
codes 'seal.nonce-size ' 'a nonce of 16 octets'
jq -c '.chunks[1] = "AQAAAAAAAAAAAAAAAAAAAAAAAAA="' in >>in
run sh -c '"$@" <in' - "$L" audit --format=json
codes 'seal.nonce-size seal.nonce-size seal.nonce-reused seal.counter ' \
    'salt and nonce used twice'
echo all | "$L" seal -k a.key -p c.pub --from $A --to $G --sender-key-id 1 \
    --receiver-key-id 9 >in
run sh -c '"$@" <in' - "$L" audit -k 9=c.key -p 1=a.pub --format=json
codes 'seal.group ' 'in a group every member could have written it'
ok 'though it is authentic' jq -e '."letter-seal".authentic' out
echo x | "$L" seal --raw -k a.key -p b.pub --from $A --to $B \
    --sender-key-id 1 --receiver-key-id 2 >in
audit
codes 'seal.content ' 'authentic, but no text'

# --- the receiver's forgery (LINE-Break): nothing can see it
echo 'I owe you 1000' | "$L" seal -k b.key -p a.pub --from $A --to $B \
    --sender-key-id 1 --receiver-key-id 2 >in
audit
codes '' 'what Bert wrote to himself is authentic'

# --- records of before
{ anna 1; anna 2; } >old
head -n 1 old >in
audit --seen=old
codes 'seal.replay ' 'a message of an earlier file'
out 'line 1 of an earlier file' 'and where'
anna 2 >in
audit --seen=old
codes 'seal.counter ' 'counters go on from there'
anna 3 >in
audit --seen=old
codes '' 'a new one is new'
audit --seen=nosuch
status 66 'no such file: 66'

# --- streams
printf '# comment\n\n{"x":1}\nbare\n[1]\n{"y":\n' >in
anna 1 >>in
audit
status 65 'a line that is no JSON: 65'
lines 5 'a record out for each line'
grep -q '^{"y":$' out
report $? 'it goes on as it came'
ok 'the others have their finding' \
    test "$(grep -c 'seal.malformed' out)" -eq 3
err 'line 6: not a record' 'and is told of'
run sh -c '"$@" <in' - "$L" audit --format=text
status 65 'as text: the same'
out 'line 7: pass, version 2' 'the good one as text'
out "$A to $B, keys 1 and 2, counter 1" 'with its envelope'
{
	printf '{"from":"'
	head -c 1100000 /dev/zero | tr '\0' x
	printf '"}\n'
	anna 1
} >in
audit
status 65 'a line over 1 MiB: 65'
lines 2 'it goes on'
tail -n 1 out >last
ok 'and the next is judged' jq -e '."letter-seal".verdict == "pass"' last
anna 1 >in
audit --now=2026-03-01T12:00:00Z
ok 'the time is told' jq -e '."letter-seal" |
	.time == "2026-03-01T12:00:00Z" and
	.assumed.now == "2026-03-01T12:00:00Z"' out
run "$L" audit --list-codes
out seal.replay 'its codes'
run "$L" audit -k b.key
status 64 'one key without the other: usage'
run "$L" audit file
status 64 'no operand is taken'
run sh -c '"$@" <in' - "$L" audit -k nosuch -p a.pub
status 66 'no such key: 66'
if [ -w /dev/full ]; then
	run sh -c '"$@" <in >/dev/full' - "$L" audit --format=json
	status 74 'a full disk: 74'
fi
cd "$TOP" || exit 1
done_testing
