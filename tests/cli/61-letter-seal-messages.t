#!/bin/sh
# Sealing and opening: both versions, every type, others' messages; whatever
# is changed gives status 1 and not an octet.
. tests/cli/lib.sh
needs jq python3
L=$BIN/letter-seal
cd "$T" || exit 1
A=u00000000000000000000000000000001
B=u00000000000000000000000000000002
for name in a b c; do
	"$L" keygen -o $name.key >$name.pub
done

# seal ARG...: stdin from Anna to Bert; opens ARG...: Bert opens $T/sealed
seal() {
	"$L" seal -k a.key -p b.pub --from $A --to $B --sender-key-id 11 \
	    --receiver-key-id 4294967295 "$@"
}
opens() {
	run sh -c '"$@" <sealed' - "$L" open -q -k b.key -p a.pub "$@"
}
all="--from $A --to $B --sender-key-id 11 --receiver-key-id 4294967295"

# --- there and back
for v in 1 2; do
	for text in 'hi' 'two
lines
' ' "quotes" \ and こんにちは 👍 ' '' 'exactly sixteen!'; do
		printf %s "$text" >text
		seal --version $v <text >sealed
		opens $all --version $v
		status 0 "version $v opens"
		same out text "and has every octet"
	done
	head -c 300000 /dev/zero | tr '\0' x >text
	seal --version $v <text >sealed
	ok "version $v: a record is one line" test "$(wc -l <sealed)" -eq 1
	opens
	same out text 'a long one'
done
echo hi | seal --content-type 0 --counter 258 >sealed
ok 'the record has the keys of the contract' jq -e '
	keys == ["chunks", "content_type", "from", "receiver_key_id",
	    "sender_key_id", "to", "version"] and .version == 2 and
	(.chunks | length) == 5 and .chunks[3] == "AAAACw==" and
	.chunks[4] == "/////w=="' sealed
jq -r '.chunks[2]' sealed | base64 -d | head -c 8 | od -An -tx1 >got
ok 'the nonce begins with the counter' \
    test "$(tr -d ' \n' <got)" = 0000000000000102
echo hi >text
for n in 1 2 3; do
	seal <text
done | jq -c .chunks[0] | sort -u >salts
ok 'each message has a salt of its own' test "$(wc -l <salts)" -eq 3
jq . sealed >pretty
run sh -c '"$@" <pretty' - "$L" open -q -k b.key -p a.pub
status 0 'a record on many lines opens'
run sh -c '"$@" <sealed' - "$L" open -q -k a.key -p b.pub
status 0 'the sender can open it too: one secret for both'

# --- types
location='{"title":"t","address":"","latitude":35.60,"longitude":139.7}'
printf %s "$location" >text
seal --content-type 15 <text >sealed
opens --content-type 15
same out text 'a location, its numbers as they were'
opens --raw
ok 'which --raw shows whole' \
    test "$(cat out)" = "{\"location\":$location}"
for type in 1 2 3 14; do
	printf '{"keyMaterial":"%s","fileName":"a"}' \
	    "$(head -c 32 /dev/zero | base64)" >text
	seal --content-type $type <text >sealed
	opens
	same out text "material of type $type"
done
echo '{"x":1}' | seal --raw --content-type 99 >sealed
opens --raw
status 0 'another type'
ok 'raw is raw' test "$(cat out)" = '{"x":1}'
run sh -c 'echo here | "$@"' - "$L" seal -k a.key -p b.pub $all \
    --content-type 15
status 65 'a location that is none: 65'
lines 0 'and no record'
printf '\377' >text
run sh -c '"$@" <text' - "$L" seal -k a.key -p b.pub $all
status 65 'a text that is not UTF-8: 65'
echo nothing | seal --raw >sealed
run sh -c '"$@" <sealed' - "$L" open -k b.key -p a.pub
status 65 'authentic, and no text: 65'
err '--raw' 'and how to see it'
lines 0 'nothing on stdout'
opens --raw
out nothing 'seen'

# --- nothing authentic, nothing out
refused() {
	status "${2:-1}" "$1"
	[ ! -s out ]
	report $? 'and nothing on stdout'
}
for v in 1 2; do
	echo 'the plan holds' | seal --version $v >good
	for chunk in 0 1 2; do
		jq -c --argjson i $chunk '.chunks[$i] |= (
			(if startswith("A") then "B" else "A" end) + .[1:])' \
		    good >sealed
		opens
		refused "version $v: chunk $chunk changed"
	done
	cp good sealed
	run sh -c '"$@" <sealed' - "$L" open -q -k c.key -p a.pub
	refused "version $v: another key"
	run sh -c '"$@" <sealed' - "$L" open -q -k b.key -p c.pub
	refused "version $v: another sender's key"
	for wrong in "--from $B" "--to $A" '--sender-key-id 12' \
	    '--receiver-key-id 1' '--content-type 1' "--version $((3 - v))"; do
		opens $wrong
		refused "version $v: not what $wrong asks"
	done
	jq -c '.chunks[3] = "AAAADA=="' good >sealed
	opens
	refused "version $v: another id in the chunks"
	jq -c 'del(.from, .to, .content_type)' good >sealed
	opens $all --content-type 0
	status 0 "version $v: names from the options where it has none"
	opens
	status 65 "version $v: names from nowhere"
done
jq -c '.from = .to' good >sealed
opens
refused 'version 2: another name'
jq -c '.content_type = 1' good >sealed
opens
refused 'version 2: another type'
jq -c '.sender_key_id = 12 | .chunks[3] = "AAAADA=="' good >sealed
opens
refused 'version 2: another key id in both places'
jq -c '.version = 1' good >sealed
opens
refused 'version 2 as version 1' 65
jq -c '.version = 3' good >sealed
opens
refused 'version 3' 65
jq -c '.chunks = .chunks[:4]' good >sealed
opens
refused 'four chunks' 65
cat good good >sealed
opens
refused 'two records' 65
: >sealed
opens
refused 'nothing' 65
echo hi >sealed
opens
refused 'no record' 65

# --- what others wrote
python3 - "$TOP/tests/vectors/line/letter-sealing.json" <<'END'
import base64, json, sys

def b64(hex):
    return base64.b64encode(bytes.fromhex(hex)).decode()

n = 0
for version in 'v1', 'v2':
    for v in json.load(open(sys.argv[1]))[version]:
        n += 1
        with open('vector%d.json' % n, 'w') as f:
            json.dump({
                'from': v['from'], 'to': v['to'], 'version': v['version'],
                'content_type': v.get('content_type', 0),
                'sender_key_id': v['sender_key_id'],
                'receiver_key_id': v['receiver_key_id'],
                'chunks': [b64(c) for c in v['chunks']]}, f)
        for name in 'alice_priv', 'bob_priv', 'alice_pub', 'bob_pub':
            with open('vector%d.%s' % (n, name), 'w') as f:
                f.write(b64(v[name]) + '\n')
        with open('vector%d.plain' % n, 'w') as f:
            f.write(v['plaintext'])
END
chmod 600 vector*_priv
n=1
while [ -e vector$n.json ]; do
	"$L" open -q --raw -k vector$n.bob_priv -p vector$n.alice_pub \
	    <vector$n.json >out 2>err && cmp -s out vector$n.plain ||
	    echo "vector $n" >>bad
	"$L" open -q --raw -k vector$n.alice_priv -p vector$n.bob_pub \
	    <vector$n.json 2>err | cmp -s - vector$n.plain ||
	    echo "vector $n, by the sender" >>bad
	n=$((n + 1))
done
ok 'there are 32 vectors' test $n -eq 33
ok 'each opens with either key' test ! -s bad

# --- many
printf 'one\n\nthree \\ "\nfour' >text
seal --lines --counter 7 <text >sealed
ok 'a record a line, the empty one too' test "$(wc -l <sealed)" -eq 4
jq -r '.chunks[2]' sealed | while read -r nonce; do
	echo "$nonce" | base64 -d | head -c 8 | od -An -tu1 | tr -d '\n'
	echo
done | awk '{ print $8 }' | tr '\n' ' ' >got
ok 'the counter goes on' test "$(cat got)" = '7 8 9 10 '
opens --lines
status 0 'all open'
{ cat text; echo; } >want
same out want 'and are the lines'
sed -i '2s/"chunks":\["./"chunks":["!/; 3s/"from":"u0/"from":"u1/' sealed
opens --lines
status 65 'of a malformed and a forged one the worse counts'
lines 2 'the others are there'
err 'line 2: gives no text' 'those are told'
err 'line 3: gives no text' 'by their line'
printf 'a\nb\033[2J' | seal >sealed
opens --lines
ok 'with --lines a text is one line and steers no terminal' \
    test "$(cat out)" = 'a b?[2J'
run sh -c 'for i in 1 2 3; do echo $i; sleep 0.2; done |
    "$@" | head -n 1' - "$L" seal --lines -k a.key -p b.pub $all
lines 1 'records go out as they come'

# --- where it goes
echo 'for Bert' | seal >sealed
opens -o plain
status 0 'into a file'
ok 'that is readable by its owner alone' test "$(stat -c %a plain)" = 600
ok 'and has the text' test "$(cat plain)" = 'for Bert'
opens -o plain
status 73 'which is not overwritten'
opens -f -o plain
status 0 'but with --force'
jq -c '.chunks[0] = "AAAAAAAAAAAAAAAAAAAAAA=="' sealed >forged
mv forged sealed
opens -o forged
status 1 'a forged one'
ok 'leaves no file' test ! -e forged
ok 'nor anything else' test -z "$(ls | grep msgsec)"
echo hi | seal >sealed
if [ -w /dev/full ]; then
	run sh -c '"$@" <sealed >/dev/full' - "$L" open -k b.key -p a.pub
	status 74 'a full disk: 74'
fi
run sh -c '"$@" <sealed' - "$L" open -v --sandbox=off -k b.key -p a.pub
err 'sandbox: none' 'without the sandbox'
run sh -c '"$@" <sealed' - "$L" open -k b.key -p a.pub --version 1
err 'letter-seal: not authentic: the version is another one' 'the reason'
echo hi | seal --version 1 >sealed
run sh -c '"$@" <sealed' - "$L" open -k b.key -p a.pub
err 'version 1: nothing authenticates names' 'version 1 is warned of'

# --- usage
for wrong in '' '-k a.key' '-k a.key -p b.pub' "-k a.key -p b.pub --from $A" \
    "-k a.key -p b.pub --from $A --to $B --sender-key-id 1" \
    "$all -k a.key -p b.pub --from c${A#u}" "$all --from U${A#u}" \
    "$all --sender-key-id 4294967296" "$all --sender-key-id -1" \
    "$all --counter x" "$all --version 3" "$all -k a.key -p b.pub extra"; do
	run sh -c '"$@" </dev/null' - "$L" seal $wrong
	status 64 "seal $wrong: usage"
done
run "$L" open -k a.key
status 64 'open without the other key: usage'
run sh -c 'echo hi | "$@"' - "$L" seal -k a.key $all -p \
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
status 65 'a key of small order is nobody'\''s'
pty='import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
for verb in 'open -k b.key -p a.pub' audit 'media open -m a.key' \
    'group unwrap -k b.key -p a.pub'; do
	run sh -c '"$@" </dev/null' - python3 -c "$pty" "$L" $verb
	status 64 "$verb on a terminal: usage"
	out 'stdin is a terminal' 'and why'
done
printf 'a\033[2Jb' | seal >sealed
run python3 -c "$pty" sh -c 'exec "$@" <sealed' - "$L" open -k b.key -p a.pub
ok 'a text steers no terminal' test "$(tr -d '\r' <out)" = 'a?[2Jb'
for how in --raw '--raw --lines'; do
	printf 'a\033[2Jb' | seal --raw >sealed
	run python3 -c "$pty" sh -c 'exec "$@" <sealed' - "$L" open $how \
	    -k b.key -p a.pub
	ok "nor does $how" test "$(tr -d '\r' <out)" = 'a?[2Jb'
	opens $how
	{ printf 'a\033[2Jb'; [ "$how" = --raw ] || echo; } >want
	same out want 'elsewhere every octet as it came'
done
head -c 600000 /dev/zero | tr '\0' x >text
run sh -c '"$@" <text' - "$L" seal -k a.key -p b.pub $all
status 65 'over 512 KiB: 65'
run sh -c '"$@" <text' - "$L" seal --lines -k a.key -p b.pub $all
status 65 'such a line: 65'
cd "$TOP" || exit 1
done_testing
