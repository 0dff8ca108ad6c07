#!/bin/sh
# libsignal of npm, which WhatsApp bots use and ratchet-chat, sessions begun by either.
. "$(dirname "$0")/lib.sh"

signal_peer libsignal || exit 1
python3 "$HERE/ratchet-both-ways" "$BIN/ratchet-chat" libsignal $SIGNAL_PEER
