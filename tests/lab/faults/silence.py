"""Ports from which nothing comes back, not even a SYN-ACK: their queue of
connections, one long, is full, and nobody takes from it."""
import asyncio
import socket

KEPT = []


def swallow(address, port):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind((address, port))
    listener.listen(0)
    own = {'0.0.0.0': '127.0.0.1', '::': '::1'}.get(address, address)
    KEPT.append((listener, socket.create_connection((own, port))))


async def swallow_datagrams(address, port):
    await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=(address, port))
