"""A mailbox of many messages from many domains, seeded, for what is measured
and counted in bulk.

mailbox.py [--seed N] [--mbox] --bin DIR MESSAGES DOMAINS FOLDER

FOLDER gets "box", a Maildir (or "mbox", a file), and "zone", the records of
the domains, a line each, in master file form. Each domain signs one message with the one
key; the copies of it differ in a trace field that nobody signed, so that each
has to be verified as any other.
"""
import argparse
import os
import random
import subprocess

CLIENT = '192.0.2.1'
TTL = 0         # a resolver that minds it asks anew for each message

HEADER = """From: Anna <anna@{0}>
To: Bert <bert@receiver.test>
Subject: what {1} has to say
Date: Sun, 01 Nov 2026 10:00:00 +0000
Message-ID: <1@{0}>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

"""
TRACE = """Return-Path: <anna@{0}>
Received: from mail.{0} (mail.{0} [%s])
\tby mx.receiver.test (Postfix) with ESMTPS id {1:08d}
\tfor <bert@receiver.test>; Sun, 01 Nov 2026 10:00:{2:02d} +0000
""" % CLIENT


def domain_of(i):
    return 'd%05d.bulk.test' % i


def body(rng):
    return '\n'.join(' '.join('%x' % rng.getrandbits(24) for _ in range(10))
                     for _ in range(25)) + '\n'


def records(i, key):
    name = domain_of(i)
    row = '{} %d IN TXT {}\n' % TTL
    return (row.format(name + '.', '"v=spf1 include:spf%d.bulk.test -all"' %
                       (i % 10)) +
            row.format('_dmarc.' + name + '.', '"v=DMARC1; p=reject"') +
            row.format('s._domainkey.' + name + '.', key))


def shared_records():
    return ('test. {0} IN SOA ns.test. root.test. 1 3600 900 604800 {0}\n'
            'ready.bulk.test. {0} IN A {1}\n'.format(TTL, CLIENT) +
            ''.join('spf%d.bulk.test. %d IN TXT "v=spf1 ip4:%s -all"\n' %
                    (i, TTL, CLIENT) for i in range(10)))


def make_key(binary, folder):
    path = os.path.join(folder, 'key')
    said = subprocess.run([binary, 'keygen', '-f', '-a', 'rsa', '-o', path,
                           '-d', 'bulk.test', '-s', 's'], check=True,
                          capture_output=True, text=True).stdout
    words = said.split(' TXT ', 1)[1].strip('( )\n').split()
    return path, ' '.join(words)


def signed(binary, key, i, rng):
    name = domain_of(i)
    text = HEADER.format(name, i) + body(rng)
    return subprocess.run([binary, '-d', name, '-s', 's', '-k', key, '--now',
                           '2026-11-01T09:59:00Z'], input=text, check=True,
                          capture_output=True, text=True).stdout


def messages(count, originals):
    """In turn, so that no domain's messages stand together."""
    for n in range(count):
        i = n % len(originals)
        yield TRACE.format(domain_of(i), n, n % 60) + originals[i]


def write_maildir(folder, made):
    box = os.path.join(folder, 'box')
    for name in 'cur', 'new', 'tmp':
        os.makedirs(os.path.join(box, name))
    for n, text in enumerate(made):
        with open(os.path.join(box, 'cur', '%07d.host:2,S' % n), 'w',
                  encoding='ascii') as f:
            f.write(text)


def write_mbox(folder, made):
    with open(os.path.join(folder, 'mbox'), 'w', encoding='ascii') as f:
        for text in made:
            f.write('From anna@bulk.test Sun Nov  1 10:00:00 2026\n')
            f.write(text + '\n')


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--mbox', action='store_true')
    parser.add_argument('--bin', required=True)
    parser.add_argument('messages', type=int)
    parser.add_argument('domains', type=int)
    parser.add_argument('folder')
    args = parser.parse_args()
    rng = random.Random(args.seed)
    binary = os.path.join(args.bin, 'dkim-sign')
    key, record = make_key(binary, args.folder)
    with open(os.path.join(args.folder, 'zone'), 'w', encoding='ascii') as f:
        f.write(shared_records())
        f.writelines(records(i, record) for i in range(args.domains))
    originals = [signed(binary, key, i, rng) for i in range(args.domains)]
    (write_mbox if args.mbox else write_maildir)(
        args.folder, messages(args.messages, originals))


if __name__ == '__main__':
    main()
