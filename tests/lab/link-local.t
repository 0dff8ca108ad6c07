#!/bin/sh
# A name server that resolv.conf(5) names by its interface, as routers
# advertise them, in a network of its own.
if [ "$1" != inside ]; then
	[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	exec unshare --net sh "$0" inside
fi
B=${B:-build}
T=$(mktemp -d) || exit 1
export T
trap 'rm -rf "$T"' EXIT

# comes FILE: it is there, within half a minute
comes() {
	for _ in $(seq 300); do
		[ ! -e "$1" ] || return 0
		sleep 0.1
	done
}

ip link set lo up && ip addr add fe80::1/64 dev lo nodad 2>/dev/null || {
	echo '1..0 # SKIP no IPv6'
	exit 0
}
echo 1..1

# Any name has the address 192.0.2.1 and nothing else; it ends by itself.
python3 - <<'END' &
import os
import socket
import struct

s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("fe80::1", 5353, 0, socket.if_nametoindex("lo")))
s.settimeout(60)
open(os.environ["T"] + "/up", "w").close()
try:
    while True:
        ask, who = s.recvfrom(2000)
        end = 12
        while ask[end]:
            end += ask[end] + 1
        is_a = ask[end + 1:end + 3] == b"\0\1"
        rr = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1" if is_a else b""
        s.sendto(ask[:2] + b"\x81\x80\0\1" + struct.pack(">HHH", is_a, 0, 0) +
                 ask[12:end + 5] + rr, who)
except TimeoutError:
    pass
END
server=$!
comes "$T/up"
got=$("$B/bin/mtasts-check" --resolver=fe80::1%lo@5353 --timeout=40 \
    --format=json a.example)
kill "$server"
case $got in
*'"mx_status":"implicit"'*)
	echo 'ok 1 - a link-local server is asked' ;;
*)
	echo 'not ok 1 - a link-local server is asked'
	echo "# $got" ;;
esac
