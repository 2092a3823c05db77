import type { RepairJob } from './facts.ts';

/** The jobs of a pass by what they are asked for; built once, so that a plan does not search for each instance. */
export interface JobIndex {
  readonly byId: ReadonlyMap<number, RepairJob>;
  /** By the id of the repair; what only writes tags is not among them. */
  readonly byRepair: ReadonlyMap<string, readonly RepairJob[]>;
  /** By the name of the instance. */
  readonly unfinished: ReadonlyMap<string, readonly RepairJob[]>;
}

export function indexJobs(jobs: readonly RepairJob[]): JobIndex {
  const byId = new Map<number, RepairJob>();
  const byRepair = new Map<string, RepairJob[]>();
  const unfinished = new Map<string, RepairJob[]>();
  // In the order of their numbers, whatever Ganeti's answer was ordered by.
  for (const job of [...jobs].sort((one, other) => one.id - other.id)) {
    byId.set(job.id, job);
    if (job.repair !== undefined && !job.tagsOnly) append(byRepair, job.repair, job);
    if (job.status === 'unfinished') {
      for (const name of new Set(job.instances)) append(unfinished, name, job);
    }
  }
  return { byId, byRepair, unfinished };
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
