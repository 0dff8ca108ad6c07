"""python3 tests/lab/faults FAULTS.JSON --seed N --ready FILE [--smtp WHAT]

The servers that real servers will not be. FAULTS.JSON says where, and what is
wrong there: the rows of tests/lab/servers whose daemon is "fault". FILE is
made once all of them listen. WHAT: port 25 is open (the rule), or for all
addresses alike drop or refuse.
"""
import argparse
import asyncio
import json
import os
import ssl
import sys
import traceback

import dns
import silence
from https import Https
from imap import Imap
from pop3 import Pop3
from proxy import Proxy
from smtp import Smtp
from wire import Gone, Row, Wire

SPEAKS = {25: Smtp, 587: Smtp, 465: Smtp, 143: Imap, 993: Imap, 110: Pop3,
          995: Pop3, 443: Https}
LONGEST = 900


def handler(row, port):
    speaker = Proxy if row.get('proxy') else SPEAKS[port]

    async def serve(reader, writer):
        wire = Wire(reader, writer, row)
        try:
            await asyncio.wait_for(converse(wire, speaker(wire, port)),
                                   LONGEST)
        except (Gone, OSError, ssl.SSLError, TimeoutError):
            pass
        except Exception:
            wire.say(traceback.format_exc())
        finally:
            writer.close()

    return serve


async def converse(wire, speaker):
    try:
        await speaker.talk()
    except Gone:
        pass
    await wire.end()


async def listen(row, port):
    mute = row.get('accept') == 'never'
    for address in row.addresses:
        if port == 53 and mute:
            await silence.swallow_datagrams(address, port)
        elif port == 53:
            await dns.serve(address, port)
        elif mute:
            silence.swallow(address, port)
        else:
            await asyncio.start_server(handler(row, port), address, port,
                                       backlog=1024)


async def main(args):
    with open(args.faults, encoding='utf-8') as file:
        rows = [Row(entry, args.seed) for entry in json.load(file)]
    os.chdir(os.path.dirname(args.faults))
    print('seed %d' % args.seed, flush=True)
    for row in rows:
        for port in row.ports:
            if port != 25 or args.smtp == 'open':
                await listen(row, port)
    if args.smtp == 'drop':
        silence.swallow('0.0.0.0', 25)
        silence.swallow('::', 25)
    with open(args.ready, 'w', encoding='ascii'):
        pass
    await asyncio.Event().wait()


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('faults')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--ready', required=True)
    parser.add_argument('--smtp', default='open',
                        choices=('open', 'drop', 'refuse'))
    return parser.parse_args()


if __name__ == '__main__':
    try:
        asyncio.run(main(arguments()))
    except OSError as error:
        sys.exit('faults: %s' % error)
