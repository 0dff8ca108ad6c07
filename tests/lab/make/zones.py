"""The zones: the root, test., and one for each domain of the table."""
import re

from hosts import SERVICES, addresses
from pki import association

NSD4, NSD6 = '127.0.3.1', 'fd00:1ab::3:1'
# Name servers for zones that have none that is any good (tests/lab/faults):
# the one refuses, the other never answers.
OTHERS = {'lame': '127.0.3.2', 'silent': '127.0.3.3'}

HEAD = '''$ORIGIN %s
$TTL 300
@ SOA ns.test. hostmaster.test. 1 3600 600 86400 60
@ NS ns.test.
'''


class Zone:
    def __init__(self, name, kind='signed'):
        self.name = name        # without the final dot; '' is the root
        self.kind = kind
        self.lines = []

    def add(self, owner, rdata):
        line = '%s %s' % (owner, rdata)
        if line not in self.lines:
            self.lines.append(line)

    def text(self):
        return HEAD % (self.name + '.') + '\n'.join(self.lines) + '\n'


class Zones(dict):
    """By name"""

    def owning(self, name):
        while name not in self:
            name = name.partition('.')[2]
        return self[name]

    def add(self, name, rdata):
        self.owning(name).add(name + '.', rdata)


def quoted(text):
    return 'TXT "%s"' % text.replace('"', '\\"')


def add_hosts(zones, place):
    for preference, target in place.mx:
        zones.add(place.name, 'MX %d %s' % (preference, target))
    for host in place.hosts:
        for rr in addresses(host):
            zones.add(host.name, '%s %s' % rr)
    for alias, host in place.aliases:
        zones.add(alias, 'CNAME %s.' % host)
    for service, host in place.services:
        zones.add('_%s._tcp.%s' % (service, place.name), 'SRV 0 1 %d %s.'
                  % (SERVICES[service], host.name))


def add_texts(zones, place):
    domain = place.domain
    texts = domain.uses['txt'] if 'txt' in domain.uses else \
        ['v=STSv1; id=20261127;'] if 'sts' in domain.uses else []
    owner = '_mta-sts.' + place.name
    if domain.get('txtname') == 'cname':
        zones.add(owner, 'CNAME record.%s.' % place.name)
        owner = 'record.' + place.name
    for text in filter(None, texts):
        zones.add(owner, quoted(text))
    for text in domain.uses['rpt']:
        if text == 'yes':
            text = 'v=TLSRPTv1; rua=mailto:tls@' + place.name
        zones.add('_smtp._tls.' + place.name, quoted(text))
    for line in domain.uses['rr']:
        owner, _, rdata = line.partition(' ')
        zones.add(place.name if owner == '@' else
                  '%s.%s' % (owner, place.name), rdata)


def tlsa(server, text):
    """A word of the column, like 311:rsa, as RDATA"""
    digits, _, what = text.partition(':')
    usage, selector, matching = (int(digit) for digit in digits)
    path = 'pki/%s-%s.crt' % (server.name, what if what in server.keys
                              else (server.keys or ['none'])[0])
    if what == 'other':
        path = 'pki/stranger.crt'
    elif usage in (0, 2):
        path = 'pki/ca.crt' if what == 'root' else 'pki/issuer.crt'
    return tlsa_of(path, usage, selector, matching, what)


def tlsa_of(path, usage, selector, matching, what=''):
    data = association(path, selector, matching)
    if what == 'short':
        data = data[:-1]
    elif what == 'long':
        data += b'\0'
    return 'TLSA %d %d %d %s' % (usage, selector, matching, data.hex())


def add_tlsa(zones, place):
    for host in place.mx_hosts:
        owner = '_25._tcp.' + host.name
        if place.domain.get('tlsacname'):
            zones.add(owner, 'CNAME dane.%s.' % place.name)
            owner = 'dane.' + place.name
        for text in place.domain.list('tlsa'):
            zones.add(owner, tlsa(host.server, text))


def delegate(zones, zone):
    """NS in test., if the domain is there at all. The DS comes with the
    signing."""
    if zone.kind == 'missing':
        return
    if zone.kind in OTHERS:
        zones['test'].add(zone.name + '.', 'NS ns.%s.' % zone.name)
        zones['test'].add('ns.%s.' % zone.name, 'A ' + OTHERS[zone.kind])
    else:
        zones['test'].add(zone.name + '.', 'NS ns.test.')


def build(places):
    zones = Zones()
    zones[''] = Zone('')
    zones['test'] = Zone('test')
    zones[''].add('test.', 'NS ns.test.')
    for zone in zones.values():
        zone.add('ns.test.', 'A ' + NSD4)
        zone.add('ns.test.', 'AAAA ' + NSD6)
    for place in places:
        zones[place.name] = Zone(place.name, place.domain.get('zone', 'signed'))
        delegate(zones, zones[place.name])
    for place in places:
        add_hosts(zones, place)
        add_texts(zones, place)
        add_tlsa(zones, place)
    return zones


# --- what happens to a zone after it was signed

def tamper(text, kind):
    """With TYPE's data changed, its signature is wrong."""
    if kind == 'bogus':
        return re.sub(r'(\tMX\t)\d+', r'\g<1>5', text)
    if kind == 'tlsabogus':
        return re.sub(r'(\tTLSA\t\d \d \d )\w\w', r'\g<1>00', text)
    if kind == 'nodenial':
        return re.sub(r'(?m)^.*\tRRSIG\tNSEC .*\n', '', text)
    return text
