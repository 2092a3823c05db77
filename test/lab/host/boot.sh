#!/bin/bash
# Pid 1 of a host's own namespaces (mount, uts, ipc, net, pid; the holder made them): puts the root file system
# together, lays down what the lab owns, and becomes the host's init.
# Environment: LAB_HOST, LAB_ADDRESS, LAB_SERVICES for host/init.sh; LAB_MOUNT, LAB_LAYERS as in layer/enter.sh;
# LAB_DISK holds upper and work; LAB_PROVISION a tree of files to install; LAB_SHARED and LAB_BMC directories
# to show as /lab and /lab-bmc, and beside the first the one for sharedfile disks; LAB_HIDE lines with directories
# that are nobody's business inside a host.
set -euo pipefail
here=$(dirname "$0")
. "$here/rootfs.sh"

rootfs_mount "$LAB_MOUNT" "$LAB_LAYERS" "$LAB_DISK/upper" "$LAB_DISK/work"
root=$LAB_MOUNT/root
mount -t tmpfs -o mode=755 mnt "$root/mnt"
mkdir -p "$root/lab" "$root/lab-bmc"
mount --bind "$LAB_SHARED" "$root/lab"
mount --bind "$LAB_BMC" "$root/lab-bmc"

# Every boot: the lab's own files, so that a disk made by an older lab gets today's.
install -D -m 755 -t "$root/etc/lab" "$here"/{init,rc.boot,first-boot}.sh "$here"/{watch,syslog}.py
install -D -m 755 -t "$root/usr/local/sbin" "$here"/{svc,lab-bmc,luxi-cutter,lab-lvm,lab-drbd,block-storage}
install -D -m 755 "$here/fence_lab" "$root/usr/sbin/fence_lab"
install -D -m 755 "$here/oob-lab" "$root/etc/ganeti/oob-lab"
noop=$root/usr/share/ganeti/os/noop
install -D -m 644 -t "$noop" "$here"/os-noop/{ganeti_api_version,variants.list,parameters.list}
for script in create import export rename verify; do install -m 755 "$here/os-noop/script" "$noop/$script"; done
rm -f "$root/etc/resolv.conf" "$root/etc/hostname" "$root/etc/hosts"
(cd "$LAB_PROVISION" && find . -type f -printf '%m %P\n') | while read -r mode path; do
  install -D -m "$mode" "$LAB_PROVISION/$path" "$root/$path"
done
if [ ! -e "$root/etc/lab/provisioned" ]; then
  chroot "$root" /etc/lab/first-boot.sh "$LAB_HOST"
  : >"$root/etc/lab/provisioned"
fi
# Folders that all hosts share, beside their own ones: a file server's, and what the stand-ins for block devices keep.
mkdir -p "${LAB_SHARED%/*}"/{storage,pool} "$root/lab-pool"
mount --bind "${LAB_SHARED%/*}/storage" "$root/srv/ganeti/shared-file-storage"
mount --bind "${LAB_SHARED%/*}/pool" "$root/lab-pool"

while read -r hidden; do
  if [ -n "$hidden" ] && [ -d "$root$hidden" ]; then mount -t tmpfs -o mode=755 hidden "$root$hidden"; fi
done <<<"$LAB_HIDE"
unset LAB_MOUNT LAB_LAYERS LAB_DISK LAB_PROVISION LAB_SHARED LAB_BMC LAB_HIDE
# Without the right to lock memory, but for what lab.exec starts: noded would lock it anew in the child of each request,
# which more than doubles what it takes of the machine (650 ticks of 10 ms instead of 1490 over ten rounds of
# redist-conf on three hosts).
ulimit -l 64
rootfs_enter "$root" setpriv --inh-caps=-ipc_lock --bounding-set=-ipc_lock /bin/bash /etc/lab/init.sh
