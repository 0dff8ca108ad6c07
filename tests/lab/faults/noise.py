"""Random octets at one stage of a dialogue. Each connection has its own seed,
made of the run's, the row's name and its number, so that it can be had again:
the log names them."""
import hello
from wire import Gone

STAGES = ('greeting', 'ehlo', 'starttls', 'handshake', 'hello', 'inside')


def stage_of(wire):
    """Where this connection gets noise; None: nowhere"""
    stage = wire.row.get('noise')
    if stage == 'any':
        stage = wire.random.choice(STAGES)
    if stage:
        wire.say('noise at %s, seed %d' % (stage, wire.row.seed))
    return stage


def octets(rng, most):
    return rng.randbytes(rng.randint(1, most))


def mutated(rng, text):
    """With a few octets changed, left out, doubled or put in"""
    text = bytearray(text)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(text) + 1)
        end = at + rng.randint(0, 4)
        text[at:end] = rng.choice((b'', octets(rng, 4), text[at:end] * 2,
                                   b'\r\n', b'\0', b'-', b' '))
    return bytes(text)


def lines(rng):
    """Near enough to replies that a parser reads on"""
    return b''.join(b'%d%s%s\r\n' % (
        rng.randint(0, 1000), rng.choice((b'-', b' ', b'', b'\t')),
        octets(rng, 60)) for _ in range(rng.randint(1, 50)))


async def instead_of(wire, right):
    """Mostly noise and then the end; else noise before what is right"""
    rng = wire.random
    noise = rng.choice((lambda: octets(rng, 4096),
                        lambda: mutated(rng, right),
                        lambda: lines(rng)))()
    if rng.randrange(8):
        await wire.send(noise)
        raise Gone
    return noise + right


async def handshake(wire, stage):
    """At the ClientHello; hello: within the messages of a server's flight"""
    rng = wire.random
    await hello.some(wire)
    if stage == 'handshake':
        await wire.send(octets(rng, 4096))
    else:
        flight = hello.server_hello(rng.choice((0x0300, 0x0301, 0x0303)),
                                    rng.randrange(0x10000))
        flight += hello.certificate_message([octets(rng, 2000)])
        flight = mutated(rng, flight)
        await wire.send(hello.record(22, flight))
    raise Gone
