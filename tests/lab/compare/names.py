"""Suites, groups and versions by the names that mstls-probe gives them."""
import re
import subprocess

GROUPS = {'prime256v1': 'secp256r1', 'X25519': 'x25519', 'X448': 'x448',
          '25519': 'x25519', '448': 'x448', 'P-256': 'secp256r1',
          'P-384': 'secp384r1', 'P-521': 'secp521r1'}
VERSIONS = {'SSLv2': 'SSLv2', 'SSLv3': 'SSLv3', 'TLS1': 'TLSv1.0',
            'TLS1_1': 'TLSv1.1', 'TLS1_2': 'TLSv1.2', 'TLS1_3': 'TLSv1.3'}


def of_openssl():
    """OpenSSL's names of suites: IANA's"""
    text = subprocess.run(
        ['openssl', 'ciphers', '-stdname',
         'ALL:COMPLEMENTOFALL:@SECLEVEL=0'],
        capture_output=True, text=True, check=True).stdout
    return {words[2]: words[0] for words in map(str.split,
                                                text.splitlines())}


OPENSSL = of_openssl()


def suite(name):
    return OPENSSL.get(name, re.sub('^TLS_AKE_WITH_', 'TLS_', name))


def group(name):
    return GROUPS.get(name, name)
