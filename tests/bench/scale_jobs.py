"""What tests/bench/scale measures inside the lab.

scale_jobs.py RESULT BIN DISTANCE DOMAINS RTTS JOBS PART...
"""
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

from processes import Peaks

RESULT, BIN, DISTANCE, DOMAINS, RTTS, JOBS, *WANTED = sys.argv[1:]
DOMAINS = int(DOMAINS)
RTTS = [int(n) for n in RTTS.split(',')]
JOBS = [int(n) for n in JOBS.split(',')]
TOP = os.path.dirname(RESULT)
NEAR, FAR = '10.99.0.2', '10.99.0.1'
ASSUMED = ['--format=json', '--fail-on=never', '--quiet']
LAB = ['--trust-anchor=' + os.environ['LAB_ANCHOR'],
       '--ca-file=' + os.environ['LAB_CA'], '--allow-private']
PROBE = [BIN + '/mstls-probe', *ASSUMED, *LAB]
CHECK = [BIN + '/mtasts-check', *ASSUMED, *LAB]
POSTURE = [BIN + '/dmarc-verify', 'domain', *ASSUMED]
# The near side has no 127.0.0.0/8 of its own; both let it pass on the cable.
NEAR_SIDE = '''
ip link set lo up
ip addr flush dev lo
ip link set near0 up
ip addr add {near}/30 dev near0
ip route add 127.0.0.0/8 dev near0 src {near}
'''
FAR_SIDE = '''
ip link set far0 up
ip addr add {far}/30 dev far0
'''
LOCAL_NETS = 'for i in /proc/sys/net/ipv4/conf/*/route_localnet; ' \
    'do echo 1 >$i; done\n'


class Distance:
    """A namespace that all servers are RTT ms away from"""

    def __init__(self, rtt):
        self.rtt = rtt

    def __enter__(self):
        self.holder = subprocess.Popen(['unshare', '--net', 'sh', '-c',
                                        'echo; exec sleep 100000'],
                                       stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        self.net = '/proc/%d/ns/net' % self.holder.pid
        self.cable = subprocess.Popen(
            [DISTANCE, self.net, str(self.rtt * 1000)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.cable.stdout.readline()
        # a wire waits for no processor
        os.setpriority(os.PRIO_PROCESS, self.cable.pid, -10)
        self.sh(self.inside(), NEAR_SIDE + LOCAL_NETS)
        self.sh([], FAR_SIDE + LOCAL_NETS)
        return self

    def sh(self, argv, script):
        subprocess.run([*argv, 'sh', '-ec', script.format(near=NEAR, far=FAR)],
                       check=True)

    def inside(self):
        return ['nsenter', '--net=' + self.net]

    def __exit__(self, *_):
        self.cable.stdin.close()
        self.passed = json.load(self.cable.stdout)
        self.cable.wait()
        self.holder.send_signal(signal.SIGKILL)
        self.holder.wait()


def domains(first, count):
    path = os.path.join(TOP, 'domains')
    with open(path, 'w', encoding='ascii') as f:
        f.writelines('d%d.bulk.test\n' % (n % DOMAINS)
                     for n in range(first, first + count))
    return path


def run(argv, file, rtt, peaks=None):
    """Wall and CPU seconds of ours, what passed, and the verdicts"""
    out = os.path.join(TOP, 'out')
    with Distance(rtt) as far, open(file, 'rb') as stdin, \
            open(out, 'wb') as stdout:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        ours = subprocess.Popen([*far.inside(), *argv], stdin=stdin,
                                stdout=stdout)
        if peaks is not None:
            watcher = threading.Thread(target=peaks.watch, args=(ours.pid,))
            watcher.start()
        ours.wait()
        wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if peaks is not None:
            watcher.join()
    verdicts = {}
    with open(out, encoding='utf-8') as f:
        for line in f:
            member = list(json.loads(line).values())[-1]
            verdicts[member['verdict']] = \
                verdicts.get(member['verdict'], 0) + 1
    return {'wall': wall, 'verdicts': verdicts, 'passed': far.passed,
            'cpu': after.ru_utime + after.ru_stime -
            before.ru_utime - before.ru_stime}


# --- what a domain costs --------------------------------------------------------

COSTS = {
    'mtasts-check': (CHECK, 1),
    'dmarc-verify domain': (POSTURE, 1),
    'mstls-probe': (PROBE, 1),
    'mstls-probe --depth=full': (PROBE + ['--depth=full'], 4),
    'mstls-probe --depth=full --active':
        (PROBE + ['--depth=full', '--active'], 10),
}


def part_costs():
    found = {}
    for name, (argv, part) in COSTS.items():
        count = max(DOMAINS // part // 2, 1)
        peaks = Peaks()
        row = run(argv + ['-j16'], domains(0, count), 0, peaks)
        found[name] = dict(row, domains=count, peaks=peaks.megabytes())
    return found


# --- domains a second against -j ------------------------------------------------

def part_jobs():
    """As many domains as keep each worker at work eight times; before them
    what makes Postfix start as many processes as will be needed"""
    found, first = [], 0
    run(PROBE + ['-j%d' % max(JOBS)], domains(0, min(DOMAINS, 4 * max(JOBS))),
        100)
    for rtt in RTTS:
        for jobs in JOBS:
            count = min(DOMAINS, 8 * jobs)
            peaks = Peaks()
            row = run(PROBE + ['-j%d' % jobs], domains(first, count), rtt,
                      peaks)
            first += count
            found.append(dict(row, rtt=rtt, jobs=jobs, domains=count,
                              peaks=peaks.megabytes()))
    return found


PARTS = {'costs': part_costs, 'jobs': part_jobs}


def main():
    found = {part: PARTS[part]() for part in WANTED}
    with open(RESULT, 'w', encoding='utf-8') as f:
        json.dump(found, f)


main()
