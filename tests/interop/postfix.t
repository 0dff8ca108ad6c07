#!/bin/sh
# A real Postfix that delivers through dkim-sign and arc-seal in the form of
# the manual (pipe(8), TOOL OPTIONS -- sendmail ...): whatever is wrong with
# the tool, no mail is lost, none is changed, none comes back to its sender.
#
# Postfix runs in a network and a mount namespace of its own, with its
# configuration, queue and mailboxes in the test's folder.
if [ "$(id -u)" -ne 0 ]; then
	echo '1..0 # SKIP Postfix needs root'
	exit 0
fi
if [ -z "${POSTFIX_T_INSIDE-}" ]; then
	POSTFIX_T_INSIDE=1 exec unshare --net --mount --fork -- \
	    sh "$0" "$@"
fi

. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"
. "$HERE/postfix.sh"

lab
chmod 711 "$T"
txt example.org "v=spf1 ip4:127.0.0.1 -all"
postfix_start

# --- the way it should be ---------------------------------------------------

send plain "$T/msg/plain"
delivered "delivered"
signed "and signed"

send many "$T/msg/many"
delivered "a longer message"
signed "and signed"

send 8bit "$T/msg/latin1"
delivered "8-bit octets"
signed "and signed"

# --- what can go wrong ------------------------------------------------------

# fault MODE TEXT [MESSAGE]: the mail waits in the queue, and goes out whole
# once the fault is mended
fault() {
	mode "$1"
	send "fault-$1" "${3:-$T/msg/many}"
	deferred "$2: waits in the queue"
	mode ok
	/usr/sbin/postqueue -f
	delivered "$2: delivered when mended"
	signed "$2: and signed"
}

head -c 3000000 /dev/urandom | openssl base64 >"$T/big.body"
{
	printf 'From: Anna <anna@example.org>\r\nTo: bert@example.net\r\n'
	printf 'Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n'
	printf 'Message-ID: <big@example.org>\r\nSubject: big\r\n\r\n'
	sed 's/$/\r/' "$T/big.body"
} >"$T/big"

fault kill-read 'killed while it reads' "$T/big"
fault kill-command 'killed while sendmail reads' "$T/big"
fault memory 'out of memory' "$T/big"
fault key 'key not readable'
fault no-key 'key gone'
fault bad-key 'no key in the key file'
fault full 'no room in TMPDIR' "$T/big"
fault option 'an unknown option'
fault value 'an option without its value'
fault tempfail 'key not readable, --on-error=tempfail'
fault no-command 'COMMAND is not there'
fault busy 'COMMAND says 75'

# Without its TMPDIR a tool may go on in /var/tmp, or wait.
mode no-tmp
send no-tmp "$T/big"
await 'delivered or deferred' waits_or_arrived
mode ok
/usr/sbin/postqueue -f
delivered "TMPDIR gone: delivered"
signed "TMPDIR gone: and signed"

nothing_came_back "nothing was returned to the sender"

mode pass
send pass "$T/msg/many"
delivered "--on-error=pass: delivered"
unsigned "--on-error=pass: unchanged, unsigned"
nothing_came_back "--on-error=pass: nothing came back"

mode no-domain
send no-domain "$T/msg/plain"
delivered "no key for this domain: delivered"
unsigned "no key for this domain: unsigned"
nothing_came_back "no key for this domain: nothing came back"

mode reject
send reject "$T/msg/plain"
came_back "--on-error=reject: comes back to the sender"

mode refused
send refused "$T/msg/plain"
came_back "COMMAND's own refusal (67) comes back"

# --- arc-seal, behind dmarc-verify --prepend -----------------------------------

PORT=2526
mode ok
send sealed "$T/msg/many"
delivered "arc: delivered"
sealed "arc: and sealed"

arc_fault() {
	mode "$1"
	send "arc-$1" "${3:-$T/msg/many}"
	deferred "arc: $2: waits in the queue"
	mode ok
	/usr/sbin/postqueue -f
	delivered "arc: $2: delivered when mended"
	sealed "arc: $2: and sealed"
}

arc_fault kill-read 'killed while it reads' "$T/big"
arc_fault kill-command 'killed while sendmail reads' "$T/big"
arc_fault memory 'out of memory' "$T/big"
arc_fault key 'key not readable'
arc_fault no-key 'key gone'
arc_fault full 'no room in TMPDIR' "$T/big"
arc_fault option 'an unknown option'
arc_fault verify-option 'an unknown option of dmarc-verify'
arc_fault no-command 'COMMAND is not there'
nothing_came_back "arc: nothing was returned to the sender"

holds "the queue is empty at the end" test "$(queued)" -eq 0
postfix_stop

# --- the statuses, without Postfix --------------------------------------------

# Whatever little memory there is, from what the dynamic loader needs on:
# written whole with 0, or 75 and nothing.
odd=
least=$(cat "$T/memory.dkim")
for kib in $(seq "$least" 250 $((least + 12000))); do
	(
		ulimit -v "$kib"
		"$T/bin/dkim-sign" -d example.org -s r -k "$T/rsa.pem" \
		    <"$T/msg/many" >"$T/out" 2>/dev/null
	)
	status=$?
	case $status in
	75) [ -s "$T/out" ] && odd="$odd $kib:half" ;;
	0) tail -c "$(stat -c %s "$T/msg/many")" "$T/out" |
		    cmp -s - "$T/msg/many" || odd="$odd $kib:changed" ;;
	*) odd="$odd $kib:$status" ;;
	esac
done
holds "whatever ulimit -v: 0 or 75, all or nothing ($odd)" test -z "$odd"
done_testing
