import { decideToBegin } from './begin.ts';
import { type Busy, busyWith, tagsUnderWay } from './busy.ts';
import { carryOn } from './carry-on.ts';
import { formatPending } from './format-tags.ts';
import { decideHealthy } from './healthy-again.ts';
import { type Decided, type InstanceCase, stateOf, waiting } from './instance-case.ts';
import { leftAlone } from './left-alone.ts';
import { jobsOf } from './repair-jobs.ts';

/** The state machine: what one instance comes to in this pass. Room and limits are the plan's. */
export function decideInstance(its: InstanceCase, newId: () => string): Decided {
  const settled = leftAlone(its);
  if (settled !== undefined) return settled;
  const busy = busyWith(its);
  const bookkeeping = tidy(its, busy) ?? adopt(its, busy);
  if (bookkeeping !== undefined) return bookkeeping;
  const { active } = its.records;
  if (busy !== undefined && active !== undefined) return waiting('pending', busy.wait, busy.because);
  const wanted =
    its.diagnosis.kind === 'healthy'
      ? decideHealthy(its)
      : active === undefined
        ? decideToBegin(its, newId)
        : carryOn(its, active);
  if (busy === undefined || wanted.action.kind === 'none') return wanted;
  return waiting(wanted.state, busy.wait, busy.because);
}

/** Tags that mean nothing any more go before anything else is done. */
function tidy(its: InstanceCase, busy: Busy | undefined): Decided | undefined {
  const { records } = its;
  if (records.tidy === undefined || busy !== undefined) return undefined;
  const action = { kind: 'tag', ...records.tidy } as const;
  const because = 'first the tags go that others have taken the place of';
  return { state: stateOf(its), action, because, ended: undefined };
}

/** Jobs of its oldest repair that its tag does not list: somebody died between the two. */
function adopt(its: InstanceCase, busy: Busy | undefined): Decided | undefined {
  const { active } = its.records;
  if (active === undefined || its.records.tidy !== undefined || tagsUnderWay(its) !== undefined)
    return undefined;
  // Its result will list them.
  if (its.diagnosis.kind === 'healthy' && busy === undefined) return undefined;
  const { unlisted } = jobsOf(active, its);
  const tag = formatPending({ ...active, jobs: [...active.jobs, ...unlisted] });
  if (unlisted.length === 0 || tag === active.tag) return undefined;
  return {
    state: 'pending',
    action: { kind: 'tag', set: [tag], remove: [active.tag] },
    because: `job ${unlisted.join(', ')} belongs to its repair ${active.id}, and its tag does not say so`,
    ended: undefined,
  };
}
