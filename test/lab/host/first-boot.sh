#!/bin/bash
# In the new root, once per disk: what the host owns from then on. /etc/lab/seed has the files to start from.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
seed=/etc/lab/seed

# The machine below may itself have served a cluster.
find /var/lib/ganeti /var/lib/pacemaker /var/lib/corosync -type f -delete
rm -rf /root/.ssh /etc/ssh/ssh_host_*
install -d -m 700 /root/.ssh
# One login key for all hosts: what an administrator does before gnt-node add.
install -m 600 $seed/adminkey /root/.ssh/id_rsa
install -m 644 $seed/adminkey.pub /root/.ssh/id_rsa.pub
install -m 600 $seed/adminkey.pub /root/.ssh/authorized_keys
install -m 600 $seed/ssh_config /root/.ssh/config
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ssh_host_rsa_key

# Without a first CIB the first election waits for dc-deadtime's default of 20 s.
install -o hacluster -g haclient -m 600 $seed/cib.xml /var/lib/pacemaker/cib/cib.xml

rm -rf /var/log/ganeti
install -d -m 755 /var/log/ganeti
install -d /srv/ganeti/file-storage /srv/ganeti/shared-file-storage
