"""What SMTP, IMAP and POP3 have in common: a greeting, commands by the line,
and TLS in the middle, each with what can go wrong there."""
import asyncio

import hello
import noise
from wire import Gone


class Dialogue:
    """A protocol gives: greeting(), capabilities(), answer(line), upgrade,
    its word for STARTTLS, and implicit, the ports that begin with TLS."""

    def __init__(self, wire, port):
        self.wire, self.row, self.port = wire, wire.row, port
        self.late = b''
        self.noise = noise.stage_of(wire)

    async def talk(self):
        if self.port in self.implicit:
            await self.handshake()
        await self.greet()
        while True:
            await self.answer(await self.wire.line())
            self.wire.buffer, self.late = self.late + self.wire.buffer, b''

    async def reply(self, octets):
        """Lines that end as the row says"""
        end = self.row.octets('eol')
        if end is not None:
            octets = octets.replace(b'\r\n', end)
        if self.noise == 'inside' and self.wire.secure:
            octets = await noise.instead_of(self.wire, octets)
        await self.wire.send(octets)

    async def say(self, key, otherwise):
        """Send what the row has under KEY in place of what is right."""
        value = self.row.octets(key)
        if value == b'never':
            await self.wire.wait_for_end()
        if value == b'close':
            raise Gone
        if self.noise == key:
            otherwise = await noise.instead_of(self.wire, otherwise)
        await self.reply(otherwise if value is None else value + b'\r\n')
        if value is not None and self.row.get('after') == 'close':
            raise Gone

    async def greet(self):
        await asyncio.sleep(float(self.row.get('delay', 0)))
        await self.say('greeting', self.greeting())

    def offers_tls(self):
        """flap: at every other connection to the same address"""
        hidden = self.row.get('hide') == 'STARTTLS' or (
            self.row.get('flap') == 'STARTTLS' and self.wire.turn % 2 == 0)
        return not self.wire.secure and not hidden

    async def handshake(self):
        kind = self.row.get('tls')
        if self.noise in ('handshake', 'hello'):
            await noise.handshake(self.wire, self.noise)
        if kind:
            await hello.fail(self.wire, kind)
        await self.wire.start_tls()

    async def start_tls(self, refusal, ready):
        """Answer STARTTLS. Commands that came in clear behind it are to be
        forgotten (RFC 3207 section 4.2), unless the row does otherwise."""
        if not self.offers_tls():
            await self.reply(refusal)
            return
        value = self.row.octets('starttls')
        if value is not None:
            await self.say('starttls', b'')
            return
        held, self.wire.buffer = self.wire.buffer, b''
        await self.say('starttls', ready + (self.row.octets('tail') or b''))
        inject = self.row.get('inject') if held else None
        if inject in ('record', 'stall'):
            await hello.misled(self.wire, held if inject == 'record' else None)
        await self.handshake()
        if inject == 'keep':
            self.wire.buffer = held
        elif inject == 'late':
            self.late = held
            await self.answer(await self.wire.line())
        elif inject == 'hang':
            await self.wire.wait_for_end()
