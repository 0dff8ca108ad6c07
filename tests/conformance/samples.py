"""Public samples of reports and of mail, read where their own project has
them: a checkout of it, named by --suite-dir. Each is to be read as its own
project reads it."""
import os
import re

# The file that tells a checkout, by suite, and how far below its top it lies.
FILES = {
    'parsedmarc': 'rfc9990-sample.xml',     # samples/aggregate
    'mailauth': 'zproov.eml',               # test/fixtures
}
# What parsedmarc itself does not read: a report without an octet in it.
NO_REPORTS = {'empty.xml'}
LOST = ('report.malformed', 'report.unreadable', 'message.unreadable')


def below(top):
    for folder, _, files in sorted(os.walk(top)):
        for name in sorted(files):
            yield os.path.join(folder, name)


def codes(records, tool):
    return [f.get('code') for r in records
            for f in (r.get(tool) or {}).get('findings') or []]


def report_why_not(bench, path, records_of):
    """None where a sample of parsedmarc gives its rows."""
    tool = 'tlsrpt-report' if os.sep + 'smtp_tls' + os.sep in path else \
        'dmarc-report'
    run = bench.tool(tool, 'read', '--format=json', '--fail-on=never', path)
    records = records_of(run.stdout)
    lost = set(codes(records, tool)) & set(LOST)
    if run.returncode == 0 and records and not lost:
        return None
    return 'status %d, %d records, %s: %s' % (
        run.returncode, len(records), ' '.join(sorted(lost)),
        run.stderr.decode('latin-1'))


def suite_parsedmarc(bench, tap, marker, records_of):
    top = os.path.dirname(os.path.dirname(marker))
    good = total = 0
    for path in below(top):
        why = report_why_not(bench, path, records_of)
        name = os.path.relpath(path, top)
        if os.path.basename(path) in NO_REPORTS:
            tap.case(why is not None, 'parsedmarc %s: refused' % name)
            continue
        total += 1
        good += tap.case(why is None, 'parsedmarc %s' % name, why)
    tap.score('parsedmarc: samples of reports read', good, total)
    return True


def fields(data):
    """{name: how many} of a message's header section."""
    head = re.split(rb'\r?\n\r?\n', data, maxsplit=1)[0]
    count = {}
    for name in re.findall(rb'(?m)^([!-9;-~]+)[ \t]*:', head):
        name = name.lower().decode()
        count[name] = count.get(name, 0) + 1
    return count


def message_why_not(bench, path, records_of):
    """None where a message's author and all its signatures are found."""
    with open(path, 'rb') as f:
        there = fields(f.read())
    run = bench.tool('dmarc-verify', '--offline', '--format=json', path)
    got = (records_of(run.stdout) or [{}])[0].get('dmarc-verify') or {}
    if not got or set(codes([{'m': got}], 'm')) & set(LOST):
        return 'status %d: %s' % (run.returncode,
                                  run.stderr.decode('latin-1'))
    if not got.get('from'):
        return 'no author'
    if len(got.get('dkim') or []) != there.get('dkim-signature', 0):
        return '%d of %d signatures' % (len(got.get('dkim') or []),
                                        there.get('dkim-signature', 0))
    if (got.get('arc') or {}).get('instances') != there.get('arc-seal', 0):
        return '%r of %d ARC sets' % ((got.get('arc') or {}).get('instances'),
                                      there.get('arc-seal', 0))
    return None


def suite_mailauth(bench, tap, marker, records_of):
    top = os.path.dirname(os.path.dirname(marker))
    good = total = 0
    for path in below(top):
        if not path.endswith('.eml'):
            continue
        why = message_why_not(bench, path, records_of)
        total += 1
        good += tap.case(why is None, 'mailauth %s' %
                         os.path.relpath(path, top), why)
    tap.score('mailauth: messages read', good, total)
    return True


SUITES = {'parsedmarc': suite_parsedmarc, 'mailauth': suite_mailauth}
