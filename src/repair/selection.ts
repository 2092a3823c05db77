import type { RepairFacts, RepairInstance } from './facts.ts';
import type { RepairPlan } from './plan-types.ts';

/** The instances that a pass is limited to. */
export interface Selection {
  /** Also those with jobs of ours under way, since they count for the limits. */
  readonly planned: readonly RepairInstance[];
  /** Undefined: all of them. */
  readonly chosen: ReadonlySet<string> | undefined;
}

/** A string says why there is none. */
export function selectionOf(
  { instances, jobs }: RepairFacts,
  select: ((names: readonly string[]) => readonly string[] | string) | undefined,
): Selection | string {
  if (select === undefined) return { planned: instances, chosen: undefined };
  const names = select(instances.map(({ name }) => name));
  if (typeof names === 'string') return names;
  const chosen = new Set(names);
  const busy = new Set(
    jobs.flatMap((job) => (job.status === 'unfinished' && job.repair !== undefined ? job.instances : [])),
  );
  return { planned: instances.filter(({ name }) => chosen.has(name) || busy.has(name)), chosen };
}

/** The plan without what was not chosen: that goes on by itself, or with the next pass that is for all. */
export function onlySelected(plan: RepairPlan, { chosen }: Selection): RepairPlan {
  if (chosen === undefined) return plan;
  const instances = plan.instances.filter(({ instance }) => chosen.has(instance));
  return {
    ...plan,
    instances,
    healthy: chosen.size - instances.length,
    expired: plan.expired.filter(({ on: { object, name } }) => object === 'instance' && chosen.has(name)),
  };
}
