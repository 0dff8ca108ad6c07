"""What the parts of ./run share: mutations, TAP, and the list of differences."""
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.join(ROOT, 'tests/conformance'))


def tool(args, name, *argv, data=None, **options):
    """One run of one of our executables."""
    return subprocess.run([os.path.join(args.bin, name), *argv], input=data,
                          stdin=subprocess.DEVNULL if data is None else None,
                          capture_output=True, timeout=600, **options)


def mutate(rng, data, alphabet, most=3):
    """DATA, octets, changed in one to MOST places, most often one."""
    for _ in range(min(rng.randint(1, most), rng.randint(1, most))):
        at = rng.randrange(len(data) + 1)
        n = rng.choice((1, 1, 1, 2, 4, 16))
        how = rng.randrange(6)
        if how == 0:            # put in
            data = data[:at] + rng.choice(alphabet) + data[at:]
        elif how == 1:          # take out
            data = data[:at] + data[at + n:]
        elif how == 2:          # put another in its place
            data = data[:at] + rng.choice(alphabet) + data[at + 1:]
        elif how == 3:          # twice
            data = data[:at + n] + data[at:]
        elif how == 4:          # from elsewhere
            back = rng.randrange(len(data) + 1)
            data = data[:at] + data[back:back + n] + data[at:]
        elif at < len(data):    # a letter's case
            data = data[:at] + data[at:at + 1].swapcase() + data[at + 1:]
    return data


class Differences:
    """The committed list: PART | THEIRS | OURS | REGEX | CLAUSE: WHY."""

    def __init__(self, part):
        self.rows = []
        with open(os.path.join(HERE, 'differences')) as f:
            for line in f:
                if not line.strip() or line.startswith('#'):
                    continue
                name, theirs, ours, what, why = [
                    x.strip() for x in line.split(' | ', 4)]
                if name == part:
                    self.rows.append([theirs, ours, re.compile(what, re.S),
                                      why, 0])

    def explain(self, theirs, ours, what):
        """The reason of the first row that fits, or None."""
        for row in self.rows:
            if (row[0] in ('*', theirs) and row[1] in ('*', ours)
                    and row[2].search(what)):
                row[4] += 1
                return row[3]
        return None


class Comparison:
    """Counts what the two say; the first differences are printed whole."""

    SHOWN = 5

    def __init__(self, part, seed):
        self.part = part
        self.seed = seed
        self.known = Differences(part)
        self.same = self.explained = 0
        self.verdicts = {}
        self.odd = []

    def add(self, theirs, ours, what, case):
        """WHAT is searched by the list's regexes, CASE is for people."""
        word = ours if ours.isalpha() else 'read'
        self.verdicts[word] = self.verdicts.get(word, 0) + 1
        if theirs == ours:
            self.same += 1
        elif self.known.explain(theirs, ours, what) is not None:
            self.explained += 1
        else:
            self.odd.append('%s\ntheirs %s, ours %s\n%s' % (
                case, theirs, ours, what))

    def report(self, number, wanted):
        """One TAP line; WANTED verdicts of ours must have come up."""
        missing = [w for w in wanted if not self.verdicts.get(w)]
        good = not self.odd and not missing
        print('%sok %d - %s: %d the same, %d differ and are explained, '
              '%d are not (seed %d; ours: %s)' % (
                  '' if good else 'not ', number, self.part, self.same,
                  self.explained, len(self.odd), self.seed,
                  ', '.join('%s %d' % v for v in
                            sorted(self.verdicts.items()))))
        for row in self.known.rows:
            if row[4]:
                print('# %d: %s' % (row[4], row[3]))
        for text in self.odd[:self.SHOWN]:
            for line in text.splitlines():
                print('# ' + line)
        if missing:
            print('# never seen: ' + ', '.join(missing))
        sys.stdout.flush()
        return good


def rng_of(seed, part):
    return random.Random('%d %s' % (seed, part))
