"""tests/lab/compare: other scanners and mstls-probe on the lab's table

python3 tests/lab/compare [--again] [DOMAIN...]

Starts the lab and writes tests/lab/COMPARISON.md; with DOMAINs looks at these
rows alone, and prints. What the scanners said is kept in build/compare;
--again goes by that, and runs only what is missing, for one who writes
judgements. Ends with 1 when there are differences that nobody has judged, or
judgements of differences that are no longer there.
"""
import collections
import concurrent.futures
import os
import re
import subprocess
import sys

import judge
import page
import rows
import scanners

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
KEPT = os.path.join(os.environ.get('B', 'build'), 'compare')
Seen = collections.namedtuple('Seen', 'row tool ended same differences')


def enter_lab():
    """Starts this program again inside the lab."""
    os.execv('scripts/lab', ['scripts/lab', 'run', sys.executable, '-B',
                             HERE, *sys.argv[1:]])


def kept(row, scanner, end='txt'):
    return os.path.join(KEPT, '%s.%s.%s' % (row.domain, scanner.name, end))


def run(row, scanner):
    """Its output goes into build/compare; the last line is how it ended."""
    file = kept(row, scanner, 'json')
    for old in file, kept(row, scanner, 'end'):
        if os.path.exists(old):
            os.unlink(old)
    with open(kept(row, scanner), 'wb') as out:
        try:
            subprocess.run(scanner.argv(row, file), stdout=out, stderr=out,
                           stdin=subprocess.DEVNULL, timeout=scanner.limit,
                           check=False)
            ended = 'done'
        except subprocess.TimeoutExpired:
            ended = 'too slow'
    with open(kept(row, scanner, 'end'), 'w', encoding='utf-8') as out:
        out.write(ended)


def read(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()


def said(row, scanner):
    """(how it ended, what it said)"""
    text = kept(row, scanner, 'json')
    if not os.path.exists(text):
        text = kept(row, scanner, 'txt')
    return read(kept(row, scanner, 'end')), read(text)


def missing(planned, ours, again):
    return [(row, scanner) for row, some in planned
            for scanner in [ours, *some]
            if not (again and os.path.exists(kept(row, scanner, 'end')))]


def run_all(wanted):
    os.makedirs(KEPT, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(run, *each) for each in wanted]
        for n, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            job.result()
            print('\r%d of %d' % (n, len(jobs)), end='', file=sys.stderr)
    print(file=sys.stderr)


def look(planned, ours):
    """Compares what was said."""
    for row, some in planned:
        we = ours.read(said(row, ours)[1])
        for scanner in some:
            ended, text = said(row, scanner)
            they = scanner.read(text)
            yield Seen(row, scanner.name, ended, judge.agreed(they, we),
                       list(judge.differ(row, scanner.name, they, we)))


def first_version(scanner):
    text = subprocess.run(scanner.version(), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False).stdout
    return re.search(r'\d+\.\d[^\s,]*', text)[0]


def main():
    os.chdir(ROOT)
    arguments = sys.argv[1:]
    again = '--again' in arguments
    wanted = [a for a in arguments if a != '--again']
    planned = rows.plan(scanners.ALL, wanted)
    jobs = missing(planned, scanners.Ours, again)
    if jobs and 'LAB' not in os.environ:
        enter_lab()
    run_all(jobs)
    seen = list(look(planned, scanners.Ours))
    judged, unjudged = judge.judge(
        [d for s in seen for d in s.differences], judge.read_judgements())
    versions = {s.name: first_version(s)
                for s in (scanners.Ours, *scanners.ALL)}
    text = page.Page(scanners.ALL, versions, seen, judged, unjudged).text()
    if wanted:
        print(text)
    else:
        with open('tests/lab/COMPARISON.md', 'w', encoding='utf-8') as out:
            out.write(text)
    gone = [] if wanted else page.stale(judged)
    for j in gone:
        print('no such difference any more: %s, %s: %s' % (
            j.tool, j.fact, j.rows), file=sys.stderr)
    for d in unjudged:
        print('not judged: %s, %s, %s: %s; we: %s' % (
            d.tool, d.row.domain, d.fact, d.they, d.we), file=sys.stderr)
    sys.exit(bool(unjudged or gone))


main()
