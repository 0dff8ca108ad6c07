"""Which rows of the lab's table are looked at."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'make'))
import hosts    # pylint: disable=wrong-import-position
import table    # pylint: disable=wrong-import-position

# testssl.sh takes the better part of a minute a row, and more where nothing
# answers, so it looks at a sample of the servers: each kind of key, fault of a
# certificate, version and suite, and some that cannot be spoken to.
SAMPLE = '''good rsa dual ed25519 stock self expired wrongname nointermediate
    sha1 rsa1024 tls13 tls11 mixed cbc nullcipher dh1024 rc4 sslv3 sslv2
    export noreneg compression nostarttls tls454 alert'''.split()
SLOW = 'testssl.sh'

# What of a row decides what a sender that knows DNS and DANE sees of it.
SEEN_BY_SENDERS = ('mx', 'a', 'tlsa', 'tlsacname', 'zone')


class Row:
    """A domain, its first MX host, and what serves that."""

    def __init__(self, place):
        host = place.mx_hosts[0]
        self.domain, self.host = place.name, host.name
        self.fault = place.domain.row['fault']
        self.server = host.server
        self.first = {'server': host.server.name, 'domain': tuple(
            tuple(place.domain.uses.get(key, ())) for key in SEEN_BY_SENDERS)}

    def served(self):
        """The server's row, as tests/lab/servers has it"""
        return ' '.join([self.server.daemon] + [
            '%s=%s' % pair for pair in self.server.settings])


def all_rows():
    """But for IPv6 alone, and random octets, which are others each time"""
    servers = table.read_servers()
    places = hosts.place_all(table.read_domains(), servers)
    rows = [Row(place) for place in places
            if place.mx_hosts and place.mx_hosts[0].family != '6']
    return [row for row in rows if row.server.get('noise') is None]


def firsts(rows, key):
    """The first row of each server, or of each kind of domain"""
    seen = {}
    for row in rows:
        seen.setdefault(row.first[key], row)
    return set(seen.values())


def plan(scanners, wanted):
    """[(row, [scanner, ...])]: all of them for the domains that are wanted;
    else each where it can see something that it has not yet seen"""
    rows = all_rows()
    if wanted:
        unknown = set(wanted) - {row.domain for row in rows}
        if unknown:
            sys.exit('compare: no such row: ' + ' '.join(sorted(unknown)))
        return [(row, list(scanners)) for row in rows
                if row.domain in wanted]
    by_server, by_domain = firsts(rows, 'server'), firsts(rows, 'domain')
    found = [(row, [s for s in scanners
                    if row in (by_domain if s.whole_domain else by_server) and
                    (s.name != SLOW or row.server.name in SAMPLE)])
             for row in rows]
    return [(row, some) for row, some in found if some]
