#!/usr/bin/python3 -IS
"""What arrives at /dev/log goes to /var/log/syslog, one line each, with a time stamp in seconds."""
import os
import re
import socket
import time

sink = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sink.bind("/dev/log")
os.chmod("/dev/log", 0o666)
with open("/var/log/syslog", "a", buffering=1, errors="replace") as log:
    while True:
        text = sink.recv(65536).decode("utf-8", "replace").rstrip("\n\0")
        facility = re.match(r"<(\d+)>", text)
        priority = int(facility.group(1)) if facility else 13
        # RFC 3164's own date is dropped: it has no fraction
        message = re.sub(r"^<\d+>(?:\w{3} [ \d]\d \d\d:\d\d:\d\d )?", "", text).replace("\n", "\\n")
        log.write("%.3f %s %s\n" % (time.time(), ("emerg", "alert", "crit", "err", "warning", "notice",
                                                  "info", "debug")[priority & 7], message))
