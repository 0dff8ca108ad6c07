"""The command lines of the benchmark: ours and each peer's.

A job is (argv, file on stdin or None). What is not installed is left out
and named by missing().
"""
import glob
import os
import shutil
import subprocess

SENDER = 'anna@bench.example'
HELO = 'mail.bench.example'
CLIENT = ['--ip', '192.0.2.1', '--helo', HELO, '--mail-from', SENDER]


class Peers:
    def __init__(self, lab, bin_dir, here, root):
        self.lab = lab
        self.bin = bin_dir
        self.here = here
        self.root = root
        self.absent = []
        self.opendkim = self.compile_opendkim()
        self.own_loop = self.compile_own_loop()
        self.msgauth = self.compile_msgauth()
        self.node = self.find_node()
        self.perl = self.have('Mail::DKIM', ['perl', '-MMail::DKIM', '-e1'])
        self.dkimpy = self.have('dkimpy', ['/usr/bin/python3', '-c',
                                           'import dkim'])
        self.testmsg = shutil.which('opendkim-testmsg')

    # --- what is there ----------------------------------------------------

    def missing(self):
        return self.absent

    def have(self, name, argv):
        run = subprocess.run(argv, capture_output=True)
        if run.returncode != 0:
            self.absent.append(name)
        return run.returncode == 0

    def build(self, name, argv, **kwargs):
        try:
            run = subprocess.run(argv, capture_output=True, text=True,
                                 **kwargs)
        except FileNotFoundError:
            run = None
        if run is None or run.returncode != 0:
            self.absent.append(name)
            return None
        return self.lab.path(name)

    def compile_opendkim(self):
        return self.build('libopendkim', [
            'cc', '-std=gnu11', '-O2', '-o', self.lab.path('libopendkim'),
            os.path.join(self.root, 'tests/interop/peer/opendkim.c'),
            '-lopendkim'])

    def compile_own_loop(self):
        libs = [os.path.join(self.root, 'build', 'lib%s.a' % layer)
                for layer in ('auth', 'run', 'tag', 'mail', 'dns', 'crypto',
                              'sys', 'base')]
        return self.build('sign-loop', [
            'cc', '-std=c11', '-D_GNU_SOURCE', '-O2',
            '-iquote', os.path.join(self.root, 'common'), '-o',
            self.lab.path('sign-loop'),
            os.path.join(self.here, 'sign_loop.c'), *libs, '-lcrypto'])

    def compile_msgauth(self):
        env = dict(os.environ, GO111MODULE='off', GOPATH='/usr/share/gocode',
                   GOCACHE=self.lab.path('go-cache'))
        return self.build('go-msgauth', [
            'go', 'build', '-o', self.lab.path('go-msgauth'),
            os.path.join(self.here, 'peer/msgauth.go')], env=env)

    def find_node(self):
        top = os.path.join(self.root, 'tests/interop/node/node_modules')
        nodes = glob.glob(os.path.join(top, 'node-linux-*/bin/node'))
        if not nodes or not os.path.isdir(os.path.join(top, 'mailauth')):
            self.absent.append('mailauth')
            return None
        return nodes[0]

    def own(self, name):
        path = os.path.join(self.bin, name)
        return path if os.access(path, os.X_OK) else None

    def script(self, name):
        return os.path.join(self.here, 'peer', name)

    def mailauth_cli(self):
        return [self.node, os.path.join(
            self.root, 'tests/interop/node/node_modules/mailauth/bin/'
            'mailauth.js')]

    # --- one message a process -----------------------------------------------

    def process(self, verb, alg, file):
        jobs = (self.verify_process if verb == 'verify' else
                self.sign_process)(alg, file)
        return {name: job for name, job in jobs.items() if job}

    def verify_process(self, alg, file):
        jobs = {}
        if self.own('dmarc-verify'):
            argv = [self.own('dmarc-verify'), '--format=json', *CLIENT]
            jobs['msgsec dmarc-verify (DNS)'] = (argv + [file], None)
            jobs['msgsec dmarc-verify --zone'] = (
                argv + ['--zone', self.lab.zone, file], None)
        if self.testmsg:
            jobs['opendkim-testmsg'] = ([self.testmsg], file)
        if self.msgauth:
            jobs['go-msgauth'] = ([self.msgauth, 'verify', '1', file], None)
        if self.perl and alg == 'rsa':
            jobs['Mail::DKIM'] = (['perl', self.script('maildkim.pl'),
                                   'verify', '1', file], None)
        if self.dkimpy:
            jobs['dkimpy (dkimverify)'] = (['dkimverify'], file)
        if self.node:
            jobs['mailauth report (full)'] = (self.mailauth_cli() + [
                'report', '--client-ip', '192.0.2.1', '--helo', HELO,
                '--sender', SENDER, file], None)
        return jobs

    def sign_process(self, alg, file):
        key = self.lab.keys[alg]
        domain, selector, _, pem = key.split(',')
        triple = ['-d', domain, '-s', selector, '-k', pem]
        jobs = {}
        if self.own('dkim-sign'):
            jobs['msgsec dkim-sign'] = ([self.own('dkim-sign')] + triple,
                                        file)
        if self.testmsg and alg == 'rsa':
            jobs['opendkim-testmsg'] = ([self.testmsg, '-C'] + triple, file)
        if self.msgauth:
            jobs['go-msgauth'] = ([self.msgauth, 'sign', '1', key, file],
                                  None)
        if self.perl and alg == 'rsa':
            jobs['Mail::DKIM'] = (['perl', self.script('maildkim.pl'),
                                   'sign', '1', key, file], None)
        if self.dkimpy:
            jobs['dkimpy'] = (['/usr/bin/python3', self.script('dkimpy.py'),
                               'sign', '1', key, file], None)
        if self.node:
            jobs['mailauth sign'] = (self.mailauth_cli() + ['sign'] +
                                     triple + [file], None)
        return jobs

    def arc(self, file):
        domain, selector, _, pem = self.lab.keys['rsa'].split(',')
        triple = ['-d', domain, '-s', selector, '-k', pem]
        jobs = {'(empty process)': (['/bin/true'], None)}
        if self.own('arc-seal'):
            jobs['msgsec arc-seal'] = ([
                self.own('arc-seal'), *triple, '--authserv-id', domain],
                file)
        if self.dkimpy:
            jobs['dkimpy (arcsign)'] = (['arcsign', selector, domain, pem,
                                         domain], file)
        if self.node:
            jobs['mailauth seal (authenticates)'] = (self.mailauth_cli() + [
                'seal', *triple, '--client-ip', '192.0.2.1', '--helo', HELO,
                '--sender', SENDER, '--mta', domain, file], None)
        return jobs

    # --- many messages in a process ---------------------------------------------

    def batch(self, verb, alg, file):
        """{name: function of n that gives a job for n messages}"""
        if verb == 'auth':
            return self.auth_batch(file)
        loops = {}
        key = [] if verb == 'verify' else [self.lab.keys[alg]]

        def loop(name, argv, word=verb):
            loops[name] = lambda n: (argv + [word, str(n), *key, file], None)

        if self.opendkim:
            loop('libopendkim', [self.opendkim], 'loop-' + verb)
        if self.msgauth:
            loop('go-msgauth', [self.msgauth])
        if self.perl and alg == 'rsa':
            loop('Mail::DKIM', ['perl', self.script('maildkim.pl')])
        if self.dkimpy:
            loop('dkimpy', ['/usr/bin/python3', self.script('dkimpy.py')])
        if self.node:
            loop('mailauth, 8 in flight',
                 [self.node, self.script('mailauth.cjs')])
        loops.update(self.own_loops(verb, alg, file))
        return loops

    def own_loops(self, verb, alg, file):
        if verb != 'sign' or not self.own_loop:
            return {}
        key = self.lab.keys[alg]
        return {'msgsec (sign_loop.c)': lambda n: (
            [self.own_loop, str(n), key, file], None)}

    def folder(self, file, n):
        """N copies of FILE with Message-IDs of their own."""
        path = self.lab.path('many.%d' % n)
        if not os.path.isdir(path):
            os.mkdir(path)
            data = open(file, 'rb').read()
            for i in range(n):
                with open(os.path.join(path, '%06d' % i), 'wb') as f:
                    f.write(b'X-Copy: %d\r\n' % i + data)
        return path

    def auth_batch(self, file):
        loops = {}
        if self.own('dmarc-verify'):
            argv = [self.own('dmarc-verify'), '--format=json', *CLIENT]
            for name, more in (
                    ('-j1 (DNS)', ['-j1']),
                    ('-j1 --zone', ['-j1', '--zone', self.lab.zone]),
                    ('(DNS, all cores)', [])):
                loops['msgsec dmarc-verify ' + name] = (
                    lambda n, more=more: (
                        argv + more + [self.folder(file, n or 1)], None))
        if self.node:
            loops['mailauth authenticate(), 8 in flight'] = lambda n: (
                [self.node, self.script('mailauth.cjs'), 'auth', str(n),
                 file], None)
        return loops

    # --- SPF ------------------------------------------------------------------

    def spf(self):
        jobs = {'(empty process)': (['/bin/true'], None)}
        if self.own('dmarc-verify'):
            argv = [self.own('dmarc-verify'), 'spf', '--format=json', *CLIENT]
            jobs['msgsec dmarc-verify spf (DNS)'] = (argv, None)
            jobs['msgsec dmarc-verify spf --zone'] = (
                argv + ['--zone', self.lab.zone], None)
        if shutil.which('spfquery.libspf2'):
            jobs['spfquery (libspf2)'] = ([
                'spfquery.libspf2', '-ip=192.0.2.1', '-sender=' + SENDER,
                '-helo=' + HELO], None)
        if shutil.which('spfquery.pyspf'):
            jobs['spfquery (pyspf)'] = ([
                'spfquery.pyspf', '--ip', '192.0.2.1', '--sender', SENDER,
                '--helo', HELO], None)
        if self.node:
            jobs['mailauth spf'] = (self.mailauth_cli() + [
                'spf', '--client-ip', '192.0.2.1', '--helo', HELO,
                '--sender', SENDER], None)
        return jobs

    def spf_stream(self, lines):
        return ([self.own('dmarc-verify') or 'dmarc-verify', 'spf', '-j1',
                 '--format=json', '--fail-on=never'], lines)
