"""What commands take: wall and CPU time, memory."""
import os
import re
import resource
import statistics
import subprocess
import time


UNITS = {'K': 1 << 10, 'M': 1 << 20}


def size_of(text):
    """Octets of "100M" and the like."""
    return int(text[:-1]) * UNITS[text[-1]]


class Cost:
    """What one command took: seconds of wall and CPU, and its status."""

    def __init__(self, wall, cpu, status):
        self.wall, self.cpu, self.status = wall, cpu, status


def spend(job, output=os.devnull):
    """Runs JOB (argv, stdin file); what it says goes into a file, if any."""
    argv, source = job
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(source or os.devnull, 'rb') as stdin, \
            open(output, 'wb') as out:
        start = time.perf_counter()
        try:
            status = subprocess.Popen(argv, stdin=stdin, stdout=out,
                                      stderr=out, close_fds=False).wait()
        except FileNotFoundError:
            status = 127
        wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime - before.ru_utime +
           after.ru_stime - before.ru_stime)
    return Cost(wall, cpu, status)


def medians(jobs, runs, good=(0,)):
    """{name: (wall ms, CPU ms) or None}; the jobs take turns, so that noise
    is shared."""
    walls = {name: [] for name in jobs}
    for n in range(runs + 1):
        for name, job in jobs.items():
            if job is None or walls[name] is None:
                continue
            cost = spend(job)
            if cost.status not in good:
                walls[name] = None
            elif n > 0:
                walls[name].append((cost.wall * 1000, cost.cpu * 1000))
    return {name: tuple(map(statistics.median, zip(*w))) if w else None
            for name, w in walls.items()}


def peak_memory(job):
    """Kilobytes, by time(1), whose own start is small."""
    argv, source = job
    with open(source or os.devnull, 'rb') as stdin, \
            open(os.devnull, 'wb') as null:
        run = subprocess.run(['/usr/bin/time', '-f', 'peak %M', *argv],
                             stdin=stdin, stdout=null,
                             stderr=subprocess.PIPE)
    found = re.search(rb'^peak (\d+)', run.stderr, re.M)
    return int(found.group(1)) if found and run.returncode == 0 else None
