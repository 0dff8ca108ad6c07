#!/usr/bin/python3
"""dkimpy.py verify N FILE | sign N DOMAIN,SELECTOR,ALGORITHM,KEY FILE

dkimpy, N times in one process; the signed message on stdout for N = 1.
"""
import sys

import dkim


def main(verb, n, *rest):
    message = open(rest[-1], 'rb').read()
    if verb == 'verify':
        for _ in range(int(n)):
            if not dkim.verify(message):
                sys.exit('dkimpy: not verified')
        return
    domain, selector, algorithm, path = rest[0].split(',')
    if algorithm == 'ed25519-sha256':
        path += '.seed'
    key = open(path, 'rb').read()
    for _ in range(int(n)):
        field = dkim.sign(message, selector.encode(), domain.encode(), key,
                          canonicalize=(b'relaxed', b'relaxed'),
                          signature_algorithm=algorithm.encode())
        if n == '1':
            sys.stdout.buffer.write(field + message)


main(*sys.argv[1:])
