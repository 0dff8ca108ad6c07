"""nginx, which gives out the policies: a server block for each row."""
import os

from pki import write

HEAD = '''user root;
worker_processes 1;
worker_rlimit_nofile 4096;
pid {lab}/nginx.pid;
error_log {lab}/log/nginx;
events {{ worker_connections 2048; }}
http {{
	access_log {lab}/log/nginx.access;
	client_body_temp_path {lab}/nginx;
	proxy_temp_path {lab}/nginx;
	fastcgi_temp_path {lab}/nginx;
	uwsgi_temp_path {lab}/nginx;
	scgi_temp_path {lab}/nginx;
	ssl_session_cache off;
	ssl_session_tickets off;
	server_names_hash_max_size 4096;
	server_names_hash_bucket_size 128;
	types {{ text/plain txt; }}
'''

# By family another root, so that they can say different things.
SERVER = '''	server {{
		listen {listen}:443 ssl;
		ssl_certificate {lab}/pki/{name}.chain;
		ssl_certificate_key {lab}/pki/{name}.key;
		ssl_protocols {protocols};
		ssl_ciphers {ciphers};
		root {lab}/{www}/$host;
		{conf}
	}}
'''


def server_block(server, listen, www):
    return SERVER.format(
        lab=os.getcwd(), listen=listen, www=www,
        name='%s-%s' % (server.name, server.keys[0]),
        protocols=server.get('protocols', 'TLSv1.2 TLSv1.3'),
        ciphers=server.get('ciphers', 'ECDHE+AESGCM:ECDHE+CHACHA20'),
        conf=server.get('conf', ''))


def policy_text(body, place):
    """A row of policies, for this domain"""
    hosts = [target.rstrip('.') for _, target in place.mx if target != '.'] \
        or [place.name]
    end = b'\r\n' if b'@MX\r' in body else b'\n'
    lines = end.join(b'mx: ' + host.encode() for host in hosts)
    return body.replace(b'@MX1', b'mx: ' + hosts[0].encode()) \
        .replace(b'@MX', lines).replace(b'@DOMAIN', place.name.encode())


def write_policy(folder, place, body):
    path = '%s/mta-sts.%s/.well-known' % (folder, place.name)
    os.makedirs(path, exist_ok=True)
    with open(path + '/mta-sts.txt', 'wb') as file:
        file.write(policy_text(body, place))


def write_policies(places, policies):
    for place in places:
        if 'sts' in place.domain.uses:
            body = place.domain.get('sts').partition('@')[0]
            write_policy('www', place, policies[body])
            write_policy('www6', place,
                         policies[place.domain.get('sts6', body)])


def write_all(servers, places, policies, bulk):
    os.makedirs('nginx', exist_ok=True)
    write_policies(places, policies)
    text = HEAD.format(lab=os.getcwd())
    for server in servers.values():
        if server.daemon == 'nginx':
            text += server_block(server, server.v4, 'www')
            text += server_block(server, '[%s]' % server.v6, 'www6')
    write('nginx.conf', text + bulk.nginx_servers() + '}\n')
