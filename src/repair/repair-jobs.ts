import type { RepairJob } from './facts.ts';
import type { InstanceCase } from './instance-case.ts';
import type { Pending } from './plan-types.ts';

/** The jobs of one repair, from its tag and from what their reasons say. */
export interface RepairJobs {
  /** Oldest first; with those that the tag had no room for. */
  readonly known: readonly RepairJob[];
  /** Those newer than the tag: we died after we had submitted them. */
  readonly unlisted: readonly number[];
  /** In the tag, and nobody could say what became of them. */
  readonly unaccounted: readonly number[];
}

export function jobsOf({ id, jobs: listed }: Pending, { instance, jobs }: InstanceCase): RepairJobs {
  const { byId, byRepair } = jobs;
  // Whoever asks for repairs by hand may give the same id to several instances.
  const ours = (byRepair.get(id) ?? []).filter(({ instances }) => instances.includes(instance.name));
  const found = new Map(ours.map((job) => [job.id, job]));
  const unaccounted: number[] = [];
  for (const number of listed) {
    const job = byId.get(number);
    if (job === undefined) unaccounted.push(number);
    else found.set(number, job);
  }
  const newest = Math.max(-1, ...listed);
  const known = [...found.values()].sort((one, other) => one.id - other.id);
  // What is older than the newest one was left out because a tag is short.
  const unlisted = known.map((job) => job.id).filter((number) => number > newest);
  return { known, unlisted, unaccounted };
}
