"""The domains of tests/lab/table, one JSON object a line, for the tests.

The verdict columns become {"verdict", "codes"}; "senders" stays a list of
outcomes for each kind of sender. What is not settled is null; a verdict of
"*" means that any will do.
"""
import json

import table

KINDS = {'opp': 'opportunistic', 'sts': 'mta-sts', 'dane': 'dane',
         'both': 'dane+mta-sts'}
FAMILIES = ('ipv4', 'ipv6')
TLS = ('plain', 'encrypted', 'authenticated')


def expected(text):
    if text == '*':
        return {'verdict': '*', 'codes': []}
    words = text.split()
    return {'verdict': None if words[0] == '?' else words[0],
            'codes': None if '?' in words else words[1:]}


def outcome(text):
    word, _, result = text.partition(':')
    tls = word if word in TLS else None
    return {'outcome': 'deliver' if tls else word, 'tls': tls,
            'result_type': result or None}


def spoken(text):
    return dict(word.split('=', 1) for word in text.split())


def families(text):
    """The verdicts over one family of addresses, where the row has them"""
    said = spoken(text) if '=' in text else {}
    return {name: said[name] for name in FAMILIES if name in said}


def senders(text):
    """None: not settled; else for each kind its outcomes, in MX order"""
    if text == '?':
        return None
    if text in ('-', '*'):
        return {kind: [] for kind in KINDS.values()}
    said = spoken(text)
    answer = {}
    for short, kind in KINDS.items():
        value = said.get(short, said.get('rest'))
        answer[kind] = None if value in ('?', None) else \
            [outcome(word) for word in value.split(',')]
    return answer


def show(domain):
    row = domain.row
    return {'domain': domain.name, 'fault': row['fault'], 'uses': row['uses'],
            'mtasts-check': expected(row['mtasts_check']),
            'mstls-probe': expected(row['mstls_probe']),
            'senders': senders(row['senders']),
            'families': families(row['senders'])}


if __name__ == '__main__':
    for each in table.read_domains():
        print(json.dumps(show(each), ensure_ascii=False))
