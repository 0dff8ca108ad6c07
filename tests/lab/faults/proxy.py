"""Somebody between the client and a mail server, who does not like TLS."""
import asyncio
import re

from wire import Gone

KEYWORD = re.compile(rb'(?i)^(250[- ])STARTTLS')


class Proxy:
    def __init__(self, wire, port):
        self.wire, self.row, self.port = wire, wire.row, port

    async def talk(self):
        reader, writer = await asyncio.open_connection(self.row.get('proxy'),
                                                       self.port)
        task = asyncio.create_task(self.answers(reader))
        try:
            while True:
                line = await self.wire.line()
                if line.upper().startswith(b'STARTTLS'):
                    line = b'XXXXXXXX'
                writer.write(line + b'\r\n')
        finally:
            writer.close()
            task.cancel()

    async def answers(self, reader):
        while line := await reader.readline():
            line = self.changed(line)
            if line:
                await self.wire.send(line)
        self.wire.writer.close()

    def changed(self, line):
        """strip=drop, or what is written over it"""
        match = KEYWORD.match(line)
        if not match:
            return line
        if self.row.get('strip') != 'drop':
            return match.group(1) + self.row.get('strip').encode() + b'\r\n'
        if match.group(1) == b'250 ':
            raise Gone          # the last line cannot be left out
        return b''
