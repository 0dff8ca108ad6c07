"""Policy hosts that nginx cannot be made to be."""
import hello

POLICY = (b'version: STSv1\r\nmode: enforce\r\nmx: *.test\r\n'
          b'max_age: 604800\r\n')
HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n'


class Https:
    def __init__(self, wire, _port):
        self.wire, self.row = wire, wire.row

    async def talk(self):
        if self.row.get('tls'):
            await hello.fail(self.wire, self.row.get('tls'))
        await self.wire.start_tls()
        while await self.wire.line():
            pass
        await getattr(self, self.row.get('http'))()

    async def hang(self):
        await self.wire.wait_for_end()

    async def slow(self):
        await self.wire.send(HEAD + b'Content-Length: %d\r\n\r\n'
                             % len(POLICY))
        self.wire.pace = 1
        await self.wire.send(POLICY)

    async def chunked(self):
        """70,000 octets of which no field tells how many they are"""
        await self.wire.send(HEAD + b'Transfer-Encoding: chunked\r\n\r\n')
        line = b'mx: a.example\r\n'
        body = POLICY + line * ((70000 - len(POLICY)) // len(line))
        for at in range(0, len(body), 5000):
            part = body[at:at + 5000]
            await self.wire.send(b'%x\r\n%s\r\n' % (len(part), part))
        await self.wire.send(b'0\r\n\r\n')

    async def length(self):
        await self.wire.send(HEAD + b'Content-Length: 10000000000\r\n\r\n')
        while True:
            await self.wire.send(b'mx: a.example\r\n' * 1000)

    async def short(self):
        await self.wire.send(HEAD + b'Content-Length: %d\r\n\r\n%s'
                             % (len(POLICY) + 100, POLICY))

    async def headers(self):
        await self.wire.send(HEAD)
        while True:
            await self.wire.send(b'X-More: and more\r\n' * 100)

    async def garbage(self):
        await self.wire.send(b'220 no web server\r\n')
