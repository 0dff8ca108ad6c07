# The tools' table for the tests of faults, read after tests/faults/lib.sh: what
# each is given. "rows" calls, for each,
#
#	row NAME KIND CHECK INPUT COMMAND...
#
# The first word of NAME is the program that has the fault; COMMAND may start
# it by way of others. INPUT is stdin, a file in $T. KIND says what the tool
# may do instead of its work, see right(); CHECK is a function that is true
# when the work was done right, "same" where the output is the same each time.

export HOME="$T/home" XDG_DATA_HOME="$T/chat.now/anchors"
unset XDG_STATE_HOME
mkdir "$HOME"

# --- mail that is signed, sealed, judged
make_keys
message >"$T/m"
sign <"$T/m" >"$T/signed"
{ cat "$T/m"; head -c 600000 /dev/zero | tr '\0' x | fold; } >"$T/big"
{ printf 'Authentication-Results: hop.example; arc=none\n'
    cat "$T/signed"; } >"$T/ar"
seal() {
	"$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa -k "$T/rsa.key" \
	    --authserv-id hop.example
}
seal <"$T/ar" >"$T/sealed"
sed 's/the plan/a plan/' "$T/signed" >"$T/bad"
: >"$T/nothing"
printf 'example.org\nmail.example.org\nabsent.example\n' >"$T/domains"

# --- PGP, S/MIME, Letter Sealing
me='Anna <anna@example.org>'
"$BIN/pgp-lite" generate-key "$me" >"$T/pgp.key"
printf 'a long passphrase' >"$T/phrase"
"$BIN/pgp-lite" generate-key --with-key-password="$T/phrase" "$me" \
    >"$T/locked.key"
"$BIN/pgp-lite" extract-cert <"$T/pgp.key" >"$T/pgp.cert"
"$BIN/pgp-lite" sign "$T/pgp.key" <"$T/m" >"$T/pgp.sig"
"$BIN/pgp-lite" encrypt --sign-with="$T/pgp.key" "$T/pgp.cert" <"$T/m" \
    >"$T/pgp.msg"
"$BIN/pgp-lite" encrypt --with-password="$T/phrase" <"$T/m" >"$T/pgp.pass"
"$BIN/pgp-lite" mail sign "$T/pgp.key" <"$T/m" >"$T/pgp.signed"
"$BIN/pgp-lite" mail encrypt --sign-with="$T/pgp.key" "$T/pgp.cert" \
    <"$T/m" >"$T/pgp.sealed"
# the local part's name in a Web Key Directory: SHA-1 in z-base-32
hu=$(python3 -c 'import hashlib
n = int.from_bytes(hashlib.sha1(b"anna").digest(), "big")
print("".join("ybndrfg8ejkmcpqxot1uwisza345h769"[n >> 155 - 5 * i & 31]
    for i in range(32)))')
{
	echo ';! now 2026-03-01T12:00:00Z'
	echo 'openpgpkey.example.org. 300 IN A 192.0.2.1'
	printf ';! fetch https://openpgpkey.example.org/.well-known/openpgpkey'
	echo "/example.org/hu/$hu?l=anna 200 application/octet-stream" \
	    "$("$BIN/pgp-lite" dearmor <"$T/pgp.cert" | base64 -w0)"
} >"$T/wkd"
"$BIN/smime-lite" generate-key -e anna@example.org -o "$T/cms.key" \
    >"$T/cms.crt"
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
smime="-k $T/cms.key -c $T/cms.crt"
"$BIN/smime-lite" sign $smime <"$T/m" >"$T/cms.signed"
"$BIN/smime-lite" encrypt -r "$T/cms.crt" <"$T/m" >"$T/cms.sealed"
mid=u0000000000000000000000000000000
"$BIN/letter-seal" keygen -o "$T/letter.key" >"$T/letter.pub"
"$BIN/letter-seal" keygen -o "$T/group.key" >"$T/group.pub"
letter="-k $T/letter.key -p $T/letter.pub"
ids="--from ${mid}1 --to ${mid}2 --sender-key-id 1 --receiver-key-id 2"
"$BIN/letter-seal" seal $letter $ids <"$T/m" >"$T/chunks"
"$BIN/letter-seal" group wrap $letter --group-key "$T/group.key" >"$T/wrapped"
"$BIN/letter-seal" media seal -m "$T/media.key" <"$T/m" >"$T/media"

# What is in no outcome that is not the work itself; and no plaintext in what
# is said.
{
	for key in rsa ed letter group cms; do
		sed -n 2p "$T/$key.key"
	done
	sed -n 4p "$T/pgp.key"
	cat "$T/media.key" "$T/phrase"
} >"$T/secrets"

# --- domains and reports
{
	cat "$T/zone"
	echo '_mta-sts.example.org. 300 IN TXT "v=STSv1; id=1;"'
	echo 'mta-sts.example.org. 300 IN A 192.0.2.80'
	printf ';! fetch https://mta-sts.example.org/.well-known/mta-sts.txt'
	printf 'version: STSv1\nmode: enforce\nmx: %s\nmax_age: 604800\n' \
	    mail.example.org >"$T/policy"
	echo " 200 text/plain $(base64 -w0 <"$T/policy")"
} >"$T/stszone"
# one that nobody listens at
printf '%s\n' 'example.net. 300 IN MX 10 mx.example.net.' \
    'mx.example.net. 300 IN A 127.0.0.1' >"$T/closed"
cp tests/vectors/dmarc-report/rfc9990.xml "$T/report.xml"
cp tests/vectors/tlsrpt/rfc8460.json "$T/report.json"
"$BIN/dmarc-verify" domain --zone "$T/zone" example.org >"$T/record"
"$BIN/dmarc-verify" --ordered --zone "$T/zone" --ip 203.0.113.5 "$T/signed" \
    "$T/bad" >"$T/verdicts"
"$BIN/mtasts-check" --zone "$T/stszone" example.org >"$T/stsrecord"
jq -c '."dmarc-verify".findings += [{code: "spf.none", severity: "fail",
    clause: "", where: "", text: "new", fix: ""}]' "$T/record" >"$T/changed"
watch="$BIN/msgsec-watch --now 2026-03-01T12:00:00Z --state"
$watch "$T/watch" <"$T/record" >"$T/out"
cp "$T/watch" "$T/watch.told"
$watch "$T/watch.told" <"$T/changed" >"$T/out"

# --- people who write to each other by a relay: a copy of their state is used
# up
. tests/cli/relay.sh
relay main
PORT=${URL##*:}
# by WORLD WHO VERB...: there, see anew
by() {
	world=$T/$1 who=$2
	shift 2
	XDG_DATA_HOME=$world/anchors "$BIN/ratchet-chat" "$@" -q \
	    --state="$world/$who"
}
online="--allow-private --ca-file=$T/main/cert.pem"
mkdir "$T/chat"
for who in anna bert; do
	by chat $who init -n $who
	by chat $who mailbox --relay="$URL" --pin="$PIN" -c 5 $online \
	    >"$T/$who.address"
done
by chat anna start bert --relay="$(cat "$T/bert.address")" $online
by chat anna send bert <"$T/m" >"$T/letter"
export XDG_DATA_HOME="$T/chat.now/anchors"

# $before of some rows. anew NAME: a new copy of it, NAME.now
anew() {
	rm -rf "$T/$1.now"
	cp -R "$T/$1" "$T/$1.now"
}
without() {
	rm -f "$T/$1"
}
mailed() {
	anew chat
	by chat.now anna push $online <"$T/letter"
}

rows() {
	onward_rows
	record_rows
	report_rows
	pgp_rows
	key_rows
	letter_rows
	chat_rows
}

onward_rows() {
	row dkim-sign onward same m "$BIN/dkim-sign" \
	    --now 2026-03-01T12:00:00Z -d example.org -s rsa -k "$T/rsa.key" \
	    -d example.org -s ed -k "$T/ed.key"
	row 'dkim-sign big' onward same big "$BIN/dkim-sign" \
	    --now 2026-03-01T12:00:00Z -d example.org -s rsa -k "$T/rsa.key"
	before='without got'
	row 'dkim-sign --' command got_signed m "$BIN/dkim-sign" \
	    --now 2026-03-01T12:00:00Z -d example.org -s rsa -k "$T/rsa.key" \
	    -d example.org -s ed -k "$T/ed.key" -- \
	    sh -c 'cat >"$1.new" && mv "$1.new" "$1"' - "$T/got"
	before=:
	row arc-seal onward same ar "$BIN/arc-seal" --zone "$T/zone" \
	    -d example.org -s rsa -k "$T/rsa.key" --authserv-id hop.example
	row 'dmarc-verify --prepend' onward same signed "$BIN/dmarc-verify" \
	    --zone "$T/zone" --prepend --authserv-id hop.example
	row 'smime-lite sign' onward cms_signed m "$BIN/smime-lite" sign $smime
	row 'smime-lite encrypt' onward cms_sealed m "$BIN/smime-lite" \
	    encrypt -r "$T/cms.crt"
	row 'smime-lite decrypt' onward same cms.sealed "$BIN/smime-lite" \
	    decrypt $smime
	row 'pgp-lite mail sign' onward pgp_signed m "$BIN/pgp-lite" mail \
	    sign "$T/pgp.key"
	row 'pgp-lite mail encrypt' onward pgp_sealed m "$BIN/pgp-lite" mail \
	    encrypt --sign-with="$T/pgp.key" "$T/pgp.cert"
	row 'pgp-lite mail decrypt' onward same pgp.sealed "$BIN/pgp-lite" \
	    mail decrypt "$T/pgp.key"
}

record_rows() {
	row 'dmarc-verify good' verdict same sealed "$BIN/dmarc-verify" \
	    --zone "$T/zone"
	row 'dmarc-verify bad' verdict same bad "$BIN/dmarc-verify" \
	    --zone "$T/zone"
	row 'dmarc-verify -j' verdict each nothing "$BIN/dmarc-verify" -j 1 \
	    --ordered --zone "$T/zone" "$T/signed" "$T/bad" "$T/sealed"
	row 'dmarc-verify spf' verdict same nothing "$BIN/dmarc-verify" spf \
	    --zone "$T/zone" --ip 203.0.113.5 --mail-from a@example.org
	row 'dmarc-verify domain' verdict each domains "$BIN/dmarc-verify" \
	    domain --ordered --zone "$T/zone" --selector rsa
	row dkim-check verdict same nothing "$BIN/dkim-sign" check \
	    --zone "$T/zone" -d example.org -s rsa -k "$T/rsa.key"
	row mtasts-check verdict each domains "$BIN/mtasts-check" --ordered \
	    --zone "$T/stszone"
	before='without cache.db'
	row 'mtasts-check --cache' verdict same nothing "$BIN/mtasts-check" \
	    --zone "$T/stszone" --cache="$T/cache.db" example.org
	before='without recorded'
	row 'msgsec-dns --record' verdict each domains "$BIN/dmarc-verify" \
	    domain --ordered --zone "$T/zone" --record "$T/recorded"
	before=:
	# at a port that nobody listens at
	row 'msgsec-dns --resolver' resolver each domains \
	    "$BIN/dmarc-verify" domain --ordered --resolver=127.0.0.1@1 \
	    --timeout=1 --now 2026-03-01T12:00:00Z
	row 'mtasts-check lint' verdict same nothing "$BIN/mtasts-check" \
	    lint --now 2026-03-01T12:00:00Z --policy "$T/policy" \
	    --txt 'v=STSv1; id=1;' --mx mail.example.org
	row mstls-probe verdict each domains "$BIN/mstls-probe" --ordered \
	    --zone "$T/zone" --ca-file "$T/cms.crt"
	row 'mstls-probe connects' verdict same nothing "$BIN/mstls-probe" \
	    --zone "$T/closed" --ca-file "$T/cms.crt" --allow-private \
	    --now 2026-03-01T12:00:00Z mx.example.net:1
	row 'mstls-probe records' verdict same stsrecord \
	    "$BIN/mstls-probe" --zone "$T/zone" --ca-file "$T/cms.crt"
	row 'smime-lite verify' verdict same cms.signed "$BIN/smime-lite" \
	    verify --ca-file "$T/cms.crt" --now "$now"
	row 'pgp-lite mail verify' verdict timeless pgp.signed "$BIN/pgp-lite" \
	    mail verify "$T/pgp.cert"
	row 'pgp-lite lint' verdict timeless pgp.cert "$BIN/pgp-lite" lint
	row 'letter-seal audit' verdict same chunks "$BIN/letter-seal" \
	    audit --now 2026-03-01T12:00:00Z -k "2=$T/letter.key" \
	    -p "1=$T/letter.pub"
}

report_rows() {
	row 'dmarc-report read' verdict same report.xml "$BIN/dmarc-report" \
	    read --now 2026-03-01T12:00:00Z
	row 'dmarc-report make' report same verdicts "$BIN/dmarc-report" make \
	    --org=Example --email=dmarc@example.net
	row 'tlsrpt-report read' verdict same report.json \
	    "$BIN/tlsrpt-report" read --now 2026-03-01T12:00:00Z
	row 'tlsrpt-report explain' verdict same report.json \
	    "$BIN/tlsrpt-report" explain --format=json \
	    --now 2026-03-01T12:00:00Z
	row 'tlsrpt-report make' report same stsrecord \
	    "$BIN/tlsrpt-report" make --org=Example --email=tls@example.net
	for form in html markdown csv prometheus; do
		row "posture-report --$form" report same record \
		    "$BIN/posture-report" --$form
	done
	row 'smime-lite inspect' report same cms.signed "$BIN/smime-lite" \
	    inspect --format=text
	row 'pgp-lite inspect' report same pgp.msg "$BIN/pgp-lite" inspect
	before='anew watch'
	row msgsec-watch watch told changed $watch "$T/watch.now"
	before=:
}

pgp_rows() {
	row 'pgp-lite generate-key' sop pgp_key nothing "$BIN/pgp-lite" \
	    generate-key "$me"
	row 'pgp-lite extract-cert' sop same pgp.key "$BIN/pgp-lite" \
	    extract-cert
	row 'pgp-lite sign' sop pgp_detached m "$BIN/pgp-lite" sign \
	    --with-key-password="$T/phrase" "$T/locked.key"
	row 'pgp-lite verify' sop same m "$BIN/pgp-lite" verify \
	    "$T/pgp.sig" "$T/pgp.cert"
	row 'pgp-lite encrypt' sop pgp_opens m "$BIN/pgp-lite" encrypt \
	    --sign-with="$T/pgp.key" "$T/pgp.cert"
	row 'pgp-lite encrypt --with-password' sop pgp_passes m \
	    "$BIN/pgp-lite" encrypt --with-password="$T/phrase"
	row 'pgp-lite decrypt' sop same pgp.msg "$BIN/pgp-lite" decrypt \
	    "$T/pgp.key"
	row 'pgp-lite decrypt --with-password' sop same pgp.pass \
	    "$BIN/pgp-lite" decrypt --with-password="$T/phrase"
	row 'pgp-lite find' find same nothing "$BIN/pgp-lite" find \
	    --zone="$T/wkd" anna@example.org
	row 'pgp-find' find same nothing "$BIN/pgp-lite" find \
	    --zone="$T/wkd" anna@example.org
}

key_rows() {
	before='without new.key'
	row 'dkim-sign keygen' text dkim_key nothing "$BIN/dkim-sign" keygen \
	    -a ed25519 -o "$T/new.key"
	row 'smime-lite generate-key' text cms_key nothing "$BIN/smime-lite" \
	    generate-key -e a@example.org -o "$T/new.key"
	row 'letter-seal keygen' text letter_key nothing "$BIN/letter-seal" \
	    keygen -o "$T/new.key"
	row 'letter-seal group unwrap' text group_key wrapped \
	    "$BIN/letter-seal" group unwrap $letter -o "$T/new.key"
	row 'letter-seal media seal' stream media_opens m "$BIN/letter-seal" \
	    media seal -m "$T/new.key"
	before=:
}

letter_rows() {
	row 'letter-seal seal' text letter_opens m "$BIN/letter-seal" seal \
	    $letter $ids
	row 'letter-seal open' text same chunks "$BIN/letter-seal" open -q \
	    $letter
	row 'letter-seal group wrap' text same nothing "$BIN/letter-seal" \
	    group wrap $letter --group-key "$T/group.key"
	row 'letter-seal media open' text same media "$BIN/letter-seal" \
	    media open -m "$T/media.key"
}

chat_rows() {
	before='anew chat'
	row 'ratchet-chat peers' text same nothing "$BIN/ratchet-chat" peers \
	    --format=text --state="$T/chat.now/anna"
	row 'ratchet-chat safety' text same nothing "$BIN/ratchet-chat" \
	    safety --qr bert --state="$T/chat.now/anna"
	row 'ratchet-chat inspect' text same letter "$BIN/ratchet-chat" \
	    inspect --format=text
	for program in ratchet-chat msgsec-web; do
		before='anew chat'
		row "$program push" push pushed letter "$BIN/ratchet-chat" \
		    push -q $online --state="$T/chat.now/anna"
		before=mailed
		row "$program fetch" fetch fetched nothing \
		    "$BIN/ratchet-chat" fetch -q $online \
		    --state="$T/chat.now/bert"
	done
	stop
	before='anew chat'
	row msgsec-relay relay same letter relayed
	before=:
}

# A relay in the other's place, and a letter that goes by it: what arrives, and
# the relay's status.
relayed() {
	: >"$T/up"
	"$BIN/ratchet-chat" relay --state "$T/main" --rate 0 --makes 0 \
	    --listen "127.0.0.1:$PORT" >"$T/up" &
	PID=$!
	while [ ! -s "$T/up" ] && kill -0 $PID 2>/dev/null; do
		sleep 0.02
	done
	by chat.now anna push $online 2>/dev/null
	by chat.now bert fetch $online 2>/dev/null
	kill -TERM $PID 2>/dev/null
	wait $PID
}

# --- what was done right, besides "same"

same() {
	cmp -s "$T/out" "$T/want"
}

# but for the time of a record, where there is no --now
timeless() {
	sed 's/"time":"[^"]*"//' "$T/want" >"$T/ok"
	sed 's/"time":"[^"]*"//' "$T/out" | cmp -s - "$T/ok"
}

# of several subjects: each has the record that is right, or none
each() {
	[ "$(wc -l <"$T/out")" -eq "$(wc -l <"$T/want")" ] &&
	    ! grep -vxFf "$T/want" "$T/out" | grep -qv '"verdict":"unknown"'
}

# opens FILE COMMAND...: stdout, read by it, is the file again
opens() {
	file=$1
	shift
	"$@" <"$T/out" 2>"$T/ok" | cmp -s - "$T/$file"
}
got_signed() { cmp -s "$T/got" "$T/signed"; }
cms_signed() { "$BIN/smime-lite" verify --ca-file "$T/cms.crt" <"$T/out" \
    >"$T/ok" 2>&1; }
cms_sealed() { "$BIN/smime-lite" decrypt $smime <"$T/out" \
    2>"$T/ok" | grep -q '^Subject: The plan'; }
pgp_signed() { "$BIN/pgp-lite" mail verify "$T/pgp.cert" <"$T/out" \
    >"$T/ok" 2>&1; }
pgp_sealed() { "$BIN/pgp-lite" mail decrypt "$T/pgp.key" <"$T/out" \
    2>"$T/ok" | grep -q '^Subject: The plan'; }
pgp_key() { "$BIN/pgp-lite" extract-cert <"$T/out" >"$T/ok" 2>&1; }
pgp_detached() { "$BIN/pgp-lite" extract-cert <"$T/locked.key" >"$T/cert" &&
    "$BIN/pgp-lite" verify "$T/out" "$T/cert" <"$T/m" >"$T/ok" 2>&1; }
pgp_opens() { opens m "$BIN/pgp-lite" decrypt "$T/pgp.key"; }
pgp_passes() { opens m "$BIN/pgp-lite" decrypt --with-password="$T/phrase"; }
cms_key() { openssl pkey -in "$T/new.key" -pubout >"$T/ok" 2>&1 &&
    openssl x509 -in "$T/out" -noout -pubkey | cmp -s - "$T/ok"; }
dkim_key() { openssl pkey -in "$T/new.key" -noout >"$T/ok" 2>&1 &&
    grep -q 'v=DKIM1' "$T/out"; }
letter_key() { opens_key "$T/out"; }
opens_key() { "$BIN/letter-seal" public -k "$T/new.key" 2>&1 |
    cmp -s - "$1"; }
letter_opens() { opens m "$BIN/letter-seal" open -q $letter; }
group_key() { opens_key "$T/group.pub"; }
media_opens() { opens m "$BIN/letter-seal" media open -m "$T/new.key"; }

# the news are told, and known from now on
told() {
	same && cmp -s "$T/watch.told" "$T/watch.now"
}

# Whatever became of a letter: pushed once more it is there, once.
pushed() {
	by chat.now anna push $online <"$T/letter" 2>"$T/ok" && arrived
}
# It is printed until it is read.
arrived() {
	by chat.now bert fetch $online 2>"$T/ok" | cmp -s - "$T/letter"
}
fetched() {
	same && arrived
}
