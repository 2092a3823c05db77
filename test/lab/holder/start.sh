#!/bin/bash
# Pid 1 of the lab's own namespaces (the caller made them: mount, pid, net): prepares the tools the switch
# needs, without asking the machine to have them, and becomes the holder.
# Environment: LAB_MOUNT, LAB_LAYERS as in layer/enter.sh. Arguments: the holder's command.
set -euo pipefail
. "$(dirname "$0")/../host/rootfs.sh"
mount --make-rprivate /
mount -t tmpfs -o mode=755 scratch "$LAB_MOUNT"
mkdir "$LAB_MOUNT/tools"
below=$(rootfs_below "$LAB_MOUNT" "$LAB_LAYERS")
mount -t overlay tools -o "lowerdir=$LAB_LAYERS:$below" "$LAB_MOUNT/tools"
exec "$@"
