"""The page: what was looked at, where they and we differ, who is right."""

HEAD = '''# mstls-probe beside other scanners

`make lab-compare` wrote this page: each scanner looked at rows of the lab's
[table](table), mstls-probe (`--depth=full --active`) at the same ones, and
what they state was compared fact by fact. What the servers really do stands
in [servers](servers), since they are made from it. Who is right is said by
hand in [compare/judgements](compare/judgements).

posttls-finger looks at a row of each kind of MX, TLSA and zone, the others at
one of each server, testssl.sh at a sample of those, since it takes the better
part of a minute for one. A run that is not done in the time given is ended.
`ROWS="good.test ..." make lab-compare` looks at these alone, and prints.
'''
RIGHT = {'we': 'mstls-probe', 'they': 'they', 'both': 'both',
         'neither': 'neither'}
LONG = 160


def line(cells):
    return '| ' + ' | '.join(str(c).replace('|', '\\|') for c in cells) + ' |'


def table(columns, lines):
    return '\n'.join([line(columns), line(['---'] * len(columns))] +
                     [line(cells) for cells in lines]) + '\n'


def short(text):
    """A long list by its first names and their number"""
    if len(text) <= LONG:
        return '`%s`' % text
    names = text.split()
    return '`%s` and more: %d words' % (' '.join(names[:4]), len(names))


def short_name(domain):
    return domain[:-len('.test')]


class Page:
    def __init__(self, scanners, versions, seen, judged, unjudged):
        self.scanners, self.versions, self.seen = scanners, versions, seen
        self.judged, self.unjudged = judged, unjudged

    def text(self):
        return '\n'.join([HEAD, self.overview(), '## Who is right\n',
                          *map(self.differences, self.scanners),
                          self.open_ones(), '## Row by row\n',
                          self.by_row()])

    def of_tool(self, scanner):
        return [s for s in self.seen if s.tool == scanner.name]

    def overview(self):
        lines = []
        for scanner in self.scanners:
            runs = self.of_tool(scanner)
            right = {key: sum(len(found) for j, found in self.judged.items()
                              if j.tool == scanner.name and j.right == key)
                     for key in RIGHT}
            lines.append([
                scanner.name, self.versions[scanner.name], len(runs),
                sum(r.ended == 'too slow' for r in runs),
                '%d s' % scanner.limit, sum(len(r.same) for r in runs),
                *right.values(),
                sum(d.tool == scanner.name for d in self.unjudged)])
        return ('mstls-probe %s\n\n' % self.versions['mstls-probe'] +
                table(['scanner', 'version', 'rows', 'not done in time',
                       'time given', 'facts alike', 'we are right',
                       'they are', 'both', 'neither', 'not judged'], lines))

    def differences(self, scanner):
        lines = []
        for j, found in self.judged.items():
            if j.tool != scanner.name or not found:
                continue
            d = found[0]
            lines.append([' '.join(dict.fromkeys(f.fact for f in found)),
                          ' '.join(dict.fromkeys(short_name(f.row.domain)
                                                 for f in found)),
                          short(d.they), short(d.we), RIGHT[j.right],
                          j.why])
        return '### %s\n\n%s' % (scanner.name, table(
            ['fact', 'rows', 'they (the first of them)', 'we', 'right',
             'what decides'],
            lines)) if lines else ''

    def open_ones(self):
        if not self.unjudged:
            return ''
        return '### Not judged by anybody yet\n\n' + table(
            ['scanner', 'row', 'fact', 'they', 'we', 'what is served'],
            [[d.tool, d.row.domain, d.fact, '`%s`' % d.they, '`%s`' % d.we,
              '`%s`' % d.row.served()] for d in self.unjudged])

    def by_row(self):
        """Numbers of facts alike and different"""
        rows = {}
        for s in self.seen:
            rows.setdefault(s.row, {})[s.tool] = '%d alike, %d not%s' % (
                len(s.same), len(s.differences),
                '' if s.ended == 'done' else '; ' + s.ended)
        return table(
            ['row', 'fault'] + [s.name for s in self.scanners],
            [[short_name(row.domain), row.fault] +
             [by.get(s.name, '-') for s in self.scanners]
             for row, by in rows.items()])


def stale(judged):
    return [j for j, found in judged.items() if not found]
