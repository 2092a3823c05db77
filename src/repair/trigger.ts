import type { Env } from '../env/env.ts';
import { luxiSocket } from '../ganeti/luxi.ts';
import { boundedEnv } from '../ocf/bounded-env.ts';
import { type Deadline, deadlineIn } from '../ocf/deadline.ts';
import type { Reason } from '../ocf/result.ts';
import type { Worker } from '../sweep/luxi-work.ts';
import type { SweepReport } from '../sweep/sweep.ts';
import { forgetRepairs, NO_COUNTS, type RepairState, readRepairState, writeRepairState } from './state.ts';

/** The cluster tag with which the agents leave all repairs to people and to `gnt-ha repair`. */
export const REPAIR_OFF = 'ocf:repair:off';

/** Without a cause: who sets a tag, or drains a node by hand, waits no longer than this. */
const PERIOD_MS = 300_000;

/** After the start of a master; then it is known whether its predecessor has left anything. */
const FIRST_MS = 60_000;

/** All that repairs may take of a monitor's time. */
const BUDGET_MS = 5_000;

/** With less it is left to the next monitor. */
const LEAST_MS = 2_000;

export interface AfterSweep {
  readonly reasons: readonly Reason[];
  /** Whether the next monitor has to look again although nothing changes around it. */
  readonly open: boolean;
}

const NOTHING: AfterSweep = { reasons: [], open: false };

/**
 * The repairs' part of a look on the master: a pass where a node has just been marked offline or drained, where
 * something is open, and else every five minutes. Whatever happens in it, the look goes on.
 */
export async function repairAfterSweep(
  worker: Worker,
  { view, movedMs }: Pick<SweepReport, 'view' | 'movedMs'>,
  deadline: Deadline,
): Promise<AfterSweep> {
  const { env, ssconf, simulations } = worker;
  if (ssconf.clusterTags.includes(REPAIR_OFF)) {
    forgetRepairs(env);
    return NOTHING;
  }
  if (view === undefined || simulations.active('luxi-hangs') !== undefined) return standing(env);
  const now = env.clock.now();
  const last = readRepairState(env);
  const state = last ?? { ...initial(now), offline: [] };
  if (!isDue(state, ssconf.offlineNodes, movedMs, now)) {
    if (last === undefined) writeRepairState(env, state);
    return { reasons: state.reasons, open: state.open };
  }
  if (hasNoInstances(env, worker.parameters.dataDir)) {
    const counts = NO_COUNTS;
    const nextMs = now + PERIOD_MS;
    writeRepairState(env, { ...NOTHING, atMs: now, nextMs, offline: ssconf.offlineNodes, counts });
    return NOTHING;
  }
  const ms = Math.min(BUDGET_MS, deadline.left());
  if (ms < LEAST_MS) {
    writeRepairState(env, { ...state, open: true });
    return { reasons: state.reasons, open: true };
  }
  const { passesWithin } = await import('./agent-passes.ts');
  const within = deadlineIn(env.clock, ms, 0);
  const request = {
    ...{ env: boundedEnv(env, within), dataDir: worker.parameters.dataDir, view },
    ...{ socket: luxiSocket(worker.parameters.runDir), trigger: 'monitor', lockWaitMs: 0 },
  };
  const { open, counts, reasons } = await passesWithin(request, within);
  for (const { code, text } of reasons)
    if (!state.reasons.some((told) => told.text === text)) env.log('warning', `${code} ${text}`);
  const nextMs = env.clock.now() + PERIOD_MS;
  writeRepairState(env, { atMs: now, nextMs, open, offline: ssconf.offlineNodes, counts, reasons });
  return { reasons, open };
}

/** Their names are on each node; where nobody can tell, luxid is asked. */
function hasNoInstances(env: Env, dataDir: string): boolean {
  const read = env.files.read(`${dataDir}/ssconf_instance_list`);
  return read.kind === 'text' && read.text.trim() === '';
}

function initial(now: number): Omit<RepairState, 'offline'> {
  return { atMs: now, nextMs: now + FIRST_MS, open: false, counts: NO_COUNTS, reasons: [] };
}

function standing(env: Env): AfterSweep {
  const { reasons, open } = readRepairState(env) ?? NOTHING;
  return { reasons, open };
}

function isDue(
  { atMs, nextMs, open, offline }: RepairState,
  offlineNow: readonly string[],
  movedMs: number | undefined,
  now: number,
): boolean {
  // A clock that was set back must not end the repairs.
  if (open || now >= nextMs || nextMs > now + PERIOD_MS) return true;
  if (movedMs !== undefined && movedMs >= atMs) return true;
  return offlineNow.length !== offline.length || offlineNow.some((node) => !offline.includes(node));
}
