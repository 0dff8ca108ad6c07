"""What the machine allows: openssl speed on one core, and an empty process."""
import os
import re
import subprocess
import tempfile

import show
from measure import medians

MB = 1000000
START = 'int main(void) { return 0; }\n'


def evp(name, octets=65536):
    """Octets a second of a digest or a cipher."""
    text = subprocess.run(
        ['openssl', 'speed', '-seconds', '1', '-bytes', str(octets), '-evp',
         name], capture_output=True, text=True).stdout
    return float(re.findall(r'([\d.]+)k\s*$', text, re.M)[-1]) * 1000


def start(runs=15):
    """CPU ms of a process that does nothing but load libcrypto: what the wall
    adds to it is the parent's."""
    with tempfile.TemporaryDirectory() as where:
        program = os.path.join(where, 'start')
        subprocess.run(['cc', '-x', 'c', '-o', program, '-',
                        '-Wl,--no-as-needed', '-lcrypto'], input=START,
                       text=True, check=True)
        return medians({'start': ([program], None)}, runs)['start'][1]


class Limits:
    """What openssl does on this machine, in one process."""

    def __init__(self):
        speed = self.speed('rsa2048', 'ed25519')
        self.rsa_sign, self.rsa_verify = speed['rsa']
        self.ed_sign, self.ed_verify = speed['Ed25519']
        self.sha = evp('sha256', 5000)
        self.start = start()

    @staticmethod
    def speed(*names):
        """{kind: (sign/s, verify/s)} from the tables of openssl speed."""
        text = subprocess.run(['openssl', 'speed', '-seconds', '2', *names],
                              capture_output=True, text=True).stdout
        found, header = {}, []
        for line in text.splitlines():
            if 'sign/s' in line:
                header = line.split()
            kind = re.search(r'\b(rsa|Ed25519)\b', line)
            if kind and header:
                values = line.split()[-len(header):]
                row = dict(zip(header, values))
                found[kind.group(1)] = (float(row['sign/s']),
                                        float(row['verify/s']))
        return found

    def hash_time(self, size):
        return size / self.sha

    def verify_rate(self, size, alg='rsa'):
        one = self.rsa_verify if alg == 'rsa' else self.ed_verify
        return 1 / (1 / one + self.hash_time(size))

    def sign_rate(self, size, alg='rsa'):
        one = self.rsa_sign if alg == 'rsa' else self.ed_sign
        return 1 / (1 / one + self.hash_time(size))

    def process(self, *rates):
        """ms of a process that does one of each."""
        return self.start + sum(1000 / rate for rate in rates)

    def show(self):
        show.table('What the machine allows (openssl speed, one core)',
                   ['sign/s', 'verify/s'],
                   [('RSA 2048', [self.rsa_sign, self.rsa_verify]),
                    ('Ed25519', [self.ed_sign, self.ed_verify])])
        print('\nSHA-256: %s MB/s in blocks of 5,000 octets; a process that '
              'loads libcrypto: %s ms' % (show.figure(self.sha / MB),
                                          show.figure(self.start)))
