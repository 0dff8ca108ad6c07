"""talk.py HOST PORT STEP...: what a server says to each step, a line each.

A step is octets to send, with \\r, \\n and \\xNN undone; "" only listens, and
"TLS" is a handshake that takes any certificate. It ends at the first silence
of a second, and at the end of the connection.
"""
import socket
import ssl
import sys


def talk(host, port, steps):
    sock = socket.create_connection((host, port), 3)
    sock.settimeout(1)
    for step in steps:
        if step == 'TLS':
            context = ssl._create_unverified_context()
            sock = context.wrap_socket(sock, server_hostname=host)
            print('TLS', sock.version())
            continue
        sock.sendall(step.encode().decode('unicode_escape').encode('latin-1'))
        said = sock.recv(65536)
        print(repr(said)[2:-1] if said else '(end)')
        if not said:
            break


if __name__ == '__main__':
    try:
        talk(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
    except TimeoutError:
        print('(silence)')
    except (OSError, ssl.SSLError) as error:
        print('(%s)' % error)
