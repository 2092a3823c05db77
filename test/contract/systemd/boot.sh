#!/bin/bash
# Boots the real systemd on a unit set of our own and runs a command beside it. For a throw-away root in namespaces of
# its own (layer/in-layer.ts); nothing outlives it but the empty cgroup of a run that was killed, which a later one
# removes. Arguments: the command.
set -euo pipefail
here=$(dirname "$0")

# systemd makes cgroups below the one it finds itself in, so it gets one of its own below that of the caller.
cgroups=/mnt/cgroup
mkdir "$cgroups"
mount -t cgroup2 cgroup2 "$cgroups"
above=$cgroups$(sed -n 's/^0:://p' /proc/self/cgroup)
# rmdir refuses a cgroup with processes in it.
remove_group() { find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true; }
find "$above" -maxdepth 1 -name 'ganeti-ha-systemd.*' -mmin +10 | while read -r stale; do remove_group "$stale"; done
group=$(mktemp -d "$above/ganeti-ha-systemd.XXXXXX")

pid=
end() {
  local code=$? tries
  if [ "$code" != 0 ]; then cat /dev/kmsg >&2; fi
  # As at a power cut: with its pid 1 everything in the namespace is gone.
  if [ -n "$pid" ]; then
    kill -KILL "$pid" || true
    wait "$pid" 2>/dev/null || true
  fi
  for tries in $(seq 100); do
    remove_group "$group"
    [ -d "$group" ] || break
    sleep 0.05
  done
  if [ -d "$group" ]; then echo "left behind: $group" >&2 && code=1; fi
  exit "$code"
}
trap end EXIT

# Of the machine's and Debian's own units none is known, so none can start; nor do their generators run.
for folder in /usr/lib/systemd/system /etc/systemd/system /usr/lib/systemd/system-generators; do
  mount -t tmpfs -o mode=755 units "$folder"
done
cp "$here"/units/* /usr/lib/systemd/system/
: >/dev/kmsg # systemd logs there: a plain file, /dev is ours

# `container` keeps systemd from the machine's clock, kernel parameters and modules, as in any container.
(
  echo "$BASHPID" >"$group/cgroup.procs"
  exec unshare --cgroup unshare --fork --kill-child --pid --mount --mount-proc \
    sh -c 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec env -i container=ganeti-ha \
      /usr/lib/systemd/systemd --system --unit=tiny.target --log-target=kmsg --show-status=no'
) </dev/null >/dev/null 2>/dev/kmsg &
pid=$!

inside=
for _ in $(seq 200); do
  inside=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
  inside=${inside% }
  if [ -n "$inside" ] &&
    nsenter --target "$inside" --mount --pid systemctl --quiet is-active tiny.target 2>/dev/null; then
    break
  fi
  sleep 0.05
done
nsenter --target "$inside" --mount --pid "$@"
