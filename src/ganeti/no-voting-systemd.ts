import type { Env, WriteResult } from '../env/env.ts';
import { NO_VOTING_ENV } from '../env/paths.ts';

const UNITS = ['ganeti-wconfd', 'ganeti-luxid'] as const;

/**
 * Upstream's units read `/etc/default/ganeti` as a list of assignments and start with `$LUXID_ARGS $ONETIME_ARGS`
 * (doc/examples/systemd, 3.0). ONETIME_ARGS stays daemon-util's: a failover's `--force-node` comes by it. The `-` lets
 * a unit start without the file, so that removing it is enough to withdraw: no daemon-reload, which a stop has no
 * time for. Below /run also the drop-in ends with the boot.
 */
const TEXT = `# Written by ocf:ganeti:ganeti-master; without the file it does nothing.
[Service]
EnvironmentFile=-${NO_VOTING_ENV}
`;
const RELOAD_MS = 10_000;

export function dropInsAreThere(env: Env): boolean {
  return UNITS.every((unit) => {
    const found = env.files.read(pathOf(unit));
    return found.kind === 'text' && found.text === TEXT;
  });
}

/** Writes the drop-ins and tells systemd. Running daemons go on. */
export async function writeDropIns(env: Env): Promise<WriteResult> {
  for (const unit of UNITS) {
    const written = env.files.write(pathOf(unit), TEXT);
    if (written.kind === 'failed') return written;
  }
  const outcome = await env.run({ program: 'systemctl', args: ['daemon-reload'], timeoutMs: RELOAD_MS });
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'done' };
  // Found there next time, they would pass for known to systemd.
  for (const unit of UNITS) env.files.remove(pathOf(unit));
  const how = outcome.kind === 'exited' ? `exit ${outcome.code}: ${outcome.stderr.trim()}` : outcome.kind;
  return { kind: 'failed', message: `systemctl daemon-reload, ${how}` };
}

function pathOf(unit: string): string {
  return `/run/systemd/system/${unit}.service.d/50-ganeti-ha.conf`;
}
