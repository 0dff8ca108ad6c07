#!/bin/sh
# pgp-lite mail: whole messages as PGP/MIME, their headers protected, and what
# attackers make of them.
. tests/cli/lib.sh

needs jq python3
P=$BIN/pgp-lite
cd "$T" || exit 1
"$P" generate-key 'Anna <anna@example.org>' >anna.key
"$P" generate-key --profile=rfc9580 'Bert <bert@example.net>' >bert.key
for who in anna bert; do
	"$P" extract-cert <$who.key >$who.cert
done
message >plain.eml
cat >utf8.eml <<'END'
Received: from a by b; Sun, 01 Mar 2026 12:00:00 +0000
From: Anna <anna@example.org>
To: Bert <bert@example.net>,
 Carl <carl@example.net>
Subject: The plan for
  tomorrow
Keywords: secret
Bcc: eve@example.com
Date: Sun, 01 Mar 2026 11:59:00 +0000
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dear Bert, grüße
From here on blanks: 	 
.
-- 
Anna
END
cat >parts.eml <<'END'
From: Anna <anna@example.org>
Subject: parts
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: text/plain

one
--b1
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

AAECAw==
--b1--
END

# says JQ WANT NAME: of the record on stdout
says() {
	got=$(jq -r ".[\"pgp-lite\"]$1" out 2>&1 | tr '\n' ' ')
	[ "${got% }" = "$2" ] || echo "# $1 is ${got% }, not $2"
	[ "${got% }" = "$2" ]
	report $? "$3"
}

verify() {
	run "$P" mail verify "$@"
}

# signing
for form in plain utf8 parts; do
	for eol in lf crlf; do
		case $eol in
		lf) cp $form.eml in.eml ;;
		crlf) crlf <$form.eml >in.eml ;;
		esac
		run "$P" mail sign anna.key <in.eml
		status 0 "$form, $eol: signed"
		cp out $form.$eol.signed
		if [ $eol = lf ]; then
			! grep -q "$(printf '\r')" out
		else
			! grep -qv "$(printf '\r')\$" out
		fi
		report $? "$form, $eol: its line ends"
		! LC_ALL=C grep -q '[^ -~	]' $form.lf.signed
		report $? "$form, $eol: 7-bit"
		verify anna.cert <$form.$eol.signed
		status 0 "$form, $eol: verified"
		says .from match "$form, $eol: by its author"
		says .header_protected true "$form, $eol: with its header"
	done
	tr -d '\r' <$form.crlf.signed >relayed
	verify anna.cert <relayed
	status 0 "$form: line ends do not count"
	crlf <$form.lf.signed >relayed
	verify anna.cert <relayed
	status 0 "$form: neither way"
done
grep -q 'hp="clear"' utf8.lf.signed
report $? 'hp= of RFC 9788'
grep -q 'protected-headers="v1"' utf8.lf.signed
report $? 'and the older form'
[ "$(grep -c '^Subject: The plan' utf8.lf.signed)" -eq 2 ]
report $? 'the subject inside and outside'
! grep -q '^Bcc:\|eve@' utf8.lf.signed
report $? 'no Bcc'
[ "$(grep -c '^Received:' utf8.lf.signed)" -eq 1 ]
report $? 'trace fields outside alone'
# parts that are not 7-bit, at every depth, are made so
cat >eight.py <<'END'
import email, email.policy, sys
def leaves(name):
    m = email.message_from_bytes(open(name, "rb").read(),
                                 policy=email.policy.default)
    if m.get_content_type() == "multipart/signed":
        m = m.get_payload(0)
    return [(p.get_content_type(), p.get_content()) for p in m.walk()
            if not p.is_multipart()]
assert leaves(sys.argv[1]) == leaves(sys.argv[2]), leaves(sys.argv[2])
END
{
	sed '/^$/q' parts.eml | sed 's/^MIME/Content-Transfer-Encoding: 8bit\n&/'
	printf 'preamble\n--b1\nContent-Type: text/plain; charset=utf-8\n'
	printf 'Content-Transfer-Encoding: 8bit\nX-Other: kept\n\n'
	printf 'gr\303\274n \nFrom here\n--b1\n'
	printf 'Content-Type: multipart/alternative; boundary=b2\n'
	printf 'Content-Transfer-Encoding: 8bit\n\n--b2\n\nplain\n--b2\n'
	printf 'Content-Type: text/html; charset=utf-8\n'
	printf 'Content-Transfer-Encoding: 8bit\n\n<p>\303\244\n\n--b2--\n'
	printf -- '--b1\nContent-Type: message/rfc822\n\nSubject: in\n'
	printf 'Content-Type: text/plain; charset=utf-8\n'
	printf 'Content-Transfer-Encoding: 8bit\n\n\303\266\n--b1\n'
	printf 'Content-Type: application/octet-stream\n'
	printf 'Content-Transfer-Encoding: base64\n\nAAEC\n--b1--\nend\n'
} >eight
for eol in lf crlf; do
	case $eol in
	lf) cp eight in.eml ;;
	crlf) crlf <eight >in.eml ;;
	esac
	run "$P" mail sign anna.key <in.eml
	status 0 "$eol: parts with 8-bit octets are signed"
	cp out eight.signed
	! tr -d '\r' <eight.signed | LC_ALL=C grep -q '[^ -~	]'
	report $? "$eol: all of it is 7-bit"
	! grep -qi 'encoding: 8bit' eight.signed
	report $? "$eol: and says so"
	ok "$eol: the parts mean what they did" python3 eight.py in.eml \
	    eight.signed
	verify anna.cert <eight.signed
	status 0 "$eol: the signature holds"
done
grep -q '^X-Other: kept' eight.signed && grep -q '^preamble' eight.signed &&
    grep -q '^AAEC' eight.signed && grep -q '^plain' eight.signed
report $? 'what is 7-bit stays as it is'
grep -q '^=46rom here' eight.signed
report $? 'a line that begins with From is encoded with its part'
{
	sed '/^$/q' parts.eml
	printf -- '--b1\nContent-Type: multipart/signed; boundary=b3\n\n--b3\n'
	printf 'Content-Type: text/plain; charset=utf-8\n\ngr\303\274n\n'
	printf -- '--b3\n\nsig\n--b3--\n--b1--\n'
} >frozen
run "$P" mail sign anna.key <frozen
status 75 'what somebody else has signed is not changed'
err 'cannot be encoded' 'and it says why'
[ ! -s out ]
report $? 'nothing is written'

# what a reader sees of it, by another program's MIME and ours of OpenPGP
cat >split.py <<'END'
import email, email.policy, sys
raw = open(sys.argv[1], "rb").read()
m = email.message_from_bytes(raw, policy=email.policy.default)
assert m.get_content_type() == "multipart/signed", m.get_content_type()
assert m.get_param("protocol") == "application/pgp-signature"
assert m.get_param("micalg") == "pgp-sha256"
first, second = m.get_payload()
assert second.get_content_type() == "application/pgp-signature"
mark = b"--" + m.get_boundary().encode()
body = raw.split(b"\n" + mark + b"\n")[1]
body = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
open("first", "wb").write(body)
open("second", "w").write(second.get_payload())
open("text", "w").write(first.get_content())
END
ok 'its structure' python3 split.py utf8.lf.signed
run "$P" verify second anna.cert <first
status 0 'the signature is over the first part'
ok 'the text comes back' python3 - <<'END'
want = open("utf8.eml").read().split("\n\n", 1)[1]
assert open("text").read() == want
END

# what is changed
change() { # SED-SCRIPT NAME: of the message outside the signed part
	sed "1,/^--/$1" utf8.lf.signed >changed
	verify anna.cert <changed
	status 1 "$2"
	out pgp.header-changed "$2, says"
}
change 's/^From: .*/From: Eve <eve@example.com>/' 'another From outside'
change 's/^Subject: .*/Subject: Another/' 'another subject'
change 's/^Subject:/To: eve@example.com\n&/' 'another To'
sed 's/^Anna$/Eve/' utf8.lf.signed >changed
verify anna.cert <changed
status 1 'another text'
out pgp.no-signature 'another text, says'
verify bert.cert <utf8.lf.signed
status 1 'another certificate'
sed 's/^From: .*/From: Eve <eve@example.com>/' utf8.eml >eve.eml
"$P" mail sign anna.key <eve.eml >eve.signed
verify anna.cert <eve.signed
status 1 'signed by Anna, from Eve'
says .from mismatch 'a mismatch'
sed 's/^From: .*/From: anna@example.org, eve@example.com/' utf8.eml |
    "$P" mail sign anna.key >many.signed
verify anna.cert <many.signed
says .from many-from 'two authors'
status 1 'are none'
sed '/^From: /d' utf8.eml | "$P" mail sign anna.key >no.signed
verify anna.cert <no.signed
status 1 'nobody in From, and still a verdict'
says .from none 'it says so'
says '.findings[].code' pgp.many-from 'and that is wrong'
# trace fields stay outside alone: no copy of them inside is too long
{ echo 'Received: from a by b'; yes ' (a comment, of which there is more)' |
    head -c 4500000; echo; cat plain.eml; } >long.eml
run "$P" mail sign --max-header=9000000 anna.key <long.eml
status 75 'a header that cannot be written whole'
lines 0 'is not written without what it lacks'
run "$P" mail encrypt --max-header=9000000 anna.cert <long.eml
status 75 'nor around what is encrypted'
lines 0 'is it written'
# a header inside that leaves no room for the empty line behind it
roomy() { # N: a message with a field of N octets more
	printf 'From: a@example.org\nContent-Description: %01000d\nX-A: ' 0
	head -c "$1" /dev/zero | tr '\0' a
	printf '\n\ntext\n'
}
roomy 1 | "$P" mail sign anna.key >one.signed
n=$(sed '1,/^--/d; /^$/q' one.signed | sed '$d' | crlf | wc -c)
roomy $((4194303 - n)) >long.eml
run "$P" mail sign --max-header=9000000 anna.key <long.eml
status 0 'one that just fits'
roomy $((4194305 - n)) >long.eml
run "$P" mail sign --max-header=9000000 anna.key <long.eml
status 75 'one without its end'
lines 0 'is not signed'
sed 's/^From: .*/&\n&/' utf8.eml | "$P" mail sign anna.key >many.signed
verify anna.cert <many.signed
says .from many-from 'two From fields'
sed 's/^From: .*/From: "anna@example.org" <eve@example.com>/' utf8.eml |
    "$P" mail sign anna.key >name.signed
verify anna.cert <name.signed
says .from mismatch 'an address as display name'

# signed by who is in From, as FROM, which shows another's address
from() {
	sed "s/^From: .*/From: $1/" utf8.eml >in.eml
	"$P" mail sign eve.key <in.eml >name.signed
	verify --format=text eve.cert <name.signed
}
shows() {
	from "$1"
	status 1 "another's address is shown: $1"
	out "anna@example.org, which From shows beside eve@example.com" 'both'
	out "sig=pass key=$eve from=mismatch" 'a mismatch'
}
plain() {
	from "$1"
	status 0 "nobody else is shown: $1"
	out 'from: match eve@example.com' 'the author is'
}
"$P" generate-key 'Eve <eve@example.com>' 'Eve <office@example.com>' \
    >eve.key
"$P" extract-cert <eve.key >eve.cert
eve=$("$P" inspect <eve.cert | jq -r 'select(.packet == "public key").fingerprint')
me='<eve@example.com>'
shows "\"anna@example.org\" $me"
shows "\"Anna (anna@example.org)\" $me"
shows "=?utf-8?q?anna=40example.org?= $me"
shows "=?utf-8?b?YW5uYUBleGFtcGxlLm9yZw==?= $me"
shows "Anna (anna@example.org) $me"
shows "eve@example.com (anna@example.org)"
shows "(eve@example.com) \"anna@example.org\" $me"
plain "\"eve@example.com\" $me"
plain "\"'Eve@Example.com'\" $me"
plain "Eve $me (office@example.com)"
plain "\"Eve @anna\" $me"
verify anna.cert eve.cert <name.signed
status 0 'as a record'
says .from match 'the author is'
verify anna.cert <plain.eml
status 65 'a message that is not signed'
{ cat utf8.lf.signed; echo 'I owe you much'; } >changed
verify anna.cert <changed
status 0 'an epilogue is not part of it'
b=$(sed -n 's/.*boundary="\(.*\)"/\1/p' utf8.lf.signed)
sed "s/^--$b--\$/--$b\nContent-Type: text\/plain\n\nI owe you much\n&/" \
    utf8.lf.signed >changed
verify anna.cert <changed
status 65 'a third part'
sed "/^--$b--\$/d" utf8.lf.signed >changed
verify anna.cert <changed
status 65 'one that is cut short'

# what is not signed, and other readers would show
doubtful() { # PRINTF-TEXT NAME: above the header
	{ printf "$1"; cat utf8.lf.signed; } >changed
	verify anna.cert <changed
	status 1 "$2"
	out pgp.malformed-header "$2, says"
}
doubtful 'X-A: b\rFrom: eve@example.com\n' 'a field behind a bare CR'
doubtful 'X-A: b\r\rPay Eve\n' 'an end of the header behind one'
doubtful 'X-A: b\000\n' 'NUL'
doubtful 'X-A: b\nPay Eve\n' 'a line that is no field'
doubtful 'Pay-Eve : b\n' 'a blank before the colon'
doubtful 'From eve\rFrom: eve@example.com\n' 'a field in the line of an mbox'
{ printf 'From eve Sun Mar  1 12:00:00 2026\n'; cat utf8.lf.signed; } >changed
verify anna.cert <changed
status 0 'that line itself'
for form in 'boundary*0="evil"' "boundary*=us-ascii''evil" 'protocol*0=x'; do
	sed "s/ boundary=/ $form;&/" utf8.lf.signed >changed
	verify anna.cert <changed
	status 65 "$form beside the plain form"
done
# the older mark protects what is inside, and no more
cat >v1.part <<'END'
Subject: The plan
Content-Type: text/plain; protected-headers="v1"

text
END
{
	printf 'From: Eve <anna@example.org>\nTo: eve@example.com\n'
	printf 'Subject: The plan\nMIME-Version: 1.0\nContent-Type: '
	printf 'multipart/signed; protocol="application/pgp-signature"; '
	printf 'boundary=v1\n\n--v1\n'
	cat v1.part
	printf -- '--v1\nContent-Type: application/pgp-signature\n\n'
	# the line end before a boundary is the boundary's
	crlf <v1.part | head -c -2 | "$P" sign anna.key
	printf -- '\n--v1--\n'
} >v1.signed
verify anna.cert <v1.signed
says .header_protected false 'the older mark, without From'
says '.findings[]|.code,.where' 'pgp.not-protected From pgp.not-protected To' \
    'each field that it does not cover is told'
sed '0,/^Subject:/s/^Subject:.*/Subject: Another/' v1.signed >changed
verify anna.cert <changed
out pgp.header-changed 'one that it covers must be the same'
beside() { # SED-SCRIPT NAME: octets beside what is signed
	sed "$1" utf8.lf.signed >changed
	verify anna.cert <changed
	status 65 "$2"
	err 'bare CR' "$2, says"
}
beside "0,/^--$b\$/s//x\r--$b\r\rPay Eve\n&/" 'a part in the preamble'
beside "0,/^--$b\$/s//&\rX-A: b\n&/" 'a part in a boundary line'
beside 's/^Content-Type: application.pgp-sig/X-A: b\r&/' 'in a part'\''s header'
beside "s/^-----BEGIN.*/&\nComment: x\r--$b\r\rPay Eve/" 'in the signature'
awk '{ print } /^Dear/ { printf "here\rit is\n" }' utf8.eml >cr.eml
"$P" mail sign anna.key <cr.eml >cr.signed
verify anna.cert <cr.signed
status 0 'a bare CR in what is signed'

verify --format=text anna.cert <utf8.lf.signed
out 'verdict: pass' 'for people'
out 'from: match anna@example.org' 'with the author'
fpr() {
	"$P" inspect <$1.cert | jq -r 'select(.packet == "public key").fingerprint'
}
[ "$(sed q out)" = "pgp-lite; sig=pass key=$(fpr anna) from=match" ]
report $? 'first a line as in Authentication-Results'
"$P" mail sign bert.key anna.key <utf8.eml >both.signed
verify --format=text bert.cert anna.cert <both.signed
out "pgp-lite; sig=pass key=$(fpr anna) from=match" 'a line each'
out "pgp-lite; sig=pass key=$(fpr bert) from=mismatch" 'to whom From belongs'
verify --format=text anna.cert <both.signed
[ "$(sed q out)" = "pgp-lite; sig=pass key=$(fpr anna) from=match" ]
report $? 'what counts stands first'
[ "$(grep -c '^pgp-lite; sig=fail$' out)" = 1 ]
report $? 'then what does not, without whose it seems to be'
verify --format=text anna.cert <many.signed
out "sig=pass key=$(fpr anna) from=many-from" 'several authors are none'
sed 's/grüße/grusse/; s/=C3=BC/u/' utf8.lf.signed >changed
verify --format=text anna.cert <changed
out "pgp-lite; sig=fail key=$(fpr anna)" 'a changed text'
out_not from=match 'has no author'

# encryption
for form in plain utf8 parts; do
	run "$P" mail encrypt --sign-with=anna.key bert.cert <$form.eml
	status 0 "$form: encrypted"
	cp out $form.encrypted
	rm -f result
	run "$P" mail decrypt --verify-with=anna.cert --result-out=result \
	    --format=text bert.key <$form.encrypted
	[ "$(sed q result)" = "pgp-lite; sig=pass key=$(fpr anna) from=match" ]
	report $? "$form: its signature, for people"
	rm -f result
	run "$P" mail decrypt --verify-with=anna.cert --result-out=result \
	    bert.key <$form.encrypted
	status 0 "$form: decrypted"
	cp out decrypted
	sed '1,/^$/d' $form.eml >want
	sed '1,/^$/d' decrypted >got
	same got want "$form: the body is as it was"
	[ "$(grep -c '^Subject:' decrypted)" -eq 1 ]
	report $? "$form: one subject"
	! grep -q 'hp=\|HP-Outer\|protected-headers' decrypted
	report $? "$form: without the marks of protection"
	cp result out
	says .verdict pass "$form: its signature counts"
	says .from match "$form: its author signed it"
	says .encrypted true "$form: it was encrypted"
done
! grep -q 'plan\|tomorrow\|secret\|Bcc\|eve@' utf8.encrypted
report $? 'outside stands neither subject nor keywords nor Bcc'
grep -q '^Subject: \[\.\.\.\]' utf8.encrypted
report $? 'but [...]'
run "$P" mail decrypt bert.key <utf8.encrypted
out 'Keywords: secret' 'inside stands all of it'
out_not eve@ 'but Bcc'
out 'Received: from a' 'trace fields stay'
run "$P" mail decrypt anna.key <utf8.encrypted
status 75 'another key'
[ ! -s out ]
report $? 'prints nothing'
crlf <utf8.encrypted >relayed
run "$P" mail decrypt bert.key <relayed
status 0 'line ends do not count'

# what older readers see of the fields that are hidden
payload() {
	sed -n '/^-----BEGIN PGP/,/^-----END PGP/p' | "$P" decrypt "$1" |
	    tr -d '\r'
}
payload bert.key <utf8.encrypted >inside
grep -q 'hp-legacy-display="1"' inside
report $? 'the text is marked'
[ "$(sed '1,/^$/d' inside | head -n 3 | tr '\n' '|')" = \
    'Subject: The plan for tomorrow|Keywords: secret||' ]
report $? 'as beginning with them'
payload bert.key <parts.encrypted >inside
[ "$(grep -c 'hp-legacy-display' inside)" -eq 1 ] &&
    sed -n '/^--b1/,/^one/p' inside | grep -qx 'Subject: parts'
report $? 'in a multipart the first text'
sed 's/^Subject: .*/Subject: =?utf-8?q?gr=C3=BCn?=/' utf8.eml >word.eml
"$P" mail encrypt bert.cert <word.eml >word.encrypted
payload bert.key <word.encrypted | sed '1,/^$/d' |
    grep -qx "$(printf 'Subject: gr\303\274n tomorrow')"
report $? 'encoded words as text'
run "$P" mail decrypt bert.key <word.encrypted
out 'Subject: =?utf-8?q?gr=C3=BCn?=' 'the field itself comes back as it was'
sed '1,/^$/d' word.eml >want
sed '1,/^$/d' out >got
same got want 'and the body'
run "$P" mail encrypt --no-legacy-display bert.cert <utf8.eml
payload bert.key <out >inside
! grep -q 'hp-legacy-display' inside &&
    ! sed '1,/^$/d' inside | grep -q '^Subject'
report $? '--no-legacy-display'
# only under hp="cipher" is the mark believed
for hp in '' '; hp="clear"' '; hp="cipher"'; do
	{
		printf 'From: a@example.org\nMIME-Version: 1.0\n'
		printf 'Content-Type: multipart/encrypted; boundary=b;\n'
		printf ' protocol="application/pgp-encrypted"\n\n--b\n'
		printf 'Content-Type: application/pgp-encrypted\n\n'
		printf 'Version: 1\n--b\n'
		printf 'Content-Type: application/octet-stream\n\n'
		printf 'Content-Type: text/plain; hp-legacy-display="1"%s\n\n' \
		    "$hp" >part
		printf 'Subject: first\n\nsecond\n' >>part
		"$P" encrypt bert.cert <part
		printf -- '--b--\n'
	} >marked
	run "$P" mail decrypt bert.key <marked
	sed '1,/^$/d' out >got
	case $hp in
	*cipher*) printf 'second\n' >want ;;
	*) printf 'Subject: first\n\nsecond\n' >want ;;
	esac
	same got want "a mark with hp=${hp#*=}"
done
# a signed mail hides nothing; what its author wrote stays
{
	sed '/^$/q' plain.eml
	printf 'Subject: mine\n\nDear Bert\n'
} >own.eml
"$P" mail encrypt --no-legacy-display bert.cert <own.eml >own
run "$P" mail decrypt bert.key <own
out 'Subject: mine' 'without the mark nothing is taken for one'
! grep -q legacy-display utf8.lf.signed
report $? 'none in a mail that is only signed'

# EFAIL: the encrypted part is the whole message or nothing
sed 's/^Subject: .*/Subject: mine/; s/^To: .*/To: eve@example.com/' \
    utf8.encrypted >changed
rm -f result
run "$P" mail decrypt --verify-with=anna.cert --result-out=result bert.key \
    <changed
out 'Subject: The plan for' 'a subject added outside is not believed'
out_not eve@ 'nor an address'
grep -q 'pgp.header-changed' result
report $? 'and it is told'
sed 's/^Subject: .*/Subject: mine/' utf8.encrypted >changed
rm -f result
run "$P" mail decrypt --verify-with=anna.cert --result-out=result bert.key \
    <changed
[ "$(jq -r '."pgp-lite".findings[] | .code, .where' result | xargs)" = \
    'pgp.header-changed Subject' ]
report $? 'the Subject alone, which HP-Outer has otherwise'
grep -v '^Subject: ' utf8.encrypted >changed
rm -f result
run "$P" mail decrypt --verify-with=anna.cert --result-out=result bert.key \
    <changed
grep -q 'pgp.header-changed' result
report $? 'or has, when there is none'
sed 's/^From: .*/From: eve@example.com/' utf8.encrypted >changed
run "$P" mail decrypt bert.key <changed
out 'From: eve@example.com' 'an author inside whom no signature proves'
run "$P" mail decrypt --verify-with=anna.cert --result-out=@FD:9 bert.key \
    <changed 9>/dev/null
out 'From: Anna' 'one whom it proves'
{
	printf 'From: eve@example.com\nMIME-Version: 1.0\n'
	printf 'Content-Type: multipart/mixed; boundary=outer\n\n--outer\n'
	printf 'Content-Type: text/html\n\n<img src="http://eve/'
	printf '\n--outer\n'
	sed -n '/^Content-Type: multipart/,$p' utf8.encrypted
	printf -- '--outer\nContent-Type: text/html\n\n">\n--outer--\n'
} >glue
run "$P" mail decrypt bert.key <glue
status 75 'an encrypted part between others'
[ ! -s out ]
report $? 'is not decrypted'
b=$(sed -n 's/.*boundary="\(.*\)"/\1/p' utf8.encrypted)
sed "s/^--$b--\$/--$b\nContent-Type: text\/html\n\n<b>\n&/" \
    utf8.encrypted >changed
run "$P" mail decrypt bert.key <changed
status 75 'a part more'
[ ! -s out ]
report $? 'neither'
sed 's/^Version: 1/Version: 2/' utf8.encrypted >changed
run "$P" mail decrypt bert.key <changed
status 75 'another version'
python3 - <<'END'
import re
m = open("utf8.encrypted").read()
at = m.index("BEGIN PGP MESSAGE") + 400
c = "A" if m[at] != "A" else "B"
open("changed", "w").write(m[:at] + c + m[at + 1:])
END
run "$P" mail decrypt bert.key <changed
status 75 'a changed octet'
[ ! -s out ]
report $? 'prints nothing, too'

# without its end the header would go on in the text
{ echo 'Received: from a by b'; yes ' (a comment, of which there is more)' |
    head -c 2200000; echo; cat utf8.encrypted; } >long
run "$P" mail decrypt --max-header=9000000 bert.key <long
status 75 'a header too long to be written'
lines 0 'is not written in part'

# what comes line by line is not written so
{ sed '/^$/q' plain.eml; yes 'a line of which there are many' |
    head -c 1000000; } >large.eml
run "$P" mail encrypt anna.cert <large.eml
cp out large
cat >writes.sh <<'END'
"$1" mail decrypt anna.key <large >/dev/null
sed -n 's/^syscw: //p' /proc/$$/io
END
if [ -r /proc/self/io ]; then
	run sh writes.sh "$P"
	ok "so many writes: $(cat out)" test "$(cat out)" -lt 500
fi

# wrong use never bounces mail
run "$P" mail sign <plain.eml
status 75 'no key'
run "$P" mail sign nosuch.key <plain.eml
status 75 'a key that is not there'
run "$P" mail sign anna.key </dev/null
status 75 'an empty message'
run "$P" mail frobnicate <plain.eml
status 75 'an unknown verb'
run "$P" mail verify <plain.eml
status 64 'verify: no certificate'
run "$P" mail verify nosuch.cert <plain.eml
status 66 'verify: one that is not there'
for verb in sign encrypt decrypt; do
	run "$P" mail $verb --frobnicate anna.key <plain.eml
	status 75 "$verb: an unknown option"
done
run "$P" mail verify --frobnicate anna.cert <plain.eml
status 64 'verify: an unknown option'
run "$P" mail verify --format=xml anna.cert <plain.eml
status 64 'verify: a value that is none'
run "$P" mail encrypt --explain --frobnicate anna.cert <plain.eml
status 64 '--explain: an unknown option'
run "$P" mail encrypt --frobnicate --explain anna.cert <plain.eml
status 64 '--explain: in front of it'
run "$P" mail encrypt --frobnicate anna.cert -- prog --explain <plain.eml
status 75 "an option of COMMAND's is none of ours"
done_testing
