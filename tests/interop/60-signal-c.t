#!/bin/sh
# libsignal-protocol-c and ratchet-chat, sessions begun by either.
. "$(dirname "$0")/lib.sh"

signal_peer signal-c || exit 1
record_filter || exit 1
python3 "$HERE/ratchet-both-ways" "$BIN/ratchet-chat" signal-c $SIGNAL_PEER
