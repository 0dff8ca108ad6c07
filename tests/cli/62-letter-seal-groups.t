#!/bin/sh
# A group's key on its way to the members, messages in the group, and media.
. tests/cli/lib.sh
needs jq python3 base64
L=$BIN/letter-seal
cd "$T" || exit 1
A=u00000000000000000000000000000001
C=u00000000000000000000000000000003
G=c00000000000000000000000000000009
for name in a b c group; do
	"$L" keygen -o $name.key >$name.pub
done

# --- the group's key
run "$L" group wrap -k a.key -p b.pub --group-key group.key
status 0 'wrapped for Bert'
lines 1 'in one line'
cp out wrapped
ok 'of 48 octets' test "$(base64 -d <wrapped | wc -c)" -eq 48
run sh -c '"$@" <group.key' - "$L" group wrap -k a.key -p b.pub
same out wrapped 'the key on stdin; the same pair wraps the same octets'
run sh -c '"$@" <wrapped' - "$L" group unwrap -k b.key -p a.pub -o b.group
status 0 'unwrapped by Bert'
ok 'readable by him alone' test "$(stat -c %a b.group)" = 600
run "$L" public -k b.group
same out group.pub 'it is the key'
run sh -c '"$@" <wrapped' - "$L" group unwrap -k b.key -p a.pub \
    --expect group.pub -o b2.group
status 0 'and the expected one'
run sh -c '"$@" <wrapped' - "$L" group unwrap -k b.key -p a.pub \
    --expect a.pub -o other.group
status 1 'not another one: 1'
ok 'which leaves no file' test ! -e other.group
run sh -c '"$@" <wrapped' - "$L" group unwrap -k c.key -p a.pub -o no.group
status 1 'another member cannot'
ok 'and gets no file' test ! -e no.group
run sh -c '"$@" <wrapped' - "$L" group unwrap -k b.key -p a.pub -o b.group
status 73 'an older file stays'
run sh -c 'umask 022; "$@" <wrapped >open' - "$L" group unwrap -k b.key \
    -p a.pub
status 77 'a secret goes to no file that others can read'
ok 'none of it' test ! -s open
run sh -c 'umask 077; "$@" <wrapped >closed' - "$L" group unwrap -k b.key \
    -p a.pub
status 0 'but to one that they cannot'
run sh -c '"$@" <wrapped | wc -l' - "$L" group unwrap -k b.key -p a.pub
status 0 'and to a pipe'
# nothing authenticates the first block: only --expect sees what it became
base64 -d <wrapped | python3 -c '
import sys
b = bytearray(sys.stdin.buffer.read())
b[0] ^= 1
sys.stdout.buffer.write(b)' | base64 -w 0 >bent
run sh -c '"$@" <bent' - "$L" group unwrap -k b.key -p a.pub -o bent.group
status 0 'a bit changed on the way: unseen'
run sh -c '"$@" <bent' - "$L" group unwrap -k b.key -p a.pub \
    --expect group.pub -o bent2.group
status 1 'but by --expect'
head -c 47 /dev/zero | base64 >short
run sh -c '"$@" <short' - "$L" group unwrap -k b.key -p a.pub -o x.group
status 65 '47 octets: 65'
run sh -c 'echo x | "$@"' - "$L" group wrap -k a.key -p b.pub
status 65 'no key on stdin: 65'
for wrong in '' nosuch 'wrap unwrap' wrap 'wrap -k a.key' \
    'wrap -k a.key -p b.pub --expect a.pub' \
    'unwrap -k a.key -p b.pub --group-key group.key'; do
	run sh -c '"$@" </dev/null' - "$L" group $wrong
	status 64 "group $wrong: usage"
done

# --- what another implementation wrapped
python3 - "$TOP/tests/vectors/line/letter-sealing.json" <<'END'
import base64, json, sys

def put(name, hex):
    with open(name, 'w') as f:
        f.write(base64.b64encode(bytes.fromhex(hex)).decode() + '\n')

for n, v in enumerate(json.load(open(sys.argv[1]))['group_key_wrap']):
    for name in v:
        put('w%d.%s' % (n, name), v[name])
for n, v in enumerate(json.load(open(sys.argv[1]))['media']):
    with open('m%d.key' % n, 'w') as f:
        f.write(v['key_material'])
    for name in 'plaintext', 'encrypted':
        with open('m%d.%s' % (n, name), 'wb') as f:
            f.write(bytes.fromhex(v[name]))
END
chmod 600 w*_priv m*.key
for n in 0 1 2; do
	run sh -c '"$@" <"$0"' w$n.encrypted_shared_key "$L" group unwrap \
	    -k w$n.member_priv -p w$n.creator_pub --expect w$n.group_pub \
	    -o w$n.out
	status 0 "vector $n unwraps"
	run "$L" group wrap -k w$n.creator_priv -p w$n.member_pub \
	    --group-key w$n.group_priv
	same out w$n.encrypted_shared_key "vector $n is wrapped the same"
done

# --- messages in the group: its key takes the receiver's place
echo 'hello all' | "$L" seal -k a.key -p group.pub --from $A --to $G \
    --sender-key-id 1 --receiver-key-id 9 >sealed
run sh -c '"$@" <sealed' - "$L" open -k b.group -p a.pub --from $A --to $G
status 0 'a member opens it'
out 'hello all' 'it is the text'
run sh -c '"$@" <sealed' - "$L" open -k b.group -p c.pub
status 1 'under another sender it is not authentic'
# ePrint 2018/668: the group's key and Anna's public one are all it takes
echo 'I quit' | "$L" seal -k b.group -p a.pub --from $A --to $G \
    --sender-key-id 1 --receiver-key-id 9 >sealed
run sh -c '"$@" <sealed' - "$L" open -k group.key -p a.pub --from $A --to $G
status 0 'Bert wrote it, and it opens as from Anna'

# --- media
seal() {
	run sh -c '"$@" <"$0" >sealed' "$@"
}
: >empty
head -c 65536 /dev/urandom >one
head -c 3000001 /dev/urandom >big
for file in empty one big; do
	rm -f material
	seal $file "$L" media seal -m material
	status 0 "$file is sealed"
	ok 'the material is readable by its owner alone' \
	    test "$(stat -c %a material)" = 600
	ok 'it is 32 octets longer' test "$(wc -c <sealed)" -eq \
	    $(($(wc -c <$file) + 32))
	run sh -c '"$@" <sealed' - "$L" media open -m material
	status 0 'and opens'
	same out $file 'to what it was'
done
cp material first
seal big "$L" media seal -m material
status 73 'material is never used twice'
seal big "$L" media seal -f -m material
status 0 'but replaced with --force'
ok 'by another' sh -c '! cmp -s material first'
run sh -c '"$@" <sealed' - "$L" media open -m first
status 1 'the old one does not open the new file'
lines 0 'not an octet'
for at in 0 1500000 3000001 3000032; do
	cp sealed bent
	printf '\0\0\0\0' | dd of=bent bs=1 seek=$at conv=notrunc 2>err
	run sh -c '"$@" <bent' - "$L" media open -m material
	status 1 "changed at $at"
	[ ! -s out ]
	report $? 'not an octet'
done
head -c 3000000 sealed >bent
run sh -c '"$@" <bent' - "$L" media open -m material
status 1 'cut short'
head -c 31 sealed >bent
run sh -c '"$@" <bent' - "$L" media open -m material
status 65 'shorter than its code: 65'
for n in 0 1; do
	run sh -c '"$@" <"$0"' m$n.encrypted "$L" media open -m m$n.key
	status 0 "vector $n opens"
	same out m$n.plaintext 'to what it was'
done

# --- the material in a message, which opens the file at the other end
rm material
seal one "$L" media seal -m material --name 'a "b".png'
ok 'it is the message of a picture' jq -e '.fileName == "a \"b\".png"' material
"$L" seal -k a.key -p b.pub --from $A --to $C --sender-key-id 1 \
    --receiver-key-id 2 --content-type 1 <material >message
run sh -c '"$@" <message' - "$L" open -k b.key -p a.pub -o theirs
status 0 'it travels'
run sh -c '"$@" <sealed' - "$L" media open -m theirs
same out one 'and opens the file'
chmod 644 theirs
run sh -c '"$@" <sealed' - "$L" media open -m theirs
status 77 'unless others could read it'
run sh -c '"$@" <sealed' - "$L" media open -m nosuch
status 66 'no material: 66'
chmod 600 theirs
echo '{}' >theirs
run sh -c '"$@" <sealed' - "$L" media open -m theirs
status 65 'material without any: 65'
for wrong in '' seal 'seal open -m x' 'open -m x --name y' 'open -f -m x'; do
	run sh -c '"$@" </dev/null' - "$L" media $wrong
	status 64 "media $wrong: usage"
done
if [ -w /dev/full ]; then
	rm material
	run sh -c '"$@" <one >/dev/full' - "$L" media seal -m material
	status 74 'a full disk: 74'
	ok 'and no material of a file that is not there' test ! -e material
fi
cd "$TOP" || exit 1
done_testing
