#!/bin/sh
# libomemo-c, in the dialect of OMEMO 0.3 and ratchet-chat, sessions begun by either.
. "$(dirname "$0")/lib.sh"

signal_peer omemo-c || exit 1
record_filter || exit 1
python3 "$HERE/ratchet-both-ways" "$BIN/ratchet-chat" omemo-c $SIGNAL_PEER
