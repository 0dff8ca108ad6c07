"""The namespaces, the DNS server and the keys of the benchmark.

All peers ask the same nsd on 127.0.0.1, in a network and a mount namespace
of their own; its answer rate limit is off, since 200 answers a second would
be all that the benchmark measures.
"""
import base64
import os
import shutil
import subprocess
import sys
import time

DOMAIN = 'bench.example'
NSD_CONF = """server:
 ip-address: 127.0.0.1@53
 username: ""
 chroot: ""
 database: ""
 zonesdir: "{0}"
 pidfile: "{0}/nsd.pid"
 xfrdfile: "{0}/xfrd"
 zonelistfile: "{0}/zonelist"
 xfrdir: "{0}"
 rrl-ratelimit: 0
 rrl-whitelist-ratelimit: 0
remote-control:
 control-enable: no
zone:
 name: "."
 zonefile: "{0}/root.zone"
"""


def enter():
    """Starts the program again in namespaces of its own."""
    if os.environ.get('MSGSEC_BENCH_INSIDE'):
        return
    os.environ['MSGSEC_BENCH_INSIDE'] = '1'
    user = [] if os.getuid() == 0 else ['--map-root-user']
    os.execvp('unshare', ['unshare', '--mount', '--net', *user, '--',
                          sys.executable, *sys.argv])


def openssl(*argv, data=None):
    return subprocess.run(['openssl', *argv], input=data, check=True,
                          capture_output=True).stdout


class Lab:
    def __init__(self, top):
        self.top = top
        self.records = []
        self.nsd = None
        self.keys = {'rsa': self.rsa(), 'ed': self.ed25519()}
        self.txt(DOMAIN, 'v=spf1 ip4:192.0.2.1 -all')
        self.txt('_dmarc.' + DOMAIN, 'v=DMARC1; p=reject')
        self.zone = self.path('bench.zone')
        with open(self.zone, 'w') as f:
            f.write(''.join(self.records))

    def path(self, name):
        return os.path.join(self.top, name)

    def txt(self, name, text):
        parts = [text[i:i + 250] for i in range(0, len(text), 250)]
        self.records.append('%s. 86400 IN TXT %s\n' % (
            name, ' '.join('"%s"' % p for p in parts)))

    def key(self, selector, kind, path, public):
        os.chmod(path, 0o600)
        self.txt('%s._domainkey.%s' % (selector, DOMAIN),
                 'v=DKIM1; k=%s; p=%s' % (
                     kind, base64.b64encode(public).decode()))
        return '%s,%s,%s-sha256,%s' % (DOMAIN, selector, kind, path)

    def rsa(self):
        path = self.path('rsa.pem')
        openssl('genpkey', '-algorithm', 'rsa', '-pkeyopt',
                'rsa_keygen_bits:2048', '-out', path)
        return self.key('r', 'rsa', path, openssl(
            'pkey', '-in', path, '-pubout', '-outform', 'DER'))

    def ed25519(self):
        path = self.path('ed.pem')
        openssl('genpkey', '-algorithm', 'ed25519', '-out', path)
        with open(path + '.seed', 'wb') as f:
            f.write(base64.b64encode(openssl(
                'pkey', '-in', path, '-outform', 'DER')[-32:]))
        return self.key('e', 'ed25519', path, openssl(
            'pkey', '-in', path, '-pubout', '-outform', 'DER')[-32:])

    def start_dns(self):
        subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
        subprocess.run(['mount', '--make-rprivate', '/'], check=True)
        with open(self.path('resolv.conf'), 'w') as f:
            f.write('nameserver 127.0.0.1\n')
        subprocess.run(['mount', '--bind', self.path('resolv.conf'),
                        '/etc/resolv.conf'], check=True)
        with open(self.path('root.zone'), 'w') as f:
            f.write('. 86400 IN SOA ns. root. 1 3600 900 604800 300\n'
                    '. 86400 IN NS ns.\nns. 86400 IN A 127.0.0.1\n' +
                    ''.join(self.records))
        with open(self.path('nsd.conf'), 'w') as f:
            f.write(NSD_CONF.format(self.top))
        with open(self.path('nsd.log'), 'w') as log:
            self.nsd = subprocess.Popen(
                [shutil.which('nsd', path='/usr/sbin:/usr/bin'), '-d', '-c',
                 self.path('nsd.conf')], stdout=log, stderr=log)
        for _ in range(100):
            if 'nsd started' in open(self.path('nsd.log')).read():
                return
            time.sleep(0.05)
        sys.exit('bench: nsd did not start: ' +
                 open(self.path('nsd.log')).read())

    def stop(self):
        if self.nsd is not None:
            self.nsd.terminate()
            self.nsd.wait()
