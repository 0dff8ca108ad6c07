"""SPF: whole checks of made-up domains, beside pyspf."""
import json
import os

import spf
import suites
from common import Comparison, mutate, rng_of, tool

ALPHABET = [bytes([c]) for c in b' :/.-_=+~?%{}0123456789asxmptre'] + [
    b'  ', b'%{d}', b'%{i}', b'%{s}', b'%{l1r-}', b'%_', b'//', b'::',
    b'include:', b'redirect=', b'exp=', b'exists:', b' all', b'/32', b'/129',
    b'\t', b'\x00', b'\xc3', b'192.0.2.1', b'v=spf1']
IPS = ['192.0.2.1', '192.0.2.77', '198.51.100.9', '203.0.113.5',
       '2001:db8::1', '2001:db8:0:1::25', '::ffff:192.0.2.1']


def term(rng, d):
    """A term as one finds it; D is the case's own domain."""
    sub = '%s.%s' % (rng.choice('abcxy'), d)
    return rng.choice('  +-~?').strip() + rng.choice((
        'all', 'a', 'mx', 'ptr', 'a:' + sub, 'mx:' + sub, 'ptr:' + d,
        'a/24', 'a:%s/28//64' % sub, 'mx//48', 'mx/16',
        'ip4:192.0.2.1', 'ip4:192.0.2.0/26', 'ip4:198.51.100.0/24',
        'ip4:203.0.113.5/0', 'ip6:2001:db8::/32', 'ip6:2001:db8::1',
        'include:' + sub, 'include:a.' + d, 'exists:' + sub,
        'exists:%{i}._e.' + d, 'exists:%{l}.' + sub, 'exists:%{ir}.' + d,
        'a:%{d2}', 'include:%{h}', 'unknown:' + d))


def record(rng, d):
    terms = [term(rng, d) for _ in range(rng.randrange(1, 6))]
    if rng.randrange(2):
        terms.append(rng.choice(('-all', '~all', '?all', '+all')))
    if rng.randrange(4) == 0:
        terms.insert(rng.randrange(len(terms) + 1), rng.choice((
            'redirect=b.' + d, 'redirect=%s' % d, 'exp=e.' + d, 'x=y',
            'redirect=none.' + d, 'redirect=%{o}')))
    return ('v=spf1 ' + ' '.join(terms)).encode()


def make(rng):
    """A case: its zone, and who connects. All stand in one zone of ours, so
    no name may become another case's by a change of a few letters."""
    d = '%s%x.test' % (rng.choice('ghk'), rng.getrandbits(40))
    zone = {}

    def add(name, kind, value):
        zone.setdefault(name, []).append((kind, value))

    for name in [d] + ['%s.%s' % (x, d) for x in 'ab']:
        text = record(rng, d)
        if rng.randrange(3):
            text = mutate(rng, text, ALPHABET)
        add(name, 'TXT', text)
        if rng.randrange(30) == 0:
            add(name, 'TXT', rng.choice((b'v=spf1 -all', b'v=spf10', b'x')))
    for x in 'abcx':
        for _ in range(rng.randrange(3)):
            ip = rng.choice(IPS[:6])
            add('%s.%s' % (x, d), 'AAAA' if ':' in ip else 'A', ip)
    add(d, 'A', rng.choice(IPS[:4]))
    for _ in range(rng.randrange(3)):
        add(rng.choice((d, 'a.' + d)), 'MX',
            (rng.randrange(20), '%s.%s' % (rng.choice('abcxy'), d)))
    return {'d': d, 'zone': zone, 'ip': rng.choice(IPS),
            'helo': rng.choice(('mx.' + d, 'a.' + d, 'localhost')),
            'mail_from': '%s@%s' % (
                rng.choice(('anna', 'a.b-c', 'x+y', 'postmaster')), d)}


def pyspf_dns(zone):
    """The zone as the function that pyspf asks."""
    def lookup(name, qtype, tcpfallback=True, timeout=0):
        name = name.rstrip('.').lower()
        out = []
        for kind, value in zone.get(name, ()):
            if kind == qtype == 'TXT':
                out.append(((name, qtype), [value]))
            elif kind == qtype:
                out.append(((name, qtype), value))
        return out
    return lookup


def text_of(case):
    return '\n'.join('%s %s %r' % (n, k, v) for n, rr in
                     sorted(case['zone'].items()) for k, v in rr)


def master_file(cases):
    lines = []
    for case in cases:
        for name, rrs in case['zone'].items():
            for kind, value in rrs:
                if kind == 'TXT':
                    value = value.decode('latin-1')
                lines.append('%s 60 IN %s %s' % (
                    suites.zone_name(name), kind, suites.rdata(kind, value)))
    return '\n'.join(lines) + '\n'


def run(args, scratch, number):
    rng = rng_of(args.seed, 'spf')
    c = Comparison('spf', args.seed)
    cases = [make(rng) for _ in range(args.count)]
    zone = os.path.join(scratch, 'spf.zone')
    with open(zone, 'w') as f:
        f.write(master_file(cases))
    lines = ''.join(json.dumps({
        'case': i, 'ip': k['ip'], 'helo': k['helo'],
        'mail_from': k['mail_from']}) + '\n' for i, k in enumerate(cases))
    out = tool(args, 'dmarc-verify', 'spf', '--zone', zone, '--ordered',
               '--format=json', data=lines.encode())
    answers = {r['case']: r['dmarc-verify'] for r in
               map(json.loads, out.stdout.splitlines())}
    for i, case in enumerate(cases):
        spf.DNSLookup = pyspf_dns(case['zone'])
        try:
            theirs, _, why = spf.query(
                i=case['ip'], s=case['mail_from'], h=case['helo'],
                strict=True).check()
        except Exception as error:      # of theirs; it has no verdict then
            theirs, why = 'raises', repr(error)
        ours = answers[i]
        reasons = '; '.join('%s %s: %s' % (
            f['code'], f.get('clause'), f.get('text')) for f in
            ours['findings'])
        c.add(theirs, ours['spf']['result'],
              'theirs: %s\nours: %s\n%s' % (why, reasons, text_of(case)),
              '%s from %s' % (case['mail_from'], case['ip']))
    return c.report(number, ('pass', 'fail', 'softfail', 'neutral', 'none',
                             'permerror'))
