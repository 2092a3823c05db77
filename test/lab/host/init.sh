#!/bin/bash
# Pid 1 of a lab host. It ends only by the power switch (SIGKILL from outside) or reboot(2) from inside.
# Environment: LAB_HOST, LAB_ADDRESS, LAB_SERVICES=yes|no. File descriptor 3 tells the holder that we are up.
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
hostname "$LAB_HOST"
ip link set lo up
# The holder plugs the cable in as soon as it knows our pid.
for _ in $(seq 500); do
  [ -e /sys/class/net/eth0 ] && break
  sleep 0.01
done
ip addr add "$LAB_ADDRESS/24" dev eth0
ip link set eth0 up
# For instance NICs.
ip link add gnt-br0 type bridge
ip link set gnt-br0 up

echo ready >&3
exec 3>&-

services=$LAB_SERVICES
unset LAB_HOST LAB_ADDRESS LAB_SERVICES
setsid /etc/lab/rc.boot.sh "$services" </dev/null >>/var/log/rc.log 2>&1 &
# bash reaps every orphan of the pid namespace while it waits.
while :; do
  sleep 3600 &
  wait $!
done
