"""Address lists, mutated, beside Python's email."""
import email.errors
import email.policy
import json
import os
import re
import struct
import subprocess

from common import Comparison, mutate, rng_of

SEEDS = [
    b'Anna Example <anna@example.org>',
    b'anna@example.org, Bert <bert@example.net>',
    b'"Doe, John" <john.doe@example.org>',
    b'"a \\"quoted\\" name" <"john doe"@example.org>',
    b'Anna (a comment (nested) \\) here) <anna@example.org> (behind)',
    b'Friends: anna@example.org, Bert <bert@example.net>;',
    b'Undisclosed recipients:;',
    b'anna@[192.0.2.1]',
    b'=?utf-8?q?J=C3=BCrgen?= <j@example.org>',
    b'Anna\r\n Example\r\n\t<anna@example.org>',
    b'A. B. See <a.b@sub.example.org>, c@example.com',
    'J\u00fcrgen <j\u00fcrgen@b\u00fccher.example>'.encode(),
    b'<@relay.example,@b.example:anna@example.org>',
    b'a@b.example,, c@d.example',
    b'"" <""@example.org>',
]
ALPHABET = [bytes([c]) for c in b' \t"\\()<>[]:;@,._-=?aZ09'] + [
    b'\r\n ', b'\xc3\xa4', b'\xff', b'\0', b'\x7f', b'@example.com',
    b'<x@example.com>', b'"a"', b'(b)', b'\\"', b', ', b'..']
BORNE = (email.errors.ObsoleteHeaderDefect,
         email.errors.NonASCIILocalPartDefect)


def text_of(pairs):
    """A list of mailboxes as one word, domains without their case."""
    return ','.join('%s@%s' % (local.hex(), domain.lower().hex())
                    for local, domain in pairs) or 'empty'


def octets(text):
    return text.encode('utf-8', 'surrogateescape')


def theirs_of(value):
    unfolded = re.sub(rb'\r?\n(?=[ \t])', b'', value)
    try:
        header = email.policy.default.header_factory(
            'from', unfolded.decode('utf-8', 'surrogateescape'))
        pairs = [(octets(a.username), octets(a.domain))
                 for a in header.addresses]
    except Exception as error:
        return 'not', repr(error)
    why = '; '.join(map(str, header.defects))
    # the obsolete forms of RFC 5322 section 4 and the letters of RFC 6532
    # are read by both; theirs calls them defects, too
    if any(not isinstance(d, BORNE) for d in header.defects):
        return 'not', why
    return text_of(pairs), why


def ours_of(line):
    answer = json.loads(line)
    if answer['status'] != 'ok':
        return 'not'
    return text_of([(bytes.fromhex(a), bytes.fromhex(b))
                    for a, b in answer['mailboxes']])


def run(args, scratch, number):
    rng = rng_of(args.seed, 'fields')
    c = Comparison('fields', args.seed)
    values = list(SEEDS)
    while len(values) < max(args.count, len(SEEDS)):
        values.append(mutate(rng, rng.choice(SEEDS), ALPHABET, 4))
    feed = b''.join(struct.pack('>I', len(v)) + v for v in values)
    out = subprocess.run([os.path.join(args.fuzz, 'fields')], input=feed,
                         capture_output=True, timeout=600, check=True)
    lines = out.stdout.splitlines()
    assert len(lines) == len(values)
    for value, line in zip(values, lines):
        theirs, why = theirs_of(value)
        ours = ours_of(line)
        kind = 'the same'
        if theirs != ours:
            kind = 'both' if 'not' not in (theirs, ours) else 'one'
        c.add(theirs, ours, 'kind: %s\ntheirs: %s\nvalue: %r' % (
            kind, why, value), 'address list')
    return c.report(number, ('read', 'not', 'empty'))
