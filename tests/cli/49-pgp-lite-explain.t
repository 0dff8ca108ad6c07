#!/bin/sh
# What is told of a mail: who could read one that is not yet written, and what
# of one that is every server on the way can.
. tests/cli/lib.sh

needs jq
P=$BIN/pgp-lite
V=$TOP/tests/vectors/openpgp
cd "$T" || exit 1
"$P" generate-key 'Anna <anna@example.org>' >anna.key
"$P" generate-key --profile=rfc9580 'Bert <bert@example.net>' >bert.key
"$P" generate-key --signing-only S >signing.key
"$P" revoke-key <anna.key >revoked
for who in anna bert signing; do
	"$P" extract-cert <$who.key >$who.cert
done
"$P" merge-certs revoked <anna.cert >dead.cert
"$P" extract-cert <"$V/peers/expired.key" >expired.cert
{ echo 'Keywords: secret'; echo 'Bcc: eve@example.com'; message; } >m

explain() {
	run "$P" mail encrypt --explain "$@" <m
}

# says JQ WANT NAME: of the record on stdout
says() {
	got=$(jq -r ".[\"pgp-lite\"]$1" out 2>&1 | tr '\n' ' ')
	[ "${got% }" = "$2" ] || echo "# $1 is ${got% }, not $2"
	[ "${got% }" = "$2" ]
	report $? "$3"
}

# before it is written
explain anna.cert bert.cert
status 0 'both can read it'
says '.recipients[].argument' 'anna.cert bert.cert' 'who they are'
says '.recipients[].user_ids[]' \
    'Anna <anna@example.org> Bert <bert@example.net>' 'by name'
says '.readable[]' 'From To Date Message-ID' 'what every server reads'
says '.hidden[]' 'Keywords Subject' 'and what only they do'
says .data_version 1 'the older form'
says '.findings[] | .code, .where' 'pgp.cert-no-seipd2 anna.cert' \
    'because of one of them'
says '.recipients[0].keys[].fingerprint' \
    "$("$P" inspect <anna.cert |
    jq -r 'select(.packet == "public subkey").fingerprint')" \
    'with which key'
explain bert.cert
says .data_version 2 'the newer form for one who reads it'
# what is told is what is done
for to in 'anna.cert bert.cert' bert.cert; do
	explain $to
	"$P" mail encrypt $to <m >encrypted
	"$P" inspect <encrypted >seen
	[ "$(jq '.["pgp-lite"].data_version' out)" = "$(jq -r \
	    'select(.packet == "encrypted data").version' seen)" ]
	report $? "$to: the form is that one"
	[ "$(jq '.["pgp-lite"].recipients[].keys[]' out |
	    grep -c fingerprint)" = "$(grep -c '"recipient"' seen)" ]
	report $? "$to: for so many keys"
	for field in $(jq -r '.["pgp-lite"].hidden[]' out); do
		! jq -r 'select(.field == "'$field'").text' seen |
		    grep -q 'plan\|secret'
		report $? "$to: $field is hidden"
	done
done
for bad in 'dead.cert revoked' 'expired.cert expired' 'signing.cert key'; do
	explain bert.cert ${bad% *}
	status 1 "${bad% *}: it cannot be written"
	says '.findings[] | select(.severity == "fail") | .code, .where' \
	    "pgp.recipient ${bad% *}" "${bad% *}: who is in the way"
	says '.recipients[1].refused' "$(jq -r '.["pgp-lite"].findings[] |
	    select(.code == "pgp.recipient").text | sub(".*to: "; "")' out)" \
	    "${bad% *}: and why"
	out "${bad#* }" "${bad% *}: in a word"
	"$P" mail encrypt bert.cert ${bad% *} <m >got 2>err
	[ $? -eq 75 ]
	report $? "${bad% *}: nor is it"
done
explain --format=text anna.cert
out 'every server on the way reads: From, To, Date, Message-ID' 'for people'
out 'anna.cert: ' 'with the recipients'
explain anna.cert -- touch started
status 64 'nothing to hand to a command'
ok 'which is not started' test ! -e started
run "$P" mail sign --explain anna.key <m
status 75 'it is for encryption'

# a record is a line of 1 MiB at most (msgsec(7))
{
	for i in $(seq 1100); do
		printf 'X-%0900d: 1\n' "$i"
	done
	cat m
} >long
run "$P" mail encrypt --explain $(yes anna.cert | head -n 300) <long
status 0 'a header, and recipients, without end'
ok 'fit a line' test "$(wc -c <out)" -le 1048577
says '| .verdict, .truncated' 'pass true' 'of which detail was left out'
says '.findings[].code' 'pgp.cert-no-seipd2 record.truncated' 'and said so'

# on its way
seen() {
	jq -r "$1" out | tr '\n' ' '
}
run "$P" inspect <m
status 0 'a mail in clear'
[ "$(seen 'select(.part) | .part, .readable')" = 'text/plain true ' ]
report $? 'can be read by everybody'
[ "$(seen 'select(.field == "Subject") | .text')" = 'The plan ' ]
report $? 'its subject, too'
"$P" mail encrypt anna.cert bert.cert <m >encrypted
run "$P" inspect <encrypted
[ "$(seen 'select(.readable == false) | .part')" = \
    'application/octet-stream ' ]
report $? 'an encrypted mail has one part that cannot'
[ "$(seen 'select(.field == "Subject") | .text')" = '[...] ' ]
report $? 'and no subject'
[ "$(grep -c '"recipient"' out)" -eq 2 ]
report $? 'to whom it is encrypted, all can see'
"$P" mail sign anna.key <m >signed
run "$P" inspect <signed
[ "$(seen 'select(.part) | .part, .readable')" = \
    'text/plain true application/pgp-signature true ' ]
report $? 'a signed mail hides nothing'
out '"packet":"signature"' 'its signature is told'
{ printf 'From: a@example.org\n\n'; "$P" encrypt anna.cert <m; } >inline
run "$P" inspect <inline
[ "$(seen 'select(.part) | .part, .readable')" = 'text/plain false ' ]
report $? 'armor as a text'
{
	printf 'From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n'
	printf '\n--b\nContent-Type: text/html\n\n<img src="\n--b\n'
	sed -n '/^Content-Type: multipart/,$p' encrypted
	printf -- '--b\nContent-Type: text/html\n\n">\n--b--\n'
} >glue
run "$P" inspect --format=text <glue
[ "$(grep '^part' out | sed 's/.*readable //' | tr '\n' ' ')" = \
    'yes yes no yes ' ]
report $? 'encrypted between others: which parts are which'
printf 'Subject: a\033[31mred\n\nx\n' >odd
run "$P" inspect --format=text <odd
out_not "$(printf '\033')" 'no control character reaches the terminal'
head -c 900 encrypted >short
run "$P" inspect <short
status 65 'what is cut short'
[ ! -s out ]
report $? 'prints nothing'
done_testing
