import { hasEnded, mayReinstall, prospect } from './attempts.ts';
import { endRepairs, failed } from './end-repair.ts';
import { startMark } from './format-tags.ts';
import { type Decided, type InstanceCase, nothing, stateOf, waiting } from './instance-case.ts';
import { permits, stepType } from './permission.ts';
import type { Broken, Pending } from './plan-types.ts';
import { jobsOf } from './repair-jobs.ts';

/** An instance that is not healthy, with its oldest pending repair, and nothing that still runs. */
export function carryOn(its: InstanceCase, pending: Pending): Decided {
  const { diagnosis, instance, records, nowMs, stopped } = its;
  if (diagnosis.kind !== 'broken') return nothing('pending', diagnosis.because);
  const { known } = jobsOf(pending, its);
  const next = prospect(known.filter(hasEnded), pending.type, diagnosis.step, nowMs);
  if (next.kind === 'failure') return failed(its, pending, next.because);
  if (!permits(pending.type, stepType(diagnosis))) return notPermitted(its, pending, diagnosis);
  if (next.kind === 'wait') return waiting('pending', next.wait, next.because);
  const { step, because } = diagnosis;
  if (stopped !== undefined) {
    return waiting('pending', 'stopped', `${because}; nothing new is begun: ${stopped}`);
  }
  const marked = records.starts.has(pending.id);
  const up = instance.adminState === 'up';
  const tried = known.some((job) => mayReinstall(job, pending.type));
  if (step === 'reinstall' && up !== marked && (up || !tried)) {
    return noted(pending, up, because);
  }
  const action = { kind: 'repair', step, pending, start: up || marked, target: undefined } as const;
  return { state: 'pending', action, because, ended: undefined };
}

/**
 * A reinstallation stops the instance first, so that its admin state tells nothing afterwards; until then it is the
 * administrator's word.
 */
function noted({ id }: Pending, up: boolean, because: string): Decided {
  const mark = [startMark(id)];
  return {
    state: 'pending',
    action: { kind: 'tag', set: up ? mark : [], remove: up ? [] : mark },
    because: `${because}; first it is noted that it is ${up ? 'up' : 'down'} now`,
    ended: undefined,
  };
}

function notPermitted(its: InstanceCase, pending: Pending, diagnosis: Broken): Decided {
  const { records } = its;
  const why = `that needs ${stepType(diagnosis)}, and the repair ${pending.id} is a ${pending.type}`;
  return {
    state: stateOf({ ...its, records: { ...records, active: records.later[0] } }),
    action: endRepairs(its, [{ pending, outcome: 'enoperm' }]),
    because: `${diagnosis.because}; ${why}`,
    ended: 'enoperm',
  };
}
