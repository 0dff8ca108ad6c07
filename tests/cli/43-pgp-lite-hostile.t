#!/bin/sh
# pgp-lite: what attackers make of good messages. Whatever is refused prints
# nothing, leaves nothing behind, and says why.
. tests/cli/lib.sh

needs python3
P=$BIN/pgp-lite
V=$TOP/tests/vectors/openpgp
R=$V/rfc9580
cd "$T" || exit 1
printf 'hello\n' >data
printf 'pass' >pw
"$P" generate-key 'A' >key
"$P" extract-cert <key >cert
"$P" sign --no-armor key <data >sig
"$P" inline-sign --no-armor key <data >signed
"$P" inline-sign --as=clearsigned key <data >clear

# refused STATUS NAME COMMAND... < INPUT: so, and nothing on stdout
refused() {
	want=$1 name=$2
	shift 2
	run "$@"
	[ "$STATUS" -eq "$want" ] && [ ! -s out ]
	ok=$?
	[ $ok -eq 0 ] || echo "# status $STATUS, $(wc -c <out) octets"
	report $ok "$name"
}

inline() {
	refused "$1" "$2" "$P" inline-verify cert
}

literal() { # TEXT: as a packet
	printf '\313\013b\000\000\000\000\000%s' "$1"
}

# the grammar
literal evil\! | head -c 13 >evil
cat evil signed >m
inline 41 'a literal before a signed message' <m
cat signed evil >m
inline 41 'and behind it' <m
cat signed signed >m
inline 41 'two messages' <m
python3 - <<'END'
m = open("signed", "rb").read()
evil = open("evil", "rb").read()
packets = []
while m:
    n = 2 + m[1]
    assert m[0] >= 0xc0 and m[1] < 192
    packets.append(m[:n])
    m = m[n:]
onepass, literal, signature = packets
for name, parts in {
        "inside-before": [onepass, evil, literal, signature],
        "inside-behind": [onepass, literal, evil, signature],
        "instead": [onepass, evil, signature],
        "unsigned": [onepass, literal],
        "empty": [onepass, signature]}.items():
    open(name, "wb").write(b"".join(parts))
END
inline 41 'a literal inside, before the signed one' <inside-before
inline 41 'and behind it' <inside-behind
inline 3 'another literal in its place' <instead
inline 41 'a one-pass signature without its signature' <unsigned
inline 41 'and without data' <empty
inline 3 'a literal alone' <evil
head -c 30 signed >m
inline 41 'a message cut short' <m
{ cat signed; printf 'x'; } >m
inline 41 'an octet behind it' <m
{ printf '\314\001x'; cat signed; } >m
inline 41 'a trust packet in front' <m
{ printf '\343\001x'; cat signed; } >m
inline 41 'a critical packet 35' <m
{ printf '\377\001x'; cat signed; } >m
run "$P" inline-verify cert <m
same out data 'packet 63 is not critical'
{ cat signed; printf '\325\001x'; } >m
run "$P" inline-verify cert <m
same out data 'padding behind it'
inline 41 'a signature is no message' <sig
inline 41 'nor is a key' <key
"$P" encrypt cert <data >encrypted
inline 41 'nor is an encrypted one signed' <encrypted

# detached signatures are nothing else
refused 41 'a signed message as a signature' "$P" verify signed cert <data
cat evil sig >m
refused 41 'a literal and a signature' "$P" verify m cert <data
cat sig evil >m
refused 41 'a signature and a literal' "$P" verify m cert <data
python3 - <<'END'
good = open("sig", "rb").read()
bad = bytearray(good)
bad[-1] ^= 1
open("broken", "wb").write(bytes(bad))
open("both", "wb").write(bytes(bad) + good)
strange = bytearray(good)
strange[2] = 9
open("strange", "wb").write(bytes(strange) + good)
open("only-strange", "wb").write(bytes(strange))
END
refused 3 'a broken signature' "$P" verify broken cert <data
run "$P" verify both cert <data
status 0 'a good one beside a broken one'
lines 1 'counts alone'
err 'signature 1' 'and the broken one is told'
run "$P" verify strange cert <data
status 0 'one of an unknown version before a good one'
refused 3 'one of an unknown version alone' "$P" verify only-strange cert \
    <data
printf 'hellp\n' >m
refused 3 'other data' "$P" verify sig cert <m

# what is long is whole, or it is refused
python3 - <<'END'
def packet(tag, body):
    return bytes([0xc0 | tag, 255]) + len(body).to_bytes(4, "big") + body
signature = packet(2, b"\x05" * 65536)
literal = packet(11, b"b\0\0\0\0\0hello\n")
open("long", "wb").write(32 * signature + literal)
open("signatures", "wb").write(32 * signature)
open("attribute", "wb").write(packet(17, bytes(20 << 20)))
open("other", "wb").write(packet(17, b"x" * (50 << 20)))
END
run "$P" inline-detach --no-armor --signatures-out=detached <long
same out data 'inline-detach: the longest signatures'
same detached signatures 'which are whole'
"$P" dearmor <key | cat - attribute >first
"$P" dearmor <cert | cat - other >second
refused 1 'update-key: attributes that are too long together' \
    "$P" update-key --no-armor --merge-certs=second <first

# the cleartext framework
change() { # SED-SCRIPT
	sed "$1" clear
}
change 's/^Hash: .*/&, but I owe you much/' >m
inline 41 'prose in the Hash header' <m
change 's/^Hash: .*/&\nNotDashEscaped: You/' >m
inline 41 'another header' <m
change 's/^Hash: .*/Comment: I owe you much/' >m
inline 41 'a Comment' <m
change '1s/$/ and more/' >m
inline 41 'text behind the first dashes' <m
change 's/^hello/hell\x0co/' >m
inline 3 'a form feed in a line' <m
change 's/^hello/hello\x00/' >m
inline 3 'a NUL in a line' <m
change 's/^hello/hello\nI owe you much/' >m
inline 3 'another line' <m
change 's/^hello/-hello/' >m
inline 41 'a dash that is not escaped' <m
{ echo 'I owe you much'; cat clear; } >m
inline 41 'text before the frame' <m
{ cat clear; echo 'I owe you much'; } >m
inline 41 'text behind it' <m
cat clear clear >m
inline 41 'two frames' <m
sed '/BEGIN PGP SIGNATURE/,$d' clear >m
inline 41 'no signature' <m
change 's/^hello/hello  \t/' >m
run "$P" inline-verify cert <m
same out data 'blanks at a line end are not signed, and not printed'

# encryption
decrypt() {
	refused "$1" "$2" "$P" decrypt key
}
"$P" dearmor <encrypted >encrypted.bin
head -c 150 encrypted.bin >m
decrypt 41 'an encrypted message cut short' <m
{ cat evil encrypted.bin; } >m
decrypt 41 'a literal before it' <m
{ cat encrypted.bin evil; } >m
decrypt 41 'and behind it' <m
cat encrypted.bin encrypted.bin >m
decrypt 41 'two of them' <m
decrypt 41 'one that is only signed' <signed
"$P" encrypt --no-armor cert <encrypted.bin >twice
run "$P" decrypt key <twice
same out encrypted.bin 'a message in a message is data'
printf '\311\020aaaaaaaaaaaaaaaa' >m
decrypt 29 'data without protection against changes' <m
python3 - <<'END'
import zlib
def packet(tag, body):
    n = len(body)
    return bytes([0xc0 | tag, 255]) + n.to_bytes(4, "big") + body
literal = packet(11, b"b\0\0\0\0\0" + bytes(80 << 20))
z = zlib.compressobj(9)
bomb = packet(8, b"\x02" + z.compress(literal) + z.flush())
open("bomb", "wb").write(bomb)
quine = packet(11, b"b\0\0\0\0\0text")
for i in range(40):
    quine = packet(8, b"\x02" + zlib.compress(quine))
open("nested", "wb").write(quine)
z = zlib.compressobj(9, zlib.DEFLATED, -15)
behind = z.compress(packet(11, b"b\0\0\0\0\0text")) + z.flush()
open("behind", "wb").write(packet(8, b"\x01" + behind + b"x"))
open("whole", "wb").write(packet(8, b"\x01" + behind))
many = packet(4, b"\3\0\x08\x16" + bytes(8) + b"\0") * 5000
open("many", "wb").write(many + literal[:1000])
END
for verb in 'inline-verify cert' 'inline-detach --signatures-out=s'; do
	refused 41 "${verb%% *}: a decompression bomb" "$P" $verb \
	    --max-decompressed=79 <bomb
	err 'compressed data grows beyond measure' 'which is told'
	err 'hint: --max-decompressed=MIB' 'with the option that allows it'
done
inline 3 'which only lacks its signature where it may be so large' <bomb
if command -v gpg >/dev/null; then
	mkdir -m 700 home
	head -c 3000000 /dev/zero | gpg --homedir home --batch --quiet \
	    --no-permission-warning --pinentry-mode loopback \
	    --passphrase-file pw -z 9 -c >gpg.bomb 2>/dev/null
	gpgconf --homedir home --kill all 2>/dev/null
	rm -r home
	refused 29 'decrypt: one that is encrypted' "$P" decrypt \
	    --with-password=pw --max-decompressed=2 <gpg.bomb
	err 'hint: --max-decompressed=MIB' 'with that hint, too'
	run "$P" decrypt --with-password=pw --max-decompressed=3 <gpg.bomb
	status 0 'which is fine where it may be so large'
fi
inline 41 'compressed forty times' <nested
inline 41 'an octet behind compressed data that is not encrypted' <behind
inline 3 'and without it only the signature is missing' <whole
inline 41 'thousands of one-pass signatures' <many

# Argon2 that asks for all the memory there is: m is octet 23 of the SKESK
"$P" encrypt --profile=rfc9580 --no-armor --with-password=pw <data >m
python3 - <<'END'
m = bytearray(open("m", "rb").read())
at = m.index(bytes([4]) , 5)
assert m[at + 17:at + 20] == bytes([3, 4, 16])
m[at + 19] = 31
open("greedy", "wb").write(bytes(m))
END
refused 29 'Argon2 over two terabytes' "$P" decrypt --with-password=pw \
    <greedy
err 'asks for more memory than is allowed' 'and it says why'
refused 29 'Argon2 over more than --max-s2k-memory' "$P" decrypt \
    --with-password=pw --max-s2k-memory=65535K <m
err 'asks for more memory than is allowed' 'which is told'
run "$P" decrypt --with-password=pw --max-s2k-memory=64M <m
same out data 'and just as much as it allows'
for size in x 1T -1 M 2000000000000; do
	refused 37 "no size: $size" "$P" decrypt --with-password=pw \
	    --max-s2k-memory=$size <m
done

# five derivations, of which the last would fit
printf 'wrong' >no
set --
for i in 1 2 3 4; do
	set -- "$@" --with-password=no
done
refused 29 'a fifth derivation' "$P" decrypt "$@" --with-password=pw <m
err 'more passphrases ask for Argon2' 'which is told'
"$P" generate-key --profile=rfc9580 --with-key-password=pw A >locked
run "$P" change-key-password --old-key-password=no --old-key-password=no \
    --old-key-password=pw <locked
status 0 'but the parts of a key are unlocked one after the other'
refused 67 'a key over the limit' "$P" sign --with-key-password=pw \
    --max-s2k-memory=32M locked <data
err 'the key stays locked: a passphrase asks for more memory' \
    'which is told, too'

# RNP once had the same key for all messages
for i in 0 1 2 3 4 5 6 7 8 9; do
	for profile in rfc4880 rfc9580; do
		rm -f session
		"$P" encrypt --profile=$profile --session-key-out=session \
		    cert <data >>messages
		cat session >>sessions
	done
done
[ "$(sort -u sessions | wc -l)" -eq 20 ]
report $? 'no two messages under the same session key'
[ "$(grep -v -e '^-' -e '^$' messages | sort | uniq -d | wc -l)" -eq 0 ]
report $? 'nor with a line in common'

# 200 changes of each kind of message: refused with nothing printed, or, where
# nothing signed was changed, the same octets
cat >mutate.py <<'END'
import random, subprocess, sys
name, count, seed, command = sys.argv[1], int(sys.argv[2]), \
    int(sys.argv[3]), sys.argv[4:]
rng = random.Random(seed)
good = open(name, "rb").read()
want = open("data", "rb").read()
bad = 0
for i in range(count):
    m = bytearray(good)
    if i % 5 == 4:
        m = m[:rng.randrange(len(m))]
        what = "cut at %d" % len(m)
    else:
        bit = rng.randrange(8 * len(m))
        m[bit // 8] ^= 1 << bit % 8
        what = "bit %d" % bit
    r = subprocess.run(command, input=bytes(m), capture_output=True)
    if r.returncode == 0:
        fine = r.stdout == want
    else:
        fine = r.stdout == b"" and r.returncode in (1, 3, 29, 41)
    if not fine:
        bad += 1
        print(name, what, "seed", seed, "status", r.returncode,
            len(r.stdout), "octets")
sys.exit(bad > 0)
END
seed=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')
echo "# seed $seed"
"$P" encrypt --no-armor --profile=rfc4880 --sign-with=key cert <data >v1
"$P" encrypt --no-armor --profile=rfc9580 --sign-with=key cert <data >v2
"$P" encrypt --no-armor --with-password=pw <data >password
for m in v1 v2; do
	ok "mutations: encrypted $m" python3 mutate.py $m 200 $seed \
	    "$P" decrypt key
done
ok 'mutations: password' python3 mutate.py password 60 $seed \
    "$P" decrypt --with-password=pw
ok 'mutations: signed' python3 mutate.py signed 200 $seed \
    "$P" inline-verify cert
ok 'mutations: clear-signed' python3 mutate.py clear 200 $seed \
    "$P" inline-verify cert
ok 'nothing was left behind' sh -c '! ls .msgsec* 2>/dev/null'
done_testing
