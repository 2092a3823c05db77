import type { Env, WriteResult } from '../env/env.ts';
import { QUEUE_DRAINED } from '../env/paths.ts';

/**
 * That the queue was drained by this agent, on this node, so that it may undrain it; an administrator's drain has no
 * such mark. It is written before the queue is drained and removed after it is undrained, and outlives a reboot, as
 * Ganeti's own flag does.
 */
export interface DrainMark {
  /** Milliseconds since the epoch; of a hand-over that waited long for its jobs, when that was over. */
  readonly at: number;
  /**
   * `hand-over`: drained by a demote. `failover`: a failover was begun from here while the flag was set; it undrains
   * the queue itself unless it is interrupted.
   */
  readonly why: 'hand-over' | 'failover';
  /** The node was leaving (standby, shutdown) and another was there to take the role. */
  readonly leaving: boolean;
}

export function drainMark(env: Env): DrainMark | undefined {
  const read = env.files.read(QUEUE_DRAINED);
  // An unreadable one leaves the drain to an administrator.
  if (read.kind !== 'text') return undefined;
  // Whatever is in it, the file says that the drain is ours.
  return parse(read.text) ?? { at: 0, why: 'hand-over', leaving: false };
}

/** From the mark to the flag: luxid sets it, and each candidate's noded, that of this host too, sets it once more. */
const SETTING_MS = 60_000;

/** Somebody else has drained the queue since: the one of the mark was ended from elsewhere, and the mark stayed. */
export function isSuperseded({ files }: Env, dataDir: string, { at }: DrainMark): boolean {
  const flag = files.stat(flagPath(dataDir));
  return at > 0 && flag.kind === 'file' && flag.mtimeMs > at + SETTING_MS;
}

/**
 * In Ganeti's flag, which is else empty, and of which only the being there counts: whose drain it is, for those who see
 * no more than its size, by the noded of this host. Whoever drains the queue again empties it.
 */
const SIGNATURE = 'ganeti-ha: drained for a hand-over\n';

export function signFlag({ files, log }: Env, dataDir: string): void {
  const path = flagPath(dataDir);
  const flag = files.stat(path);
  if (flag.kind !== 'file' || flag.size > 0) return;
  const signed = files.append(path, SIGNATURE);
  if (signed.kind === 'failed') log('warning', `GNH357 ${path} is not signed: ${signed.message}`);
}

export function flagPath(dataDir: string): string {
  return `${dataDir}/queue/drain`;
}

export function markDrain(env: Env, mark: Omit<DrainMark, 'at'>): WriteResult {
  return env.files.write(QUEUE_DRAINED, `${JSON.stringify({ at: env.clock.now(), ...mark })}\n`);
}

export function forgetDrain(env: Env): void {
  const removed = env.files.remove(QUEUE_DRAINED);
  if (removed.kind === 'failed') env.log('warning', `GNH357 ${QUEUE_DRAINED}: ${removed.message}`);
}

function parse(text: string): DrainMark | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMark(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMark(value: unknown): value is DrainMark {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    typeof value.at === 'number' &&
    'why' in value &&
    (value.why === 'hand-over' || value.why === 'failover') &&
    'leaving' in value &&
    typeof value.leaving === 'boolean'
  );
}
