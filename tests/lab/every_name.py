#!/usr/bin/env python3
"""A name server for which every name has the same records.

Usage: every_name.py READY ADDRESS[%INTERFACE] RECORD...  It listens at port
5353, then makes the file READY, and ends when nobody has asked for a minute.
RECORD: A=ADDRESS, and TXT:LABEL=TEXT for names that begin with LABEL;
silent=ADDRESS is a place whose port 443 takes connections and says nothing.
"""
import socket
import struct
import sys

ready, at, *records = sys.argv[1:]
address, txt, silent = b"", {}, []
for record in records:
    key, value = record.split("=", 1)
    if key == "A":
        address = socket.inet_aton(value)
    elif key == "silent":
        silent.append(socket.create_server((value, 443), backlog=16))
    else:
        txt[key.split(":")[1].encode()] = value.encode()


def data_of(name, kind):
    """What a record of the type holds; empty: there is none."""
    if kind == 1:
        return address
    text = txt.get(name[1:1 + name[0]], b"") if kind == 16 else b""
    return bytes([len(text)]) + text if text else b""


family, _, _, _, where = socket.getaddrinfo(at, 5353, type=socket.SOCK_DGRAM)[0]
s = socket.socket(family, socket.SOCK_DGRAM)
s.bind(where)
s.settimeout(60)
open(ready, "w").close()
try:
    while True:
        ask, who = s.recvfrom(2000)
        end = 12
        while ask[end]:
            end += ask[end] + 1
        kind = struct.unpack(">H", ask[end + 1:end + 3])[0]
        data = data_of(ask[12:end + 1], kind)
        rr = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data
        s.sendto(ask[:2] + b"\x81\x80\0\1" +
                 struct.pack(">HHH", bool(data), 0, 0) + ask[12:end + 5] +
                 (rr if data else b""), who)
except TimeoutError:
    pass
