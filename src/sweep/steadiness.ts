import type { Env } from '../env/env.ts';
import { STEADINESS_FILE } from '../env/paths.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { ringSequence } from '../pacemaker/ring.ts';
import { isSound, leaveOf } from '../policy/leaving.ts';
import { type Condition, keepSteady, type Steadiness } from '../policy/steady.ts';

/** Reads, joins and writes the record of how long the nodes have been as they are. */
export function keepSteadiness(env: Env, verdicts: readonly Verdict[]): Steadiness {
  const kept = seeSteadiness(env, verdicts);
  const written = env.files.write(STEADINESS_FILE, JSON.stringify(kept));
  if (written.kind === 'failed') {
    env.log('warning', `how long nodes have been sound could not be kept: ${written.message}`);
  }
  return kept;
}

/** The same without writing it, for a person who asks. */
export function seeSteadiness(env: Env, verdicts: readonly Verdict[]): Steadiness {
  const conditions = new Map<string, Condition>();
  for (const verdict of verdicts) {
    if (isSound(verdict)) conditions.set(verdict.node, 'sound');
    else if (leaveOf(verdict, false).kind === 'stopped') conditions.set(verdict.node, 'stopped');
  }
  return keepSteady(stored(env), conditions, ringSequence(env), env.clock.now());
}

function stored(env: Env): Steadiness | undefined {
  const read = env.files.read(STEADINESS_FILE);
  if (read.kind !== 'text') return undefined;
  try {
    const value: unknown = JSON.parse(read.text);
    return isSteadiness(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file is ours; a torn or older one begins the count anew. */
function isSteadiness(value: unknown): value is Steadiness {
  if (typeof value !== 'object' || value === null) return false;
  if (!('atMs' in value) || typeof value.atMs !== 'number') return false;
  if (!('nodes' in value) || typeof value.nodes !== 'object' || value.nodes === null) return false;
  return Object.values(value.nodes).every(
    (entry: unknown) =>
      typeof entry === 'object' &&
      entry !== null &&
      'sinceMs' in entry &&
      typeof entry.sinceMs === 'number' &&
      'condition' in entry &&
      (entry.condition === 'sound' || entry.condition === 'stopped'),
  );
}
