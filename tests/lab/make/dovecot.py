"""Dovecot for IMAP and POP3, and for what Postfix asks about passwords. The
words of its configuration changed with 2.4. A process serves many logins: one
for each connection, as is the rule, is 20 times the work."""
import os
import subprocess

from pki import write

COMMON = '''base_dir = {lab}/dovecot/run
state_dir = {lab}/dovecot/state
log_path = {lab}/log/dovecot
listen = {listen}
protocols = imap pop3
ssl = yes
ssl_cipher_list = ECDHE+AESGCM:ECDHE+CHACHA20
ssl_curve_list = X25519:P-256:P-384
service auth {{
  unix_listener {lab}/dovecot/auth {{
    mode = 0666
  }}
}}
service anvil {{
  client_limit = 1000
}}
service imap-login {{
  {many}
}}
service pop3-login {{
  {many}
}}
'''

OLD = COMMON + '''default_login_user = dovenull
ssl_prefer_server_ciphers = yes
import_environment = OPENSSL_CONF={lab}/openssl.cnf
mail_location = maildir:{lab}/dovecot/mail/%u
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={lab}/dovecot/mail/%u
}}
'''

NEW = '''dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
''' + COMMON + '''ssl_server_prefer_ciphers = server
import_environment {{
  OPENSSL_CONF = {lab}/openssl.cnf
}}
mail_driver = maildir
mail_path = {lab}/dovecot/mail/%{{user}}
passdb static {{
  password = secret
}}
userdb static {{
  fields {{
    uid = nobody
    gid = nogroup
    home = {lab}/dovecot/mail/%{{user}}
  }}
}}
'''

OLD_KEYS = ('ssl_cert = <', 'ssl_key = <', 'disable_plaintext_auth = %s',
            {True: 'no', False: 'yes'})
NEW_KEYS = ('ssl_server_cert_file = ', 'ssl_server_key_file = ',
            'auth_allow_cleartext = %s', {True: 'yes', False: 'no'})


def is_new():
    version = subprocess.run(('dovecot', '--version'), check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    return tuple(int(n) for n in version.split()[0].split('.')[:2]) >= (2, 4)


def local_block(server, address, keys):
    cert, key, cleartext, words = keys
    base = '%s/pki/%s-%s' % (os.getcwd(), server.name, server.keys[0])
    return 'local %s {\n  %s%s.chain\n  %s%s.key\n  %s\n}\n' % (
        address, cert, base, key, base,
        cleartext % words[server.get('plaintext') == 'yes'])


def global_certificate(server, keys):
    base = '%s/pki/%s-%s' % (os.getcwd(), server.name, server.keys[0])
    return '%s%s.chain\n%s%s.key\n' % (keys[0], base, keys[1], base)


def write_all(servers):
    rows = [s for s in servers.values() if s.daemon == 'dovecot']
    places = [a for row in rows for a in (row.v4, row.v6)]
    keys, text, many = \
        (NEW_KEYS, NEW, 'restart_request_count = unlimited') if is_new() else \
        (OLD_KEYS, OLD, 'service_count = 0')
    os.makedirs('dovecot/mail', exist_ok=True)
    text = text.format(lab=os.getcwd(), listen=', '.join(places), many=many)
    text += global_certificate(rows[0], keys)
    for row in rows:
        text += local_block(row, row.v4, keys) + local_block(row, row.v6, keys)
    write('dovecot/dovecot.conf', text)
