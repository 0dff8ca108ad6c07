#!/bin/sh
# mtasts-check serve: what Postfix is told, and what the service survives.
. tests/cli/lib.sh
needs jq base64 python3
. tests/cli/mtasts.sh

SOCK=$T/sock
SERVER=

# start OPTION...: the service, until it listens
start() {
	"$BIN/mtasts-check" serve --cache="$T/db" --socketmap="unix:$SOCK" \
	    "$@" 2>>"$T/log" &
	SERVER=$!
	i=0
	while [ ! -S "$SOCK" ] && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
}

stop() {
	kill "$SERVER"
	wait "$SERVER"
}
trap 'kill $SERVER 2>/dev/null; rm -rf "$T"' EXIT

# asks KEY WANT NAME
asks() {
	run python3 tests/cli/socketmap.py "unix:$SOCK" "$1"
	case $(cat "$T/out") in
	"$2"*) report 0 "$3" ;;
	*) report 1 "$3" ;;
	esac
}

{
	good good.test
	echo 'good.test. MX 20 backup.good.test.'
	echo 'backup.good.test. A 192.0.2.9'
	good two.test | sed 's/mx1/mx2/2'
	domain plain.test
	domain slow.test
	echo ';! timeout _mta-sts.slow.test TXT'
	domain testing.test
	txt testing.test 'v=STSv1; id=1'
	policy 'version: STSv1' 'mode: testing' 'mx: mx1.testing.test' \
	    'max_age: 604800' | serve testing.test
	domain gone.test
	txt gone.test 'v=STSv1; id=1'
	: | serve gone.test 404
	domain silent.test
	txt silent.test 'v=STSv1; id=1'
	echo ';! fetch https://mta-sts.silent.test/.well-known/mta-sts.txt' \
	    timeout
	good dane.test
	echo ';! secure dane.test'
	echo '_25._tcp.mx1.dane.test. TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
	domain pkix.test
	echo ';! secure pkix.test'
	echo '_25._tcp.mx1.pkix.test. TLSA 1 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
	good bogus.test
	echo ';! secure bogus.test'
	echo ';! bogus _25._tcp.mx1.bogus.test TLSA'
	echo 'null.test. MX 0 .'
	echo ';! servfail nomx.test'
} >"$T/zone"

# --- answers
start --zone="$T/zone"
asks good.test 'OK secure match=mx1.good.test servername=hostname' \
    'enforce: the hosts that match'
asks GOOD.test. 'OK secure match=mx1.good.test servername=hostname' \
    'names fold'
asks good.test:587 'OK secure' 'a port does not matter'
asks plain.test NOTFOUND 'no policy'
asks testing.test NOTFOUND 'testing'
asks gone.test NOTFOUND 'a policy that is settled to be none'
asks gone.test NOTFOUND 'and is still while it is not asked for again'
asks null.test NOTFOUND 'a null MX'
asks nosuch.test NOTFOUND 'no such domain'
asks slow.test 'TEMP mtasts.dns' 'the record cannot be had'
asks silent.test 'TEMP policy.timeout' 'the policy cannot be had'
asks silent.test 'TEMP mtasts.back-off' 'and is not asked for again at once'
asks nomx.test 'TEMP mx.dns' 'the MX cannot be had'
asks dane.test 'OK dane-only' 'TLSA that can be used stands before MTA-STS'
asks pkix.test 'OK encrypt' 'TLSA that cannot'
asks bogus.test TEMP 'TLSA that DNSSEC refuses'
asks '[mx1.good.test]' NOTFOUND 'a host in brackets'
asks '[192.0.2.1]:25' NOTFOUND 'an address'
asks .test NOTFOUND 'a search for the parent'
asks '' NOTFOUND 'nothing'
asks 'raw:3:abc,' closed 'no request: closed'
asks 'raw:99999:x' closed 'too long: closed'
asks 'raw:garbage' closed 'garbage: closed'
run python3 tests/cli/socketmap.py "unix:$SOCK" good.test plain.test good.test
lines 3 'several look-ups over one connection'
"$BIN/mtasts-check" cache --cache="$T/db" dump >"$T/out"
out '"domain":"good.test","id":"1"' 'policies are remembered'

# --- a second service, and the end of this one
run "$BIN/mtasts-check" serve --zone="$T/zone" --socketmap="unix:$SOCK" \
    --cache="$T/db2"
status 73 'a socket in use is not taken over'
stop
report $? 'SIGTERM ends it with 0'
[ ! -e "$SOCK" ]
report $? 'and removes the socket'

# --- what was remembered holds without DNS
start --offline
asks good.test TEMP 'no DNS: the MX cannot be found'
stop
sed 's/^_mta-sts.good.test.*/;! timeout _mta-sts.good.test TXT/' \
    "$T/zone" >"$T/zone2"
start --zone="$T/zone2"
asks good.test 'OK secure match=mx1.good.test' \
    'the record is blocked: the policy holds'
stop

# --- a damaged memory: TEMP where it may have known better
echo 'a letter' >"$T/db"
cp "$T/db" "$T/before"
start --zone="$T/zone"
asks good.test 'OK secure' 'a policy that can be fetched'
asks plain.test 'TEMP mtasts.memory' 'none, as far as one can see'
asks gone.test TEMP 'or one that is none'
same "$T/db" "$T/before" 'the file is as it was'
grep -q 'damaged' "$T/log"
report $? 'it was told'
rm -f "$T/db"
asks plain.test NOTFOUND 'moved away, all is well without a restart'

# --- a memory that is made while a connection lasts
stop
rm -f "$T/db"
sed 's/^_mta-sts.good.test.*/;! nodata _mta-sts.good.test TXT/' \
    "$T/zone" >"$T/zone2"
start --zone="$T/zone2"
run python3 tests/cli/socketmap.py "unix:$SOCK" plain.test \
    "run:'$BIN/mtasts-check' --fail-on=never --zone='$T/zone' \
    --cache='$T/db' good.test" good.test
out 'OK secure match=mx1.good.test' 'is looked into from then on'
stop
start --zone="$T/zone"

# --- killed under load, and started again
i=0
while [ $i -lt 8 ]; do
	(while python3 tests/cli/socketmap.py "unix:$SOCK" good.test \
	    two.test testing.test good.test; do :; done) >/dev/null 2>&1 &
	i=$((i + 1))
done
sleep 1
pkill -KILL -P "$SERVER"
kill -KILL "$SERVER"
wait "$SERVER" 2>/dev/null
[ -S "$SOCK" ]
report $? 'the socket is left over'
start --zone="$T/zone"
sleep 0.5
asks good.test 'OK secure' 'the next one takes it, and answers'
run "$BIN/mtasts-check" cache --cache="$T/db" dump
status 0 'the memory is whole'
stop
wait

# --- one that asks and does not read
cat >"$T/deaf.py" <<'END'
import socket
import sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.settimeout(20)
try:
    while True:
        s.sendall(b"17:postfix good.test," * 1000)
except (BrokenPipeError, ConnectionResetError):
    print("given up")
END
start --zone="$T/zone" --timeout=1
run timeout 60 python3 "$T/deaf.py" "$SOCK"
out 'given up' 'does not hold its process for ever'
asks good.test 'OK secure' 'the next is answered'
stop

# --- what has expired
"$BIN/mtasts-check" cache --cache="$T/db" dump >"$T/out"
out '"domain":"good.test"' 'what is in force is remembered'
start --zone="$T/zone" --now=2035-01-01T00:00:00Z
i=0
while "$BIN/mtasts-check" cache --cache="$T/db" dump | grep -q good.test &&
    [ $i -lt 50 ]; do
	sleep 0.1
	i=$((i + 1))
done
ok 'what has expired is forgotten' test $i -lt 50
stop

# --- inet, and command lines
"$BIN/mtasts-check" serve --cache="$T/db" --zone="$T/zone" \
    --socketmap=inet:127.0.0.1:45871 2>>"$T/log" &
SERVER=$!
i=0
while [ $i -lt 50 ]; do
	python3 tests/cli/socketmap.py inet:127.0.0.1:45871 good.test \
	    >"$T/out" 2>"$T/err" && break
	sleep 0.1
	i=$((i + 1))
done
out 'OK secure' 'over TCP'
stop
run "$BIN/mtasts-check" serve
status 64 'no address'
run "$BIN/mtasts-check" serve --socketmap=tcp:x --cache="$T/db" --offline
status 64 'no such kind of address'
run "$BIN/mtasts-check" serve --socketmap=inet:example.org:25 \
    --cache="$T/db" --offline
status 64 'inet wants an address'
done_testing
