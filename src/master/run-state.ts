import type { Env, WriteResult } from '../env/env.ts';
import { MASTER_RELEASED, MASTER_STARTED, STAYS_UP } from '../env/paths.ts';
import { voteAgain } from '../ganeti/no-voting-marker.ts';
import type { LesserPart } from './role-parts.ts';

/**
 * What this agent did to the master role in this boot: `started` (took or confirmed it), `released` (gave it up
 * while Ganeti's files still name this node), or nothing. Both files are below /run, so a reboot forgets them,
 * as it must: the returning node's own files are stale.
 */
export type RunState = 'started' | 'released' | 'none';

export function runState(env: Env): RunState {
  if (env.files.stat(MASTER_RELEASED).kind === 'file') return 'released';
  return env.files.stat(MASTER_STARTED).kind === 'file' ? 'started' : 'none';
}

/** `lacking`: what the start could not bring up and the role can do without, see `lackedAtStart`. */
export function markStarted(env: Env, lacking: readonly LesserPart[] = []): WriteResult {
  const removed = env.files.remove(MASTER_RELEASED);
  if (removed.kind === 'failed') return removed;
  return env.files.write(MASTER_STARTED, `${[env.clock.now(), ...lacking].join('\n')}\n`);
}

/**
 * What the last start tried in vain to bring up. Failing the monitor for it again would only have it tried again, on
 * each candidate in turn, until the role runs nowhere: it is shown instead.
 */
export function lackedAtStart(env: Env): ReadonlySet<string> {
  const read = env.files.read(MASTER_STARTED);
  return new Set(read.kind === 'text' ? read.text.trim().split('\n').slice(1) : []);
}

/**
 * Removing works on a full disk, so it comes first: without `started` the next monitor asks the others. Whoever gave
 * the role up must win Ganeti's vote to have it again. `forGood`: the administrator leaves the daemons to the successor
 * in any case.
 */
export function markReleased(env: Env, forGood = false): WriteResult {
  const removed = [env.files.remove(MASTER_STARTED), voteAgain(env)].find(({ kind }) => kind === 'failed');
  const written = env.files.write(MASTER_RELEASED, `${env.clock.now()}\n${forGood ? STAYS_UP : ''}`);
  return removed ?? written;
}
