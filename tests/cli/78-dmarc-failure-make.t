#!/bin/sh
# Failure reports made: for whom, about what, and what they do not show.
. tests/cli/lib.sh
. tests/cli/report.sh
tool=$BIN/dmarc-report
mkdir "$T/in" "$T/out.d"

cat >"$T/zone" <<'END'
;! now 2026-11-27T12:00:00Z
_dmarc.example.org. 300 IN TXT "v=DMARC1; p=reject; ruf=mailto:f@example.org,mailto:f@else.example,mailto:f@agrees.example,https://x.example/"
example.org._report._dmarc.agrees.example. 300 IN TXT "v=DMARC1"
example.org. 300 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.quiet.example. 300 IN TXT "v=DMARC1; p=reject"
_dmarc.suffix.example. 300 IN TXT "v=DMARC1; p=reject; psd=y; ruf=mailto:f@suffix.example"
_dmarc.any.example. 300 IN TXT "v=DMARC1; p=none; fo=1; ruf=mailto:f@any.example"
any.example. 300 IN TXT "v=spf1 ip4:192.0.2.66 -all"
;! servfail _dmarc.broken.example
END

# mail FILE DOMAIN: a message in the name of the domain
mail_() {
	cat >"$T/in/$1" <<-END
	Return-Path: <bounce-john=doe@$2>
	Received: from evil.example (evil.example [192.0.2.66])
	 by mx.receiver.example for <jane@receiver.example>; Fri, 27 Nov 2026 11:00:00 +0000
	From: John Doe <john.doe@$2>
	To: Jane <jane@receiver.example>
	Subject: secret offer
	Message-ID: <1@$2>
	DKIM-Signature: v=1; i=john.doe@$2; d=$2; s=a

	the body, secret too
	END
}

# verified MESSAGE...: records of them in $T/records
verified() {
	for m; do
		"$BIN/dmarc-verify" --zone="$T/zone" --ip=192.0.2.66 \
		    --helo=evil.example "$T/in/$m"
	done >"$T/records" 2>"$T/err"
}

# reports OPTION...: anew
reports() {
	rm -f "$T"/out.d/*
	run sh -c 'in=$1; shift; exec "$@" <"$in"' - "$T/records" "$tool" \
	    failure --email=dmarc@receiver.example -o "$T/out.d" \
	    --messages="$T/in" --zone="$T/zone" "$@"
	cat "$T"/out.d/* >"$T/report" 2>/dev/null
}

# has, has_not TEXT NAME: the report
has() {
	grep -qF -e "$1" "$T/report"
	report $? "$2"
}
has_not() {
	! grep -qF -e "$1" "$T/report"
	report $? "$2"
}
# count N NAME: so many reports
count() {
	[ "$(ls "$T/out.d" | wc -l)" -eq "$1" ]
	report $? "$2"
}

mail_ m example.org
verified m
reports
status 0 'a message that failed'
count 1 'one report'
has 'To: f@example.org,' 'to who asks for it'
has 'f@agrees.example' 'and who has agreed'
has_not else.example 'to nobody else'
err 'no report to else.example' 'which is said'
has 'Content-Type: message/feedback-report' 'its parts'
has 'Feedback-Type: auth-failure' 'what it is'
has 'Source-IP: 192.0.2.66' 'from where'
has 'Identity-Alignment: dkim, spf' 'nothing aligned'
has 'SPF-DNS: txt : example.org :' 'by which record SPF failed'
has '"v=spf1 ip4:192.0.2.1 -all"' 'and what it says'
has 'DKIM-Domain: example.org' 'which signature failed'
has 'DKIM-Identity: @example.org' 'not whose'
has 'DKIM-Selector: a' 'by which key'
has 'dmarc=fail header.from=example.org' 'the results'
has 'Received: from evil.example (evil.example [192.0.2.66])' \
    'the way of the message'
for text in john doe Doe jane Jane secret; do
	has_not "$text" "nothing shows: $text"
done
[ "$(grep -o 'i=[0-9a-f]*@' "$T/report" | cut -c3-)" = \
    "$(sed -n 's/^From: <\([0-9a-f]*@\).*/\1/p' "$T/report")" ]
report $? 'the same local part, the same code'
! grep -qv "$(printf '\r')\$" "$T/report"
report $? 'lines end with CRLF'
run "$tool" read "$T/out.d"
got '."dmarc-report" | [.schema, .reported_domain, .arrival_date, .findings[].code]' \
    '["dmarc-failure/1","example.org","Fri, 27 Nov 2026 11:00:00 +0000","dmarc.row-failed"]' \
    'is read again, and misses nothing'

# --- redaction
echo k >"$T/key"
chmod 600 "$T/key"
reports --redact-key="$T/key"
grep '^From: <' "$T/report" >"$T/one"
reports --redact-key="$T/key"
grep '^From: <' "$T/report" >"$T/two"
same "$T/one" "$T/two" 'one key, one code'
reports
grep '^From: <' "$T/report" >"$T/two"
ok 'no key, another one' sh -c '! cmp -s "$1" "$2"' - "$T/one" "$T/two"
chmod 644 "$T/key"
reports --redact-key="$T/key"
status 66 'a key that others can read'
count 0 'no report then'
reports --no-redact
has 'Subject: secret offer' '--no-redact'
has 'From: John Doe <john.doe@example.org>' 'the header as it is'
has_not 'the body' 'never the body'

# --- who gets none
for domain in quiet.example suffix.example nothing.example; do
	mail_ m $domain
	verified m
	reports
	status 0 "$domain"
	count 0 "$domain: no report"
done
mail_ m any.example
verified m
reports
count 1 'fo=1: although SPF is aligned'
has 'Identity-Alignment: dkim' 'DKIM alone is not'
has_not SPF-DNS 'and that alone is told of'
mail_ m example.org
verified m
sed -i 's/example\.org/broken.example/g' "$T/records"
reports
status 75 'no answer'
count 0 'is no address'
verified m m m m
reports --max-reports=3
count 3 '--max-reports'
err '1 messages have no report: of their domains there are not more than 3' \
    'says so'

# --- a folder's name with a slash behind it
mail_ m example.org
"$BIN/dmarc-verify" --zone="$T/zone" --ip=192.0.2.66 --helo=evil.example \
    "$T/in/" >"$T/records" 2>"$T/err"
ok 'is not doubled' grep -qF "\"message\":\"$T/in/m\"" "$T/records"
reports
count 1 'dmarc-verify in/'
reports --messages="$T/in/"
count 1 '--messages=in/'
jq -c --arg f "$T/in//m" '.message = $f' "$T/records" >"$T/x"
mv "$T/x" "$T/records"
reports
count 1 'one that is doubled'

# --- records are input
jq -c --arg f "$T/in/../zone" '.message = $f' "$T/records" | head -n 1 \
    >"$T/x"
mv "$T/x" "$T/records"
reports --sandbox=off
status 66 'a file beside the folder'
count 0 'is none of ours'
for f in /etc/passwd "$T/in" "$T/in/" "$T/in/none" "$T/inside"; do
	jq -c --arg f "$f" '.message = $f' "$T/records" >"$T/x"
	cp "$T/x" "$T/records"
	reports
	status 66 "message $f"
done
ln -s "$T/zone" "$T/in/link"
jq -c --arg f "$T/in/link" '.message = $f' "$T/records" >"$T/x"
cp "$T/x" "$T/records"
reports --sandbox=off
status 66 'nor is a link'

# --- messages of an mbox
for n in 1 2 3; do
	printf 'From a Thu Jan  1 00:00:00 2026\n'
	sed "s/^Subject: .*/Subject: number $n/; s/^the body/>From the body/" \
	    "$T/in/m"
	echo
done >"$T/in/mbox"
"$BIN/dmarc-verify" --zone="$T/zone" --ip=192.0.2.66 --helo=evil.example \
    --mbox --ordered "$T/in/mbox" >"$T/three" 2>"$T/err"
# of N...: records of these messages, in that order
of() {
	for n; do
		sed -n "${n}p" "$T/three"
	done >"$T/records"
}
of 3 1 2
reports --no-redact
status 0 'messages of an mbox'
count 3 'a report each'
grep '^Subject: number' "$T/report" | sort | tr -d '\r\n' >"$T/got"
printf 'Subject: number 1Subject: number 2Subject: number 3' >"$T/want"
same "$T/want" "$T/got" 'each of its own message'
of 2
reports --no-redact
has 'Subject: number 2' 'one in the middle'
has_not 'number 1' 'without the one before'
has_not 'number 3' 'nor the one behind'
has_not 'the body' 'nor its text'
jq -c '.n = 4' "$T/records" >"$T/x"
cp "$T/x" "$T/records"
reports
status 66 'a message that the mbox has not'
count 0 'gets none'
jq -c --arg f "$T/in/m" '.message = $f | .n = 2' "$T/three" >"$T/records"
reports
status 66 'nor has a file of one message a second'
of 2
mv "$T/in/mbox" "$T/in/sane"
sed 's/^From a .*/From  : not an mbox/' "$T/in/m" | sed '1i\
From  : not an mbox' >"$T/in/mbox"
reports
status 66 'a field From with blanks begins no mbox'
verified m
jq -c '."dmarc-verify" |= (.from = "a\r\nBcc: x" |
    .envelope.mail_from = "a\r\nBcc: x" | .spf.result = "a\r\nb" |
    .dkim[0].selector = "a\r\nBcc: x")' "$T/records" >"$T/x"
cp "$T/x" "$T/records"
reports --no-redact
count 1 'texts with line ends'
has_not Bcc 'make no field'
jq -c '."dmarc-verify".envelope.mail_from = "a\u001b[2J@b.example"' \
    "$T/records" >"$T/x"
cp "$T/x" "$T/records"
reports --no-redact
count 1 'an address with a control character'
has_not Original-Mail-From 'is none to show'
echo '{"a":1}' >"$T/records"
reports
status 65 'another record'
run sh -c '"$1" failure --email=a@b.example </dev/null' - "$tool"
status 64 'without folders'
done_testing
