#!/bin/sh
# ratchet-chat relay: what it bounds, and how it fails to start.
. tests/cli/lib.sh
. tests/cli/relay.sh
needs curl jq openssl python3

: >"$T/err"
chat=$BIN/ratchet-chat
A=/v1/mailbox/$(numbered 1) B=/v1/mailbox/$(numbered 2)
head -c 1024 /dev/zero >"$T/kib"

# --- the command line, and what it needs
run "$chat" relay
status 64 'no folder is a wrong command line'
run "$chat" relay --state "$T/none" --cert "$T/x"
status 64 'a certificate without its key'
run "$chat" relay --state "$T/none"
status 66 'no certificate'
err '--make-cert' 'and how to make one'
run "$chat" relay --state "$T/none" --make-cert 'a b'
status 64 'names that are none'
run "$chat" relay --state "$T/none" --make-cert localhost --listen here
status 64 'no address to listen at'
run "$chat" relay --state "$T/none" --listen 192.0.2.1:1
status 73 'one that is not ours'
chmod 644 "$T/none/key.pem"
run "$chat" relay --state "$T/none" --listen 127.0.0.1:0
status 77 'a key that all may read'
openssl genpkey -algorithm ed25519 -out "$T/none/key.pem" 2>/dev/null
chmod 600 "$T/none/key.pem"
run "$chat" relay --state "$T/none" --listen 127.0.0.1:0
status 65 "a key that is not the certificate's"
mkdir "$T/foreign"
echo 'nothing that sqlite made, but long enough to look' >"$T/foreign/relay.db"
run "$chat" relay --state "$T/foreign" --make-cert localhost \
    --listen 127.0.0.1:0
status 73 "a database that is not a relay's"

# --- quotas
relay quota --messages 3 --mailbox-size 8 --mailboxes 2 --stock 1 \
    --metrics "$T/quota.prom"
as 1 PUT "$A"
as 2 PUT "$B"
as 3 PUT /v1/mailbox/$(numbered 3)
refused 507 relay-full 'no more mailboxes than it may have'
for i in 1 2 3; do
	ask PUT "$A/messages/$(numbered $i)" --data-binary "@$T/kib"
done
code 201 'as many messages as a mailbox may have'
ask PUT "$A/messages/$(numbered 4)" --data-binary "@$T/kib"
refused 507 mailbox-full 'not one more'
ask PUT "$A/messages/$(numbered 3)" --data-binary "@$T/kib"
code 200 'what is there is there'
head -c 16384 /dev/zero >"$T/large"
ask PUT "$B/messages/$(numbered 4)" --data-binary "@$T/large"
refused 507 mailbox-full 'nor more octets'
as 1 POST "$A/fetch" -d "{\"ack\":[\"$(numbered 1)\"],\"max\":0,\"wait\":0}"
ask PUT "$A/messages/$(numbered 4)" --data-binary "@$T/kib"
code 201 'until one is acknowledged'
export XDG_DATA_HOME="$T/data"
"$chat" init -n bob --state "$T/bob"
"$chat" bundle --count 2 --state "$T/bob" >"$T/bundles"
as 1 POST "$A/bundles" --data-binary "@$T/bundles"
refused 507 stock-full 'nor more bundles'
as 1 GET "$A"
answers '.one_time == 0' 'and none of them then'
stop
ok 'counts are written at the end' grep -qx \
    'msgsec_relay_messages_kept_total 4' "$T/quota.prom"
ok 'errors by their names' grep -qx \
    'msgsec_relay_answers_total{error="mailbox-full"} 2' "$T/quota.prom"
ok 'no id is in them' sh -c '! grep -q 0000000 "$1"' - "$T/quota.prom"

# --- time to live, by the relay's clock
relay ttl --ttl 3600 --now 2026-03-01T12:00:00Z
as 1 PUT "$A"
ask PUT "$A/messages/$(numbered 1)" --data-binary "@$T/kib"
as 1 POST "$A/fetch" -d '{"ack":[],"max":9,"wait":0}'
answers '.messages[0].expires == "2026-03-01T13:00:00Z"' 'a message expires'
stop
relay ttl --ttl 3600 --now 2026-03-01T12:59:59Z
as 1 POST "$A/fetch" -d '{"ack":[],"max":9,"wait":0}'
answers '(.messages | length) == 1' 'it is there until then'
stop
relay ttl --ttl 3600 --now 2026-03-01T13:00:00Z
as 1 POST "$A/fetch" -d '{"ack":[],"max":9,"wait":0}'
answers '(.messages | length) == 0 and .left == 0' 'and not after it'
stop
relay ttl --mailbox-ttl 10 --now 2026-03-20T12:00:00Z
sleep 1.5
as 1 GET "$A"
refused 404 no-mailbox 'a mailbox that nobody fetched goes too'
stop

# --- many that have expired at once: behind those that have not, too
relay many --ttl 3600 --now 2026-03-01T12:00:00Z
as 1 PUT "$A"
stop
cat >"$T/many.py" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
if sys.argv[2] == "put":
    late = 1772366400 + 30 * 86400
    db.executemany("INSERT INTO message(mailbox, id, expires, body)"
        " VALUES(1, ?, ?, zeroblob(1024))", ((b"%016d" % i, late if i < 300
        else 1772366400 + 1) for i in range(20300)))
    db.execute("UPDATE mailbox SET messages = 20300, octets = 20300 * 1024")
    db.commit()
print(*db.execute("SELECT count(*) FROM message").fetchone(),
    *db.execute("SELECT messages, octets / 1024 FROM mailbox").fetchone())
END
python3 "$T/many.py" "$T/many/relay.db" put >"$T/out"
relay many --ttl 3600 --now 2026-03-01T12:30:00Z
sleep 4
stop
python3 "$T/many.py" "$T/many/relay.db" get >"$T/out"
read -r left counted kib <"$T/out"
echo "# $left are left"
ok 'they do not stay for long: 256 at a time, and many times' \
    test "$left" -lt 19000
ok 'those that have not expired do' test "$left" -ge 300
ok 'and all are counted' test "$left/$left" = "$counted/$kib"

# --- rates
relay rate --rate 1 --makes 2
as 1 PUT "$A"
as 2 PUT "$B"
as 3 PUT /v1/mailbox/$(numbered 3)
refused 429 rate 'few mailboxes an hour'
as 2 PUT "$B"
code 200 'asking for what is there is none'
for i in 1 2 3 4 5 6 7 8; do
	as 1 POST "$A/fetch" -D "$T/head" -d '{"ack":[],"max":9,"wait":0}'
done
refused 429 rate 'few requests a second'
ok 'and when again' grep -qi '^retry-after: [1-9]' "$T/head"
sleep 2
as 1 GET "$A"
code 200 'then it goes on'
for i in $(seq 100); do
	ask GET /v1/relay
	[ "$CODE" != 000 ] || break
done
code 000 'nor connections twice as often'
stop
relay work --rate 1
as 1 PUT "$A"
"$chat" bundle --count 8 --state "$T/bob" >"$T/bundles"
as 1 POST "$A/bundles" --data-binary "@$T/bundles"
code 200 'a bundle is as a request'
"$chat" bundle --count 40 --state "$T/bob" >"$T/bundles"
as 1 POST "$A/bundles" --data-binary "@$T/bundles"
refused 429 rate 'and so many are too many'
stop
relay takes --takes 1
as 1 PUT "$A"
"$chat" bundle --count 3 --state "$T/bob" >"$T/bundles"
as 1 POST "$A/bundles" --data-binary "@$T/bundles"
ask POST "$A/take"
code 200 'one bundle an hour'
ask POST "$A/take"
refused 429 rate 'no more without a last resort'
"$chat" bundle --without-one-time --state "$T/bob" >"$T/last"
as 1 POST "$A/bundles" --data-binary "@$T/last"
ask POST "$A/take"
same "$T/out" "$T/last" 'with one, that'
as 1 GET "$A"
answers '.one_time == 2' 'and the stock is kept'
stop

# --- connections
cat >"$T/talk.py" <<'END'
import socket, ssl, sys, time
port, how = int(sys.argv[1]), sys.argv[2]
context = ssl._create_unverified_context()
def tls():
    s = socket.create_connection(('127.0.0.1', port), 10)
    return context.wrap_socket(s)
def ended(s, seconds):
    """Whether the other side ends the connection before so many seconds"""
    s.settimeout(seconds)
    try:
        while s.recv(4096):
            pass
        return True
    except socket.timeout:
        return False
    except OSError:
        return True
GET = b'GET /v1/relay HTTP/1.1\r\nHost: r\r\n\r\n'
if how == 'silent':
    ok = ended(socket.create_connection(('127.0.0.1', port)), 10)
elif how == 'quiet':
    ok = ended(tls(), 10)
elif how == 'slow':
    # an octet now and then, for longer than a request may take
    s, ok = tls(), False
    end = time.time() + 10
    try:
        for octet in b'GET /v1/relay HTTP/1.1\r\nX: ' + b'a' * 1000:
            s.send(bytes([octet]))
            time.sleep(0.1)
            if time.time() > end:
                break
    except OSError:
        ok = True
elif how == 'many':
    held = [tls() for _ in range(3)]
    for s in held:
        s.send(GET)
        s.recv(4096)
    try:
        s = tls()
        s.send(GET)
        ok = s.recv(10) == b''
    except OSError:
        ok = True
    held[0].close()
    time.sleep(1)
    s = tls()
    s.send(GET)
    ok = ok and s.recv(12) == b'HTTP/1.1 200'
elif how == 'mute':
    # more than there may be in all, of one address; another one is served
    held = [socket.create_connection(('127.0.0.1', port), 10)
            for _ in range(8)]
    s = socket.create_connection(('127.0.0.1', port), 60, ('127.0.0.2', 0))
    s = context.wrap_socket(s)
    s.send(GET)
    ok = s.recv(12) == b'HTTP/1.1 200'
    # as many as may be of it are there yet
    s.send(GET)
    ok = ok and sum(not ended(h, 0.5) for h in held) == 3
elif how == 'files':
    # more than the relay has descriptors left for; those who come wait
    import os, resource
    pid = int(sys.argv[3])
    def spent():
        with open('/proc/%d/stat' % pid) as f:
            return sum(map(int, f.read().rsplit(')', 1)[1].split()[11:13]))
    most = len(os.listdir('/proc/%d/fd' % pid)) + 2
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))
    held = [socket.create_connection(('127.0.0.1', port), 10)
            for _ in range(6)]
    time.sleep(0.5)
    before = spent()
    time.sleep(2)
    ok = spent() - before < os.sysconf('SC_CLK_TCK') / 2
    for s in held:
        s.close()
    s = tls()
    s.send(GET)
    ok = ok and s.recv(12) == b'HTTP/1.1 200'
elif how == 'pipeline':
    s = tls()
    s.send(GET * 20)
    got = b''
    while got.count(b'HTTP/1.1 200') < 20:
        more = s.recv(65536)
        if not more:
            break
        got += more
    ok = got.count(b'HTTP/1.1 200') == 20
elif how == 'impatient':
    # more octets while a fetch waits, then the answers to both
    s = tls()
    path, token = sys.argv[3:5]
    body = b'{"ack":[],"max":9,"wait":2}'
    s.send(b'POST %s HTTP/1.1\r\nHost: r\r\nAuthorization: Bearer %s\r\n'
           b'Content-Length: %d\r\n\r\n%s' % (path.encode(), token.encode(),
                                             len(body), body))
    time.sleep(0.5)
    s.send(GET)
    time.sleep(0.2)
    s.send(b'\0' * 100)
    got = b''
    s.settimeout(10)
    try:
        while True:
            more = s.recv(65536)
            if not more:
                break
            got += more
    except OSError:
        pass
    ok = got.count(b'HTTP/1.1 200') == 2
elif how == 'header':
    s = tls()
    s.send(b'GET /v1/relay HTTP/1.1\r\nX: ' + b'a' * 9000 + b'\r\n\r\n')
    ok = s.recv(12)[:10] == b'HTTP/1.1 4'
sys.exit(0 if ok else 1)
END
relay conn --idle 2 --per-address 3
port=${URL##*:}
for how in silent quiet slow many pipeline header; do
	ok "connections: $how" python3 "$T/talk.py" "$port" $how
done
as 1 PUT "$A"
ok 'connections: impatient' python3 "$T/talk.py" "$port" impatient \
    "$A/fetch" "$(numbered 1)$(numbered 1)"
as 1 GET "$A"
code 200 'it is there after all that'
stop
status 0 'and ends well'

relay mute --idle 600 --per-address 3 --connections 6
ok 'connections: mute' python3 "$T/talk.py" "${URL##*:}" mute
stop

relay files
ok 'connections: files' python3 "$T/talk.py" "${URL##*:}" files "$PID"
stop
status 0 'no descriptor left: it waits, and goes on'

# --- told to stop, with somebody waiting
relay stop
as 1 PUT "$A"
(OUT=$T/waited
    as 1 POST "$A/fetch" -d '{"ack":[],"max":9,"wait":30}'
    echo "$CODE" >"$T/code") &
waiter=$!
sleep 1
start=$(date +%s)
stop
status 0 'ends while a fetch waits'
wait $waiter
ok 'which is answered' grep -qx 200 "$T/code"
[ $(($(date +%s) - start)) -lt 5 ]
report $? 'at once'
ok 'no log is left to play back' sh -c '! [ -s "$1/stop/relay.db-wal" ]' - "$T"
done_testing
