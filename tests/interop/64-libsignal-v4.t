#!/bin/sh
# The current libsignal of npm and ratchet-chat: version 4, sessions begun by
# either. Needs OpenSSL 3.5; with an older one that is what is tested.
. "$(dirname "$0")/lib.sh"

if "$BIN/ratchet-chat" -V | grep -q 'needs OpenSSL 3.5'; then
	case $(openssl version) in
	'OpenSSL 3.'[0-4].*) echo 'ok 1 - version 4 needs a newer OpenSSL' ;;
	*) echo 'not ok 1 - this OpenSSL has ML-KEM' ;;
	esac
	echo 1..1
	exit
fi
record_filter || exit 1
for node in "$HERE"/node-signal/node_modules/node-linux-*/bin/node \
    "$(command -v node)"; do
	[ ! -x "$node" ] || break
done
python3 "$HERE/ratchet-both-ways" "$BIN/ratchet-chat" libsignal-0.103.0 \
    "$node" "$HERE/peer/signal4.mjs"
