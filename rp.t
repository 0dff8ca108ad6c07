#!/bin/sh
# The relay under load: nothing that it acknowledged is lost when it is
# killed or its disk is full; ten thousand mailboxes; what is no HTTP; several
# of them behind a balancer. SEED=N repeats a run.
. tests/cli/lib.sh
. tests/cli/relay.sh
address() { echo "${URL#https://}"; }
lost() { sort "$T/acked" >"$T/acked.s"; sort -u "$T/got" >"$T/got.s"; comm -23 "$T/acked.s" "$T/got.s" >"$T/out"; [ -s "$T/acked" ] && [ ! -s "$T/out" ]; }
needs curl jq python3
LOAD=${B:-build}/lab/relay_load
[ -x "$LOAD" ] || make -s "$LOAD" || skip_all 'no relay_load'
SEED=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "# seed $SEED"
: >"$T/err"
WIDE='--per-address 0 --messages 100000 --mailbox-size 1048576'

address() {
	echo "${URL#https://}"
}

# lost: messages of the log $T/acked that are not in $T/got
lost() {
	sort "$T/acked" >"$T/acked.s"
	sort -u "$T/got" >"$T/got.s"
	comm -23 "$T/acked.s" "$T/got.s" >"$T/out"
	[ -s "$T/acked" ] && [ ! -s "$T/out" ]
}

# --- a full disk
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	mkdir "$T/small"
	cat >"$T/full.sh" <<-'END'
	mount -t tmpfs -o size=52m none "$T/small" || exit 9
	relay small/state $WIDE
	"$LOAD" make "$(address)" 8 100 >"$T/made"
	"$LOAD" post "$(address)" 16 100 10 "$T/acked" >"$T/posted"
	kill -0 "$PID" && echo alive >"$T/alive"
	ask PUT "/v1/mailbox/$(numbered 1)/messages/$(numbered 1)" \
	    --data-binary "@$T/kib"
	echo "$CODE $(jq -r .error "$T/out")" >"$T/refused"
	kill -KILL "$PID"
	wait "$PID" 2>/dev/null
	relay small/state $WIDE
	"$LOAD" drain "$(address)" 8 100 "$T/got" >"$T/drained"
	sleep 2
	ask PUT "/v1/mailbox/$(numbered 1)/messages/$(numbered 2)" \
	    --data-binary "@$T/kib"
	echo "$CODE" >"$T/again"
	stop_relays
	umount "$T/small"
	END
	head -c 1024 /dev/zero >"$T/kib"
	# the names and functions of this script, in a mount namespace
	{
		cat tests/cli/relay.sh
		echo 'trap - EXIT'
		sed -n "/^address()/,/^}/p" tests/lab/relay.t
		cat "$T/full.sh"
	} >"$T/all.sh"
	T=$T BIN=$BIN LOAD=$LOAD WIDE=$WIDE unshare -m --propagation private \
	    sh "$T/all.sh" 2>"$T/err"
	ok 'it goes on' test -s "$T/alive"
	ok 'and refuses' grep -qE '^50[37] (relay-full|try-again)' "$T/refused"
	ok 'all that it could not keep' grep -qE '5xx [1-9]' "$T/posted"
	lost
	report $? "$(wc -l <"$T/acked") acknowledged, none lost"
	ok 'all can be acknowledged' grep -q '4xx 0 5xx 0' "$T/drained"
	ok 'which makes room for more' grep -q 201 "$T/again"
	: >"$T/err"
else
	ok 'a full disk # SKIP needs root and a mount namespace' true
fi

cat $T/posted $T/drained $T/refused; done_testing
