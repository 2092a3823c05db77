import type { Env } from '../env/env.ts';
import { luxiSocket } from '../ganeti/luxi.ts';
import { boundedEnv } from '../ocf/bounded-env.ts';
import { type Deadline, deadlineIn } from '../ocf/deadline.ts';
import type { Reason } from '../ocf/result.ts';
import { ringIdentity } from '../pacemaker/ring.ts';
import type { Worker } from '../sweep/luxi-work.ts';
import type { SweepReport } from '../sweep/sweep.ts';
import { withLasting } from './lasting.ts';
import { REPAIR_OFF } from './off-tag.ts';
import { forgetRepairs, NO_COUNTS, type RepairState, readRepairState, writeRepairState } from './state.ts';

/** Without a cause: who sets a tag, or drains a node by hand, waits no longer than this. */
const PERIOD_MS = 300_000;

/** While something waits for room, which other repairs make. */
const ROOM_PERIOD_MS = 60_000;

/** After the first look on a master that nobody has started here. */
const FIRST_MS = 60_000;

/** All that repairs may take of a monitor's time. */
const BUDGET_MS = 5_000;

/** So long after its submission a job that marks a node offline may just be running. */
const MOVING_MS = 10_000;

/** With less it is left to the next monitor. */
const LEAST_MS = 2_000;

/** Pacemaker waits for all other actions before it goes on with what it recovers. */
const MAY_REPAIR: readonly string[] = ['monitor', 'alert'];

export interface AfterSweep {
  readonly reasons: readonly Reason[];
  /** Whether the next monitor has to look again although nothing changes around it. */
  readonly open: boolean;
}

const NOTHING: AfterSweep = { reasons: [], open: false };
const NOTHING_SEEN = { offline: [], ring: undefined, counts: NO_COUNTS };

/**
 * The repairs' part of a look on the master: passes where a node has just lost its work or its membership, where
 * something is open, and else every five minutes. Whatever happens in it, the look goes on.
 */
export async function repairAfterSweep(
  worker: Worker & { readonly trigger: string },
  { view, movedMs }: Pick<SweepReport, 'view' | 'movedMs'>,
  deadline: Deadline,
): Promise<AfterSweep> {
  const { env, ssconf, parameters, simulations, trigger } = worker;
  if (ssconf.clusterTags.includes(REPAIR_OFF)) {
    forgetRepairs(env);
    return NOTHING;
  }
  const now = env.clock.now();
  const last = readRepairState(env);
  const state = last ?? { ...NOTHING, atMs: now, nextMs: now + FIRST_MS, ...NOTHING_SEEN };
  const marks = { offline: ssconf.offlineNodes, ring: ringIdentity(env) };
  if (!isDue(state, marks, movedMs, now)) {
    if (last === undefined) writeRepairState(env, { ...state, ...marks });
    return state;
  }
  if (hasNoInstances(env, parameters.dataDir)) {
    writeRepairState(env, { ...NOTHING, atMs: now, nextMs: now + PERIOD_MS, ...marks, counts: NO_COUNTS });
    return NOTHING;
  }
  const ms = Math.min(BUDGET_MS, deadline.left());
  const hangs = simulations.active('luxi-hangs') !== undefined;
  if (view === undefined || hangs || ms < LEAST_MS || !MAY_REPAIR.includes(trigger)) {
    writeRepairState(env, { ...state, open: true });
    return { ...state, open: true };
  }
  const { passesWithin } = await import('./agent-passes.ts');
  const within = deadlineIn(env.clock, ms, 0);
  const request = {
    ...{ env: boundedEnv(env, within), dataDir: parameters.dataDir, view, trigger },
    evidence: parameters.evidence,
    socket: luxiSocket(parameters.runDir),
  };
  const moving = movedMs !== undefined && now - movedMs < MOVING_MS;
  const passes = await passesWithin(request, within, moving);
  const seen = withLasting(state, passes, now);
  for (const { code, text } of seen.reasons)
    if (!state.reasons.some((told) => told.text === text)) env.log('warning', `${code} ${text}`);
  const period = 'short' in passes && passes.short ? ROOM_PERIOD_MS : PERIOD_MS;
  writeRepairState(env, { atMs: now, nextMs: env.clock.now() + period, ...marks, ...seen });
  return seen;
}

/** A new master looks at its first monitor: its predecessor may have died in the middle of repairs. */
export function expectRepairs(env: Env): void {
  const now = env.clock.now();
  writeRepairState(env, { ...NOTHING, atMs: now, nextMs: now, open: true, ...NOTHING_SEEN });
}

/** Their names are on each node; where nobody can tell, luxid is asked. */
function hasNoInstances(env: Env, dataDir: string): boolean {
  const read = env.files.read(`${dataDir}/ssconf_instance_list`);
  return read.kind === 'text' && read.text.trim() === '';
}

function isDue(
  { atMs, nextMs, open, offline, ring }: RepairState,
  marks: Pick<RepairState, 'offline' | 'ring'>,
  movedMs: number | undefined,
  now: number,
): boolean {
  // A clock that was set back must not end the repairs.
  if (open || now >= nextMs || nextMs > now + PERIOD_MS) return true;
  if (movedMs !== undefined && movedMs >= atMs) return true;
  const sameOffline =
    marks.offline.length === offline.length && marks.offline.every((one) => offline.includes(one));
  return !sameOffline || (ring !== undefined && marks.ring !== ring);
}
