# Sourced by host/boot.sh and layer/enter.sh, in a fresh mount namespace: makes one root file system
# out of an overlay and enters it. Overlay does not cover the submounts of /, so nothing of the
# machine's /proc, /sys, /dev or /run leaks in.

# rootfs_below SCRATCH LAYERS: prints what goes below LAYERS (directories joined by colons, the topmost first,
# or empty): the machine's own /, if need be in disguise.
rootfs_below() {
  # The kernel refuses a lower directory inside another one (ELOOP) when both are on one file system, so the
  # layers, which lie somewhere below /, are stacked on an overlay of / instead (two levels are allowed).
  if [ -z "$2" ] || [ "$(stat -c %d /)" != "$(stat -c %d "${2%%:*}")" ]; then
    echo /
    return
  fi
  mkdir "$1/base" "$1/empty"
  mount -t overlay base -o "lowerdir=$1/empty:/" "$1/base"
  echo "$1/base"
}

# rootfs_mount SCRATCH LAYERS UPPER WORK: the overlay with its kernel file systems, on SCRATCH/root. Empty UPPER
# and WORK: what is written stays in memory.
rootfs_mount() {
  local scratch=$1 root=$1/root below
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 scratch "$scratch"
  mkdir "$root" "$scratch/upper" "$scratch/work"
  below=$(rootfs_below "$scratch" "$2")
  mount -t overlay overlay \
    -o "lowerdir=${2:+$2:}$below,upperdir=${3:-$scratch/upper},workdir=${4:-$scratch/work}" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  # Nothing in here may reach the machine's own kernel knobs; /proc/sys/net belongs to the namespace.
  if [ -e "$root/proc/sysrq-trigger" ]; then mount --bind /dev/null "$root/proc/sysrq-trigger"; fi
  mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount -t tmpfs -o mode=755 dev "$root/dev"
  rootfs_devices "$root/dev"
  mount -t tmpfs -o mode=755 run "$root/run"
  mount -t tmpfs -o mode=1777 tmp "$root/tmp"
  mkdir -m 1777 "$root/run/lock"
}

rootfs_devices() {
  local dev=$1 name major minor
  while read -r name major minor; do
    mknod -m 666 "$dev/$name" c "$major" "$minor"
  done <<'NODES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
NODES
  ln -s /proc/self/fd "$dev/fd"
  ln -s /proc/self/fd/0 "$dev/stdin"
  ln -s /proc/self/fd/1 "$dev/stdout"
  ln -s /proc/self/fd/2 "$dev/stderr"
  ln -s pts/ptmx "$dev/ptmx"
  mkdir "$dev/pts" "$dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$dev/pts"
  # libqb keeps its ring buffers here: never shared between hosts
  mount -t tmpfs -o mode=1777 shm "$dev/shm"
}

# rootfs_enter ROOT CMD...: makes ROOT the root directory and becomes CMD.
rootfs_enter() {
  local root=$1
  shift
  mkdir -p "$root/.old"
  cd "$root"
  pivot_root . .old
  umount -l /.old
  exec chroot . "$@"
}
