#!/bin/sh
# A name server that resolv.conf(5) names by its interface, as routers
# advertise them: it needs root.
. tests/lab/alone.sh

ip addr add fe80::1/64 dev lo nodad 2>/dev/null || {
	echo '1..0 # SKIP no IPv6'
	exit 0
}
echo 1..1
every_name fe80::1%lo A=192.0.2.1
got=$("$B/bin/mtasts-check" --resolver=fe80::1%lo@5353 --timeout=40 \
    --format=json a.example)
case $got in
*'"mx_status":"implicit"'*)
	echo 'ok 1 - a link-local server is asked' ;;
*)
	echo 'not ok 1 - a link-local server is asked'
	echo "# $got" ;;
esac
