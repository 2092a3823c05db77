import type { Env, WriteResult } from '../env/env.ts';
import { NO_VOTING_ENV } from '../env/paths.ts';

/** Units, and the variable of the one file of defaults that each of them gives its daemon. */
const UNITS = { 'ganeti-wconfd.service': 'WCONFD_ARGS', 'ganeti-luxid.service': 'LUXID_ARGS' } as const;

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
const SHOW_MS = 5000;

export function dropInsAreThere(env: Env): boolean {
  return Object.keys(UNITS).every((unit) => isThere(env, unit));
}

/** Writes the drop-ins, and sees to it that systemd goes by them. Running daemons go on. */
export async function writeDropIns(env: Env): Promise<WriteResult> {
  const before = await inEffect(env);
  if (before.kind === 'failed') return before;
  for (const unit of Object.keys(UNITS).filter((unit) => !isThere(env, unit))) {
    const written = env.files.write(pathOf(unit), TEXT);
    if (written.kind === 'failed') return written;
  }
  // Those of an earlier override are known, unless the one who wrote them died before the reload.
  if (before.kind === 'done') return before;
  const reloaded = await systemctl(env, ['daemon-reload'], RELOAD_MS);
  const result = reloaded.kind === 'failed' ? reloaded : await inEffect(env);
  if (result.kind === 'done') return { kind: 'done' };
  for (const unit of Object.keys(UNITS)) env.files.remove(pathOf(unit));
  return { kind: 'failed', message: result.message };
}

type Effect = WriteResult | { readonly kind: 'not-read'; readonly message: string };

/** What the manager has loaded, not what is in the files: a drop-in may be masked, or undone by a later one. */
async function inEffect(env: Env): Promise<Effect> {
  let effect: Effect = { kind: 'done' };
  for (const [unit, variable] of Object.entries(UNITS)) {
    const shown = await systemctl(env, ['show', '--property=EnvironmentFiles,ExecStart', unit], SHOW_MS);
    if (shown.kind === 'failed') return shown;
    const lines = shown.stdout.split('\n');
    // A word of its own is split into arguments; with braces, or within another word, it would be one.
    if (!lines.some((line) => line.startsWith('ExecStart=') && line.includes(` $${variable} `))) {
      return {
        kind: 'failed',
        message: `${unit} does not start with $${variable}, see systemctl cat ${unit}`,
      };
    }
    // Of several files that assign the same variable the last one counts.
    const last = lines.findLast((line) => line.startsWith('EnvironmentFiles='));
    if (!last?.startsWith(`EnvironmentFiles=${NO_VOTING_ENV} `)) {
      effect = { kind: 'not-read', message: `${unit} does not read ${NO_VOTING_ENV} last` };
    }
  }
  return effect;
}

async function systemctl(
  env: Env,
  args: readonly string[],
  timeoutMs: number,
): Promise<{ readonly kind: 'done'; readonly stdout: string } | Extract<WriteResult, { kind: 'failed' }>> {
  const outcome = await env.run({ program: 'systemctl', args, timeoutMs });
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'done', stdout: outcome.stdout };
  const how = outcome.kind === 'exited' ? `exit ${outcome.code}: ${outcome.stderr.trim()}` : outcome.kind;
  return { kind: 'failed', message: `systemctl ${args.join(' ')}, ${how}` };
}

function isThere(env: Env, unit: string): boolean {
  const found = env.files.read(pathOf(unit));
  return found.kind === 'text' && found.text === TEXT;
}

/** Drop-ins are read by name, wherever they lie; `systemctl edit` writes `override.conf`, and this comes after it. */
function pathOf(unit: string): string {
  return `/run/systemd/system/${unit}.d/zz-ganeti-ha.conf`;
}
