"""DKIM: signed messages and key records, mutated, beside dkimpy."""
import json
import os

import dkim
import suites
from common import Comparison, mutate, rng_of, ROOT, tool

VECTORS = os.path.join(ROOT, 'tests/vectors/dkim')
KEYS = {'rsa': 'rfc8463-a1-rsa.key', 'ed': 'rfc8463-a1-ed25519.key'}
HEAD = (b'From: Anna Example <anna@example.org>\r\n'
        b'To: Bert <bert@example.net>,\r\n\tCarl <carl@example.net>\r\n'
        b'Subject: The  plan\r\n of\tSunday\r\n'
        b'Date: Sun, 01 Mar 2026 11:59:00 +0000\r\n'
        b'Message-ID: <1@example.org>\r\n'
        b'X-Twice: one\r\nX-Twice: two\r\n\r\n')
BODY = (b'Dear Bert,\r\n\r\n  the plan  holds. \r\n\t\r\n'
        b'From Anna, to you.\r\n \r\n\r\n')
ALPHABET = [bytes([c]) for c in b' \t:;=.,<>"()/+@abdhqvxz019AF'] + [
    b'\r\n', b'\r\n ', b'\r\n\t', b'\n', b'\r', b'\0', b'\xc3\xa4', b'; ',
    b' ;', b'\r\n\r\n', b'; x=1', b'; l=5', b'From: x@example.com\r\n',
    b'Subject: x\r\n', b'h=from', b'rsa-sha1', b'c=relaxed', b'=09', b'  ']
RECORD = [bytes([c]) for c in b' \t;:=vkpthsgnA01'] + [
    b'; ', b'v=DKIM1', b'k=rsa', b'k=ed25519', b'p=', b't=s', b't=y', b's=*',
    b's=tlsrpt', b'h=sha1', b'h=sha256', b'h=sha1:sha256', b'\0', b'\xff']


def key_records(args):
    """What the vectors' own zone publishes for the two keys."""
    out = {}
    for name, path in KEYS.items():
        run = tool(args, 'dkim-sign', 'check', '--help')
        assert run.returncode == 0
        pem = os.path.join(VECTORS, path)
        out[name] = public_of(pem, name)
    return out


def public_of(pem, name):
    """The p= of a private key, by openssl."""
    import base64
    import subprocess
    der = subprocess.run(['openssl', 'pkey', '-in', pem, '-pubout',
                          '-outform', 'DER'], capture_output=True,
                         check=True).stdout
    # RFC 8463 section 4: the 32 octets alone
    data = der[-32:] if name == 'ed' else der
    kind = 'ed25519' if name == 'ed' else 'rsa'
    return ('v=DKIM1; k=%s; h=sha256; s=email; p=%s' % (
        kind, base64.b64encode(data).decode())).encode()


def forms(args, scratch):
    """The message, signed with each pair of canonical forms by both keys."""
    signed = []
    for name, path in KEYS.items():
        key = os.path.join(scratch, name)
        with open(os.path.join(VECTORS, path), 'rb') as f, \
                open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600),
                     'wb') as out:
            out.write(f.read())
    rsa, ed = (os.path.join(scratch, k) for k in ('rsa', 'ed'))
    for canon in ('simple/simple', 'simple/relaxed', 'relaxed/simple',
                  'relaxed/relaxed'):
        for headers in ('From:To:Subject:X-Twice:Date', 'From:Subject'):
            run = tool(args, 'dkim-sign', '-d', 'example.org', '-s', 'rsa',
                       '-k', rsa, '-d', 'example.org', '-s', 'ed', '-k', ed,
                       '--allow-weak', '-c', canon, '--headers', headers,
                       '--now=@1772366400', data=HEAD + BODY)
            assert run.returncode == 0, run.stderr
            signed.append(run.stdout)
    return signed


def change(rng, message):
    """Header, signature or body."""
    head, blank, body = message.partition(b'\r\n\r\n')
    what = rng.randrange(10)
    if what < 4:        # the signatures stand first
        end = head.find(b'\r\nFrom:') + 2
        return mutate(rng, head[:end], ALPHABET) + head[end:] + blank + body
    if what < 7:
        return mutate(rng, head + b'\r\n', ALPHABET) + b'\r\n' + body
    if what < 9:
        return head + blank + mutate(rng, body, ALPHABET)
    return mutate(rng, message, ALPHABET)


def with_own_record(rng, i, records, scratch):
    """The message under a selector of its own, whose record is mutated."""
    name = rng.choice(('rsa', 'ed'))
    selector = 's%d' % i
    with open(os.path.join(scratch, name), 'rb') as f:
        key = f.read()
    if name == 'ed':
        import base64
        import subprocess
        der = subprocess.run(['openssl', 'pkey', '-outform', 'DER'],
                             input=key, capture_output=True,
                             check=True).stdout
        key = base64.b64encode(der[-32:])
    field = dkim.sign(HEAD + BODY, selector.encode(), b'example.org', key,
                      signature_algorithm=b'ed25519-sha256' if name == 'ed'
                      else b'rsa-sha256', include_headers=[b'from'])
    record = mutate(rng, records[name], RECORD)
    return field + HEAD + BODY, {selector: record}


def theirs_of(message, zone):
    """dkimpy's verdict on each signature, from the top, and why."""
    def txt(name, timeout=0):
        selector = name.decode('latin-1').lower().partition('.')[0]
        where = name.decode('latin-1').lower().rstrip('.')
        if where != selector + '._domainkey.example.org':
            return None
        return zone.get(selector)

    out = []
    try:
        d = dkim.DKIM(message)
        n = sum(1 for x, _ in d.headers if x.lower() == b'dkim-signature')
    except Exception as error:
        return None, repr(error)
    for i in range(n):
        try:
            out.append(('pass' if dkim.DKIM(message).verify(
                idx=i, dnsfunc=txt) else 'not', ''))
        except Exception as error:
            out.append(('not', repr(error)))
    return out, ''


def master_file(zone):
    lines = []
    for selector, text in zone.items():
        lines.append('%s._domainkey.example.org. 60 IN TXT %s' % (
            selector, suites.zone_string(text.decode('latin-1'))))
    return '\n'.join(lines) + '\n'


def cases_of(args, scratch, rng):
    records = key_records(args)
    signed = forms(args, scratch)
    zone, out = dict(records), []
    for i in range(args.count):
        if i < len(signed):
            out.append(signed[i])
        elif rng.randrange(5) == 0:
            message, own = with_own_record(rng, i, records, scratch)
            zone.update(own)
            out.append(message)
        else:
            out.append(change(rng, rng.choice(signed)))
    return zone, out


def run(args, scratch, number):
    rng = rng_of(args.seed, 'dkim')
    c = Comparison('dkim', args.seed)
    zone, messages = cases_of(args, scratch, rng)
    path = os.path.join(scratch, 'dkim.zone')
    with open(path, 'w') as f:
        f.write(master_file(zone))
    files = [os.path.join(scratch, '%06d.eml' % i)
             for i in range(len(messages))]
    for name, message in zip(files, messages):
        with open(name, 'wb') as f:
            f.write(message)
    out = tool(args, 'dmarc-verify', '--zone', path, '--format=json',
               '--ordered', *files)
    ours = {}
    for line in out.stdout.splitlines():
        record = json.loads(line)
        ours[record['message']] = record['dmarc-verify'].get('dkim') or []
    for name, message in zip(files, messages):
        compare(c, message, ours[name], zone)
    return c.report(number, ('pass', 'not'))


def compare(c, message, ours, zone):
    theirs, why = theirs_of(message, zone)
    for i, sig in enumerate(ours):
        if theirs is None:
            t = ('not', 'message: ' + why)
        elif i < len(theirs):
            t = theirs[i]
        else:
            t = ('absent', '')
        own = zone.get(sig.get('selector') or '', b'')
        c.add(t[0], 'pass' if sig['result'] == 'pass' else 'not',
              'theirs: %s\nours: %s: %s\nrecord: %r\n%r' % (
                  t[1], sig['result'], sig.get('reason'), own, message),
              'signature %d' % (i + 1))
