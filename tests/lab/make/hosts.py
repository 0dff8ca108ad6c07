"""From the table's rows to host names: which exist, and who serves them."""
import collections

Host = collections.namedtuple('Host', 'name server family')

SERVICES = {
    'submission': 587, 'submissions': 465, 'imap': 143, 'imaps': 993,
    'pop3': 110, 'pop3s': 995,
}

# An address of the namespace at which nothing listens.
DEAD6 = 'fd00:1ab::dead'

# Where clients come from (tests/lab/init).
CLIENT6 = 'fd00:1ab::2'


def parse_host(text, name, servers):
    """ROW[@HOST][/FAMILY]"""
    text, _, family = text.partition('/')
    row, _, other = text.partition('@')
    return Host(other or name, servers[row], family)


def addresses(host):
    """Its address records: [('A', '127.0.1.1'), ...]"""
    found = []
    if host.family != '6':
        found.append(('A', host.server.v4))
    if host.family == 'dead6':
        found.append(('AAAA', DEAD6))
    elif host.family != '4':
        found.append(('AAAA', host.server.v6))
    return found


class Place:
    """The hosts of one domain."""

    def __init__(self, domain, servers):
        self.domain = domain
        self.name = domain.name
        self.mx = []            # (preference, target as a zone file has it)
        self.mx_hosts = []      # what mail is sent to, for TLSA and "mx:"
        self.aliases = []       # (alias, host name)
        self.hosts = []         # what has addresses
        self.services = []      # (service, host)
        self.policy = None      # the host of mta-sts, or of its target
        for n, text in enumerate(domain.list('mx'), 1):
            self.add_mx(n, text, servers)
        if 'a' in domain.uses:
            self.add_host(parse_host(domain.get('a'), self.name, servers))
        for service in SERVICES:
            if service in domain.uses:
                self.add_service(service, domain.get(service), servers)
        if 'sts' in domain.uses:
            self.add_policy(domain.get('sts'), servers)

    def add_mx(self, n, text, servers):
        name = 'mx%d.%s' % (n, self.name)
        kind, _, row = text.partition(':')
        if text == 'null':
            self.mx.append((0, '.'))
        elif text == 'same':
            self.mx.append((10 * n, self.mx[0][1]))
        elif text == 'gone':
            self.mx.append((10 * n, name + '.'))
        elif kind == 'ip':
            self.mx.append((10 * n, servers[row].v4 + '.'))
        elif kind == 'cname':
            self.mx.append((10 * n, name + '.'))
            self.aliases.append((name, 'host%d.%s' % (n, self.name)))
            servers[row].serve(name)
            self.add_host(parse_host(row, self.aliases[-1][1], servers))
        else:
            host = parse_host(text, name, servers)
            self.mx.append((10 * n, host.name + '.'))
            self.add_host(host)

    def add_host(self, host):
        host.server.serve(host.name)
        self.hosts.append(host)
        self.mx_hosts.append(host)

    def add_service(self, service, row, servers):
        host = parse_host(row, '%s.%s' % (service, self.name), servers)
        host.server.serve(host.name)
        host.server.serve(self.name)    # RFC 7817: what the user typed
        self.hosts.append(host)
        self.services.append((service, host))

    def add_policy(self, text, servers):
        _, _, row = text.partition('@')
        name = 'mta-sts.' + self.name
        self.policy = parse_host(row or 'web', name, servers)
        self.policy.server.serve(name)
        if self.domain.get('stsname') == 'cname':
            self.policy = self.policy._replace(name='policy.' + self.name)
            self.aliases.append((name, self.policy.name))
        self.hosts.append(self.policy)


def place_all(domains, servers):
    return [Place(domain, servers) for domain in domains]
