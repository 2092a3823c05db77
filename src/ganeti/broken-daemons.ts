import type { Env } from '../env/env.ts';
import { isSuspended, type MasterDaemon, runningDaemon } from './daemon-process.ts';
import type { ProbeResult } from './probe-result.ts';
import { probeLuxid, probeWconfd } from './probes.ts';
import { probeRapi } from './rapi-probe.ts';

export interface BrokenDaemons {
  /** No process. */
  readonly missing: readonly MasterDaemon[];
  /** A process that does not answer, or with nothing but errors: it has to be ended before it can be started again. */
  readonly hung: readonly MasterDaemon[];
}

/** Longer than a monitor's patience, since what is called hung here will be killed. */
const PATIENCE_MS = 4000;

/** Which of the master role's daemons do not work. Takes as long as PATIENCE_MS where one is hung. */
export async function brokenMasterDaemons(env: Env, runDir: string): Promise<BrokenDaemons> {
  const states = await Promise.all([
    stateOf(env, runDir, 'ganeti-wconfd', probeWconfd),
    stateOf(env, runDir, 'ganeti-rapi', probeRapi),
    stateOf(env, runDir, 'ganeti-luxid', probeLuxid),
  ]);
  const those = (wanted: 'missing' | 'hung'): readonly MasterDaemon[] =>
    states.flatMap(({ daemon, state }) => (state === wanted ? [daemon] : []));
  return { missing: those('missing'), hung: those('hung') };
}

async function stateOf(
  env: Env,
  runDir: string,
  daemon: MasterDaemon,
  probe: (env: Env, runDir: string, timeoutMs: number) => Promise<ProbeResult>,
): Promise<{ readonly daemon: MasterDaemon; readonly state: 'missing' | 'hung' | 'there' }> {
  const found = runningDaemon(env, runDir, daemon);
  if (found.kind !== 'running') return { daemon, state: 'missing' };
  if (isSuspended(env, found.pid)) return { daemon, state: 'hung' };
  const result = await probe(env, runDir, PATIENCE_MS);
  // Without a socket yet it is still starting, or voting, which may take a minute.
  return { daemon, state: result.kind === 'hung' || result.kind === 'refusing' ? 'hung' : 'there' };
}
