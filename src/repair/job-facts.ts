import type { InstanceJob } from '../ganeti/repair-job-queries.ts';
import type { RepairJob } from './facts.ts';
import type { StepKind } from './plan-types.ts';

/** In front of a repair's id in the reason of each job that is submitted for it; Ganeti keeps it with the job. */
const SOURCE = 'gnt-ha:repair:';

export function sourceOf(repair: string): string {
  return SOURCE + repair;
}

export function isOurs({ source }: InstanceJob): boolean {
  return repairIn(source) !== undefined;
}

function repairIn(source: string | undefined): string | undefined {
  return source?.startsWith(SOURCE) === true ? source.slice(SOURCE.length) : undefined;
}

/** `full`: an instance's whole name, from one that an administrator may have typed shorter. */
export function repairJob(job: InstanceJob, full: (name: string) => string): RepairJob {
  const { source, instances, opcodes, others: _, ...rest } = job;
  const step = opcodes.flatMap((id) => STEPS[id] ?? [])[0];
  return { ...rest, repair: repairIn(source), instances: instances.map(full), step };
}

const STEPS: Readonly<Record<string, StepKind>> = {
  OP_INSTANCE_REPLACE_DISKS: 'replace-secondary',
  OP_INSTANCE_MIGRATE: 'migrate',
  OP_INSTANCE_FAILOVER: 'failover',
  OP_INSTANCE_MOVE: 'move',
  OP_INSTANCE_RECREATE_DISKS: 'reinstall',
  OP_INSTANCE_REINSTALL: 'reinstall',
};

/** Ganeti has deleted its file, or lost it. */
export function goneJob(id: number): RepairJob {
  return {
    id,
    status: 'gone',
    repair: undefined,
    instances: [],
    tagsOnly: false,
    endedMs: undefined,
    error: undefined,
    noRoom: false,
  };
}

/** Finds whole names: exact, or the only one that begins with it and a dot; what is neither stays as it is. */
export function fullNames(names: Iterable<string>): (name: string) => string {
  const all = new Set(names);
  const byShort = new Map<string, string | undefined>();
  return (name) => {
    if (all.has(name)) return name;
    if (byShort.size === 0)
      for (const one of all) {
        const short = one.split('.')[0] ?? one;
        byShort.set(short, byShort.has(short) ? undefined : one);
      }
    return byShort.get(name) ?? name;
  };
}
