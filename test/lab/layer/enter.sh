#!/bin/bash
# Runs a command in an overlay on /, in namespaces the caller made (unshare --mount --pid ...).
# Environment: LAB_MOUNT an existing directory to mount on, LAB_LAYERS what lies above /;
# LAB_UPPER and LAB_WORK directories, or empty for a throw-away layer in memory;
# LAB_BINDS lines "source<TAB>target", mounted read-only where the target ends in a colon;
# LAB_USER the user to become, LAB_CWD the directory to start in; LAB_NETWORK=none in an empty network namespace.
set -euo pipefail
. "$(dirname "$0")/../host/rootfs.sh"

root=$LAB_MOUNT/root
# Files the machine may have mounted over, so that the overlay does not show them.
resolv=$(cat /etc/resolv.conf 2>/dev/null || true)

rootfs_mount "$LAB_MOUNT" "$LAB_LAYERS" "$LAB_UPPER" "$LAB_WORK"
mount -t tmpfs run "$root/mnt"
if [ -L "$root/etc/resolv.conf" ]; then # into /run, as a rule: gone with this root
  printf '%s\n' "$resolv" | chroot "$root" /bin/sh -c \
    'file=$(readlink -m /etc/resolv.conf); mkdir -p "$(dirname "$file")"; cat >"$file"'
elif [ -e "$root/etc/resolv.conf" ]; then # the layer keeps the machine's file as it is
  printf '%s\n' "$resolv" >"$LAB_MOUNT/resolv.conf"
  mount --bind "$LAB_MOUNT/resolv.conf" "$root/etc/resolv.conf"
fi

while IFS=$'\t' read -r source target; do
  [ -n "$source" ] || continue
  mode=rw
  case $target in *:) mode=ro target=${target%:} ;; esac
  if [ -d "$source" ]; then mkdir -p "$root$target"; else
    mkdir -p "$(dirname "$root$target")"
    [ -e "$root$target" ] || : >"$root$target"
  fi
  mount --bind "$source" "$root$target"
  if [ $mode = ro ]; then mount -o remount,bind,ro "$root$target"; fi
done <<<"${LAB_BINDS:-}"

if [ "$LAB_NETWORK" = none ]; then chroot "$root" ip link set lo up; fi
user=${LAB_USER:-root} cwd=${LAB_CWD:-/}
unset LAB_MOUNT LAB_LAYERS LAB_UPPER LAB_WORK LAB_BINDS LAB_USER LAB_CWD LAB_NETWORK
# bash stays as pid 1: it reaps what the command leaves behind, and the command gets ordinary signals.
command=(/bin/bash -c 'cd "$0" || exit 125; "$@"; exit $?' "$cwd")
if [ "$user" = root ]; then
  rootfs_enter "$root" "${command[@]}" "$@"
else
  rootfs_enter "$root" setpriv --reuid "$user" --regid "$(chroot "$root" id -g "$user")" --init-groups \
    "${command[@]}" "$@"
fi
