import { hasEnded, prospect } from './attempts.ts';
import { endRepairs, failed } from './end-repair.ts';
import type { RepairType } from './facts.ts';
import { startMark } from './format-tags.ts';
import { type Decided, type InstanceCase, nothing, permits, waiting } from './instance-case.ts';
import type { Diagnosis, Pending } from './plan-types.ts';
import { jobsOf } from './repair-jobs.ts';

type Broken = Extract<Diagnosis, { kind: 'broken' }>;

/** An instance that is not healthy, with its oldest pending repair, and nothing that still runs. */
export function carryOn(its: InstanceCase, pending: Pending): Decided {
  const { diagnosis, instance, records, nowMs, stopped } = its;
  if (diagnosis.kind !== 'broken') return nothing('pending', diagnosis.because);
  const next = prospect(jobsOf(pending, its).known.filter(hasEnded), pending.type, nowMs);
  if (next.kind === 'failure') return failed(its, pending, next.because);
  const needed = stepType(diagnosis);
  if (!permits(pending.type, needed)) return notPermitted(its, pending, diagnosis, needed);
  if (next.kind === 'wait') return waiting('pending', next.wait, next.because);
  if (stopped !== undefined) {
    return waiting('pending', 'stopped', `${diagnosis.because}; nothing new is begun: ${stopped}`);
  }
  const { step, because } = diagnosis;
  const marked = records.starts.has(pending.id);
  const up = instance.adminState === 'up';
  if (step === 'reinstall' && up && !marked) {
    const action = { kind: 'tag', set: [startMark(pending.id)], remove: [] } as const;
    return {
      state: 'pending',
      action,
      because: `${because}; that it was up is noted first`,
      ended: undefined,
    };
  }
  const action = { kind: 'repair', step, pending, start: up || marked, target: undefined } as const;
  return { state: 'pending', action, because, ended: undefined };
}

/** What the next step alone needs: a repair goes as far as it may. */
function stepType({ step, type }: Broken): RepairType {
  return step === 'replace-secondary' ? 'fix-storage' : type;
}

function notPermitted(its: InstanceCase, pending: Pending, { because }: Broken, needed: RepairType): Decided {
  return {
    state: 'needs-repair-disallowed',
    action: endRepairs(its, [{ pending, outcome: 'enoperm' }]),
    because: `${because}; that needs ${needed}, and the repair ${pending.id} is a ${pending.type}`,
    ended: 'enoperm',
  };
}
