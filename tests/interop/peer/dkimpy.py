#!/usr/bin/python3
"""dkimpy as a peer: see tests/interop/README for the verbs and the job lines."""
import sys

import dkim

KEYS = {}


def dnsfunc(name, timeout=5):
    return KEYS.get(name.decode().rstrip('.').lower(), b'') or None


def load_keys(path):
    for line in open(path, 'rb'):
        name, _, value = line.rstrip(b'\n').partition(b' ')
        KEYS[name.decode().lower()] = value


def dkim_signatures(message):
    headers, _ = dkim.rfc822_parse(message)
    return [v for k, v in headers if k.lower() == b'dkim-signature']


def verify(path):
    message = open(path, 'rb').read()
    for i, value in enumerate(dkim_signatures(message)):
        d = dkim.DKIM(message)
        try:
            result = 'pass' if d.verify(i, dnsfunc=dnsfunc) else 'fail'
        except dkim.DKIMException:
            result = 'fail'
        tags = dkim.util.parse_tag_value(value)
        print(path, *(tags[t].decode() for t in (b'd', b's', b'a')), result)


def read_key(path, algorithm):
    if algorithm != 'ed25519-sha256':
        return open(path, 'rb').read()
    return open(path + '.seed', 'rb').read()


def sign(out, source, canon, headers, *keys):
    message = open(source, 'rb').read()
    signed = message
    include = None if headers == '-' else headers.encode().split(b':')
    for k in keys:
        domain, selector, algorithm, path = k.split(',')
        signed = dkim.sign(message, selector.encode(), domain.encode(),
                           read_key(path, algorithm),
                           canonicalize=tuple(canon.encode().split(b'/')),
                           signature_algorithm=algorithm.encode(),
                           include_headers=include) + signed
    open(out, 'wb').write(signed)


def arcverify(path):
    cv, _, _ = dkim.arc_verify(open(path, 'rb').read(), dnsfunc=dnsfunc)
    print(path, cv.decode())


def arcseal(out, source, authserv, key):
    domain, selector, _, path = key.split(',')
    message = open(source, 'rb').read()

    # ARC.sign looks the chain up itself and takes no dnsfunc
    dkim.ARC.verify.__defaults__ = (dnsfunc,)
    fields = dkim.arc_sign(message, selector.encode(), domain.encode(),
                           open(path, 'rb').read(), authserv.encode())
    open(out, 'wb').write(b''.join(fields) + message)


def main(verb, keys, *args):
    load_keys(keys)
    if verb in ('verify', 'arcverify'):
        jobs = [[path] for path in args]
    else:
        jobs = [line.split() for line in open(args[0])]
    for job in jobs:
        try:
            globals()[verb](*job)
        except dkim.MessageFormatError as e:
            print('dkimpy:', job[0], e, file=sys.stderr)


main(*sys.argv[1:])
