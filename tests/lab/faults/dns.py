"""A name server that refuses every question (RFC 1035 section 4.1.1)."""
import asyncio

QR, REFUSED, RD = 0x80, 5, 0x01


class Refuser(asyncio.DatagramProtocol):
    def __init__(self):
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        if len(data) > 12:
            end = data.index(b'\0', 12) + 5
            self.transport.sendto(
                data[:2] + bytes([QR | data[2] & RD, REFUSED]) +
                b'\0\1\0\0\0\0\0\0' + data[12:end], addr)


async def serve(address, port):
    await asyncio.get_running_loop().create_datagram_endpoint(
        Refuser, local_addr=(address, port))
