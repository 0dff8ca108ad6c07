#!/bin/sh
# smime-lite and mails of other makers: what tests/vectors/smime/table says.
. tests/cli/lib.sh
needs jq
S=$BIN/smime-lite
DIR=$TOP/tests/vectors/smime
cd "$T" || exit 1
. "$TOP/tests/cli/smime.sh"
TRUST="--ca-file $DIR/root.pem --now=2026-12-01T00:00:00Z"
cp "$DIR/bert.key" .
chmod 600 bert.key

# found FILE: From and the codes of a record
found() {
	jq -r '."smime-lite" | [.from // "null"] + [.findings[].code] |
	    join(" ")' "$1"
}

rows=0
while read -r message verify decrypt finds; do
	case $message in
	'#'*) continue ;;
	esac
	rows=$((rows + 1))
	from "$DIR/$message" "$S" verify $TRUST
	status "$verify" "$message: verify"
	cp out res
	from "$DIR/$message" "$S" decrypt -k bert.key -c "$DIR/bert.pem" \
	    $TRUST --result-out result
	status "$decrypt" "$message: decrypt"
	if [ "$decrypt" -eq 0 ]; then
		out 'plan holds' "$message: its text"
		out 'From: Anna <anna@example.org>' "$message: and author"
		cp result res
		rm result
	else
		empty "$message: nothing is written"
	fi
	[ "$(found res)" = "$finds" ] || echo "# $(found res)"
	[ "$(found res)" = "$finds" ]
	report $? "$message: $finds"
done <"$DIR/table"
ok 'each message is in the table' \
    test "$(ls "$DIR" | grep -c '\.eml$')" -eq "$rows"
from "$DIR/openssl-v1-subject.eml" "$S" decrypt -k bert.key \
    -c "$DIR/bert.pem" $TRUST
out 'Subject: The secret subject' 'a Subject alone inside is the one shown'
out 'Date: Fri, 27 Nov 2026' 'and what is not inside stays'
done_testing
