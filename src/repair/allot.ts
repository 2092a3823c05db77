import { burdened, demandsOf } from './demand.ts';
import type { RepairFacts, RepairInstance } from './facts.ts';
import { type Decided, type InstanceCase, pendingsOf, waiting } from './instance-case.ts';
import { UnderWay } from './limits.ts';
import type { Places } from './places.ts';
import type { StepKind } from './plan-types.ts';
import { jobsOf } from './repair-jobs.ts';
import { type Fit, RoomLeft } from './room.ts';

export interface DecidedCase {
  readonly its: InstanceCase;
  readonly decided: Decided;
}

/** Whether there is room for a step, and another repair may begin. `cases`: the most important first. */
export function allot(cases: readonly DecidedCase[], facts: RepairFacts, places: Places): readonly Decided[] {
  const room = new RoomLeft(places, facts.room);
  const underWay = countRunning(cases, facts);
  return cases.map(({ its, decided }) => {
    const { instance, diagnosis } = its;
    const { action, state, because } = decided;
    if (diagnosis.kind !== 'broken') return decided;
    if (state === 'needs-repair-allowed' && action.kind === 'tag') {
      // It is only announced now; what it needs is kept from those that are less important.
      const fit = reserve(diagnosis.step, instance, runsAfter(its));
      return fit.kind === 'fits'
        ? decided
        : { ...decided, because: `${because}; it will wait: ${fit.because}` };
    }
    if (action.kind !== 'repair') {
      // Its time is yet to come, or its job runs and what it takes may not show yet.
      if (isWanted(its, decided)) reserve(diagnosis.step, instance, runsAfter(its));
      return decided;
    }
    const fit = reserve(action.step, instance, action.start);
    if (fit.kind === 'no-room') return waiting(state, 'no-room', `${because}; it waits: ${fit.because}`);
    const target = action.step === 'move' ? fit.nodes[0] : undefined;
    const nodes = [...burdened(instance, facts.nodes), ...(target === undefined ? [] : [target])];
    const full = underWay.full(nodes);
    if (full !== undefined) return waiting(state, full.wait, `${because}; it waits: ${full.because}`);
    underWay.add(nodes);
    return { ...decided, action: { ...action, target } };
  });

  function reserve(step: StepKind, instance: RepairInstance, runs: boolean): Fit {
    const group = facts.nodes.get(instance.primary)?.group ?? '';
    // Only for a move Ganeti's allocator is not asked.
    return room.reserve(group, demandsOf(step, instance, runs), step === 'move');
  }
}

/** Whether a repair is under way, or is to begin as soon as it may. */
function isWanted(its: InstanceCase, { state, action }: Decided): boolean {
  if (action.kind === 'wait' && action.wait === 'no-room' && refusals(its) >= BELIEVED_REFUSALS) return false;
  return (state === 'pending' || state === 'needs-repair-allowed') && action.kind !== 'none';
}

/**
 * Where Ganeti refuses as often although there seems to be room it knows of more than memory and disks, and those that
 * would fit are not kept waiting any longer.
 */
const BELIEVED_REFUSALS = 3;

function refusals(its: InstanceCase): number {
  const { active } = its.records;
  const known = active === undefined ? [] : jobsOf(active, its).known;
  return known.length - 1 - known.findLastIndex(({ noRoom }) => !noRoom);
}

/** A reinstallation that was tried has stopped it. */
function runsAfter({ instance, records: { active, starts } }: InstanceCase): boolean {
  return instance.adminState === 'up' || (active !== undefined && starts.has(active.id));
}

/** Also those that harep or somebody's script began, where a pending tag lists their jobs. */
function countRunning(
  cases: readonly DecidedCase[],
  { nodes, limits, jobs, instances }: RepairFacts,
): UnderWay {
  const running = new Set<string>();
  for (const job of jobs) {
    if (job.status !== 'unfinished' || job.tagsOnly || job.repair === undefined) continue;
    for (const name of job.instances) running.add(name);
  }
  for (const { its } of cases) {
    const known = pendingsOf(its.records).flatMap((pending) => jobsOf(pending, its).known);
    if (known.some(({ status }) => status === 'unfinished')) running.add(its.instance.name);
  }
  const underWay = new UnderWay(limits);
  for (const instance of instances) {
    if (running.has(instance.name)) underWay.add(burdened(instance, nodes));
  }
  return underWay;
}
