#!/usr/bin/python3
"""Requests that are nearly right, for a relay.

relay_noise.py PORT SEED COUNT

Sends COUNT requests over TLS, made from right ones by random changes, and
prints how many answers of each class there were. Ends with 1 when one was
neither 2xx nor 4xx (501 is what evhttp says of a method that it does not
know), or when the relay does not answer a right request afterwards.
"""
import collections
import random
import socket
import ssl
import sys

PORT, SEED, COUNT = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
R = random.Random(SEED)
CONTEXT = ssl._create_unverified_context()
BOX = b'%032x' % 1
TOKEN = b'%064x' % 1
RIGHT = b'GET /v1/relay HTTP/1.1\r\nHost: r\r\n\r\n'


def request(method, target, body=b'', fields=b''):
    return b'%s %s HTTP/1.1\r\nHost: r\r\n%s%s\r\n%s' % (
        method, target, fields,
        b'Content-Length: %d\r\n' % len(body) if method != b'GET' else b'',
        body)


def seeds():
    owner = b'Authorization: Bearer %s\r\n' % TOKEN
    box = b'/v1/mailbox/' + BOX
    yield RIGHT
    yield request(b'PUT', box, fields=owner)
    yield request(b'GET', box, fields=owner)
    yield request(b'PUT', box + b'/messages/%032x' % R.getrandbits(128),
                  R.randbytes(1024))
    yield request(b'POST', box + b'/take')
    yield request(b'POST', box + b'/fetch',
                  b'{"ack":["%s"],"max":9,"wait":0}' % BOX, owner)
    yield request(b'POST', box + b'/bundles', b'{"name":"b"}\n' * 3, owner)
    yield (b'POST %s/fetch HTTP/1.1\r\nHost: r\r\n%s'
           b'Transfer-Encoding: chunked\r\n\r\n'
           b'1f\r\n{"ack":[],"max":9,"wait":0}    \r\n0\r\n\r\n'
           % (box, owner))


WORDS = [b'\r\n', b'\n', b'\r', b'\0', b' ', b'\t', b'Content-Length: -1\r\n',
         b'Content-Length: 99999999999999999999\r\n', b'Content-Length: 5\r\n',
         b'Transfer-Encoding: chunked\r\n', b'Transfer-Encoding: gzip\r\n',
         b'Expect: 100-continue\r\n', b'Expect: x\r\n', b'Connection: close\r\n',
         b'Connection: upgrade\r\n', b'HTTP/9.9', b'HTTP/1.0', b'%00', b'//',
         b'http://u:p@h:1/', b'*', b'?x=1', b'#f', b'\xff' * 9, b'a' * 9000,
         b'{', b'[' * 500, b'"', b'ffffffffffffffff\r\n', b'0\r\n\r\n',
         b'HEAD', b'OPTIONS', b'PATCH', b'TRACE', b'CONNECT']


def change(text):
    for _ in range(R.randint(1, 4)):
        at = R.randrange(len(text) + 1)
        kind = R.randrange(5)
        if kind == 0:
            text = text[:at] + R.choice(WORDS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + R.randint(1, 30):]
        elif kind == 2:
            text = text[:at] + bytes([R.randrange(256)]) + text[at + 1:]
        elif kind == 3:
            text = text[:at]
        else:
            text = text + text[at:]
    return text


def connect():
    s = socket.create_connection(('127.0.0.1', PORT), 10)
    return CONTEXT.wrap_socket(s)


def answers(s):
    """All that comes until the relay ends it, or a little while after"""
    got = b''
    s.settimeout(0.05)
    try:
        while True:
            more = s.recv(65536)
            if not more:
                break
            got += more
    except OSError:
        pass
    return got


def main():
    seen, bad = collections.Counter(), 0
    base = list(seeds())
    for n in range(COUNT):
        text = b''.join(change(R.choice(base))
                        for _ in range(R.randint(1, 3)))
        if R.randrange(50) == 0:
            text = R.randbytes(R.randint(1, 5000))
        if R.randrange(50) == 0:
            # not even TLS
            s = socket.create_connection(('127.0.0.1', PORT), 10)
        else:
            s = connect()
        try:
            s.sendall(text)
        except OSError:
            pass
        for part in answers(s).split(b'HTTP/1.1 ')[1:]:
            status = part[:3].decode('latin-1')
            seen[status] += 1
            if status[0] not in '24' and status not in ('100', '501'):
                bad += 1
                print('#', n, status, text[:200])
        s.close()
        if n % 10 == 0:
            base = list(seeds())
    s = connect()
    s.settimeout(10)
    s.send(RIGHT)
    alive = s.recv(12) == b'HTTP/1.1 200'
    print('#', dict(sorted(seen.items())), 'seed', SEED)
    return 0 if alive and bad == 0 and seen['400'] > 0 else 1


sys.exit(main())
