"""One connection, in clear or in TLS, at whatever pace the row wants."""
import asyncio
import random
import socket
import ssl
import struct

LINE_LIMIT = 8192
HANDSHAKE_LIMIT = 60


class Gone(Exception):
    """The client has left, or we end it."""


class Row:
    """A row of tests/lab/servers that we serve."""

    def __init__(self, entry, seed):
        self.name = entry['name']
        self.ports = entry['ports']
        self.addresses = entry['addresses']
        self.settings = entry['settings']
        self.certificates = entry['certificates']
        self.seed = seed
        self.connections = 0
        self.cached = None

    def get(self, key, default=None):
        return self.settings.get(key, default)

    def octets(self, key):
        """Its \\r, \\n, \\0 and \\xNN undone; None if it is not set"""
        value = self.get(key)
        return None if value is None else \
            value.encode('latin-1').decode('unicode_escape').encode('latin-1')

    def context(self):
        if self.cached is None:
            self.cached = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.cached.minimum_version = ssl.TLSVersion.TLSv1_2
            for path in self.certificates:
                self.cached.load_cert_chain(path)
        return self.cached


class Wire:
    def __init__(self, reader, writer, row):
        self.reader, self.writer, self.row = reader, writer, row
        self.buffer = b''
        self.secure = False
        self.pace = float(row.get('pace', 0))
        row.connections += 1
        self.number = row.connections
        self.random = random.Random('%d/%s/%d' % (row.seed, row.name,
                                                  self.number))

    def say(self, text):
        print('%s connection %d: %s' % (self.row.name, self.number, text),
              flush=True)

    async def send(self, octets):
        if self.pace:
            for at in range(len(octets)):
                await self.send_at_once(octets[at:at + 1])
                await asyncio.sleep(self.pace)
        else:
            await self.send_at_once(octets)

    async def send_at_once(self, octets):
        if self.writer.transport.is_closing():
            raise Gone
        self.writer.write(octets)
        await self.writer.drain()

    async def more(self):
        """Add what has come to the buffer."""
        octets = await self.reader.read(65536)
        if not octets:
            raise Gone
        self.buffer += octets

    async def line(self):
        while b'\n' not in self.buffer:
            if len(self.buffer) > LINE_LIMIT:
                raise Gone
            await self.more()
        line, _, self.buffer = self.buffer.partition(b'\n')
        return line.rstrip(b'\r')

    async def exactly(self, n):
        while len(self.buffer) < n:
            await self.more()
        octets, self.buffer = self.buffer[:n], self.buffer[n:]
        return octets

    async def wait_for_end(self):
        while True:
            await self.more()
            self.buffer = b''

    async def start_tls(self):
        """What came in clear is forgotten, as RFC 3207 section 4.2 wants."""
        self.buffer = b''
        try:
            await self.writer.start_tls(
                self.row.context(), ssl_handshake_timeout=HANDSHAKE_LIMIT)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error
        self.secure = True

    def reset(self):
        """End it with a RST."""
        self.writer.get_extra_info('socket').setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        raise Gone
