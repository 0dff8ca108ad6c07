"""A name server on loopback for tests of time limits: it answers TXT
questions from "NAME TEXT" lines and all others with NXDOMAIN, but has no word
for what is at or below dead.test, and is four seconds late for slow.test. Its
port is the first line it prints."""
import socket
import sys
import threading

records = dict(line.rstrip("\n").split(" ", 1) for line in open(sys.argv[1]))
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
server.settimeout(120)
print(server.getsockname()[1], flush=True)


def question(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return ".".join(labels).lower(), packet[12:at + 5]


while True:
    packet, client = server.recvfrom(4096)
    name, asked = question(packet)
    if ("." + name).endswith(".dead.test"):
        continue
    text = records.get(name, "").encode() if asked[-3] == 16 else b""
    rdata = b"".join(bytes([len(text[i:i + 255])]) + text[i:i + 255]
                     for i in range(0, len(text), 255))
    answer = b"\xc0\x0c\x00\x10\x00\x01\0\0\1\x2c" + \
        len(rdata).to_bytes(2, "big") + rdata if text else b""
    reply = packet[:2] + (b"\x81\x80" if text else b"\x81\x83") + \
        b"\0\1\0" + bytes([bool(text)]) + b"\0\0\0\0" + asked + answer
    late = 4 if ("." + name).endswith(".slow.test") else 0
    threading.Timer(late, server.sendto, (reply, client)).start()
