#!/usr/bin/python3 -IS
"""Appends each change of what this host can see of the cluster to /lab/timeline, one JSON object per line.

t is seconds since the epoch, and all hosts share one clock, so the files of all hosts merge as they are.
/lab survives a power cut. Ssconf and the logs are looked at every 50 ms; luxid is asked every 100 ms until
it answers, once a second afterwards.
"""
import json
import os
import re
import socket
import time

HOST = os.uname().nodename
SSCONF = "/var/lib/ganeti/ssconf_"
WATCHED = ("master_node", "offline_nodes", "master_candidates")
LUXID = "/run/ganeti/socket/ganeti-query"
QUESTION = json.dumps({"method": "QueryConfigValues", "args": [["master_node"]]}).encode() + b"\3"
# Ganeti's fake hypervisor keeps a file for each instance that runs.
RUNNING = "/run/ganeti/fake-hypervisor"
PCMK_LOG = "/var/log/pacemaker/pacemaker.log"
LOG_LINE = re.compile(r"(\w{3} \d\d \d\d:\d\d:\d\d)(\.\d+)? .*? (pacemaker-\w+) .*?: (.*)")
# "Operation 'off' targeting h3 by h2 for pacemaker-controld.151@h1: OK (complete) | id=626a24b5"
FENCED = re.compile(r"Operation '(\w+)'.*? targeting (\S+) by .+?: (.+?)(?: \||$)")
MEMBER = re.compile(r"Node (\S+) state is now (\w+)")
QUORUM = re.compile(r"Quorum (acquired|lost)\b")

last = {}
out = open("/lab/timeline", "a", buffering=1)


def note(event, value, when=None):
    out.write(json.dumps({"t": when or time.time(), "host": HOST, "by": "watch", "event": event,
                          "value": value}) + "\n")


def changed(event, value):
    if last.get(event) != value:
        last[event] = value
        note(event, value)


def ssconf(name):
    try:
        with open(SSCONF + name) as file:
            return " ".join(sorted(file.read().split()))
    except OSError:
        return None


def instances():
    try:
        return " ".join(sorted(os.listdir(RUNNING)))
    except OSError:
        return ""


def luxid_answers():
    query = socket.socket(socket.AF_UNIX)
    query.settimeout(1)
    try:
        query.connect(LUXID)
        query.sendall(QUESTION)
        answer = b""
        while not answer.endswith(b"\3"):
            part = query.recv(4096)
            if not part:
                return False
            answer += part
        return bool(json.loads(answer[:-1]).get("success"))
    except (OSError, ValueError):
        return False
    finally:
        query.close()


class Log:
    """Lines added to a log, also after it has been replaced."""

    def __init__(self, path):
        self.path, self.file, self.rest = path, None, ""
        try:  # what was written before this boot has been reported before
            self.file = open(path, errors="replace")
            self.file.seek(0, os.SEEK_END)
        except OSError:
            pass

    def lines(self):
        if self.file is None:
            try:
                self.file = open(self.path, errors="replace")
            except OSError:
                return []
        *lines, self.rest = (self.rest + self.file.read()).split("\n")
        return lines


def log_time(date, fraction):
    """Seconds since the epoch: the log has the local time without a year, and sometimes a fraction."""
    parsed = time.strptime("%d %s" % (time.localtime().tm_year, date), "%Y %b %d %H:%M:%S")
    return time.mktime(parsed) + float(fraction or 0)


def pacemaker_line(line):
    parts = LOG_LINE.match(line)
    if not parts:
        return
    date, fraction, daemon, text = parts.groups()
    fenced = FENCED.match(text) if daemon == "pacemaker-fenced" else None
    if fenced:
        action, target, result = fenced.groups()
        note("fenced" if result.startswith("OK") else "fencing-failed", "%s %s %s" % (action, target, result),
             log_time(date, fraction))
    member = MEMBER.match(text) if daemon == "pacemaker-controld" else None
    if member:
        note("membership", "%s %s" % member.groups(), log_time(date, fraction))
    quorum = QUORUM.match(text) if daemon == "pacemaker-controld" else None
    if quorum:
        note("quorum", quorum.group(1), log_time(date, fraction))


note("up", "")
pacemaker = Log(PCMK_LOG)
ask_at = 0.0
while True:
    for name in WATCHED:
        changed(name, ssconf(name))
    changed("instances", instances())
    for line in pacemaker.lines():
        pacemaker_line(line)
    if time.monotonic() >= ask_at:
        works = os.path.exists(LUXID) and luxid_answers()
        changed("luxid", "answers" if works else "silent")
        ask_at = time.monotonic() + (1.0 if works else 0.1)
    time.sleep(0.05)
