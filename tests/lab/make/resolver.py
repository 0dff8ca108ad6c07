"""nsd, which has all zones, and unbound, which validates from our root."""
import os

from pki import write
from zones import NSD4, NSD6

UNBOUND4, UNBOUND6 = '127.0.0.53', 'fd00:1ab::53'

# rrl: its limit of 200 questions a second counts on loopback, too.
NSD = '''server:
 ip-address: {v4}
 ip-address: {v6}
 username: ""
 database: ""
 zonesdir: "{lab}/zones"
 pidfile: "{lab}/nsd.pid"
 xfrdfile: "{lab}/xfrd.state"
 zonelistfile: "{lab}/zone.list"
 xfrdir: "{lab}"
 logfile: "{lab}/log/nsd"
 server-count: 1
 rrl-ratelimit: 0
 rrl-whitelist-ratelimit: 0
remote-control:
 control-enable: no
'''

# RFC 6761 would have test. answered with NXDOMAIN; val-log-level: the log
# says why an answer is bogus.
UNBOUND = '''server:
 interface: {v4}
 interface: {v6}
 access-control: 0.0.0.0/0 allow
 access-control: ::/0 allow
 username: ""
 chroot: ""
 directory: "{lab}"
 pidfile: "{lab}/unbound.pid"
 logfile: "{lab}/log/unbound"
 use-syslog: no
 root-hints: "{lab}/root.hints"
 trust-anchor-file: "{lab}/root.key"
 module-config: "validator iterator"
 do-not-query-localhost: no
 local-zone: "test." nodefault
 ede: yes
 val-log-level: 2
remote-control:
 control-enable: no
'''


def nsd_zones(zones):
    for zone in zones.values():
        if zone.kind not in ('lame', 'silent', 'missing'):
            yield 'zone:\n name: "%s."\n zonefile: "%s.zone"\n' % (
                zone.name, zone.name or 'root')


def write_all(zones, bulk):
    lab = os.getcwd()
    write('nsd.conf', NSD.format(lab=lab, v4=NSD4, v6=NSD6) +
          ''.join(nsd_zones(zones)))
    write('unbound.conf', UNBOUND.format(lab=lab, v4=UNBOUND4, v6=UNBOUND6))
    write('root.hints', '. 300 NS ns.test.\nns.test. 300 A %s\n'
          'ns.test. 300 AAAA %s\n' % (NSD4, NSD6))
    write('resolv.conf', 'nameserver %s\noptions edns0 trust-ad timeout:2\n'
          % UNBOUND4)
    write('hosts', '127.0.0.1 localhost\n' + bulk.hosts())
