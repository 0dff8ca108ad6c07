"""The memory of a command and all that it has started."""
import collections
import re
import time


def children(pid):
    """PID and all below it"""
    found = [pid]
    for one in found:
        try:
            with open('/proc/%d/task/%d/children' % (one, one),
                      encoding='ascii') as f:
                found += map(int, f.read().split())
        except OSError:
            pass
    return found


def kilobytes(pid, file, key):
    try:
        with open('/proc/%d/%s' % (pid, file), encoding='ascii') as f:
            return int(re.search(r'^%s:\s+(\d+)' % key, f.read(), re.M)[1])
    except (OSError, TypeError):
        return 0                # it has ended


def is_dns(pid):
    try:
        with open('/proc/%d/comm' % pid, encoding='ascii') as f:
            return f.read().strip() == 'msgsec-dns'
    except OSError:
        return False


class Peaks(collections.Counter):
    """The peak of each kind of process, and of all (PSS), in kB"""

    def watch(self, pid):
        """Until it has ended"""
        while kilobytes(pid, 'status', 'VmHWM'):
            whole = 0
            for one in children(pid):
                role = 'coordinator' if one == pid else \
                    'dns' if is_dns(one) else 'worker'
                self[role] = max(self[role],
                                 kilobytes(one, 'status', 'VmHWM'))
                whole += kilobytes(one, 'smaps_rollup', 'Pss')
            self['all'] = max(self['all'], whole)
            time.sleep(0.1)

    def megabytes(self):
        return {role: self[role] / 1000
                for role in ('coordinator', 'dns', 'worker', 'all')}
