#!/bin/sh
# The current libsignal of npm and ratchet-chat: version 4, sessions begun by
# either. Needs OpenSSL 3.5 and `scripts/deps signal`.
. "$(dirname "$0")/lib.sh"

# what says that there is nothing to test ends the test well
skipped() {
	echo "1..0 # SKIP $1"
	exit 0
}
! "$BIN/ratchet-chat" -V | grep -q 'needs OpenSSL 3.5' ||
    skipped 'this OpenSSL has no ML-KEM'
for node in "$HERE"/node-signal/node_modules/node-linux-*/bin/node \
    "$(command -v node)"; do
	[ ! -x "$node" ] || break
done
[ -d "$HERE/node-signal/node_modules/@signalapp" ] && [ -x "$node" ] ||
    skipped 'scripts/deps signal first'
python3 "$HERE/ratchet-both-ways" "$BIN/ratchet-chat" libsignal-0.103.0 \
    "$node" "$HERE/peer/signal4.mjs"
