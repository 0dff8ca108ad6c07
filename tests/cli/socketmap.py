#!/usr/bin/env python3
"""socketmap.py unix:PATH|inet:HOST:PORT KEY...: look keys up as Postfix does,
over one connection; a line a reply. "raw:TEXT" sends TEXT as it is,
"run:COMMAND" runs a command in between."""
import socket
import subprocess
import sys


def connect(where):
    kind, _, rest = where.partition(":")
    if kind == "unix":
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(20)
        s.connect(rest)
        return s
    host, _, port = rest.rpartition(":")
    return socket.create_connection((host, int(port)), 20)


def reply(s):
    length = b""
    while not length.endswith(b":"):
        octet = s.recv(1)
        if not octet:
            return "closed"
        length += octet
    want = int(length[:-1]) + 1
    text = b""
    while len(text) < want:
        piece = s.recv(want - len(text))
        if not piece:
            return "torn"
        text += piece
    return text[:-1].decode()


def main():
    s = connect(sys.argv[1])
    for key in sys.argv[2:]:
        if key.startswith("run:"):
            subprocess.run(key[4:], shell=True, check=True,
                           stdout=subprocess.DEVNULL)
            continue
        text = b"mtasts " + key.encode()
        if key.startswith("raw:"):
            s.sendall(key[4:].encode())
        else:
            s.sendall(b"%d:%s," % (len(text), text))
        print(reply(s).rstrip(), flush=True)


main()
