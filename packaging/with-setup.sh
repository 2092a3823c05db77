#!/bin/sh
# Runs a command with the project's own tools in front of PATH (Node 24 among them),
# after `npm ci` where node_modules is missing or older than the lockfile.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.ganeti-ha-setup
if [ ! -e "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
  echo "setup: installing the npm packages of package-lock.json into node_modules" >&2
  npm ci --no-audit --no-fund --loglevel=error --ignore-scripts >&2
  cp package-lock.json "$stamp"
fi
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
exec "$@"
