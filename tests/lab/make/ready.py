"""ready.py DIR: wait until every daemon of the lab listens,
or say which one does not."""
import os
import socket
import sys
import time

import resolver
import table
import zones

LIMIT = 120


def doors():
    """One for each daemon, since each opens all of its own before it serves.
    Not port 25, which may be shut on purpose."""
    yield 'nsd', zones.NSD4, 53
    yield 'unbound', resolver.UNBOUND4, 53
    servers = table.read_servers()
    for daemon in ('nginx', 'dovecot', 'postfix'):
        server = next(s for s in servers.values()
                      if s.daemon == daemon and s.ports[0] != 25)
        yield daemon, server.v6, server.ports[0]


def is_open(address, port):
    try:
        socket.create_connection((address, port), 1).close()
    except OSError:
        return False
    return True


def await_true(what, question, folder, deadline):
    while not question():
        if time.monotonic() > deadline:
            for log in (what, what + '.out'):
                path = '%s/log/%s' % (folder, log)
                if os.path.exists(path):
                    with open(path, errors='replace') as file:
                        sys.stderr.write(file.read()[-2000:])
            sys.exit('lab: %s does not start' % what)
        time.sleep(0.02)


def main(folder):
    deadline = time.monotonic() + LIMIT
    for daemon, address, port in doors():
        await_true(daemon, lambda: is_open(address, port), folder, deadline)
    await_true('faults', lambda: os.path.exists(folder + '/faults.ready'),
               folder, deadline)


if __name__ == '__main__':
    main(*sys.argv[1:])
