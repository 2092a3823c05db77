#!/usr/bin/python3 -IS
"""Runs commands in turns and measures each run whole: a job as JSON on stdin, figures as JSON on stdout.

Time is from the start to the end of the process. The memory is ru_maxrss: the most that was resident at one moment,
pages of the executable included, which is what an administrator sees.
"""
import json
import os
import sys
import time

SAID = '/tmp/said'


def run(case):
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    started = time.monotonic_ns()
    pid = os.posix_spawnp(case['argv'][0], case['argv'], case['env'], file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic_ns() - started
    with open(SAID, encoding='utf-8', errors='replace') as said:
        return {
            'wallMs': wall / 1e6,
            'cpuMs': (usage.ru_utime + usage.ru_stime) * 1e3,
            'rssMiB': usage.ru_maxrss / 1024,
            'code': os.waitstatus_to_exitcode(status),
            'said': said.read(),
        }


def main():
    job = json.load(sys.stdin)
    # One after the other in each round, so that a busy spell of the machine meets all of them; the first is not counted.
    rounds = [[run(case) for case in job['cases']] for _ in range(job['rounds'] + 1)][1:]
    json.dump([[row[at] for row in rounds] for at in range(len(job['cases']))], sys.stdout)


main()
