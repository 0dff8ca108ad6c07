"""A mail server that answers every command, and takes no mail."""
from dialogue import Dialogue
from wire import Gone

FLOOD = 10 * 1024 * 1024


class Smtp(Dialogue):
    implicit = (465,)

    def greeting(self):
        return b'220 %s ESMTP\r\n' % self.row.name.encode()

    async def greet(self):
        """Two greetings that are too long for a setting"""
        value = self.row.get('greeting')
        if value == 'flood':
            line = b'220-' + b'x' * 1020 + b'\r\n'
            await self.wire.send(line * (FLOOD // len(line)))
            await self.wire.send(self.greeting())
        elif value == 'endless':
            await self.endless(b'220-still greeting\r\n')
        else:
            await super().greet()

    async def endless(self, line):
        while True:
            await self.wire.send(line * 100)

    def capabilities(self):
        words = [self.row.name, 'PIPELINING', 'SIZE 10240000']
        if self.offers_tls():
            words.append('STARTTLS')
        # What must not stand in clear, the row has for the clear part alone.
        if not self.wire.secure and 'keywords' in self.row.settings:
            words.append(self.row.get('keywords'))
        if self.wire.secure and 'again' in self.row.settings:
            words.append(self.row.get('again'))
        words.append('8BITMIME')
        lines = ['250-' + word for word in words[:-1]] + ['250 ' + words[-1]]
        return ''.join(line + '\r\n' for line in lines).encode()

    async def answer(self, line):
        verb = line.split(b' ')[0].upper()
        if verb == b'EHLO':
            if self.row.get('ehlo') == 'endless':
                await self.endless(b'250-AND MORE\r\n')
            await self.say('ehlo2' if self.wire.secure else 'ehlo',
                           self.capabilities())
        elif verb == b'STARTTLS':
            await self.start_tls(b'502 5.5.1 Not here\r\n',
                                 b'220 2.0.0 Ready to start TLS\r\n')
        elif verb == b'MAIL' and self.port == 587 and self.offers_tls():
            await self.reply(b'530 5.7.0 STARTTLS first\r\n')
        elif verb == b'QUIT':
            await self.reply(b'221 2.0.0 Bye\r\n')
            raise Gone
        elif verb == b'HELO' and self.wire.secure:
            await self.say('helo2', REPLIES[verb])
        elif verb in REPLIES:
            await self.reply(REPLIES[verb])
        else:
            await self.say('unknown', b'502 5.5.2 No such command\r\n')


REPLIES = {
    b'HELO': b'250 here\r\n',
    b'NOOP': b'250 2.0.0 Ok\r\n',
    b'RSET': b'250 2.0.0 Ok\r\n',
    b'MAIL': b'250 2.1.0 Ok\r\n',
    b'RCPT': b'450 4.2.0 Not today\r\n',
    b'VRFY': b'252 2.0.0 Perhaps\r\n',
    b'DATA': b'503 5.5.1 No recipient\r\n',
    b'AUTH': b'535 5.7.8 No\r\n',
}
