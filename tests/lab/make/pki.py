"""The lab's certificates: a root, an intermediate that issues, a second root
that nobody trusts, and a chain for each server row.

RSA keys are shared by size, since they take time; each EC key is a row's own.
"""
import base64
import concurrent.futures
import hashlib
import os
import re
import subprocess

NEWKEY = {
    'ec': ('ec', '-pkeyopt', 'ec_paramgen_curve:P-256'),
    'ed25519': ('ed25519',),
    'rsa': ('rsa:3072',), 'rsa2048': ('rsa:2048',), 'rsa1024': ('rsa:1024',),
}

# For servers: without SHA-1 and SHA-224, which OpenSSL 3.0 takes by itself.
OPENSSL_CNF = '''openssl_conf = lab
[lab]
ssl_conf = servers
[servers]
system_default = signatures
[signatures]
SignatureAlgorithms = ECDSA+SHA256:ECDSA+SHA384:ed25519:\\
RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:\\
RSA+SHA256:RSA+SHA384:RSA+SHA512
'''

LEAF = ('basicConstraints=critical,CA:FALSE',
        'keyUsage=critical,digitalSignature,keyEncipherment',
        'extendedKeyUsage=serverAuth')
CA = ('basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign')

# RFC 2409 section 6.2: a prime of 1024 bits; and generator 2
OAKLEY2 = bytes.fromhex(
    'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74'
    '020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437'
    '4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED'
    'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF')


def openssl(*words):
    subprocess.run(('openssl',) + words, check=True, cwd='pki',
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def read(path):
    with open(path, encoding='ascii') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def new_key(key, name):
    """The words that make a key, or take the one of that size."""
    if key.startswith('rsa'):
        return ('-key', key + '.key')
    return ('-newkey',) + NEWKEY[key] + ('-noenc', '-keyout', name + '.key')


def certify(name, key, issuer, subject, extensions, digest='-sha256'):
    """NAME.crt, by ISSUER, or by itself where that is empty"""
    words = ['req', '-x509', '-days', '90', digest, '-subj', '/CN=' + subject,
             '-out', name + '.crt', *new_key(key, name)]
    if issuer:
        words += ['-CA', issuer + '.crt', '-CAkey', issuer + '.key']
    for extension in extensions:
        words += ['-addext', extension]
    openssl(*words)


def certify_dated(name, key, subject, extensions, start, end):
    """The same by the intermediate, with dates of one's own: `req` of
    OpenSSL 3.0 has none, `ca` has."""
    write('pki/%s.cnf' % name, '\n'.join((
        '[ca]', 'default_ca=d', '[d]', 'database=%s.db' % name,
        'new_certs_dir=.', 'rand_serial=yes', 'default_md=sha256',
        'policy=p', 'x509_extensions=x', '[p]', 'commonName=supplied',
        '[x]', *extensions, '')))
    write('pki/%s.db' % name, '')
    openssl('req', '-new', '-subj', '/CN=' + subject, '-out', name + '.csr',
            *new_key(key, name))
    openssl('ca', '-batch', '-notext', '-config', name + '.cnf',
            '-cert', 'issuer.crt', '-keyfile', 'issuer.key',
            '-startdate', start, '-enddate', end,
            '-in', name + '.csr', '-out', name + '.crt')


def subject_names(server):
    """What its certificate says that it is for"""
    names = server.names or ['unused.test']
    if server.cert_fault == 'wrongname':
        return ['elsewhere.test']
    if server.cert_fault == 'wildcard':
        return ['*.' + name.partition('.')[2] for name in names]
    if server.cert_fault == 'huge':
        return names + ['n%d.huge.test' % n for n in range(2000)]
    return names


def make_leaf(server, key):
    """PATH.crt, PATH.key and PATH.pem (key, certificate, issuer)"""
    fault = server.cert_fault
    name = '%s-%s' % (server.name, key)
    names = subject_names(server)
    # A common name has 64 characters at most.
    subject = names[0] if len(names[0]) <= 64 else server.name
    extensions = list(LEAF)
    if fault != 'cnonly':
        extensions.append('subjectAltName=' +
                          ','.join('DNS:' + n for n in names))
    if fault == 'expired':
        certify_dated(name, key, subject, extensions,
                      '20240101000000Z', '20240401000000Z')
    elif fault == 'future':
        certify_dated(name, key, subject, extensions,
                      '20490101000000Z', '20490401000000Z')
    else:
        issuer = {'self': '', 'untrusted': 'stranger'}.get(fault, 'issuer')
        certify(name, key, issuer, subject, extensions,
                '-sha1' if fault == 'sha1' else '-sha256')
    if key.startswith('rsa'):
        write('pki/%s.key' % name, read('pki/%s.key' % key))
    chain = '' if fault in ('self', 'untrusted', 'nointermediate') \
        else read('pki/issuer.crt')
    leaf = read('pki/%s.crt' % name)
    write('pki/%s.chain' % name, leaf + chain)
    write('pki/%s.pem' % name, read('pki/%s.key' % name) + leaf + chain)


def make_groups():
    """1024 bits, which openssl has no name for, and 2048"""
    def number(octets):
        return b'\x02' + der_length(len(octets) + 1) + b'\0' + octets
    body = number(OAKLEY2) + b'\x02\x01\x02'
    der = b'\x30' + der_length(len(body)) + body
    write('pki/dh1024.pem', '-----BEGIN DH PARAMETERS-----\n%s'
          '-----END DH PARAMETERS-----\n' % base64.encodebytes(der).decode())
    openssl('genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt',
            'group:ffdhe2048', '-out', 'dh2048.pem')


def der_length(n):
    if n < 128:
        return bytes([n])
    octets = n.to_bytes((n.bit_length() + 7) // 8, 'big')
    return bytes([0x80 | len(octets)]) + octets


def make_all(servers):
    os.makedirs('pki', exist_ok=True)
    write('openssl.cnf', OPENSSL_CNF)
    certify('ca', 'ec', '', 'Lab Root', CA)
    certify('issuer', 'ec', 'ca', 'Lab Issuer', CA)
    certify('stranger', 'ec', '', 'Stranger', CA)
    make_groups()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda size: openssl(
            'genrsa', '-out', size + '.key', NEWKEY[size][0][4:]),
            ('rsa', 'rsa2048', 'rsa1024')))
        list(pool.map(lambda pair: make_leaf(*pair),
                      [(s, k) for s in servers.values() for k in s.keys]))


# --- what TLSA records say of them

def der(path):
    pem = re.search('BEGIN CERTIFICATE-----(.*?)-----END', read(path), re.S)
    return base64.b64decode(pem.group(1))


def element(octets, at):
    """Where the DER element's content begins, and where it ends"""
    length, at = octets[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7f
        length, at = int.from_bytes(octets[at:at + size], 'big'), at + size
    return at, at + length


def public_key(certificate):
    """The SubjectPublicKeyInfo: the seventh field of the TBSCertificate"""
    at, _ = element(certificate, element(certificate, 0)[0])
    for _ in range(6):
        at = element(certificate, at)[1]
    return certificate[at:element(certificate, at)[1]]


def association(path, selector, matching):
    """The certificate association data (RFC 6698 section 2.1.4). Selectors
    and matching types that there are none of are taken for 0 and 1."""
    octets = der(path)
    if selector == 1:
        octets = public_key(octets)
    if matching == 0:
        return octets
    return getattr(hashlib, 'sha512' if matching == 2 else 'sha256')(
        octets).digest()
