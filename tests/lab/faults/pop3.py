"""A POP3 server that lets nobody in."""
from dialogue import Dialogue
from wire import Gone


class Pop3(Dialogue):
    implicit = (995,)

    def greeting(self):
        return b'+OK ready\r\n'

    def capabilities(self):
        return b'+OK\r\n%sUIDL\r\n.\r\n' % (
            b'STLS\r\n' if self.offers_tls() else b'USER\r\nSASL PLAIN\r\n')

    async def answer(self, line):
        verb = line.split(b' ')[0].upper()
        if verb == b'CAPA':
            await self.say('ehlo', self.capabilities())
        elif verb == b'STLS':
            await self.start_tls(b'-ERR not here\r\n', b'+OK begin TLS\r\n')
        elif verb == b'QUIT':
            await self.reply(b'+OK bye\r\n')
            raise Gone
        elif verb == b'NOOP':
            await self.reply(b'+OK\r\n')
        else:
            await self.reply(b'-ERR what\r\n')
