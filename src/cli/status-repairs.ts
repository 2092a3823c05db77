import type { Env } from '../env/env.ts';
import { type RepairCounts, type RepairState, readRepairState } from '../repair/state.ts';

/** How repairs stood at the agent's last pass on this host. */
export interface RepairsStatus {
  /** When that was. */
  readonly atMs: number;
  /** Something is under way or about to be. */
  readonly open: boolean;
  readonly counts: RepairCounts;
}

/** An agent that has not looked for so long after it should have does not look any more. */
const OVERDUE_MS = 600_000;

/** Undefined where no agent looks after repairs here: off the master, or where they are switched off. */
export function repairState(env: Env): RepairState | undefined {
  const state = readRepairState(env);
  return state !== undefined && env.clock.now() <= state.nextMs + OVERDUE_MS ? state : undefined;
}

export function repairsStatus({ atMs, open, counts }: RepairState): RepairsStatus {
  return { atMs, open, counts };
}

export function repairsText({ open, counts }: RepairsStatus): string {
  const told = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  return `${told.join(', ') || 'nothing to repair'}${open ? ', under way' : ''}`;
}
