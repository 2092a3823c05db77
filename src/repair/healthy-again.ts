import { hasEnded, mayHaveBlanked, mayReinstall, outcomeWords } from './attempts.ts';
import { endRepairs, failed } from './end-repair.ts';
import { type Decided, type InstanceCase, nothing, pendingsOf } from './instance-case.ts';
import type { Pending } from './plan-types.ts';
import { jobsOf } from './repair-jobs.ts';

/** A healthy instance on which nothing runs: whatever was pending is over, whoever brought that about. */
export function decideHealthy(its: InstanceCase): Decided {
  const { diagnosis, records } = its;
  const pendings = pendingsOf(records);
  if (pendings.length === 0) return nothing('healthy', diagnosis.because);
  for (const pending of pendings) {
    const doubt = doubtful(pending, its);
    if (doubt !== undefined) return failed(its, pending, doubt);
  }
  const endings = pendings.map((pending) => ({ pending, outcome: 'success' as const }));
  return {
    state: 'healthy',
    action: endRepairs(its, endings),
    because: `${diagnosis.because}; ${pendings.length === 1 ? 'its repair is' : 'its repairs are'} done`,
    ended: 'success',
  };
}

/** Online nodes are not all: a reinstallation that did not come to its end leaves empty disks there. */
function doubtful(pending: Pending, its: InstanceCase): string | undefined {
  const { instance, records } = its;
  const { known } = jobsOf(pending, its);
  const last = known.filter(hasEnded).at(-1);
  if (last !== undefined && last.status !== 'success' && mayHaveBlanked(last, pending.type)) {
    return `${outcomeWords(last)}, and nobody knows whether its disks are blank`;
  }
  // If none was tried it is down because its administrator wants that.
  const tried = known.some((job) => mayReinstall(job, pending.type));
  if (tried && instance.adminState !== 'up' && records.starts.has(pending.id)) {
    return 'it was stopped to be reinstalled, and is down although it was up before';
  }
  return undefined;
}
