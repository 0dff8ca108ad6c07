"""One connection, in clear or in TLS, at whatever pace the row wants."""
import asyncio
import collections
import random
import socket
import ssl
import struct

LINE_LIMIT = 8192


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
        self.turns = collections.Counter()  # connections to each address
        self.cached = None

    def get(self, key, default=None):
        return self.settings.get(key, default)

    def turn(self, address):
        """Which connection to that address this is, from 1"""
        self.turns[address] += 1
        return self.turns[address]

    def octets(self, key):
        """Its \\r, \\n, \\0 and \\xNN undone; None if it is not set"""
        value = self.get(key)
        return None if value is None else \
            value.encode('latin-1').decode('unicode_escape').encode('latin-1')

    def context(self):
        if self.cached is None:
            self.cached = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.cached.minimum_version = ssl.TLSVersion.TLSv1_2
            self.cached.set_ciphers('ECDHE+AESGCM:ECDHE+CHACHA20')
            self.cached.set_ecdh_curve('prime256v1')
            for path in self.certificates:
                self.cached.load_cert_chain(path)
        return self.cached


class Wire:
    """TLS is done here over ssl.MemoryBIO, since asyncio's own start_tls()
    loses what the client had sent before it was called."""

    def __init__(self, reader, writer, row):
        self.reader, self.writer, self.row = reader, writer, row
        self.buffer = b''       # what has come and was not asked for yet
        self.tls = None
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.pace = float(row.get('pace', 0))
        row.connections += 1
        self.number = row.connections
        self.turn = row.turn(writer.get_extra_info('sockname')[0])
        self.random = random.Random('%d/%s/%d' % (row.seed, row.name,
                                                  self.number))

    @property
    def secure(self):
        return self.tls is not None

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
        if self.secure:
            self.tls.write(octets)
            octets = self.outgoing.read()
        await self.send_raw(octets)

    async def send_raw(self, octets):
        if self.writer.transport.is_closing():
            raise Gone
        self.writer.write(octets)
        await self.writer.drain()

    async def read_raw(self):
        octets = await self.reader.read(65536)
        if not octets:
            raise Gone
        return octets

    async def more(self):
        """Add what has come to the buffer."""
        self.buffer += await (self.read_tls() if self.secure
                              else self.read_raw())

    async def read_tls(self):
        while True:
            try:
                octets = self.tls.read(65536)
            except ssl.SSLWantReadError:
                self.incoming.write(await self.read_raw())
                continue
            if not octets:
                raise Gone
            return octets

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
        """The buffer is part of the handshake: what came in clear before it
        is the caller's to take away."""
        self.incoming.write(self.buffer)
        self.buffer = b''
        tls = self.row.context().wrap_bio(self.incoming, self.outgoing,
                                          server_side=True)
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                await self.send_raw(self.outgoing.read())
                self.incoming.write(await self.read_raw())
                continue
            except ssl.SSLError as error:
                await self.send_raw(self.outgoing.read())    # the alert
                raise Gone from error
            break
        await self.send_raw(self.outgoing.read())
        self.tls = tls

    async def end(self):
        """With a close_notify, if TLS was spoken"""
        if self.secure:
            try:
                self.tls.unwrap()
            except ssl.SSLError:
                pass
            await self.send_raw(self.outgoing.read())
        self.writer.close()

    def reset(self):
        """End it with a RST."""
        self.writer.get_extra_info('socket').setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        raise Gone
