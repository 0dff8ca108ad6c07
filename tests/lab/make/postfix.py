"""One Postfix with a service for each row and port. It takes mail for
everybody, and throws it away, so that a sender can be tried against it."""
import os
import pwd
import shutil

from pki import write

ECDHE = 'ECDHE+AESGCM:ECDHE+CHACHA20'

# A spotless host unless a row says otherwise. peername: each connection would
# wait for the names of addresses that have none. ffdhe: Postfix 3.8 and later
# have those groups, too; 3.7 takes no notice.
MAIN = '''compatibility_level = 3.6
queue_directory = {lab}/postfix/queue
data_directory = {lab}/postfix/data
maillog_file = {lab}/log/mail
maillog_file_prefixes = {lab}
myhostname = lab.test
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = all
mynetworks = 127.0.0.0/8
default_transport = discard
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all
virtual_transport = discard
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_relay_restrictions = permit_auth_destination, reject
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_ciphers = high
smtpd_tls_exclude_ciphers = aNULL
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_mandatory_ciphers = high
smtpd_tls_mandatory_exclude_ciphers = aNULL
tls_config_file = {lab}/openssl.cnf
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {lab}/dovecot/auth
tls_high_cipherlist = {ecdhe}
tls_preempt_cipherlist = yes
tls_ffdhe_auto_groups =
'''

MASTER = '''postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
'''

QUEUE = ('active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold',
         'incoming', 'maildrop', 'pid', 'private', 'public', 'saved', 'trace')

OURS = ('cert', 'ports')

# What a port stands for, where a row does not say it itself.
PORTS = {
    25: (),
    587: (('smtpd_tls_security_level', 'encrypt'),),
    465: (('smtpd_tls_wrappermode', 'yes'),),
}


def service(listen, server, port):
    lab = os.getcwd()
    words = ['%s inet n - n - 100 smtpd' % listen,
             '-o { myhostname = %s }' % (server.names or ['unused.test'])[0]]
    own = dict(server.others(*OURS))
    for key, value in {**dict(PORTS[port]), **own}.items():
        value = value.replace('$LAB', lab).replace('$ECDHE', ECDHE)
        words.append('-o { %s = %s }' % (key, value))
    if server.keys:
        words.append('-o { smtpd_tls_chain_files = %s }' % ', '.join(
            '%s/pki/%s-%s.pem' % (lab, server.name, key)
            for key in server.keys))
    return '\n\t'.join(words) + '\n'


def make_folders():
    owner = pwd.getpwnam('postfix').pw_uid
    for name in QUEUE:
        os.makedirs('postfix/queue/' + name, exist_ok=True)
        if name != 'pid':
            os.chown('postfix/queue/' + name, owner, -1)
    os.makedirs('postfix/data', exist_ok=True)
    os.chown('postfix/data', owner, -1)


def write_all(servers, bulk, egress):
    make_folders()
    services = []
    for server in servers.values():
        if server.daemon == 'postfix':
            for port in server.ports:
                if port == 25 and egress != 'open':
                    continue
                services.append(service('%s:%d' % (server.v4, port),
                                        server, port))
                services.append(service('[%s]:%d' % (server.v6, port),
                                        server, port))
    if bulk.count and egress == 'open':
        services.append(bulk.postfix_service())
    write('postfix/main.cf', MAIN.format(lab=os.getcwd(), ecdhe=ECDHE))
    write('postfix/master.cf', MASTER + ''.join(services))
    for name in ('dynamicmaps.cf', 'postfix-files'):
        if os.path.exists('/etc/postfix/' + name):
            shutil.copy('/etc/postfix/' + name, 'postfix/' + name)
