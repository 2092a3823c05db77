#!/usr/bin/python3 -IS
"""Runs commands as Pacemaker's executor would and measures each: a job as JSON on stdin, figures as JSON on stdout.

CPU time is wait4's: user and system time of the process and of every child that was waited for, to the microsecond.
Anonymous memory is RssAnon of /proc/PID/status, read as fast as this program can (every 50 to 150 us) from the start
to the end of the process. Two figures: the highest sum over the process and its descendants at one moment, and the
last value of the process itself, which is what it leaves to the kernel to clean up. They differ because Node gives
its heap back before it exits. The kernel's own high-water mark (VmHWM) is of no use here: it includes the pages of
the executable, which all processes share. Memory is sampled in runs of its own, so that the sampling is in nobody's
CPU time.

Python, because it is in every Ganeti host and Node is not; and because Node does not tell a child's resource usage.
"""
import json
import os
import sys
import time


def spawn(case):
    """Standard output and error are pipes, standard input /dev/null, as Pacemaker 2.1 has it (services_linux.c)."""
    for path in case['forget']:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
    reader, writer = os.pipe()
    null = os.open('/dev/null', os.O_RDONLY)
    actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_DUP2, writer, 2)]
    started = time.monotonic_ns()
    pid = os.posix_spawn(case['argv'][0], case['argv'], case['env'], file_actions=actions, setpgroup=0)
    os.close(writer)
    os.close(null)
    return pid, reader, started


def said(reader):
    """What the command printed; whoever of its children holds the pipe longer is not waited for."""
    os.set_blocking(reader, False)
    try:
        return os.read(reader, 65536).decode(errors='replace')
    except BlockingIOError:
        return ''
    finally:
        os.close(reader)


def timed(case):
    pid, reader, started = spawn(case)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic_ns() - started
    return {
        'cpuMs': (usage.ru_utime + usage.ru_stime) * 1e3,
        'wallMs': wall / 1e6,
        'code': os.waitstatus_to_exitcode(status),
        'said': said(reader),
    }


def sampled(case):
    pid, reader, _ = spawn(case)
    peak = last = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        own, all_of_them = anonymous_kib(pid)
        peak = max(peak, all_of_them)
        last = own or last
    os.waitpid(pid, 0)
    said(reader)
    return {'peakMiB': peak / 1024, 'lastMiB': last / 1024}


def anonymous_kib(pid):
    """Of a process, and of it and its descendants; 0 for one that is gone meanwhile."""
    try:
        with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as status:
            text = status.read()
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
            below = children.read().split()
    except OSError:
        return 0, 0
    at = text.find('RssAnon:')
    own = int(text[at + 8:text.index('kB', at)]) if at >= 0 else 0
    return own, own + sum(anonymous_kib(int(child))[1] for child in below)


def main():
    job = json.load(sys.stdin)
    cases = job['cases']
    for case in cases:
        timed(case)
    # One after the other in each round, so that a busy spell of the machine meets all of them.
    runs = [[timed(case) for case in cases] for _ in range(job['timedRounds'])]
    samples = [[sampled(case) for case in cases] for _ in range(job['sampledRounds'])]
    answer = [
        {'runs': [row[at] for row in runs], 'samples': [row[at] for row in samples]} for at in range(len(cases))
    ]
    json.dump(answer, sys.stdout)


main()
