"""OpenPGP: signatures, messages and certificates, mutated, beside RNP."""
import os
import struct
import subprocess
import sys

from common import Comparison, HERE, mutate, rng_of, tool

ALPHABET = [bytes([c]) for c in range(0, 256, 5)] + [
    b'\0\0', b'\xff\xff', b'\x80', b'\x7f', b'\x01', b'\x04', b'\x06']
TEXT = [bytes([c]) for c in b' \t-=:+/Aaz09'] + [
    b'\r\n', b'\n', b'- ', b'-----', b'Hash: SHA256\n', b'Hash: MD5\n',
    b'\xc3\xa4', b'\0', b'\n\n', b' \n']
SEEDS = os.path.join(HERE, 'openpgp')


class Oracle:
    """The child, started again whenever it has died of an input."""

    def __init__(self):
        self.child = None
        self.crashes = 0

    def ask(self, verb, keys, message, data):
        if self.child is None:
            self.child = subprocess.Popen(
                [sys.executable, '-B', os.path.join(HERE, 'rnp_oracle.py')],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL)
        feed = verb.encode()
        for part in (keys, message, data):
            feed += struct.pack('>I', len(part)) + part
        try:
            self.child.stdin.write(feed)
            self.child.stdin.flush()
        except BrokenPipeError:
            pass
        head = self.child.stdout.read(4)
        if len(head) < 4:
            self.end()
            self.crashes += 1
            return 'crashes'
        answer = self.child.stdout.read(struct.unpack('>I', head)[0])
        return answer[:4].decode().strip() if answer[:4] != b'good' \
            else 'good ' + answer[4:].hex()

    def end(self):
        if self.child is not None:
            self.child.stdin.close()
            self.child.stdout.close()
            self.child.wait()
            self.child = None


class Ours:
    """The command line, an input a process."""

    def __init__(self, args, scratch):
        self.args, self.scratch = args, scratch

    def file(self, name, data):
        path = os.path.join(self.scratch, name)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC,
                          0o600), 'wb') as f:
            f.write(data)
        return path

    def ask(self, verb, keys, message, data):
        """The verdict, and what is said when it is not good."""
        k = self.file('keys', keys)
        if verb == 'v':
            run = tool(self.args, 'pgp-lite', 'verify',
                       self.file('sig', message), k, data=data)
            out = b''
        else:
            run = tool(self.args, 'pgp-lite', 'inline-verify' if verb == 'i'
                       else 'decrypt', k, data=message)
            out = run.stdout
        if run.returncode == 0:
            return 'good ' + out.hex(), ''
        return 'not', run.stderr.decode('latin-1')


def seeds():
    """(verb, keys, message, data, name) of unmutated ones; openpgp/ORIGIN."""
    out = []
    for file in sorted(os.listdir(SEEDS)):
        name, dot, verb = file.rpartition('.')
        if verb not in ('v', 'i', 'd'):
            continue
        keys = '%s.%s' % (name.partition('-')[0],
                          'key' if verb == 'd' else 'cert')
        out.append((verb, octets(keys), octets(file),
                    octets('data') if verb == 'v' else b'', file))
    return out


def octets(file):
    with open(os.path.join(SEEDS, file), 'rb') as f:
        return f.read()


def signed_of(data, name):
    """What is signed of it: of a text, its lines without blanks behind."""
    if 'text' not in name:
        return data
    return b'\n'.join(line.rstrip() for line in data.splitlines())


def change(rng, seed):
    verb, keys, message, data, name = seed
    alphabet = TEXT if b'-----BEGIN' in message[:20] else ALPHABET
    what = rng.randrange(8)
    if what == 0:
        return verb, mutate(rng, keys, ALPHABET, 1), message, data, \
            name + ', the certificate changed'
    if what == 1 and data:
        return verb, keys, message, mutate(rng, data, TEXT), \
            name + ', the data changed'
    return verb, keys, mutate(rng, message, alphabet, 2), data, name


def run(args, scratch, number):
    rng = rng_of(args.seed, 'openpgp')
    c = Comparison('openpgp', args.seed)
    oracle, ours = Oracle(), Ours(args, scratch)
    all_seeds, original = seeds(), octets('data')
    for i in range(max(args.count, len(all_seeds))):
        case = all_seeds[i] if i < len(all_seeds) else \
            change(rng, rng.choice(all_seeds))
        verb, keys, message, data, name = case
        theirs = oracle.ask(verb, keys, message, data)
        verdict, why = ours.ask(verb, keys, message, data)
        kind = 'both' if theirs[:4] == verdict[:4] == 'good' else 'one'
        if theirs in (verdict + '0a', verdict + '0d0a'):
            kind = 'a line end'
        # what both sign and what both open is one text: any other that is
        # good is a wrong pass
        told = data if verb == 'v' else bytes.fromhex(verdict[5:])
        content = 'original' if signed_of(told, name) == \
            signed_of(original, name) else 'another'
        c.add(theirs.strip(), verdict.strip(),
              'kind: %s\nours: %s\ncontent: %s\ncase: %s%s\n'
              'data: %r\nmessage: %s\nkeys: %s' % (
                  kind, why.strip(), content, name,
                  ' (unmutated)' if i < len(all_seeds) else '',
                  data, message.hex(), keys.hex()), name)
    oracle.end()
    if oracle.crashes:
        print('# RNP crashed %d times' % oracle.crashes)
    return c.report(number, ('good', 'not', 'read'))
