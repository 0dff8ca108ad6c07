#!/usr/bin/env python3
"""Run a command on a terminal of its own, as somebody at it would.

Usage: terminal.py SCRIPT COMMAND...  Lines of SCRIPT: "wait TEXT" (of what is
printed), "type TEXT" (escapes as in Python), "do COMMAND" (in a shell),
"signal N" (to it). What was printed goes to stdout; the status is the
command's, 124 when a wait took more than 60 seconds, 128 and more for a
signal.
"""
import os, pty, select, signal, subprocess, sys, termios, time

script = open(sys.argv[1]).read().splitlines()
pid, fd = pty.fork()
if pid == 0:
    # what a job in the background ignores, one at a terminal does not
    for sig in signal.SIGINT, signal.SIGQUIT, signal.SIGHUP:
        signal.signal(sig, signal.SIG_DFL)
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
at = 0


def pump(seconds):
    """Read what comes within so many seconds; False at the end."""
    global seen
    ready, _, _ = select.select([fd], [], [], seconds)
    if not ready:
        return True
    try:
        got = os.read(fd, 65536)
    except OSError:
        return False
    seen += got
    return got != b""


def finish(status):
    sys.stdout.buffer.write(seen)
    sys.stdout.flush()
    sys.exit(status)


for line in script:
    word, _, rest = line.partition(" ")
    if word == "wait":
        want = rest.encode().decode("unicode_escape").encode("latin-1")
        end = time.monotonic() + 60
        while want not in seen[at:]:
            if time.monotonic() > end or not pump(0.1):
                seen += b"\n*** never came: " + want + b"\n"
                os.kill(pid, 9)
                os.waitpid(pid, 0)
                finish(124)
        at = seen.index(want, at) + len(want)
    elif word == "type":
        os.write(fd, rest.encode().decode("unicode_escape")
                 .encode("latin-1"))
    elif word == "signal":
        os.kill(pid, int(rest))
    elif word == "do":
        subprocess.run(rest, shell=True, check=False)
# It may let go of the terminal before it has ended.
end = time.monotonic() + 60
done, open_ = 0, True
while not done and time.monotonic() < end:
    if open_:
        open_ = pump(0.1)
    else:
        time.sleep(0.01)
    done, status = os.waitpid(pid, os.WNOHANG)
while open_ and select.select([fd], [], [], 0)[0]:
    open_ = pump(0)
if not done:
    seen += b"\n*** it did not end\n"
    os.kill(pid, 9)
    done, status = os.waitpid(pid, 0)
try:
    echo = termios.tcgetattr(fd)[3] & termios.ECHO
    seen += b"\n*** echo is %s\n" % (b"on" if echo else b"off")
except termios.error:
    pass
finish(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status)
       else os.WEXITSTATUS(status))
