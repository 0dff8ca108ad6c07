"""The tables of the benchmark."""
import sys


def figure(value, digits=None):
    if value is None:
        return '-'
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return '%s (%s)' % tuple(map(figure, value))
    if digits is None:
        digits = 2 if value < 10 else 1 if value < 100 else 0
    return '{:,.{}f}'.format(value, digits)


def table(title, columns, rows):
    """ROWS is [(name, [value, ...])]."""
    print('\n## ' + title + '\n')
    cells = [[''] + columns] + [
        [name] + [figure(v) for v in values] for name, values in rows]
    widths = [max(len(row[i]) for row in cells)
              for i in range(len(cells[0]))]
    for n, row in enumerate(cells):
        print('| ' + ' | '.join(
            c.ljust(w) if i == 0 else c.rjust(w)
            for i, (c, w) in enumerate(zip(row, widths))) + ' |')
        if n == 0:
            print('|' + '|'.join('-' * (w + 2) for w in widths) + '|')
    sys.stdout.flush()


def best_peer(values):
    """The least wall and the least CPU among the peers."""
    known = [v for name, v in values.items()
             if not name.startswith(('msgsec', '(')) and v is not None]
    return tuple(map(min, zip(*known))) if known else None


def ratio(a, b):
    return None if a is None or b is None else tuple(
        x / y if y else 0.0 for x, y in zip(a, b))
