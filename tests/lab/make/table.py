"""Read the three tables of the lab: table, servers, policies.

What the columns mean stands at the head of each file.
"""
import codecs
import collections
import pathlib
import shlex

HERE = pathlib.Path(__file__).resolve().parent.parent

USES = {
    'mx', 'a', 'tlsa', 'tlsacname', 'sts', 'sts6', 'stsname', 'txt', 'txtname',
    'rpt', 'zone', 'rr', 'submission', 'submissions', 'imap', 'imaps', 'pop3',
    'pop3s',
}

COLUMNS = ('domain', 'fault', 'uses', 'mtasts_check', 'mstls_probe', 'senders')


class TableError(Exception):
    """A row that means nothing; the text says where."""


def rows(name, columns):
    """Each row of a table as a list of its columns, with its line number."""
    logical = []
    for number, line in enumerate((HERE / name).open(encoding='utf-8'), 1):
        line = line.rstrip('\n')
        if line.startswith('\t'):
            logical[-1][1] += ' ' + line.strip()
        elif line.strip() and not line.startswith('#'):
            logical.append([number, line])
    for number, line in logical:
        cells = [cell.strip() for cell in line.split('|')]
        if len(cells) != columns:
            raise TableError('%s:%d: %d columns, not %d'
                             % (name, number, len(cells), columns))
        yield number, cells


def settings(text):
    """'a=b c="d e"' as a list of pairs. A backslash is an ordinary octet, but
    in a value that has a quote, before which it must stand."""
    words = shlex.shlex(text, posix=True, punctuation_chars=False)
    words.whitespace_split = True
    words.commenters = ''
    words.quotes = '"'
    words.escape = '\\' if '\\"' in text else ''
    return [tuple(word.split('=', 1)) for word in words]


class Server:
    """A row of servers: a place where something listens, or nothing."""

    def __init__(self, number, name, daemon, text):
        self.name = name
        self.daemon = daemon
        self.number = number
        self.settings = settings(text)
        self.names = []         # what its certificate is for, from the table
        self.v4 = '127.0.1.%d' % number
        self.v6 = 'fd00:1ab::1:%x' % number

    def get(self, key, default=None):
        return dict(self.settings).get(key, default)

    def others(self, *known):
        """The settings that are not known here: the daemon's own."""
        return [(k, v) for k, v in self.settings if k not in known]

    @property
    def keys(self):
        """Of its certificates: ['rsa', 'ec']"""
        cert = self.get('cert')
        return cert.split(':')[0].split('+') if cert else []

    @property
    def cert_fault(self):
        return self.get('cert', '').partition(':')[2]

    @property
    def ports(self):
        default = '443' if self.daemon == 'nginx' else '25'
        return [int(port) for port in self.get('ports', default).split(',')]

    def serve(self, name):
        if name not in self.names:
            self.names.append(name)


class Domain:
    """A row of table."""

    def __init__(self, cells):
        self.row = dict(zip(COLUMNS, cells))
        self.name = ascii_name(self.row['domain'])
        self.uses = collections.defaultdict(list)
        for key, value in settings(self.row['uses']):
            if key not in USES:
                raise TableError('table: %s: no use "%s"' % (self.name, key))
            self.uses[key].append(value)

    def get(self, key, default=None):
        return self.uses[key][-1] if key in self.uses else default

    def list(self, key):
        value = self.get(key, '')
        return value.split(',') if value else []


def ascii_name(name):
    return name if name.isascii() else name.encode('idna').decode()


def read_servers():
    servers = {}
    for _, (name, daemon, text) in rows('servers', 3):
        if name in servers:
            raise TableError('servers: two rows "%s"' % name)
        servers[name] = Server(len(servers) + 1, name, daemon, text)
    return servers


def read_domains():
    return [Domain(cells) for _, cells in rows('table', len(COLUMNS))]


def read_policies():
    """name -> octets, with @MX, @MX1 and @DOMAIN still in them"""
    return {name: codecs.decode(text, 'unicode_escape').encode()
            for _, (name, text) in rows('policies', 2)}
