#!/bin/sh
# Private keys are locked in memory where the limit lets them be, and every
# tool that has some works where it does not, and says which of the two it is.
. tests/cli/lib.sh
export HOME="$T/home"
unset XDG_STATE_HOME XDG_DATA_HOME
make_keys
{
	echo 'Authentication-Results: mx.example.net; arc=none; dmarc=pass'
	message
} >"$T/m"
"$BIN/pgp-lite" generate-key 'Anna <anna@example.org>' >"$T/pgp.key" || exit 1

# what can lock memory in spite of the limit gives that up first
as=
[ "$(id -u)" -ne 0 ] || {
	needs setpriv
	as='setpriv --bounding-set=-ipc_lock'
}

# under KIB COMMAND...: with so much memory that may be locked
under() {
	limit=$1
	shift
	# shellcheck disable=SC2086
	sh -c 'ulimit -l "$1" || exit 99; shift; exec "$@"' - "$limit" $as "$@"
}

# tool WANT NAME COMMAND...: stdin of a whole message, "secrets: WANT" told
tool() {
	want=$1 name=$2
	shift 2
	run under "$limit" "$@" <"$T/m"
	status 0 "$name, $limit KiB: it works"
	err "secrets: $want" "$name, $limit KiB: $want"
}

tools() {
	tool "$1" dkim-sign "$BIN/dkim-sign" -v -d example.org -s rsa \
	    -k "$T/rsa.key"
	tool "$1" 'dkim-sign check' "$BIN/dkim-sign" check -v --zone "$T/zone" \
	    -d example.org -s ed -k "$T/ed.key"
	tool "$1" arc-seal "$BIN/arc-seal" -v --zone "$T/zone" -d example.org \
	    -s rsa -k "$T/rsa.key" --authserv-id mx.example.net
	tool "$1" letter-seal "$BIN/letter-seal" keygen -v -f -o "$T/new.key"
	tool "$1" 'smime-lite generate-key' "$BIN/smime-lite" generate-key -v \
	    -f -e anna@example.org -o "$T/smime.key"
	cp "$T/out" "$T/smime.pem"
	tool "$1" 'smime-lite sign' "$BIN/smime-lite" sign -v \
	    -k "$T/smime.key" -c "$T/smime.pem"
	tool "$1" pgp-lite "$BIN/pgp-lite" sign --debug "$T/pgp.key"
	rm -rf "$T/state"
	tool "$1" ratchet-chat "$BIN/ratchet-chat" init -v -n anna \
	    --state="$T/state"
}

limit=0
tools 'not locked: RLIMIT_MEMLOCK'
run under 0 "$BIN/dkim-sign" -d example.org -s rsa -k "$T/rsa.key" <"$T/m"
err_not secrets 'without -v nothing is said'
limit=512
# shellcheck disable=SC3045
if (ulimit -l 512) 2>/dev/null; then
	tools 'locked in memory'
fi
done_testing
