#!/bin/bash
# Inside the layer: installs the packages named as arguments with Debian's apt, without starting anything.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
# Debian's way to say "start no service": invoke-rc.d and deb-systemd-invoke ask it.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
# The man page index would take longer than the packages.
rm -f /var/lib/man-db/auto-update
if [ "$1" = --update ]; then
  shift
  apt-get -q update
fi
# The layer is thrown away when anything fails: no need to wait for the disk at each file.
apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io \
  -o Dpkg::Options::=--force-confdef -o Dpkg::Use-Pty=0 install "$@"
rm -rf /var/cache/apt/archives/*.deb /var/cache/apt/*.bin
