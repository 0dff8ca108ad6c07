"""What the drivers share that try changed messages through a command line.

A kind has a name, its octets, run(octets), whose first result is the status,
and allows(want, got, at): whether what came of a change at that octet may come
of it. Mail is one kind; others are where their formats are known.
"""
import base64
import json
import multiprocessing
import os
import random
import re
import subprocess
import tempfile

with open(os.path.join(os.path.dirname(__file__), "../cli/letter.eml"),
          "rb") as letter:
    LETTER = letter.read()

JOBS = 2
# mildest first
VERDICTS = ("pass", "warn", "unknown", "fail")


def change(octets, seed):
    """One bit, or the end cut off; where, and in words."""
    rng = random.Random(seed)
    m = bytearray(octets)
    at = rng.randrange(len(m))
    if rng.randrange(5) == 0:
        return bytes(m[:at]), at, "cut at %d" % at
    bit = rng.randrange(8)
    m[at] ^= 1 << bit
    return bytes(m), at, "octet %d, bit %d" % (at, bit)


def header_end(mail):
    """Where the header section ends."""
    found = re.search(rb"\r?\n\r?\n", mail)
    return found.start() if found else len(mail)


class Mail:
    """A mail that a tool decrypts or verifies, changed in all of it, or in a
    part between "head" and "tail", which is base 64 if it is coded."""

    def __init__(self, name, tool, argv, octets, signed, head=b"", tail=b"",
            coded=False):
        # {result} in argv: where the record goes, and stdout is the mail
        self.name, self.tool, self.argv = name, tool, argv
        self.octets, self.signed, self.coded = octets, signed, coded
        self.head, self.tail = head, tail
        self.decrypts = any("{result}" in a for a in argv)

    def run(self, part):
        """Status, mail and record of the command."""
        if self.coded:
            part = base64.encodebytes(part)
        with tempfile.TemporaryDirectory() as t:
            path = t + "/result"
            r = subprocess.run([a.replace("{result}", path)
                for a in self.argv], input=self.head + part + self.tail,
                capture_output=True)
            mail, record = r.stdout, None
            if not self.decrypts:
                mail, record = b"", r.stdout
            elif os.path.exists(path):
                with open(path, "rb") as f:
                    record = f.read()
        if record:
            record = json.loads(record)[self.tool]
        return r.returncode, mail, record

    def without_outer(self, mail):
        """Without the fields that nobody authenticates: trace fields, and the
        author of what nobody has signed."""
        end = header_end(mail)
        fields = re.split(rb"\n(?![ \t])", mail[:end])
        drop = (b"received:",) + ((b"from:",) if not self.signed else ())
        return [f for f in fields if not f.lower().startswith(drop)], \
            mail[end:]

    def same_mail(self, want, got, at):
        if want == got:
            return True
        return not self.coded and at < header_end(self.octets) and \
            self.without_outer(want) == self.without_outer(got)

    @staticmethod
    def same_record(want, got):
        """The same signatures; no better verdict, and no finding is gone."""
        told = ("findings", "verdict", "around")
        return want == got or (
            {k: v for k, v in want.items() if k not in told} ==
            {k: v for k, v in got.items() if k not in told} and
            VERDICTS.index(got["verdict"]) >= VERDICTS.index(want["verdict"])
            and len(got["findings"]) > len(want["findings"]) and
            all(f in got["findings"] for f in want["findings"]))

    def allows(self, want, got, at):
        status, mail, record = got
        if status == 0:
            return self.same_mail(want[1], mail, at) and \
                self.same_record(want[2], record)
        if self.decrypts:
            return status == 75 and mail == b"" and record is None
        return status in (1, 65, 75)


def work(job):
    kind, seed, want = job
    octets, at, what = change(KINDS[kind].octets, seed)
    got = KINDS[kind].run(octets)
    if KINDS[kind].allows(want, got, at):
        return None
    return "seed %d: %s: status %d, %.300r" % (seed, what, got[0], got[1:])


def run(kinds, count, first):
    """TAP: COUNT seeded changes of each kind; the number that failed."""
    global KINDS
    KINDS = kinds
    print("1..%d" % len(kinds))
    failed = 0
    with multiprocessing.Pool(JOBS) as pool:
        for i, kind in enumerate(kinds):
            want = kind.run(kind.octets)
            bad = [] if want[0] == 0 else ["unchanged: status %d" % want[0]]
            bad += [w for w in pool.map(work, [(i, first + j, want)
                for j in range(count)]) if w]
            failed += bool(bad)
            for w in bad:
                print("#", w)
            print("%s %d - %d changes of %s" % ("not ok" if bad else "ok",
                i + 1, count, kind.name), flush=True)
    print("# seed %d" % first)
    return failed
