"""Finds the public suites and turns their DNS into msgsec-zone(5) files."""
import os
import re

import yaml

FILES = {
    'spf': 'rfc7208-tests.yml',
    'arc': 'arc-draft-validation-tests.yml',
    'arc-sign': 'arc-draft-sign-tests.yml',
    'maildkim': 'FAKE_DNS.dat',
}
# Every type that SPF asks for: what `TIMEOUT` alone stands for in the suite.
ASKED = ('A', 'AAAA', 'TXT', 'MX', 'PTR')


def find(name, directories):
    """The first file called NAME below one of DIRECTORIES, or None."""
    for top in directories:
        for directory, folders, files in os.walk(top):
            folders[:] = sorted(f for f in folders if not f.startswith('.'))
            if name in files:
                return os.path.join(directory, name)
    return None


def octets(text):
    """The suites write octets above 127 as the characters of Latin-1."""
    try:
        return text.encode('latin-1')
    except UnicodeEncodeError:
        return text.encode()


def zone_name(name):
    """NAME as RFC 1035 section 5.1 writes it, with \\DDD and a last dot."""
    out = ''
    for c in octets(name.rstrip('.')):
        plain = chr(c).isalnum() and c < 128 or chr(c) in '-_./*'
        out += chr(c) if plain else '\\%03d' % c
    return out + '.'


def zone_string(text):
    """One character-string, or several where it is longer than 255 octets."""
    data = octets(text)
    parts = [data[i:i + 255] for i in range(0, len(data), 255)] or [b'']
    return ' '.join('"%s"' % ''.join(
        chr(c) if 32 <= c < 127 and chr(c) not in '"\\' else '\\%03d' % c
        for c in part) for part in parts)


def rdata(kind, value):
    if kind in ('TXT', 'SPF'):
        strings = value if isinstance(value, list) else [value]
        # a TXT without any string has no master file form: the empty one
        return ' '.join(zone_string(s) for s in strings or [''])
    if kind == 'MX':
        return '%d %s' % (value[0], zone_name(value[1]))
    if kind in ('PTR', 'CNAME', 'NS'):
        return zone_name(value)
    return value


def spf_records(entries):
    """(type, value) pairs of one name; None is a timeout of that type.

    An SPF entry stands for a TXT record too unless the name has TXT entries
    of its own, and `TXT: NONE` says that it has none.
    """
    pairs = []
    for entry in entries:
        if entry == 'TIMEOUT':
            continue
        for kind, value in entry.items():
            pairs.append((kind, None if value == 'TIMEOUT' else value))
    if not any(kind == 'TXT' for kind, _ in pairs):
        pairs += [('TXT', v) for kind, v in pairs if kind == 'SPF']
    pairs = [(k, v) for k, v in pairs if k != 'SPF' and v != 'NONE']
    if 'TIMEOUT' in entries:
        there = {kind for kind, _ in pairs}
        pairs += [(kind, None) for kind in ASKED if kind not in there]
    return pairs


def spf_zone(zonedata):
    lines = []
    for name, entries in zonedata.items():
        for kind, value in spf_records(entries):
            if value is None:
                lines.append(';! timeout %s %s' % (zone_name(name), kind))
            else:
                lines.append('%s 300 IN %s %s' % (zone_name(name), kind,
                                                  rdata(kind, value)))
    return '\n'.join(lines) + '\n'


def txt_zone(records):
    return ''.join('%s 300 IN TXT %s\n' % (
        zone_name(name), ' '.join(map(zone_string, text.splitlines())))
        for name, text in (records or {}).items())


def fake_dns_zone(path):
    """Mail::DKIM's FAKE_DNS.dat: NAME TEXT, NXDOMAIN or ~~an error~~."""
    lines = []
    for line in open(path, encoding='latin-1'):
        if not line.strip() or line.lstrip()[0] in '#;':
            continue
        name, text = re.split(r'\s+', line.rstrip('\n'), maxsplit=1)
        name = zone_name(name)
        if text == 'NXDOMAIN':
            lines.append(';! nxdomain %s' % name)
        elif text == '~~SERVFAIL~~':
            lines.append(';! servfail %s TXT' % name)
        elif text.startswith('~~'):
            lines.append(';! timeout %s TXT' % name)
        else:
            lines.append('%s 300 IN TXT %s' % (name, zone_string(text)))
    return '\n'.join(lines) + '\n'


def scenarios(path):
    with open(path, 'rb') as f:
        return [s for s in yaml.safe_load_all(f) if s]


def verifier_expectations(path):
    """{file: result} of the test_email() calls in Mail::DKIM's verifier.t."""
    calls = re.findall(r'test_email\(\s*"([^"]+)",\s*"([^"]+)"\s*\)',
                       open(path, encoding='latin-1').read())
    return dict(calls)
