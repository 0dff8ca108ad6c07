"""What tests/bench/transport measures inside the lab.

transport_jobs.py RESULT BIN RUNS DOMAINS MEMORY PART...
"""
import collections
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'lab/compare'))
import scanners
from measure import medians, spend
from processes import Peaks

RESULT, BIN, RUNS, DOMAINS, MEMORY, *WANTED = sys.argv[1:]
RUNS, DOMAINS = int(RUNS), int(DOMAINS)
MEMORY = [int(n) for n in MEMORY.split(',')]
TOP = os.path.dirname(RESULT)
SAID = ['--trust-anchor=' + os.environ['LAB_ANCHOR'], '-q',
        '--fail-on=never', '--format=json']
ASSUMED = SAID + ['--ca-file=' + os.environ['LAB_CA'], '--allow-private']
PROBE = [os.path.join(BIN, 'mstls-probe'), *ASSUMED]
CHECK = [os.path.join(BIN, 'mtasts-check'), *ASSUMED]
FINGER = ['posttls-finger', '-c', '-l', 'dane', '-L', 'summary']
SENDER = [os.path.join(BIN, 'dmarc-verify'), 'domain', *SAID]
CURL = ['curl', '-s', '--cacert', os.environ['LAB_CA']]
POLICY = 'https://mta-sts.%s/.well-known/mta-sts.txt'
OUT = os.path.join(TOP, 'out')
ANY_STATUS = range(127)         # 127: it is not there


def lines(name, each):
    path = os.path.join(TOP, name)
    with open(path, 'w', encoding='ascii') as f:
        f.writelines(line + '\n' for line in each)
    return path


def xargs(argv, file, at_once=16):
    return ['xargs', '-a', file, '-n1', '-P%d' % at_once, *argv]


def connections():
    """How many Postfix has taken, once it has written its log."""
    count = last = None
    while last is None or count != last:
        last, count = count, open(os.path.join(
            os.environ['LAB'], 'log/mail'), 'rb').read().count(
                b': connect from')
        time.sleep(0.3)
    return count


def counted(job):
    """(cost, what was said, connections made)"""
    before = connections()
    cost = spend(job, OUT)
    with open(OUT, encoding='utf-8', errors='replace') as f:
        return cost, f.read(), connections() - before


# --- one host, all that it offers -----------------------------------------------

def full_jobs(host):
    return {
        'msgsec mstls-probe': (
            PROBE + ['-4', '--depth=full', host + ':25'], None),
        'sslscan': (['sslscan', '--ipv4', '--no-colour', '--starttls-smtp',
                     host + ':25'], None),
        'nmap ssl-enum-ciphers': (
            ['nmap', '-Pn', '-n', '-p25', '--script', 'ssl-enum-ciphers',
             host], None),
        'testssl.sh': (
            ['testssl', '--quiet', '--color', '0', '--warnings', 'batch',
             '--nodns', 'min', '--ip', 'one', '-t', 'smtp', host + ':25'],
            None)}


def suites(name, said):
    """How many it names; testssl.sh does so by another option alone"""
    if name == 'msgsec mstls-probe':
        address = json.loads(said)['mstls-probe']['services'][0][
            'addresses'][0]
        return sum(len(v['ciphers']) for v in address['offer']['suites'])
    reader = {'sslscan': scanners.Sslscan,
              'nmap ssl-enum-ciphers': scanners.Nmap}.get(name)
    return len(reader.read(said).get('suites', ())) if reader else None


def part_full():
    found = {}
    for domain in 'good.test', 'stock.test':
        jobs = full_jobs('mx1.' + domain)
        rows = {}
        for name, job in jobs.items():
            cost, said, made = counted(job)
            rows[name] = {'connections': made, 'suites': suites(name, said),
                          'time': (cost.wall * 1000, cost.cpu * 1000)}
        # that one run, of a minute, has to do for testssl.sh
        del jobs['testssl.sh']
        for name, each in medians(jobs, RUNS, ANY_STATUS).items():
            rows[name]['time'] = each
        found[domain] = rows
    return found


# --- many domains -----------------------------------------------------------------

def in_turn(jobs, good):
    """JOBS as {name: job} of DOMAINS domains each; GOOD is what stands in the
    output once for each that went well. The first round is thrown away."""
    costs = collections.defaultdict(list)
    rows = {}
    for n in range(max(2, RUNS // 2) + 1):
        for name, job in jobs.items():
            cost, said, made = counted(job)
            rows[name] = {'good': len(re.findall(good[name], said)),
                          'connections': made}
            if n > 0:
                costs[name].append(cost)
    for name, row in rows.items():
        wall = statistics.median(c.wall for c in costs[name])
        cpu = statistics.median(c.cpu for c in costs[name])
        row.update(rate=DOMAINS / wall, cpu=1000 * cpu / DOMAINS)
    return rows


def bulk_domains():
    return lines('bulk', ('d%d.bulk.test' % n for n in range(DOMAINS)))


def bulk_jobs(file):
    ours, peer = 'msgsec mstls-probe -j16', 'xargs -P16 posttls-finger'
    return ({ours: (PROBE + ['-j16'], file), peer: (xargs(FINGER, file), None)},
            {ours: '"mstls-probe":[^\n]*"verdict":"pass"',
             peer: 'Verified TLS connection established'})


def shared_domains(count):
    return lines('shared.%d' % count, (
        'n%d.s%d.shared.test' % (n, n % 4) for n in range(count)))


def part_bulk():
    return {
        'Delivery depth, %d domains on as many addresses' % DOMAINS:
            in_turn(*bulk_jobs(bulk_domains())),
        'Delivery depth, %d domains on four hosts' % DOMAINS:
            in_turn(*bulk_jobs(shared_domains(DOMAINS)))}


def part_policies():
    ours, peer = ('msgsec mtasts-check -j16',
                  'xargs -P16 curl (the policy alone)')
    urls = lines('urls', (POLICY % ('d%d.bulk.test' % n)
                          for n in range(DOMAINS)))
    records = 'msgsec dmarc-verify domain -j16'
    return {'MTA-STS, %d domains' % DOMAINS: in_turn(
        {ours: (CHECK + ['-j16'], bulk_domains()),
         peer: (xargs(CURL, urls), None)},
        {ours: '"source":"fetched"', peer: 'version: STSv1'}),
        'SPF and DMARC of %d domains' % DOMAINS: in_turn(
        {records: (SENDER + ['-j16'], bulk_domains())},
        {records: '"schema":"dmarc-verify-domain/1"'})}


# --- hosts that keep their clients waiting ------------------------------------------

def arrivals(job, good):
    """Seconds until each of the good lines came"""
    argv, source = job
    with open(source or os.devnull, 'rb') as stdin:
        began = time.perf_counter()
        run = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, close_fds=False)
        came = [time.perf_counter() - began for line in run.stdout
                if re.search(good, line.decode('utf-8', 'replace'))]
        run.wait()
    return came


def part_tarpits():
    """The time of the last of as many good ones as there are at 10 %"""
    nth, file, found = DOMAINS * 9 // 10, bulk_domains(), {}
    jobs, good = bulk_jobs(file)
    jobs = dict(zip(jobs, (
        (PROBE + ['-j256', '--timeout=5'], file),
        (xargs(FINGER + ['-t5', '-T5'], file, 256), None))))
    for name, job in jobs.items():
        arrivals(job, good[name])
        came = arrivals(job, good[name])
        title = name.replace('16', '256')
        found['%s: %d good ones' % (title, nth)] = \
            came[nth - 1] if len(came) >= nth else None
    return found


# --- memory ----------------------------------------------------------------------

def part_memory():
    found = []
    for count in MEMORY:
        peaks = Peaks()
        with open(shared_domains(count), 'rb') as stdin:
            began = time.perf_counter()
            run = subprocess.Popen(PROBE, stdin=stdin,
                                   stdout=subprocess.DEVNULL)
            watcher = threading.Thread(target=peaks.watch, args=(run.pid,))
            watcher.start()
            run.wait()
            wall = time.perf_counter() - began
            watcher.join()
        found.append(dict(peaks.megabytes(), domains=count,
                          rate=count / wall))
    return found


# --- start-up --------------------------------------------------------------------

def part_start():
    return medians({
        '(empty process)': (['/bin/true'], None),
        'msgsec mstls-probe --version': ([PROBE[0], '--version'], None),
        'msgsec mtasts-check --version': ([CHECK[0], '--version'], None),
        'curl --version': (['curl', '--version'], None),
        'sslscan --version': (['sslscan', '--version'], None),
        'nmap --version': (['nmap', '--version'], None),
        'testssl --version': (['testssl', '--version'], None),
        'msgsec mstls-probe, one domain': (PROBE + ['-4', 'good.test'], None),
        'posttls-finger, one domain': (FINGER + ['good.test'], None),
        'msgsec mtasts-check, one domain': (CHECK + ['good.test'], None),
        'curl, its policy': (CURL + [POLICY % 'good.test'], None),
    }, RUNS, ANY_STATUS)


PARTS = {'full': part_full, 'bulk': part_bulk, 'tarpits': part_tarpits,
         'memory': part_memory, 'policies': part_policies,
         'start': part_start}


def main():
    found = {part: PARTS[part]() for part in WANTED}
    with open(RESULT, 'w', encoding='utf-8') as f:
        json.dump(found, f)


main()
