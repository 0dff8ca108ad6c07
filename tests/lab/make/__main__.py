"""python3 tests/lab/make DIR [--bulk N] [--tarpits PERCENT] [--hangs PERCENT]
    [--egress open|drop|refuse]

Writes all that the lab's servers read into DIR: keys, certificates, signed
zones, policies, configurations.
"""
import argparse
import json
import os
import sys

import bulk as many
import dovecot
import hosts
import nginx
import pki
import postfix
import resolver
import sign
import table
import zones as zonefiles

def fault_rows(servers, bulk):
    """What the fault server is to do, and where"""
    for name, address in zonefiles.OTHERS.items():
        yield {'name': 'ns-' + name, 'ports': [53], 'addresses': [address],
               'certificates': [], 'settings':
               {'accept': 'never'} if name == 'silent' else {}}
    for server in servers.values():
        if server.daemon == 'fault':
            settings = dict(server.settings)
            if 'proxy' in settings:
                settings['proxy'] = servers[settings['proxy']].v4
            yield {'name': server.name, 'ports': server.ports,
                   'addresses': [server.v4, server.v6],
                   'settings': settings,
                   'certificates': ['pki/%s-%s.pem' % (server.name, key)
                                    for key in server.keys]}
    yield from bulk.fault_rows()


def ip_batch(servers):
    """What `ip -batch` makes of lo. All of 127/8 is there already."""
    places = [server.v6 for server in servers.values()]
    places += [hosts.DEAD6, hosts.CLIENT6, zonefiles.NSD6, resolver.UNBOUND6]
    return ''.join('addr add %s/128 dev lo nodad\n' % a for a in places)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('dir')
    parser.add_argument('--bulk', type=int, default=0)
    parser.add_argument('--tarpits', type=int, default=0)
    parser.add_argument('--hangs', type=int, default=0)
    parser.add_argument('--egress', default='open')
    return parser.parse_args()


def main():
    args = arguments()
    os.chdir(args.dir)
    servers, domains = table.read_servers(), table.read_domains()
    bulk = many.Bulk(args.bulk, args.tarpits, args.hangs)
    places = hosts.place_all(domains, servers)
    pki.make_all(servers)
    bulk.make_certificates()
    zones = zonefiles.build(places)
    bulk.add_zones(zones)
    sign.sign_all(zones)
    resolver.write_all(zones, bulk)
    postfix.write_all(servers, bulk, args.egress)
    nginx.write_all(servers, places, table.read_policies(), bulk)
    dovecot.write_all(servers)
    bulk.write_policy()
    pki.write('faults.json', json.dumps(list(fault_rows(servers, bulk)),
                                        indent=1))
    pki.write('addresses', ip_batch(servers))


if __name__ == '__main__':
    try:
        main()
    except table.TableError as error:
        sys.exit('tests/lab: %s' % error)
