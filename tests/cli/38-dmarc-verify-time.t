#!/bin/sh
# dmarc-verify and arc-seal where name servers are dead or slow: a message
# that names many of them holds nobody up, and makes no fail of DMARC unknown.
. tests/cli/lib.sh
needs jq python3 timeout
make_keys
message >"$T/m"
ed=$(sed '1,/^ed\._domainkey/d' "$T/zone" | tr -d '"()\n\t ')
{
	echo '_dmarc.example.org v=DMARC1; p=reject'
	echo "ed._domainkey.example.org $ed"
	for i in 1 2 3 4 5 6 7 8; do
		echo "s._domainkey.x$i.slow.test $ed"
	done
} >"$T/records"
mkfifo "$T/port"
python3 tests/cli/dead_dns.py "$T/records" >"$T/port" &
server=$!
trap 'kill $server; rm -rf "$T"' EXIT
read -r port <"$T/port"

# asks TOOL ARG...: of that server, as of when the message was signed
asks() {
	tool=$1
	shift
	run timeout 50 "$BIN/$tool" --now 2026-03-01T12:00:00Z \
	    --resolver "127.0.0.1@$port" "$@"
}

key() {
	echo "-d $1 -s $2 -k $T/ed.key"
}

many() {
	for i in 1 2 3 4 5 6 7 8; do
		key "x$i.dead.test" s
	done
}

# shellcheck disable=SC2046
signs() {
	"$BIN/dkim-sign" -q --now 2026-03-01T12:00:00Z $("$@")
}

signs key example.org ed <"$T/m" >"$T/good"
asks dmarc-verify "$T/good"
member .dmarc.result pass 'the name server answers'

# the author's signature, which does not hold, is the last
signs many <"$T/good" | sed 's/the plan/a plan/' >"$T/forged"
asks dmarc-verify --timeout 8 --ip 192.0.2.9 --helo y.dead.test \
    --mail-from a@z.dead.test "$T/forged"
member '.dkim[].result' "$(yes temperror | head -n 8 | tr '\n' ' ')fail" \
    'a key that did not come in time is temperror'
member '| .spf.result, .spf_helo.result' 'temperror temperror' 'so is SPF'
member .dmarc.result fail 'but the author has a signature that fails'

# Without --timeout, too: eight dead keys have ten seconds each, and a chain of
# eight comes, but in four seconds each.
sed 's/^\([^ ]*\) \(.*\)/\1. IN TXT "\2"/' "$T/records" >"$T/zone"
for i in 1 2 3 4 5 6 7 8; do
	# shellcheck disable=SC2046
	{ echo "Authentication-Results: mx$i; arc=pass"; cat "$T/m"; } |
	    "$BIN/arc-seal" --zone "$T/zone" --now 2026-03-01T12:00:00Z \
	    --authserv-id mx$i $(key x$i.slow.test s) >"$T/next"
	mv "$T/next" "$T/m"
done
verify "$T/m"
member .arc.cv pass 'a chain that holds'
(
	timeout 50 "$BIN/arc-seal" --resolver "127.0.0.1@$port" \
	    --authserv-id mx8 -d example.org -s ed -k "$T/ed.key" \
	    <"$T/m" >"$T/sealed" 2>&1
	echo $? >>"$T/sealed"
) &
sealing=$!
# no question has longer than resolv.conf's limit, ten seconds if it has none
timeout 25 "$BIN/dkim-sign" check --resolver "127.0.0.1@$port" --timeout 60 \
    -d x.dead.test -s s -k "$T/ed.key" >"$T/checked" 2>&1 &
checking=$!
asks dmarc-verify --prepend --authserv-id mx "$T/forged"
status 0 'eight dead name servers hold no mail up'
out 'dmarc=fail' 'and do not hide what it is'
wait $sealing
ok 'of a chain of slow ones it is said' grep -q 'key unavailable' "$T/sealed"
ok 'that it is unknown' grep -qx 75 "$T/sealed"
STATUS=0
wait $checking || STATUS=$?
status 75 'nor does one question take all of --timeout'

done_testing
