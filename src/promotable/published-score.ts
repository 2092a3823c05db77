import type { Env } from '../env/env.ts';
import { PROMOTION_SCORE } from '../env/paths.ts';
import { ringIdentity } from '../pacemaker/ring.ts';

/** The score Pacemaker has of this node, as far as this agent knows. */
export interface PublishedScore {
  readonly score: number | undefined;
  /** The newest serial that another candidate told then. */
  readonly newestOther: number | undefined;
  /** The master by ssconf, then. */
  readonly master: string;
}

/** How long a look at the candidates counts while the membership stays as it is. */
const LOOK_MS = 60_000;

interface StoredScore {
  readonly at: number;
  readonly ring: string;
  readonly score: number | null;
  readonly newestOther: number | null;
  readonly master: string;
}

/**
 * What was published last. Undefined where Pacemaker may have forgotten it: it does so for a node that leaves, which
 * takes a new ring of corosync, or a stop of Pacemaker, with which the instance here is stopped.
 */
export function publishedScore(env: Env): (PublishedScore & { readonly recent: boolean }) | undefined {
  const read = env.files.read(PROMOTION_SCORE);
  const stored = read.kind === 'text' ? parse(read.text) : undefined;
  if (stored === undefined || stored.ring !== ring(env)) return undefined;
  const ageMs = env.clock.now() - stored.at;
  return {
    score: stored.score ?? undefined,
    newestOther: stored.newestOther ?? undefined,
    master: stored.master,
    recent: ageMs >= 0 && ageMs < LOOK_MS,
  };
}

export function notePublished(env: Env, { score, newestOther, master }: PublishedScore): void {
  const stored: StoredScore = {
    at: env.clock.now(),
    ring: ring(env),
    score: score ?? null,
    newestOther: newestOther ?? null,
    master,
  };
  env.files.write(PROMOTION_SCORE, `${JSON.stringify(stored)}\n`);
}

export function forgetPublished(env: Env): void {
  env.files.remove(PROMOTION_SCORE);
}

function ring(env: Env): string {
  return ringIdentity(env) ?? '';
}

function parse(text: string): StoredScore | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStored(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file is ours; a torn or older one must not be trusted all the same. */
function isStored(value: unknown): value is StoredScore {
  if (typeof value !== 'object' || value === null) return false;
  const numberOrNull = (field: unknown): boolean => field === null || typeof field === 'number';
  return (
    'at' in value &&
    typeof value.at === 'number' &&
    'ring' in value &&
    typeof value.ring === 'string' &&
    'score' in value &&
    numberOrNull(value.score) &&
    'newestOther' in value &&
    numberOrNull(value.newestOther) &&
    'master' in value &&
    typeof value.master === 'string'
  );
}
