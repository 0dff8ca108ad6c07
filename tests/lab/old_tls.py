"""Usage: old_tls.py PORT ssl2|ssl3|ssl3-close CERTIFICATE.der

A server that speaks one version of SSL that no library has any more, as far
as the end of its first flight, and nothing else. Runs until it is killed.
"""
import socket
import socketserver
import struct
import sys

RC4_MD5, RC4_SHA, TDES = 4, 5, 10
SSL2_KINDS = bytes.fromhex("010080" "0700c0" "020080")


def take(sock, n):
    data = b""
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def record(kind, version, body):
    return struct.pack("!BHH", kind, version, len(body)) + body


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def ssl2(sock, cert, _):
    """SERVER-HELLO to a CLIENT-HELLO; what is TLS is closed."""
    head = take(sock, 2)
    if not head[0] & 0x80:
        return
    take(sock, (head[0] & 0x7F) << 8 | head[1])
    body = b"\x04\x00\x01" + struct.pack(
        "!HHHH", 2, len(cert), len(SSL2_KINDS), 16)
    body += cert + SSL2_KINDS + bytes(16)
    sock.sendall(struct.pack("!H", 0x8000 | len(body)) + body)


def ssl3(sock, cert, closes):
    """Up to ServerHelloDone, for RSA with RC4 or 3DES; else a refusal."""
    head = take(sock, 5)
    if head[0] != 22:
        return
    hello = take(sock, int.from_bytes(head[3:], "big"))
    at = 6 + 32
    at += 1 + hello[at]
    n = int.from_bytes(hello[at:at + 2], "big")
    offered = [int.from_bytes(hello[at + 2 + i:at + 4 + i], "big")
               for i in range(0, n, 2)]
    suite = next((s for s in (RC4_MD5, TDES, RC4_SHA) if s in offered), None)
    if suite is None:
        if not closes:
            sock.sendall(record(21, 0x300, b"\x02\x28"))
        return
    chosen = b"\x03\x00" + bytes(32) + b"\x04abcd" + struct.pack(
        "!HB", suite, 0)
    one = len(cert).to_bytes(3, "big") + cert
    chain = len(one).to_bytes(3, "big") + one
    sock.sendall(record(22, 0x300, message(2, chosen)
                        + message(11, chain) + message(14, b"")))


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(5)
        try:
            speak(self.request, certificate, how == "ssl3-close")
            self.request.shutdown(socket.SHUT_WR)
        except (EOFError, OSError):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


port, how, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
speak = ssl2 if how == "ssl2" else ssl3
with open(path, "rb") as file:
    certificate = file.read()
with Server(("127.0.0.1", port), Handler) as server:
    server.serve_forever()
