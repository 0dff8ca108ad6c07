#!/bin/sh
# pgp-lite: signed and encrypted messages, its own and those of others, of any
# size and cut.
. tests/cli/lib.sh

P=$BIN/pgp-lite
V=$TOP/tests/vectors/openpgp
R=$V/rfc9580 J=$V/openpgpjs O=$V/peers
cd "$T" || exit 1
printf 'pass' >pw
printf 'password' >rfc-pw
printf '   pass' >blank-pw
for kind in default rfc9580; do
	"$P" generate-key --profile=$kind 'A' >$kind.key
	"$P" extract-cert <$kind.key >$kind.cert
done

# every size where a length or a piece ends
for n in 0 1 191 192 8383 8384 65530 65535 65536 65537 131072 1100000; do
	head -c $n "$BIN/pgp-lite" | head -c $n >data
	[ "$(wc -c <data)" -eq $n ] || head -c $n /dev/zero >data
	for kind in default rfc9580; do
		for armor in --armor --no-armor; do
			"$P" encrypt $armor --sign-with=$kind.key $kind.cert \
			    <data >m
			run sh -c '"$1" decrypt --verify-with=$2.cert \
			    --verifications-out=@FD:9 $2.key <m 9>v' - "$P" \
			    $kind
			[ "$STATUS" -eq 0 ] && cmp -s out data &&
			    [ "$(wc -l <v)" -eq 1 ]
			report $? "$kind $armor: $n octets, encrypted"
		done
		"$P" inline-sign $kind.key <data >m
		run "$P" inline-verify $kind.cert <m
		same out data "$kind: $n octets, signed"
	done
done

printf 'one\r\ntwo \t\n- three\n--- four\n\nFrom\rfive' >text
for kind in default rfc9580; do
	"$P" inline-sign --as=clearsigned $kind.key <text >m
	run "$P" inline-verify $kind.cert <m
	status 0 "$kind: a clear-signed text"
	printf 'one\r\ntwo\n- three\n--- four\n\nFrom\rfive' >want
	same out want "$kind: without blanks at line ends, else as it was"
	sed 's/\r*$/\r/' m >crlf
	run "$P" inline-verify $kind.cert <crlf
	status 0 "$kind: line ends do not count"
	"$P" inline-detach --signatures-out=sig-$kind <m >detached
	same detached want "$kind: inline-detach"
	run "$P" verify sig-$kind $kind.cert <detached
	status 0 "$kind: its signature"
	"$P" sign --as=text $kind.key <text >sig
	sed 's/\r$//' text >lf
	run "$P" verify sig $kind.cert <lf
	status 0 "$kind: --as=text: line ends do not count"
	out mode:text "$kind: and it says so"
	"$P" inline-sign --as=text $kind.key <text >m
	run "$P" inline-verify $kind.cert <m
	same out text "$kind: --as=text keeps all octets"
done
printf '\377' >binary
for verb in 'sign --as=text' 'inline-sign --as=text' \
    'inline-sign --as=clearsigned'; do
	run "$P" $verb default.key <binary
	[ "$STATUS" -eq 53 ] && [ ! -s out ]
	report $? "$verb: text must be UTF-8"
done
run "$P" encrypt --as=text default.cert <binary
status 53 'encrypt --as=text, too'

# several of everything
"$P" inline-sign default.key rfc9580.key <text >m
run sh -c '"$1" inline-verify --verifications-out=@FD:9 default.cert \
    rfc9580.cert <m 9>v' - "$P"
same out text 'signed by a key of version 4 and one of 6'
[ "$(wc -l <v)" -eq 2 ]
report $? 'both count'
run "$P" inline-verify rfc9580.cert <m
status 0 'one certificate is enough'
err 'does not count' 'the other one is told'
"$P" encrypt --with-password=pw default.cert rfc9580.cert <text >m
for with in default.key rfc9580.key --with-password=pw; do
	run "$P" decrypt $with <m
	same out text "for several: $with"
done
run "$P" decrypt --with-password=blank-pw <m
status 29 'blanks before a passphrase count'
printf 'pass \n' >pw-line
run "$P" decrypt --with-password=pw-line <m
status 0 'those behind it do not'
run "$P" decrypt --with-password=rfc-pw --with-password=pw-line <m
status 0 'one of several passphrases fits'
run "$P" decrypt "$R/a4-v6.key" <m
status 29 'another key'

# session keys
for profile in rfc4880 rfc9580; do
	rm -f session session2
	"$P" encrypt --profile=$profile --session-key-out=session \
	    --with-password=pw <text >m
	grep -qE '^9:[0-9A-F]{64}$' session
	report $? "$profile: --session-key-out"
	run "$P" decrypt --with-session-key=session <m
	same out text "$profile: --with-session-key"
	"$P" decrypt --session-key-out=session2 --with-password=pw <m >out
	same session session2 "$profile: decrypt tells the same"
	tr '0123456789' '1234567890' <session | sed 's/^.*:/9:/' >wrong
	run "$P" decrypt --with-session-key=wrong <m
	status 29 "$profile: another session key"
	"$P" encrypt --profile=$profile --session-key-out=other \
	    --with-password=pw <text >m2
	! cmp -s session other
	report $? "$profile: no two messages share one"
	rm other
done

# what was made for others
"$P" encrypt --sign-with=default.key rfc9580.cert <text >m
"$P" decrypt --session-key-out=session3 rfc9580.key <m >inside
run sh -c '"$1" decrypt --verify-with=default.cert \
    --verifications-out=@FD:9 rfc9580.key <m 9>v' - "$P"
[ "$STATUS" -eq 0 ] && [ "$(wc -l <v)" -eq 1 ]
report $? 'its intended recipient'
run sh -c '"$1" decrypt --verify-with=rfc9580.cert \
    --verifications-out=@FD:9 rfc9580.key <m 9>v' - "$P"
[ "$STATUS" -eq 0 ] && [ ! -s v ]
report $? 'no signature that counts is status 0 and no line'

# the RFC's own
for name in a9-eax a10-ocb a12-aes128; do
	run "$P" decrypt --with-password=rfc-pw <"$R/$name.asc"
	[ "$STATUS" -eq 0 ] && [ "$(cat out)" = 'Hello, world!' ]
	report $? "RFC 9580: $name"
done
run "$P" decrypt "$R/a4-v6.key" <"$R/a8-pkesk.asc"
[ "$STATUS" -eq 0 ] && [ "$(cat out)" = 'Hello, world!' ]
report $? 'RFC 9580: a8'
for name in a6-cleartext a7-inline; do
	run "$P" inline-verify "$R/a3-v6.cert" <"$R/$name.asc"
	status 0 "RFC 9580: $name"
	out '- vegetables' "RFC 9580: $name, its text"
done
run "$P" extract-cert <"$R/a4-v6.key"
cp out a4.cert
"$P" armor <"$R/a3-v6.cert" | "$P" dearmor >a3.bin
"$P" dearmor <a4.cert >a4.bin
same a3.bin a4.bin 'RFC 9580: the certificate of A.4 is A.3'

# OpenPGP.js
for kind in performance security; do
	for form in enc enc-signed; do
		run "$P" decrypt "$J/$kind.key" <"$J/$kind.$form.asc"
		same out "$J/msg.txt" "OpenPGP.js $kind: $form"
	done
	run "$P" decrypt "$J/$kind.key" <"$J/two-recipients.asc"
	same out "$J/msg.txt" "OpenPGP.js $kind: two recipients"
	run "$P" inline-verify "$J/$kind.cert" <"$J/$kind.inline.asc"
	same out "$J/msg.txt" "OpenPGP.js $kind: inline"
	run "$P" inline-verify "$J/$kind.cert" <"$J/$kind.clearsigned.asc"
	status 0 "OpenPGP.js $kind: clear-signed"
	for form in detached detached-text; do
		run "$P" verify "$J/$kind.$form.asc" "$J/$kind.cert" \
		    <"$J/msg.txt"
		status 0 "OpenPGP.js $kind: $form"
	done
done
run "$P" decrypt --with-password="$J/pw.txt" <"$J/pw-aead.asc"
same out "$J/msg.txt" 'OpenPGP.js: a passphrase'

# what is encrypted in version 2 shows its length roughly only
head -c 1000 /dev/zero >short
head -c 1010 /dev/zero >longer
"$P" generate-key --profile=rfc9580 >v6
"$P" extract-cert <v6 >v6.cert
for name in short longer; do
	"$P" encrypt --no-armor v6.cert <$name >$name.msg
	run "$P" decrypt v6 <$name.msg
	same out $name 'padding is not printed'
done
[ "$(wc -c <short.msg)" -eq "$(wc -c <longer.msg)" ]
report $? 'and two lengths look the same'

# --stream: parts of version 2 before the end, none of version 1
head -c 400000 /dev/urandom >long
cat >half.py <<'END'
import os, select, subprocess, sys
name, command = sys.argv[1], sys.argv[2:]
m = open(name, "rb").read()
p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL)
p.stdin.write(m[:80000])
p.stdin.flush()
early = bool(select.select([p.stdout], [], [], 3)[0])
if early:
    early = os.read(p.stdout.fileno(), 1 << 20)
out = p.communicate(m[80000:])[0]
sys.stdout.buffer.write((early or b"") + out)
sys.exit(p.returncode or (0 if early else 9))
END
"$P" encrypt --no-armor v6.cert <long >long.msg
run python3 half.py long.msg "$P" decrypt --stream v6
status 0 '--stream: the first parts are there before the last'
same out long 'and all of them at the end'
run "$P" decrypt --stream v6 <long.msg
err 'only status 0 says that it is all' 'which is told'
head -c 300000 long.msg >cut.msg
run "$P" decrypt --stream v6 <cut.msg
status 41 '--stream: a message that is cut short'
head -c "$(wc -c <out)" long >begin
same out begin 'gives its beginning alone'
err 'octets of it have been written' 'and says how much'
run "$P" decrypt v6 <cut.msg
[ "$STATUS" -eq 41 ] && [ ! -s out ]
report $? 'and nothing without --stream'
"$P" encrypt --no-armor --profile=rfc4880 v6.cert <long >v1.msg
head -c 300000 v1.msg >cut.msg
run "$P" decrypt --stream v6 <cut.msg
[ "$STATUS" -eq 41 ] && [ ! -s out ]
report $? '--stream: nothing of version 1'
run "$P" decrypt --stream v6 <v1.msg
same out long 'which comes at its end'

# GnuPG and RNP
for kind in p256 p521 brainpool rsa; do
	"$P" extract-cert <"$O/$kind.key" >$kind.cert
	rm -f v
	run "$P" decrypt --verify-with=$kind.cert --verifications-out=v \
	    "$O/$kind.key" <"$O/$kind.msg"
	same out "$O/text" "GnuPG: $kind"
	[ -s v ]
	report $? "GnuPG: $kind, its signature"
done
for key in p256 rsa; do
	run "$P" decrypt "$O/$key.key" <"$O/hidden.msg"
	same out "$O/text" "GnuPG: hidden recipients, $key"
done
for name in password camellia; do
	run "$P" decrypt --with-password="$O/password" <"$O/$name.msg"
	same out "$O/text" "GnuPG: $name"
done
run "$P" inline-verify rsa.cert <"$O/rsa.zlib"
same out "$O/text" 'GnuPG: compressed'
run "$P" inline-verify rsa.cert <"$O/rsa.bzip2"
status 41 'GnuPG: compressed by bzip2, which is not read'
err 'compressed by bzip2' 'and it says why'
run "$P" inline-verify rsa.cert <"$O/rsa.clear"
status 0 'GnuPG: clear-signed'
run "$P" inline-verify p256.cert <"$O/two.signed"
same out "$O/text" 'GnuPG: two signatures'
run "$P" verify "$O/p256.sig" p256.cert <"$O/text"
status 0 'GnuPG: detached'
run "$P" verify "$O/sha1.sig" rsa.cert <"$O/text"
status 3 'GnuPG: over SHA-1 it does not count'
"$P" extract-cert <"$O/weak.key" >weak.cert
run "$P" verify "$O/weak.sig" weak.cert <"$O/text"
status 3 'GnuPG: nor RSA of 1024 bits'
err 'less than 2048 bits' 'and it says why'
run "$P" decrypt "$O/rsa.key" <"$O/rnp-packet20.msg"
same out "$O/text" 'RNP: packet 20'
run "$P" decrypt "$O/p256.key" <"$O/sq-padded.msg"
same out "$O/text" 'sq: octets behind the compressed data'

# section 12.2: what a recipient's list does not have is not used
W=$TOP/tests/vectors/openpgp/own
for v in v4 v6; do
	"$P" extract-cert <"$W/aes128-$v-sk.asc" >aes128.cert
	"$P" generate-key --profile=$([ $v = v4 ] && echo default || echo \
	    rfc9580) >aes256.key
	"$P" extract-cert <aes256.key >aes256.cert
	rm -f session
	run "$P" encrypt --session-key-out=session aes128.cert aes256.cert \
	    <"$O/text"
	ok "$v: AES-128 where one recipient wants no other" grep -q '^7:' \
	    session
	cp out aes128.msg
	for key in "$W/aes128-$v-sk.asc" aes256.key; do
		run "$P" decrypt "$key" <aes128.msg
		same out "$O/text" "$v: which both read"
	done
	run "$P" decrypt --with-session-key=session <aes128.msg
	same out "$O/text" "$v: as does who has the session key"
	rm -f session
	run "$P" encrypt --session-key-out=session aes256.cert <"$O/text"
	ok "$v: AES-256 otherwise" grep -q '^9:' session
done
rm -f session
run "$P" encrypt --session-key-out=session --with-password="$O/password" \
    --profile=rfc9580 aes128.cert <"$O/text"
cp out aes128.msg
run "$P" decrypt --with-password="$O/password" <aes128.msg
same out "$O/text" 'a passphrase beside it opens it, too'

# hidden: no key ID, no fingerprint
for kind in default rfc9580; do
	"$P" encrypt --hide-recipients --no-armor --sign-with=$kind.key \
	    default.cert $kind.cert <"$O/text" >hidden
	run "$P" inspect <hidden
	count=$(grep -c '"recipient":"hidden"' out)
	[ "$count" -eq 2 ]
	report $? "$kind: nobody is named"
	run "$P" decrypt --verify-with=$kind.cert --verifications-out=lines \
	    $kind.key <hidden
	same out "$O/text" "$kind: the second of those who are hidden reads it"
	[ "$(wc -l <lines)" -eq 1 ]
	report $? "$kind: and sees whose it is"
	rm -f lines
done

# the signature names every recipient
"$P" generate-key --profile=rfc9580 >crowd.key
"$P" extract-cert <crowd.key >crowd.cert
set --
while [ $# -lt 1000 ]; do
	set -- "$@" crowd.cert
done
run "$P" encrypt --sign-with=crowd.key "$@" <"$O/text"
status 0 'a thousand recipients'
cp out crowd.msg
run "$P" decrypt --verify-with=crowd.cert --verifications-out=crowd.lines \
    crowd.key <crowd.msg
same out "$O/text" 'which one of them reads'
[ -s crowd.lines ]
report $? 'and the signature over it counts'
set -- "$@" $(seq 600 | sed 's/.*/crowd.cert/')
run "$P" encrypt --sign-with=crowd.key "$@" <"$O/text"
status 79 'more than a signature can name'
lines 0 'nothing is written then'
done_testing
