"""Sign the zones with ldns, one key for all of them: a DS still differs from
zone to zone, since the name goes into its digest."""
import base64
import concurrent.futures
import hashlib
import os
import re
import struct
import subprocess

from pki import read, write
from zones import tamper

UNSIGNED = ('unsigned', 'lame', 'silent', 'missing')


def wire(name):
    labels = [label.encode() for label in name.split('.') if label]
    return b''.join(bytes([len(label)]) + label for label in labels) + b'\0'


class Key:
    """An ECDSA P-256 key that signs keys and data alike"""

    def __init__(self):
        base = subprocess.run(
            ('ldns-keygen', '-r', '/dev/urandom', '-a', 'ECDSAP256SHA256',
             '-k', '.'), check=True, cwd='keys', stdout=subprocess.PIPE,
            text=True).stdout.strip()
        self.private = read('keys/%s.private' % base)
        self.public = re.search(r'DNSKEY\s+257 3 13\s+(\S+)',
                                read('keys/%s.key' % base)).group(1)
        self.rdata = struct.pack('!HBB', 257, 3, 13) + \
            base64.b64decode(self.public)

    @property
    def tag(self):
        """RFC 4034 appendix B"""
        total = sum(octet << 8 if i % 2 == 0 else octet
                    for i, octet in enumerate(self.rdata))
        return (total + (total >> 16)) & 0xffff

    def dnskey(self, zone):
        return '%s. 300 IN DNSKEY 257 3 13 %s\n' % (zone, self.public)

    def ds(self, zone):
        digest = hashlib.sha256(wire(zone) + self.rdata).hexdigest()
        return 'DS %d 13 2 %s' % (self.tag, digest)

    def files_for(self, zone):
        base = 'keys/K' + zone
        write(base + '.key', self.dnskey(zone))
        write(base + '.private', self.private)
        return base


def sign(zone, key):
    path = 'zones/%s.zone' % (zone.name or 'root')
    write(path, zone.text())
    if zone.kind in UNSIGNED:
        return
    words = ['ldns-signzone', '-o', zone.name + '.', '-f', path + '.signed']
    if zone.kind == 'nsec3':
        words.append('-n')
    if zone.kind == 'expired':
        words += ['-i', '20240101', '-e', '20240201']
    subprocess.run(words + [path, key.files_for(zone.name)], check=True)
    write(path, tamper(read(path + '.signed'), zone.kind))


def sign_all(zones):
    os.makedirs('zones', exist_ok=True)
    os.makedirs('keys', exist_ok=True)
    key = Key()
    for zone in zones.values():
        if zone.kind == 'wrongds':
            zones['test'].add(zone.name + '.', 'DS %d 13 2 %064x'
                              % (key.tag, 1))
        elif zone.kind not in UNSIGNED and zone.name not in ('', 'test'):
            zones['test'].add(zone.name + '.', key.ds(zone.name))
    zones[''].add('test.', key.ds('test'))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda zone: sign(zone, key), zones.values()))
    write('root.key', key.dnskey(''))
