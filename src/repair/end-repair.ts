import { formatResult, startMark } from './format-tags.ts';
import type { Decided, InstanceCase } from './instance-case.ts';
import type { Action, Pending } from './plan-types.ts';
import { jobsOf } from './repair-jobs.ts';
import type { RepairOutcome } from './tags.ts';

export interface Ending {
  readonly pending: Pending;
  readonly outcome: RepairOutcome;
}

/** Results take the place of pending tags, in one job: what was there before goes once they stand. */
export function endRepairs(its: InstanceCase, endings: readonly Ending[]): Extract<Action, { kind: 'tag' }> {
  const { instance, records, nowMs } = its;
  const set = endings.map(({ pending, outcome }) =>
    formatResult({
      type: pending.type,
      id: pending.id,
      at: Math.floor(nowMs / 1_000),
      outcome,
      jobs: [...pending.jobs, ...jobsOf(pending, its).unlisted],
    }),
  );
  const over = endings.flatMap(({ pending }) => [pending.tag, startMark(pending.id)]);
  const remove = [...over, ...records.finished].filter((tag) => instance.tags.includes(tag));
  return { kind: 'tag', set, remove };
}

export function failed(its: InstanceCase, pending: Pending, why: string): Decided {
  return {
    state: 'failed',
    action: endRepairs(its, [{ pending, outcome: 'failure' }]),
    because: `the repair ${pending.id} failed: ${why}. It is left alone until somebody removes the tag of that result`,
    ended: 'failure',
  };
}
