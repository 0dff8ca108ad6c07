"""Many domains: dN.bulk.test has an address of its own, TLSA and a policy,
and NAME.sK.shared.test, with any NAME, shares the host shK.bulk.test.

Postfix answers at all the addresses, but for a share of them at which the
fault server keeps its clients waiting.
"""
import os

from nginx import SERVER
from pki import LEAF, certify, read, write
from zones import Zone, delegate, quoted, tlsa_of

SHARED = 4
# nginx answers for all of them, with a hundred names to a certificate.
WEB, PER_CERT = '127.0.4.1', 100
POLICY = ('version: STSv1\r\nmode: enforce\r\nmx: *.bulk.test\r\n'
          'max_age: 604800\r\n')


def address(n):
    """250 in a row, from 127.16.0.1 on"""
    return '127.%d.%d.%d' % (16 + n // 62500, n // 250 % 250, n % 250 + 1)


class Bulk:
    """The first of each hundred domains are tarpits, as many as that
    percentage is, then come the hanging handshakes."""

    def __init__(self, count=0, tarpits=0, hangs=0):
        self.count = count
        self.tarpits, self.hangs, self.mx_addresses = [], [], []
        for n in range(count):
            place = n % 100
            (self.tarpits if place < tarpits else
             self.hangs if place < tarpits + hangs else
             self.mx_addresses).append(address(n))
        if count:
            self.mx_addresses += [address(count + k) for k in range(SHARED)]

    def make_certificates(self):
        if not self.count:
            return
        certify('bulk', 'ec', 'issuer', 'bulk.test',
                LEAF + ('subjectAltName=DNS:*.bulk.test',))
        write('pki/bulk.pem', read('pki/bulk.key') + read('pki/bulk.crt') +
              read('pki/issuer.crt'))
        for first in range(0, self.count, PER_CERT):
            name = 'web-bulk%d' % first
            certify(name, 'ec', 'issuer', 'bulk.test',
                    LEAF + ('subjectAltName=' + ','.join(
                        'DNS:' + host for host in self.web_hosts(first)),))
            write('pki/%s.chain' % name, read('pki/%s.crt' % name) +
                  read('pki/issuer.crt'))

    def web_hosts(self, first):
        last = min(first + PER_CERT, self.count)
        return ['mta-sts.d%d.bulk.test' % n for n in range(first, last)]

    def add_zones(self, zones):
        if not self.count:
            return
        for name in ('bulk.test', 'shared.test'):
            zones[name] = Zone(name)
            delegate(zones, zones[name])
        record = tlsa_of('pki/bulk.crt', 3, 1, 1)
        bulk, shared = zones['bulk.test'], zones['shared.test']
        for n in range(self.count):
            bulk.lines += [
                'd%d MX 10 mx%d' % (n, n), 'mx%d A %s' % (n, address(n)),
                '_25._tcp.mx%d %s' % (n, record),
                'mta-sts.d%d A %s' % (n, WEB),
                '_mta-sts.d%d %s' % (n, quoted('v=STSv1; id=1;'))]
        for k in range(SHARED):
            bulk.lines += ['sh%d A %s' % (k, address(self.count + k)),
                           '_25._tcp.sh%d %s' % (k, record)]
            shared.lines.append('*.s%d MX 10 sh%d.bulk.test.' % (k, k))

    def hosts(self):
        """For /etc/hosts: the name that has all of Postfix's addresses"""
        return ''.join('%s bulk-mx\n' % a for a in self.mx_addresses)

    def postfix_service(self):
        """One service that listens at each address of that name. Its processes
        stay: to start some hundreds takes longer than what they are for."""
        return ('bulk-mx:25 inet n - n - 600 smtpd\n'
                '\t-o { smtpd_tls_chain_files = %s/pki/bulk.pem }\n'
                '\t-o smtpd_tls_loglevel=0\n'
                '\t-o max_use=1000000\n\t-o max_idle=1h\n' % os.getcwd())

    def nginx_servers(self):
        text = ''
        for first in range(0, self.count, PER_CERT):
            names = self.web_hosts(first)
            text += SERVER.format(
                lab=os.getcwd(), listen=WEB, www='www-bulk',
                name='web-bulk%d' % first, protocols='TLSv1.2 TLSv1.3',
                ciphers='ECDHE+AESGCM:ECDHE+CHACHA20',
                conf='server_name %s;' % ' '.join(names)
            ).replace('/www-bulk/$host', '/www-bulk')
        return text

    def write_policy(self):
        if self.count:
            os.makedirs('www-bulk/.well-known', exist_ok=True)
            write('www-bulk/.well-known/mta-sts.txt', POLICY)

    def fault_rows(self):
        for name, where, settings in (
                ('bulk-tarpit', self.tarpits, {'greeting': 'never'}),
                ('bulk-hang', self.hangs, {'tls': 'hang'})):
            if where:
                yield {'name': name, 'addresses': where, 'ports': [25],
                       'settings': settings, 'certificates': []}
