"""An IMAP server that lets nobody in."""
from dialogue import Dialogue
from wire import Gone


class Imap(Dialogue):
    implicit = (993,)

    def greeting(self):
        return b'* OK [CAPABILITY %s] ready\r\n' % self.words()

    def words(self):
        return b'IMAP4rev1 STARTTLS LOGINDISABLED' if self.offers_tls() \
            else b'IMAP4rev1 AUTH=PLAIN'

    async def answer(self, line):
        tag, _, rest = line.partition(b' ')
        verb = rest.split(b' ')[0].upper()
        if verb == b'CAPABILITY':
            await self.say('ehlo', b'* CAPABILITY %s\r\n%s OK done\r\n'
                           % (self.words(), tag))
        elif verb == b'STARTTLS':
            await self.start_tls(tag + b' BAD not here\r\n',
                                 tag + b' OK begin TLS now\r\n')
        elif verb == b'LOGOUT':
            await self.reply(b'* BYE\r\n' + tag + b' OK done\r\n')
            raise Gone
        elif verb == b'NOOP':
            await self.reply(tag + b' OK done\r\n')
        elif verb in (b'LOGIN', b'AUTHENTICATE'):
            await self.reply(tag + b' NO not you\r\n')
        else:
            await self.reply((tag or b'*') + b' BAD what\r\n')
