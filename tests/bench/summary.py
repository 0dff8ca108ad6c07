#!/usr/bin/python3
"""The rows of the one table that `make bench` ends with.

tests/bench/summary.py TOOL JOB UNIT OURS [PEER=VALUE]... [limit=VALUE]

A script of this folder calls row() for each of its main jobs, or runs this
file. Where $BENCH_ROWS names a file the row is kept there, a line of JSON;
without it nothing happens, so each script can be run by itself.
"""
import json
import os
import sys

from show import figure, table

# the less the better, or the more
LESS, MORE = ('CPU ms', 'ms', 'MB'), ('a second', 'a CPU second')
OWN = ('msgsec', 'pgp-lite', 'smime-lite', '(')


def row(tool, job, unit, ours, peers, limit=None):
    """PEERS is {name: value or None}, of which those of ours and those in
    parentheses are passed over; LIMIT is what the machine allows, of the same
    unit, or None where nobody knows it."""
    assert unit in LESS + MORE
    if os.environ.get('BENCH_ROWS'):
        with open(os.environ['BENCH_ROWS'], 'a', encoding='utf-8') as f:
            f.write(json.dumps([tool, job, unit, ours, {
                name: v for name, v in peers.items()
                if v and not name.startswith(OWN)}, limit]) + '\n')


def one_table(path):
    with open(path, encoding='utf-8') as f:
        rows = [json.loads(line) for line in f]
    shown = []
    for tool, job, unit, ours, peers, limit in rows:
        names = sorted(peers, key=peers.get, reverse=unit in MORE)
        times = None
        if names and ours:
            best = peers[names[0]]
            times = best / ours if unit in LESS else ours / best
        shown.append(('%s, %s' % (tool, job), [
            unit, ours,
            ', '.join('%s %s' % (n, figure(peers[n])) for n in names),
            times, limit]))
    table('Each main job, beside its peers', [
        'unit', 'msgsec', 'peers, the best first', 'times the best',
        'the machine allows'], shown)


def main():
    tool, job, unit, ours, *others = sys.argv[1:]
    peers = {name: float(value) for name, value in
             (o.split('=') for o in others)}
    limit = peers.pop('limit', None)
    row(tool, job, unit, float(ours), peers, limit)


if __name__ == '__main__':
    main()
