import * as real from '../../../../src/repair/repair-jobs.ts';

export const jobsOf: typeof real.jobsOf = (pending, its) =>
  real.jobsOf(pending, { ...its, jobs: { ...its.jobs, byRepair: new Map() } });
