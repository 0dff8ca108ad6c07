"""The messages of the benchmark: seeded, so that every run has the same."""
import base64
import random

HEADER = (
    'Received: from mail.bench.example (mail.bench.example [192.0.2.1])\r\n'
    '\tby mx.example.net; Mon, 02 Nov 2026 10:00:00 +0000\r\n'
    'From: Anna <anna@bench.example>\r\n'
    'To: Bert <bert@example.net>\r\n'
    'Cc: Claire <claire@example.net>, Dora <dora@example.net>\r\n'
    'Subject: message %s of the benchmark\r\n'
    'Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n'
    'Message-ID: <%s@bench.example>\r\n'
    'MIME-Version: 1.0\r\n'
    'Content-Type: text/plain; charset=utf-8\r\n'
    'Content-Transfer-Encoding: %s\r\n'
    'List-Unsubscribe: <https://bench.example/leave>\r\n'
    'X-Mailer: bench\r\n\r\n')


def base64_body(rng, size):
    data = base64.b64encode(rng.randbytes(size * 3 // 4 + 57))
    lines = [data[i:i + 76] for i in range(0, size, 78)]
    return b'\r\n'.join(lines)[:size] + b'\r\n'


def words_body(rng, size):
    """Prose: words of 2 to 9 letters, lines of 60 to 75, blank lines."""
    words = [bytes(rng.choices(b'abcdefghijklmnopqrstuvwxyz',
                               k=rng.randint(2, 9))) for _ in range(5000)]
    lines = []
    length = 0
    while length < min(size, 1 << 20):
        line = b' '.join(rng.choices(words, k=11))
        if rng.random() < 0.1:
            line = b''
        elif rng.random() < 0.1:
            line += b'  '
        lines.append(line)
        length += len(line) + 2
    block = b'\r\n'.join(lines) + b'\r\n'
    body = (block * (size // len(block) + 1))[:size]
    return body.rstrip(b'\r\n ') + b'\r\n'


def message(rng, name, size, kind):
    body = (base64_body if kind == 'base64' else words_body)(rng, size)
    coding = 'base64' if kind == 'base64' else '7bit'
    return (HEADER % (name, name, coding)).encode() + body


def generator(seed, name):
    return random.Random('%d %s' % (seed, name))
