#!/bin/sh
# --timeout of mtasts-check serve, where the policy host takes the connection
# and says nothing, in a network of its own.
if [ "$1" != inside ]; then
	[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	exec unshare --net sh "$0" inside
fi
B=${B:-build}
T=$(mktemp -d) || exit 1
export T

# comes FILE: it is there, within half a minute
comes() {
	for _ in $(seq 300); do
		[ ! -e "$1" ] || return 0
		sleep 0.1
	done
}
ip link set lo up
echo 1..1

# A name server for which all names are here and have MTA-STS, and silence at
# port 443; both end by themselves.
python3 - <<'END' &
import os
import socket
import struct

web = socket.create_server(("127.0.0.1", 443), backlog=16)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 5353))
s.settimeout(60)
open(os.environ["T"] + "/up", "w").close()
try:
    while True:
        ask, who = s.recvfrom(2000)
        end = 12
        while ask[end]:
            end += ask[end] + 1
        kind = struct.unpack(">H", ask[end + 1:end + 3])[0]
        data = {1: b"\x7f\0\0\1"}.get(kind, b"")
        if kind == 16 and ask[13:].startswith(b"_mta-sts"):
            data = b"\x0ev=STSv1; id=1;"
        rr = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data
        s.sendto(ask[:2] + b"\x81\x80\0\1" +
                 struct.pack(">HHH", bool(data), 0, 0) + ask[12:end + 5] +
                 (rr if data else b""), who)
except TimeoutError:
    pass
END
net=$!
comes "$T/up"
"$B/bin/mtasts-check" serve --timeout=4 --allow-private \
    --resolver=127.0.0.1@5353 --cache="$T/db" --socketmap="unix:$T/sock" \
    2>"$T/err" &
server=$!
trap 'kill $server $net; rm -rf "$T"' EXIT
comes "$T/sock"
# a fetch has 60 s where nobody says less
got=$(timeout 40 python3 tests/cli/socketmap.py "unix:$T/sock" a.example)
case $got in
'TEMP policy.timeout'*)
	echo 'ok 1 - an answer comes in time' ;;
*)
	echo "not ok 1 - an answer comes in time: $got"
	sed 's/^/# /' "$T/err" ;;
esac
