#!/bin/sh
# @privacyresearch/libsignal-protocol-typescript and ratchet-chat, sessions begun by either.
. "$(dirname "$0")/lib.sh"

signal_peer privacyresearch || exit 1
python3 "$HERE/ratchet-both-ways" "$BIN/ratchet-chat" privacyresearch $SIGNAL_PEER
