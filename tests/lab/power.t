#!/bin/sh
# Each executable, from inside, once it has given up power: the next system
# call that it makes is replaced by what should be gone (tests/lab/power.c).
. tests/cli/lib.sh
P=${B:-build}/lab/power
[ "$(uname -m)" = x86_64 ] || skip_all 'power knows x86-64 alone'
[ -x "$P" ] || make -s "$P" || skip_all 'no power'
"$BIN/dmarc-verify" domain -v --zone /dev/null example.org </dev/null 2>&1 |
    grep -q 'sandbox: full' || skip_all 'needs a kernel with Landlock'

make_keys
message >"$T/m"
mkdir "$T/beside" "$T/state" "$T/home"
echo secret >"$T/beside/file"
export HOME="$T/home"
unset XDG_STATE_HOME XDG_DATA_HOME
# nobody listens there
nowhere=--resolver=127.0.0.1@1
closed='read=EACCES make=EACCES socket=EPERM exec=EPERM'
client='read=EACCES make=EACCES socket=ok connect=ECONNREFUSED listen=EPERM exec=EPERM'
: >"$T/all"

# inside INPUT COMMAND...: its lines in $T/powers
inside() {
	input=$1
	shift
	"$P" "$T/powers" "$T/beside" "$@" <"$input" >"$T/out" 2>"$T/err"
	STATUS=$?
	cat "$T/powers" >>"$T/all"
}

# has NAME POWERS WHAT: every task of it has these and no others
has() {
	grep "^$1 " "$T/powers" | sort -u >"$T/ok"
	[ "$(cat "$T/ok")" = "$1 $2" ]
	report $? "$1: $3"
	[ ! -e "$T/beside/new" ]
	report $? "$1: has made nothing"
}

# --- filters of one message
inside "$T/m" "$BIN/dkim-sign" --now 2026-03-01T12:00:00Z -d example.org \
    -s rsa -k "$T/rsa.key"
has dkim-sign "$closed" 'signing'
cp "$T/out" "$T/signed"
inside /dev/null "$BIN/dkim-sign" check --zone "$T/zone" -d example.org \
    -s ed -k "$T/ed.key"
has dkim-check "$closed" 'with a zone'
inside /dev/null "$BIN/dkim-sign" check $nowhere --timeout=1 -d example.org \
    -s ed -k "$T/ed.key"
has dkim-check "$client" 'asking the DNS'
{ echo 'Authentication-Results: hop.example; none'; cat "$T/signed"
} >"$T/ar"
inside "$T/ar" "$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id hop.example
has arc-seal "$closed" 'with a zone'
inside "$T/ar" "$BIN/arc-seal" $nowhere -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id hop.example
has arc-seal "$client" 'asking the DNS'
inside "$T/signed" "$BIN/dmarc-verify" --zone "$T/zone"
has dmarc-verify "$closed" 'with a zone'
inside "$T/signed" "$BIN/dmarc-verify" --offline
has dmarc-verify "$closed" 'offline'
inside "$T/signed" "$BIN/dmarc-verify" --zone "$T/zone" --prepend \
    --authserv-id hop.example
has dmarc-verify "$closed" 'writing its field'
inside "$T/signed" "$BIN/dmarc-verify" $nowhere --timeout=1
has dmarc-verify "$client" 'asking the DNS'

# --- lists
printf 'example.org\nexample.net\n' >"$T/domains"
inside "$T/domains" "$BIN/dmarc-verify" domain $nowhere --timeout=1
has dmarc-verify "$closed" 'the DNS is another process'
has msgsec-dns "$client" 'which asks'
inside /dev/null "$BIN/dmarc-verify" domain --zone "$T/zone" example.org
has dmarc-verify "$closed" 'in bulk, with a zone'
cp "$T/out" "$T/record"
inside /dev/null "$BIN/mtasts-check" --zone "$T/zone" example.org
has mtasts-check "$closed" 'with a zone'
inside /dev/null "$BIN/mtasts-check" $nowhere --timeout=1 example.org
has mtasts-check "$client" 'fetching'
inside /dev/null "$BIN/mstls-probe" --allow-private 127.0.0.1:1
has mstls-probe "$client" 'connecting'
inside "$T/record" "$BIN/posture-report" --csv
has posture-report "$closed" 'records'
inside "$T/record" "$BIN/msgsec-watch" --state="$T/state/watch"
has msgsec-watch "$closed" 'records'

# --- reports
inside /dev/null "$BIN/dmarc-report" read \
    tests/vectors/dmarc-report/rfc9990.xml
has dmarc-report "$closed" 'XML'
inside /dev/null "$BIN/tlsrpt-report" read tests/vectors/tlsrpt/rfc8460.json
has tlsrpt-report "$closed" 'JSON'

# --- keys and messages
"$BIN/letter-seal" keygen -o "$T/a.key" >"$T/a.pub"
inside "$T/m" "$BIN/letter-seal" seal -k "$T/a.key" -p "$T/a.pub" \
    --from u00000000000000000000000000000001 \
    --to u00000000000000000000000000000002 --sender-key-id 1 --receiver-key-id 2
has letter-seal "$closed" 'sealing'
"$BIN/pgp-lite" generate-key 'a@example.org' >"$T/pgp.key"
"$BIN/pgp-lite" extract-cert <"$T/pgp.key" >"$T/pgp.cert"
inside "$T/m" "$BIN/pgp-lite" encrypt "$T/pgp.cert"
has pgp-lite "$closed" 'encrypting'
inside /dev/null "$BIN/pgp-lite" find $nowhere --timeout=1 a@example.org
has pgp-lite "$closed" 'who searches is another process'
has pgp-find "$client" 'which asks'
"$BIN/smime-lite" generate-key -e dora@example.org -o "$T/dora.key" >"$T/dora"
inside "$T/m" "$BIN/smime-lite" sign -k "$T/dora.key" -c "$T/dora"
has smime-lite "$closed" 'signing'

# --- conversations
"$BIN/ratchet-chat" init -q -n bob --state="$T/state/bob"
inside /dev/null "$BIN/ratchet-chat" bundle --state="$T/state/bob"
has ratchet-chat "$closed" 'with its state'
cp "$T/out" "$T/bundle"
inside "$T/bundle" "$BIN/ratchet-chat" inspect
has ratchet-chat "$closed" 'without'
inside /dev/null "$BIN/ratchet-chat" mailbox --relay=https://127.0.0.1:1 \
    --allow-private --state="$T/state/bob"
has ratchet-chat "$closed" 'who fetches is another process'
has msgsec-web "$client" 'which fetches'
rm "$T/powers"
"$P" "$T/powers" "$T/beside" "$BIN/ratchet-chat" relay --make-cert localhost \
    --listen=127.0.0.1:0 --state="$T/state/relay" >"$T/out" 2>"$T/err" &
relay=$!
tries=600
while ! grep -q '^msgsec-relay .* exec=' "$T/powers" 2>/dev/null &&
    [ $tries -gt 0 ]; do
	sleep 0.1
	tries=$((tries - 1))
done
# with it ends what it follows
kill -KILL $relay
wait $relay 2>/dev/null
has msgsec-relay "$closed" 'serving'
cat "$T/powers" >>"$T/all"

# --- none is left out
for exe in "$BIN"/* "$BIN"/../libexec/*; do
	name=${exe##*/}
	grep -q "^$name read" "$T/all" || echo "$name"
done >"$T/out"
: >"$T/err"
[ ! -s "$T/out" ]
report $? 'every executable was looked into'
done_testing
