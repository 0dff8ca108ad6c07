"""Where a scanner and mstls-probe differ, and who is right."""
import collections
import fnmatch
import os

import rows

Difference = collections.namedtuple('Difference', 'row tool fact they we')
Judgement = collections.namedtuple('Judgement',
                                   'tool fact rows they we right why')


def words(value):
    if isinstance(value, set):
        return ' '.join(sorted(value)) or 'none'
    return value


def neither_knows(they, we):
    return we in (None, 'unknown') and they in (set(), None, 'mute',
                                                'unknown')


def differ(row, tool, theirs, ours):
    """What each says that the other does not; where we could not find out,
    that too."""
    for fact, they in theirs.items():
        we = ours.get(fact)
        if they is None or they == we or neither_knows(they, we):
            continue
        if isinstance(they, set) and isinstance(we, set):
            they, we = they - we, we - they
        yield Difference(row, tool, fact, words(they),
                         'not told' if we is None else words(we))


def agreed(theirs, ours):
    return [fact for fact, they in theirs.items()
            if they is not None and they == ours.get(fact)]


def read_judgements():
    path = os.path.join(rows.HERE, 'judgements')
    logical = []
    for line in open(path, encoding='utf-8'):
        if line.startswith('\t'):
            logical[-1] += ' ' + line.strip()
        elif line.strip() and not line.startswith('#'):
            logical.append(line.strip())
    return [Judgement(*(cell.strip() for cell in line.split('|')))
            for line in logical]


def speaks_of(judgement, d):
    return (judgement.tool == d.tool and
            fnmatch.fnmatchcase(d.fact, judgement.fact) and
            any(fnmatch.fnmatchcase(d.row.domain, each + '.test')
                for each in judgement.rows.split()) and
            fnmatch.fnmatchcase(d.they, judgement.they) and
            fnmatch.fnmatchcase(d.we, judgement.we))


def judge(differences, judgements):
    """({judgement: differences}, those that nobody has judged)"""
    judged, open_ones = {j: [] for j in judgements}, []
    for d in differences:
        found = next((j for j in judgements if speaks_of(j, d)), None)
        (judged[found] if found else open_ones).append(d)
    return judged, open_ones
