# Postfix for postfix.t, in the namespaces that it made.

MAILDIR=$T/mail
PORT=2525
SENT=0
NAME=

postfix_conf() {
	mkdir -p "$T/etc" "$T/spool" "$T/lib" "$MAILDIR" "$T/log" "$T/bin" \
	    "$T/small" "$T/tmp"
	cp -r /etc/postfix/. "$T/etc"
	cat >"$T/etc/main.cf" <<-EOF
	compatibility_level = 3.6
	myhostname = mx.example.net
	mydestination =
	inet_interfaces = 127.0.0.1
	inet_protocols = ipv4
	smtpd_peername_lookup = no
	smtpd_relay_restrictions = permit_mynetworks, reject
	maillog_file = $T/log/mail
	maillog_file_prefixes = $T/log
	virtual_mailbox_domains = example.net, example.org
	virtual_mailbox_base = $MAILDIR
	virtual_mailbox_maps = texthash:$T/etc/boxes
	virtual_uid_maps = static:$(id -u nobody)
	virtual_gid_maps = static:$(id -g nobody)
	virtual_minimum_uid = 1
	smtputf8_enable = no
	message_size_limit = 0
	virtual_mailbox_limit = 0
	minimal_backoff_time = 1000s
	EOF
	printf '@example.net in/\n@example.org back/\n' >"$T/etc/boxes"
	postfix_master >"$T/etc/master.cf"
}

# pipe(8) gives the message to a file of ours that only chooses the fault and
# then becomes the tool itself, so that a signal or a status is the tool's.
postfix_master() {
	echo "127.0.0.1:2525 inet n - n - - smtpd -o content_filter=dkim:"
	echo "127.0.0.1:2526 inet n - n - - smtpd -o content_filter=arc:"
	awk '/^smtp +inet/ { next } /^[a-z]/ { $5 = "n" } { print }' \
	    /etc/postfix/master.cf.proto
	for filter in dkim arc; do
		echo "$filter unix - n n - 4 pipe flags=Rq user=nobody" \
		    "argv=$T/bin/filter $filter" \
		    '${sender} ${recipient}'
	done
}

# What the manual's master.cf line would have after argv=, with the fault.
postfix_filter() {
	cat <<-EOF
	#!/bin/sh
	T=$T
	EOF
	cat <<-'EOF'
	tool=$1 sender=$2 recipient=$3
	mode=$(cat "$T/mode")
	key=$T/filter.key
	extra= verify= command=/usr/sbin/sendmail
	TMPDIR=$T/tmp
	domain=example.org
	case $mode in
	key | tempfail | pass | reject) key=$T/locked.key ;;
	no-key) key=$T/none.key ;;
	bad-key) key=$T/mode ;;
	full) TMPDIR=$T/small ;;
	no-tmp) TMPDIR=$T/nowhere ;;
	option) extra=--no-such-option ;;
	verify-option) verify=--no-such-option ;;
	value) extra=--selector ;;
	no-command) command=$T/bin/none ;;
	busy) command=$T/bin/busy ;;
	refused) command=$T/bin/refuse ;;
	kill-command) command=$T/bin/slow ;;
	esac
	case $mode in
	tempfail | pass | reject) extra=--on-error=$mode ;;
	esac
	export TMPDIR
	case $tool in
	dkim) set -- "$T/bin/dkim-sign" -d $domain -s r -k "$key" ;;
	arc) set -- "$T/bin/arc-seal" --zone "$T/zone" -d list.example \
	    -s f -k "$key" --authserv-id mx.list.example ;;
	esac
	case $mode in
	no-domain)
		echo "other.example r $key" >"$TMPDIR/table"
		set -- "$T/bin/dkim-sign" --key-table "$TMPDIR/table"
		;;
	value) set -- "$@" -- "$command" ;;
	esac
	[ "$mode" = value ] || set -- "$@" $extra -- "$command" -G -i \
	    -f "$sender" -- "$recipient"
	[ "$mode" != value ] || set -- "$T/bin/dkim-sign" --key
	[ "$mode" != memory ] ||
		set -- prlimit --as=$(($(cat "$T/memory.$tool") * 1024)) "$@"
	[ $tool = dkim ] || set -- "$T/bin/dmarc-verify" $verify --prepend \
	    --authserv-id mx.list.example --zone "$T/zone" --ip 127.0.0.1 \
	    --mail-from "$sender" -- "$@"

	case $mode in
	kill-read)
		mkfifo "$TMPDIR/fifo.$$"
		exec 3<&0
		{
			head -c 100000 <&3
			sleep 0.5
			kill -9 $$
			cat <&3 >/dev/null
		} >"$TMPDIR/fifo.$$" &
		exec "$@" <"$TMPDIR/fifo.$$"
		;;
	kill-command)
		(sleep 1; kill -9 $$) &
		;;
	esac
	exec "$@"
	EOF
}

# starved_at TOOL...: a limit (KiB) in the middle of those under which the
# tool runs but says 75; below them the dynamic loader fails, before a line
# of ours.
starved_at() {
	first= last=
	for kib in $(seq 3000 250 60000); do
		(
			ulimit -v "$kib"
			timeout 10 "$@" <"$STARVED" >/dev/null 2>&1
		)
		case $? in
		75) first=${first:-$kib} last=$kib ;;
		0) break ;;
		esac
	done
	echo $(((${first:-$kib} + ${last:-$kib}) / 2))
}

postfix_start() {
	ip link set lo up
	mount --make-rprivate /
	postfix_conf
	cp "$BIN/dkim-sign" "$BIN/arc-seal" "$BIN/dmarc-verify" "$T/bin"
	postfix_filter >"$T/bin/filter"
	printf '#!/bin/sh\nexit 75\n' >"$T/bin/busy"
	printf '#!/bin/sh\nexit 67\n' >"$T/bin/refuse"
	printf '#!/bin/sh\nsleep 2\nexec /usr/sbin/sendmail "$@"\n' \
	    >"$T/bin/slow"
	chmod 755 "$T"/bin/*
	cat "$T/rsa.pem" >"$T/filter.key"
	cat "$T/rsa.pem" >"$T/locked.key"
	chmod 600 "$T/filter.key"
	chmod 000 "$T/locked.key"
	chown nobody "$T/filter.key" "$T/tmp" "$MAILDIR"
	STARVED=$T/msg/many
	starved_at "$T/bin/dkim-sign" -d example.org -s r -k "$T/rsa.pem" \
	    >"$T/memory.dkim"
	# the first program of the chain is the one that must load
	starved_at "$T/bin/dmarc-verify" --prepend --zone "$T/zone" \
	    --authserv-id mx.list.example --ip 127.0.0.1 \
	    --mail-from "ann@example.org" -- "$T/bin/arc-seal" \
	    --zone "$T/zone" -d list.example -s f -k "$T/list.pem" \
	    --authserv-id mx.list.example >"$T/memory.arc"
	mount -t tmpfs -o size=64k,mode=1777 tmpfs "$T/small"
	mode ok
	mount --bind "$T/etc" /etc/postfix
	mount --bind "$T/spool" /var/spool/postfix
	mount --bind "$T/lib" /var/lib/postfix
	chown postfix "$T/lib"
	POSTFIX=yes
	postfix start >"$T/log/start" 2>&1 || diag <"$T/log/start"
	await 'mail system is up' grep -q 'daemon started' "$T/log/mail"
}

postfix_stop() {
	[ -z "${POSTFIX-}" ] || postfix stop >/dev/null 2>&1
	POSTFIX=
}
trap 'postfix_stop; nsd_stop; umount "$T/small" 2>/dev/null; rm -rf "$T"' EXIT

mode() {
	echo "$1" >"$T/mode"
	# dkim: example.org's key; arc: list.example's
	if [ "$PORT" = 2526 ]; then
		cat "$T/list.pem" >"$T/filter.key"
	else
		cat "$T/rsa.pem" >"$T/filter.key"
	fi
}

# await WHAT COMMAND...: for ten seconds at most
await() {
	await_what=$1
	shift
	for _ in $(seq 1 200); do
		"$@" && return 0
		sleep 0.05
	done
	echo "# waited in vain: $await_what"
	return 1
}

send() {
	NAME=$1
	rm -rf "$MAILDIR/in" "$MAILDIR/back"
	: >"$T/log/mark"
	SENT=$(wc -l <"$T/log/mail" | tr -d ' ')
	MESSAGE=$2
	python3 - "$PORT" "$2" <<-'EOF' >"$T/log/smtp" 2>&1
	import smtplib
	import sys
	with smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=20) as s:
	    s.sendmail('anna@example.org', ['bert@example.net'],
	               open(sys.argv[2], 'rb').read())
	EOF
	[ $? -eq 0 ] || {
		echo "# not taken by smtpd:"
		diag <"$T/log/smtp"
	}
}

in_box() {
	ls "$MAILDIR/$1/new" 2>/dev/null | grep -c .
}

log() {
	tail -n "+$((SENT + 1))" "$T/log/mail"
}

queued() {
	/usr/sbin/postqueue -j 2>/dev/null | grep -c queue_id
}

is_deferred() {
	/usr/sbin/postqueue -j 2>/dev/null |
	    jq -e 'select(.queue_name == "deferred")' >/dev/null
}

waits_or_arrived() {
	arrived || is_deferred
}

arrived() {
	[ "$(in_box in)" -ge 1 ]
}

# body FILE, as the mailbox has it: LF
body() {
	tr -d '\r' <"$1" | sed '1,/^$/d'
}

deferred() {
	await "$1" is_deferred
	holds "$1" is_deferred
	log | grep 'status=' | cut -c1-200 | diag
	holds "$1, not delivered" test "$(in_box in)" -eq 0
	holds "$1, not returned" test "$(in_box back)" -eq 0
}

is_whole() {
	body "$MESSAGE" >"$T/body.sent"
	for got in "$MAILDIR"/in/new/*; do
		body "$got" | cmp "$T/body.sent" - || return 1
	done
}

delivered() {
	await "$1" arrived || log | tail -n 5 | diag
	holds "$1" test "$(in_box in)" -ge 1
	holds "$1, whole" is_whole
	await 'an empty queue' test "$(queued)" -eq 0
}

# The last delivered copy: a tool that is killed late may leave two.
copy() {
	for got in "$MAILDIR"/in/new/*; do
		cp "$got" "$T/delivered"
	done
}

signed() {
	copy
	holds "$1" sh -c "'$BIN/dmarc-verify' --zone '$T/zone' \
	    --format=json --fail-on=never '$T/delivered' |
	    jq -e '.[\"dmarc-verify\"].dkim[0].result == \"pass\"'"
}

sealed() {
	copy
	holds "$1" sh -c "'$BIN/dmarc-verify' --zone '$T/zone' \
	    --format=json --fail-on=never '$T/delivered' |
	    jq -e '.[\"dmarc-verify\"].arc.cv == \"pass\"'"
}

unsigned() {
	copy
	holds "$1" test "$(grep -ci '^DKIM-Signature' "$T/delivered")" -eq 0
}

nothing_came_back() {
	holds "$1" test "$(in_box back)" -eq 0
	holds "$1, by the log" test \
	    "$(grep -c 'status=bounced' "$T/log/mail")" -eq 0
}

came_back() {
	returned() { [ "$(in_box back)" -ge 1 ]; }
	await "$1" returned
	holds "$1" returned
	: >"$T/log/mail"
}
