#!/bin/bash
# A lab host's services, in Debian's order. Argument: yes, or no for a bare host.
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
echo "=== boot $EPOCHREALTIME"
setsid /etc/lab/syslog.py &
setsid /etc/lab/watch.py &
# What systemd does at boot on a real host, for our package alone.
if [ -e /usr/lib/tmpfiles.d/ganeti-ha.conf ] && command -v systemd-tmpfiles >/dev/null; then
  systemd-tmpfiles --create /usr/lib/tmpfiles.d/ganeti-ha.conf
fi
if [ -e /lab-pool/lvm ]; then block-storage; fi
mkdir -p /run/sshd
/usr/sbin/sshd
if [ "$1" = yes ]; then
  svc start cluster &
  svc start ganeti
fi
echo "=== booted $EPOCHREALTIME"
