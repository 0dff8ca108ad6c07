"""TLS and SSL as no library speaks it: made of octets by hand (RFC 6101, RFC
5246; the SSL 2 draft). No handshake here ever ends well."""
import asyncio
import base64
import re
import struct

from wire import Gone

HANDSHAKE, ALERT = 22, 21
SERVER_HELLO, CERTIFICATE, DONE = 2, 11, 14
HANDSHAKE_FAILURE, PROTOCOL_VERSION = 40, 70
RENEGOTIATION_INFO, SUPPORTED_VERSIONS, RENEGOTIATION_SCSV = 0xff01, 43, 0xff
EXTENDED_MASTER_SECRET, DEFLATE = 23, 1
INTERNAL_ERROR, RECORD_MAX = 80, 2**14 + 2048
RANDOM = bytes(range(32))


def vector(size, octets):
    """With its length before it, in SIZE octets"""
    return len(octets).to_bytes(size, 'big') + octets


def record(kind, octets, version=0x0301):
    return b''.join(struct.pack('!BH', kind, version) +
                    vector(2, octets[at:at + 16384])
                    for at in range(0, len(octets), 16384))


def message(kind, body):
    return bytes([kind]) + vector(3, body)


def server_hello(version, suite, compression=0, extensions=b''):
    body = struct.pack('!H', version) + RANDOM + vector(1, b'') + \
        struct.pack('!HB', suite, compression)
    return message(SERVER_HELLO, body + (vector(2, extensions)
                                         if extensions else b''))


def certificate_message(certificates):
    return message(CERTIFICATE, vector(3, b''.join(
        vector(3, each) for each in certificates)))


def alert(description, version=0x0301):
    return record(ALERT, bytes([2, description]), version)


def certificates(row):
    """Its chain, in DER"""
    with open(row.certificates[0], encoding='ascii') as file:
        return [base64.b64decode(pem) for pem in re.findall(
            'BEGIN CERTIFICATE-----(.*?)-----END', file.read(), re.S)]


class ClientHello:
    """What of it decides the answer"""

    def __init__(self, body):
        self.version = struct.unpack_from('!H', body)[0]
        at = 35 + body[34]
        self.suites, at = self.take(body, at, 2)
        self.suites = struct.unpack('!%dH' % (len(self.suites) // 2),
                                    self.suites)
        self.compressions, at = self.take(body, at, 1)
        self.extensions = {}
        block = self.take(body, at, 2)[0] if at < len(body) else b''
        at = 0
        while at < len(block):
            kind = struct.unpack_from('!H', block, at)[0]
            self.extensions[kind], at = self.take(block, at + 2, 2)

    @staticmethod
    def take(octets, at, size):
        length = int.from_bytes(octets[at:at + size], 'big')
        at += size
        if at + length > len(octets):
            raise Gone
        return octets[at:at + length], at + length

    def knows_renegotiation(self):
        return RENEGOTIATION_INFO in self.extensions or \
            RENEGOTIATION_SCSV in self.suites

    @property
    def highest(self):
        listed = self.extensions.get(SUPPORTED_VERSIONS)
        if not listed:
            return self.version
        return max(v for v, in struct.iter_unpack('!H', listed[1:])
                   if v <= 0x0304)


async def read_client_hello(wire):
    """None: it is none, or not well made"""
    handshake = b''
    while len(handshake) < 4 or \
            len(handshake) < 4 + int.from_bytes(handshake[1:4], 'big'):
        kind, _, length = struct.unpack('!BHH', await wire.exactly(5))
        if kind != HANDSHAKE or length > 16384:
            return None
        handshake += await wire.exactly(length)
    try:
        return ClientHello(handshake[4:])
    except (IndexError, struct.error):
        return None


# --- kinds, as tls=KIND[:ARGUMENT] names them

async def some(wire):
    """Wait for a hello, or some of it"""
    if not wire.buffer:
        await wire.more()


async def garbage(wire, _):
    await some(wire)
    await wire.send(b'550 this is no TLS\r\n')


async def hang(wire, _):
    await wire.wait_for_end()


async def close(wire, _):
    await some(wire)


async def reset(wire, _):
    await some(wire)
    wire.reset()


async def send_alert(wire, description):
    await some(wire)
    await wire.send(alert(int(description)))


async def nonsense(wire, _):
    await some(wire)
    await wire.send(record(HANDSHAKE, server_hello(0x7f7f, 0xfefe)))
    await wire.wait_for_end()


async def half_hello(wire, _):
    await wire.more()
    octets = record(HANDSHAKE, server_hello(0x0303, 0xc02f))
    await wire.send(octets[:len(octets) // 2])
    await wire.wait_for_end()


async def big_certificate(wire, _):
    """Of 16 MB, as the length says; we never come to its end."""
    await some(wire)
    await wire.send(record(HANDSHAKE, server_hello(0x0303, 0xc02f), 0x0303))
    await wire.send(record(HANDSHAKE, bytes([CERTIFICATE]) + b'\xff' * 3,
                           0x0303))
    for _ in range(1023):
        await wire.send(record(HANDSHAKE, bytes(16384), 0x0303))
    await wire.wait_for_end()


async def misled(wire, octets):
    """The handshake as it goes if these octets came before the client's: the
    head of a record, for whose rest Dovecot 2.4 waits if it may be as long as
    that says (RFC 5246 section 6.2.3). None: it waits for good."""
    if octets is None:
        await wire.wait_for_end()
    wire.buffer = octets + wire.buffer
    header = await wire.exactly(5)
    length = int.from_bytes(header[3:], 'big')
    if length <= RECORD_MAX:
        await wire.exactly(length)
    await send_alert(wire, INTERNAL_ERROR)
    raise Gone


async def raw(wire, _):
    """One version, and suites whose key exchange is RSA: up to the
    ServerHelloDone all is as it should be; then the handshake is refused."""
    row = wire.row
    major, minor = row.get('versions').split('.')
    version = int(major) << 8 | int(minor)
    ours = [int(suite, 16) for suite in row.get('suites').split(',')]
    hello = await read_client_hello(wire)
    if hello is None:
        raise Gone
    suites = [suite for suite in ours if suite in hello.suites]
    if hello.highest < version:
        await wire.send(alert(PROTOCOL_VERSION))
    elif not suites:
        await wire.send(alert(HANDSHAKE_FAILURE))
    else:
        extensions = b''
        if hello.knows_renegotiation():
            extensions = struct.pack('!HHB', RENEGOTIATION_INFO, 1, 0)
        if EXTENDED_MASTER_SECRET in hello.extensions:
            extensions += struct.pack('!HH', EXTENDED_MASTER_SECRET, 0)
        compression = DEFLATE if row.get('compression') and \
            DEFLATE in hello.compressions else 0
        await wire.send(record(
            HANDSHAKE,
            server_hello(version, suites[0], compression, extensions) +
            certificate_message(certificates(row)) + message(DONE, b''),
            version))
        await wire.more()
        await wire.send(alert(HANDSHAKE_FAILURE, version))


async def ssl2(wire, _):
    """Only a CLIENT-HELLO of SSL 2 gets an answer."""
    first, second = await wire.exactly(2)
    if not first & 0x80:
        raise Gone
    hello = await wire.exactly((first & 0x7f) << 8 | second)
    if hello[:3] != b'\x01\x00\x02':
        raise Gone
    certificate = certificates(wire.row)[0]
    kinds = bytes.fromhex('010080' '0700c0')    # RC4-128 and 3DES, with MD5
    body = struct.pack('!BBBHHHH', 4, 0, 1, 2, len(certificate), len(kinds),
                       16) + certificate + kinds + RANDOM[:16]
    await wire.send(struct.pack('!H', 0x8000 | len(body)) + body)
    await wire.wait_for_end()


async def pipe(wire, port):
    """A real server at another port has the handshake, and all after it."""
    reader, writer = await asyncio.open_connection('127.0.0.1', int(port))

    async def backwards():
        while octets := await reader.read(65536):
            await wire.send(octets)
        wire.writer.close()

    task = asyncio.create_task(backwards())
    try:
        while True:
            writer.write(wire.buffer)
            wire.buffer = b''
            await wire.more()
    finally:
        writer.close()
        task.cancel()


KINDS = {
    'garbage': garbage, 'hang': hang, 'close': close, 'reset': reset,
    'alert': send_alert, 'nonsense': nonsense, 'halfhello': half_hello,
    'bigcert': big_certificate, 'raw': raw, 'sslv2': ssl2, 'pipe': pipe,
}


async def fail(wire, text):
    """tls=KIND[:ARGUMENT] in place of a handshake"""
    kind, _, argument = text.partition(':')
    await KINDS[kind](wire, argument)
    raise Gone
