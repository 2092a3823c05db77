import { type InstanceCase, pendingsOf } from './instance-case.ts';
import type { Pending } from './plan-types.ts';
import { jobsOf } from './repair-jobs.ts';

export interface Busy {
  readonly wait: 'jobs-running' | 'other-job';
  readonly because: string;
}

/** Whether one of our jobs is about to write this instance's tags: what stands on it is old then. */
export function tagsUnderWay({ instance, jobs }: InstanceCase): Busy | undefined {
  const writing = jobs.unfinished
    .get(instance.name)
    ?.find(({ tagsOnly, repair }) => tagsOnly && repair !== undefined);
  return writing && running(`job ${writing.id} is still to write its tags`);
}

/** What works on the instance, so that nothing is begun; undefined where nothing does. */
export function busyWith(its: InstanceCase): Busy | undefined {
  const { instance, jobs, records } = its;
  return (
    tagsUnderWay(its) ??
    first(pendingsOf(records), (pending) => ofPending(pending, its)) ??
    first(jobs.unfinished.get(instance.name) ?? [], ({ id, repair }) =>
      repair === undefined
        ? { wait: 'other-job', because: `job ${id} of somebody else works on it` }
        : running(`job ${id} of its repair runs`),
    )
  );
}

function ofPending(pending: Pending, its: InstanceCase): Busy | undefined {
  const { known, unaccounted } = jobsOf(pending, its);
  const unfinished = known.filter(({ status }) => status === 'unfinished').map(({ id }) => id);
  if (unfinished.length > 0) return running(`job ${unfinished.join(', ')} of its repair runs`);
  if (unaccounted.length === 0) return undefined;
  return running(`what became of job ${unaccounted.join(', ')} of its repair is not known yet`);
}

function running(because: string): Busy {
  return { wait: 'jobs-running', because };
}

function first<From, To>(all: readonly From[], find: (one: From) => To | undefined): To | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
