import type { Env } from '../env/env.ts';
import { REPAIR_STATE } from '../env/paths.ts';
import type { Reason } from '../ocf/result.ts';
import type { RepairPlan } from './plan-types.ts';

/** What the agent's last pass found; gone with a reboot, like the jobs that it would wait for. */
export interface RepairState {
  /** When that was. Milliseconds since the epoch, as below. */
  readonly atMs: number;
  /** When the next pass is due although nothing happens. */
  readonly nextMs: number;
  /** Something is under way or about to be, so that each monitor looks. */
  readonly open: boolean;
  /** The nodes that ssconf had offline: another one is a reason to look. */
  readonly offline: readonly string[];
  /** Corosync's ring, for the same reason; undefined where it was not looked at. */
  readonly ring?: string | undefined;
  /** Since when no pass could be made; undefined where the last one was. */
  readonly unseenSinceMs?: number | undefined;
  /** Instances by what is the matter with them. */
  readonly counts: RepairCounts;
  /** What is still wrong, for the monitors in between. */
  readonly reasons: readonly Reason[];
}

export interface RepairCounts {
  readonly pending: number;
  readonly failed: number;
  readonly suspended: number;
  readonly held: number;
  readonly disallowed: number;
  readonly unclear: number;
}

export const NO_COUNTS: RepairCounts = {
  ...{ pending: 0, failed: 0, suspended: 0, held: 0, disallowed: 0, unclear: 0 },
};

export function countsOf({ instances }: RepairPlan): RepairCounts {
  const count = (state: string): number => instances.filter((one) => one.state === state).length;
  return {
    pending: count('pending') + count('needs-repair-allowed'),
    failed: count('failed'),
    suspended: count('suspended'),
    held: instances.filter(({ diagnosis }) => diagnosis.kind === 'held').length,
    disallowed: count('needs-repair-disallowed'),
    unclear: count('unclear'),
  };
}

/** Undefined where no pass has been made here since the host's start, or the file is torn. */
export function readRepairState({ files }: Pick<Env, 'files'>): RepairState | undefined {
  const read = files.read(REPAIR_STATE);
  if (read.kind !== 'text') return undefined;
  try {
    const value: unknown = JSON.parse(read.text);
    return isState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function writeRepairState(env: Env, state: RepairState): void {
  const written = env.files.write(REPAIR_STATE, JSON.stringify(state));
  if (written.kind === 'failed')
    env.log('warning', `how repairs stand could not be written: ${written.message}`);
}

/** This node is not master any more, or somebody has switched repairs off. */
export function forgetRepairs({ files }: Pick<Env, 'files'>): void {
  files.remove(REPAIR_STATE);
}

/** The file is ours, below a folder only root can write; an older one may have another form all the same. */
function isState(value: unknown): value is RepairState {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'atMs' in value &&
    typeof value.atMs === 'number' &&
    'nextMs' in value &&
    typeof value.nextMs === 'number' &&
    'open' in value &&
    typeof value.open === 'boolean' &&
    'offline' in value &&
    Array.isArray(value.offline) &&
    'counts' in value &&
    typeof value.counts === 'object' &&
    'reasons' in value &&
    Array.isArray(value.reasons)
  );
}
