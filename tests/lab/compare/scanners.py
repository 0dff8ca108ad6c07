"""How each scanner is run, and its output as facts.

A scanner has a name, the seconds that it may take, a command line for a row
and a file for its JSON, and read(text), which gives the facts that its output
states: {fact: string, or set of strings}. A fact that it does not speak of is
not there. "starttls" is what it says of STARTTLS, in mstls-probe's words;
"mute" where it prints nothing.
"""
import json
import os
import re

import names

OURS = os.path.join(os.environ.get('B', 'build'), 'bin/mstls-probe')


class Posttls:
    """One delivery, by DANE where there is any, else by the authorities."""

    name, limit, whole_domain = 'posttls-finger', 30, True

    @staticmethod
    def argv(row, _):
        return ['posttls-finger', '-c', '-t', '10', '-T', '10', '-F',
                os.environ['LAB_CA'], '-o', 'inet_protocols=ipv4', '-l',
                'dane', '-L', 'summary,certmatch,verbose', row.domain]

    @staticmethod
    def version():
        return ['postconf', '-d', '-h', 'mail_version']

    @classmethod
    def read(cls, text):
        made = re.search(r'(\w+) TLS connection established.*: (\S+) with '
                         r'cipher (\S+)', text)
        if not made:
            return cls.without_tls(text)
        facts = {'negotiated': '%s %s' % (made[2], names.suite(made[3])),
                 'starttls': 'offered', 'handshake': 'done'}
        if 'all TLSA records unusable' in text:
            facts['dane sender'] = 'encrypted'
        elif 'DNSSEC-signed TLSA record' in text:
            # "Trusted": the MX record is without DNSSEC
            facts['dane sender'] = {
                'Verified': 'authenticated',
                'Trusted': 'encrypted'}.get(made[1], 'defer')
        else:
            facts['dane sender'] = 'encrypted'
            facts['certificate'] = cls.certificate(made[1], text)
        return facts

    @staticmethod
    def certificate(word, text):
        if word == 'Verified':
            return 'good'
        return word_of(text, {'has expired': 'expired',
                              'not yet valid': 'not yet valid',
                              'not match': 'other name',
                              'mismatch': 'other name'}) or 'untrusted'

    @staticmethod
    def without_tls(text):
        if 'SSL_connect error' in text:
            return {'starttls': 'offered', 'handshake': 'failed'}
        code = re.search(r'STARTTLS rejected: (\d)', text)
        if code:
            return {'starttls': 'refused' if code[1] == '5' else 'unknown'}
        host = word_of(text, {'does not accept mail': 'MX null',
                              'address lookup failed': 'no host',
                              'TLSA lookup error': 'defer'})
        if host:
            return {'dane sender': host}
        return {'starttls': word_of(text, {
            'imed out': 'unknown', 'timeout': 'unknown',
            'onnection refused': 'unknown', 'not available': 'unknown',
            'lost connection': 'unknown'}) or 'mute'}


class Sslscan:
    name, limit, whole_domain = 'sslscan', 60, False

    @staticmethod
    def argv(row, _):
        return ['sslscan', '--ipv4', '--no-colour', '--show-sigs',
                '--starttls-smtp', row.host + ':25']

    @staticmethod
    def version():
        return ['sslscan', '--version']

    @staticmethod
    def read(text):
        if 'did not appear to support STARTTLS' in text:
            return {'starttls': 'absent'}
        if 'did not appear to be an SMTP' in text:
            return {'starttls': 'not SMTP'}
        if 'SSL/TLS Protocols' not in text:
            return {'starttls': 'mute'}
        versions = set(re.findall(r'^(\S+) +enabled$', text, re.M))
        facts = {
            'versions': versions,
            'suites': {'%s %s' % (v, names.suite(s)) for v, s in re.findall(
                r'^(?:Accepted|Preferred) +(\S+) +\d+ bits +(\S+)', text,
                re.M)},
            'dh bits': set(re.findall(r'\bDHE (\d+) bits', text)),
            'certificate keys': {'%s %s' % (k.lower(), b) for k, b in
                                 re.findall(r'^(RSA) Key Strength: +(\d+)',
                                            text, re.M)} |
                                {'ec ' + names.group(c) for c in re.findall(
                                    r'^ECC Curve Name: +(\S+)', text, re.M)},
            'secure renegotiation': word_of(text, {
                'Secure session renegotiation supported': 'yes',
                'Insecure session renegotiation supported': 'no',
                'Session renegotiation not supported': 'not supported'}),
            'fallback SCSV': word_of(text, {
                'Server supports TLS Fallback SCSV': 'yes',
                'Server does not support TLS Fallback SCSV': 'no',
                'unable to determine TLS Fallback': 'unknown'}),
        }
        for version, key in (('TLSv1.3', ' of TLS 1.3'), ('TLSv1.2', '')):
            if version in versions:
                facts['groups' + key] = set(re.findall(
                    r'^%s +\d+ bits +(\S+?)(?: \(|$)' % version,
                    part(text, 'Server Key Exchange Group'), re.M))
                facts['signatures' + key] = set(re.findall(
                    r'^%s +(\S+)$' % version,
                    part(text, 'Server Signature Algorithm'), re.M))
        return facts


class Nmap:
    name, limit, whole_domain = 'nmap', 60, False

    @staticmethod
    def argv(row, _):
        return ['nmap', '-Pn', '-n', '-p25', '--script', 'ssl-enum-ciphers',
                row.host]

    @staticmethod
    def version():
        return ['nmap', '--version']

    @staticmethod
    def read(text):
        if 'ssl-enum-ciphers:' not in text:
            return {'starttls': 'mute'}
        facts = {'versions': set(), 'suites': set(), 'order': set(),
                 'dh bits': set(), 'compression': 'no'}
        for line in text.splitlines():
            version = re.match(r'\|   (\S+): *$', line)
            if version:
                now = version[1]
                facts['versions'].add(now)
            found = re.match(r'\| +(TLS_\S+)(?: \((.*)\))?', line)
            if found:
                facts['suites'].add('%s %s' % (now, names.suite(found[1])))
                facts['dh bits'] |= set(re.findall(r'^dh (\d+)',
                                                   found[2] or ''))
            order = re.search(r'cipher preference: (server|client)', line)
            if order:
                facts['order'].add('%s %s' % (now, order[1]))
            if 'DEFLATE' in line:
                facts['compression'] = 'yes'
        return facts


class Testssl:
    name, limit, whole_domain = 'testssl.sh', 240, False

    @staticmethod
    def argv(row, file):
        return ['testssl', '--quiet', '--color', '0', '--warnings', 'batch',
                '--nodns', 'min', '--ip', 'one', '--connect-timeout', '10',
                '--openssl-timeout', '10', '--add-ca', os.environ['LAB_CA'],
                '--jsonfile', file, '-t', 'smtp', '-p', '-E', '-f',
                '-S', '-R', '-C', '-Z', row.host + ':25']

    @staticmethod
    def version():
        return ['testssl', '--version']

    @classmethod
    def read(cls, text):
        said = dict(cls.items(text))
        if 'TLS1_2' not in said:
            return {'starttls': word_of(said.get('optimal_proto', ''), {
                "doesn't seem to be": 'no TLS',
                'OpenSSL cannot connect': 'its OpenSSL cannot connect',
                'does not support SSLv3': 'its OpenSSL has no SSLv3'}) or
                    'mute'}
        facts = {
            'versions': {names.VERSIONS[key] for key in names.VERSIONS
                         if said.get(key, 'not').startswith('offered')},
            'suites': set(), 'certificate keys': set()}
        for key, text_of in said.items():
            version = re.match(r'cipher-([a-z]+\d(?:_\d)?)_x', key)
            if version:
                facts['suites'].add('%s %s' % (
                    names.VERSIONS[cls.version_key(version[1])],
                    text_of.split()[-1]))
            if key.startswith('cert_keySize'):
                facts['certificate keys'].add(cls.key_of(text_of))
        cls.read_rest(said, facts)
        return facts

    @staticmethod
    def items(text):
        """(id, finding): a run that was cut short leaves half a list"""
        for line in re.findall(r'\{[^{}]*\}', text):
            item = json.loads(line)
            yield item['id'], item['finding']

    @staticmethod
    def version_key(word):
        """tls1_2 as TLS1_2, ssl3 as SSLv3"""
        return word.upper().replace('SSL', 'SSLv') if 'ssl' in word else \
            word.upper()

    @staticmethod
    def key_of(text):
        kind, bits = re.match(r'(\S+) (?:keys? )?(\d+)', text).groups()
        return 'ec secp%sr1' % bits if kind == 'EC' else \
            '%s %s' % (kind.lower(), bits)

    @staticmethod
    def read_rest(said, facts):
        for key in 'PFS_ECDHE_curves', 'FS_ECDHE_curves':
            if key in said:
                facts['groups of any version'] = set(
                    map(names.group, said[key].split()))
        for key, fact, table in (
                ('secure_renego', 'secure renegotiation',
                 {'supported': 'yes', 'not supported': 'no',
                  'VULNERABLE': 'no'}),
                ('secure_client_renego', 'client renegotiation',
                 {'not vulnerable': 'no', 'VULNERABLE': 'yes'}),
                ('CRIME_TLS', 'compression',
                 {'not vulnerable': 'no', 'VULNERABLE': 'yes'}),
                ('fallback_SCSV', 'fallback SCSV',
                 {'supported': 'yes', 'not supported': 'no'})):
            text = said.get(key, '')
            for start, word in table.items():
                if text.startswith(start):
                    facts[fact] = word
        if 'cert_chain_of_trust' not in said:
            return
        if said.get('cert_expirationStatus', '').startswith('expired'):
            facts['certificate'] = 'expired'
        elif not said['cert_chain_of_trust'].startswith('passed'):
            facts['certificate'] = 'untrusted'
        else:
            facts['certificate'] = 'good' if said.get(
                'cert_trust', '').startswith('Ok') else 'other name'


class Ours:
    """mstls-probe, with every fact that another scanner may state."""

    name, limit, whole_domain = 'mstls-probe', 60, True

    @staticmethod
    def argv(row, _):
        return [OURS, '--trust-anchor=' + os.environ['LAB_ANCHOR'],
                '--ca-file=' + os.environ['LAB_CA'], '--allow-private', '-q',
                '-4', '--depth=full', '--active', '--timeout=50',
                '--fail-on=never', '--format=json', row.domain]

    @staticmethod
    def version():
        return [OURS, '--version']

    @classmethod
    def read(cls, text):
        member = json.loads(text)['mstls-probe']
        facts = {'dane sender': cls.sender(member)}
        for host in member['mx'][:1]:
            for address in host['addresses'][:1]:
                facts.update(cls.address(address))
        return facts

    @staticmethod
    def sender(member):
        if not member['senders']['dane']:
            return 'MX ' + member['mx_status']
        row = member['senders']['dane'][0]
        return row['tls'] if row['outcome'] == 'deliver' else row['outcome']

    @classmethod
    def address(cls, a):
        facts = {'starttls': a['starttls']}
        if (a['error'] or '').startswith('handshake'):
            facts['handshake'] = 'failed'
        if a['negotiated']:
            facts['handshake'] = 'done'
            facts['negotiated'] = '%(version)s %(cipher)s' % a['negotiated']
        if a['certificates']:
            facts['certificate'] = cls.certificate(a['certificates'][0])
            facts['certificate keys'] = {
                'ec ' + c['curve'] if c['curve'] else
                '%s %d' % (c['key'], c['key_bits']) for c in
                a['certificates']}
        if a['versions'] is not None:
            facts.update(cls.offer(a))
        active = a.get('active', {}).get('client_renegotiation')
        if active is not None:
            facts['client renegotiation'] = 'yes' if active else 'no'
        return facts

    @staticmethod
    def certificate(c):
        if c['chain'] in ('expired', 'not-yet-valid'):
            return c['chain'].replace('-', ' ')
        if c['chain'] != 'ok':
            return 'untrusted'
        return 'good' if c['name_match'] else 'other name'

    @staticmethod
    def offer(a):
        offer = a['offer']
        facts = {
            'versions': set(a['versions']),
            'suites': {'%s %s' % (s['version'], name)
                       for s in offer['suites'] for name in s['ciphers']},
            'order': {'%s %s' % (s['version'], s['order'].split('-')[0])
                      for s in offer['suites'] if s['order']},
            'dh bits': {str(dh['bits']) for dh in offer['dh']},
            'groups of any version': set(a['groups'])}
        for key, fact in (('groups', 'groups'),
                          ('signature_schemes', 'signatures')):
            for end in '', '_tls13':
                if offer[key + end] is not None:
                    facts[fact + end.replace('_tls13', ' of TLS 1.3')] = \
                        set(offer[key + end])
        for key, fact in (('secure_renegotiation', 'secure renegotiation'),
                          ('compression', 'compression'),
                          ('fallback_scsv', 'fallback SCSV')):
            if offer[key] is not None:
                facts[fact] = 'yes' if offer[key] else 'no'
        return facts


def word_of(text, words):
    """What the first of WORDS that stands in TEXT means, or None"""
    return next((word for phrase, word in words.items() if phrase in text),
                None)


def part(text, title):
    """The section of that title, to its empty line"""
    found = re.search(r'^ +%s.*?\n(.*?)\n *\n' % re.escape(title),
                      text + '\n\n', re.M | re.S)
    return found[1] if found else ''


ALL = (Posttls, Sslscan, Nmap, Testssl)
