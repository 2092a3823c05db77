import type { RepairInstance } from './facts.ts';
import type { JobIndex } from './job-index.ts';
import { mayBegin } from './permission.ts';
import type { Diagnosis, InstancePlan, Pending, Policy, Wait } from './plan-types.ts';
import type { Records } from './records.ts';

/** What is known of one instance when it is decided about. */
export interface InstanceCase {
  readonly instance: RepairInstance;
  readonly diagnosis: Diagnosis;
  readonly policy: Policy;
  readonly records: Records;
  readonly jobs: JobIndex;
  readonly nowMs: number;
  /** Why nothing new may be begun. */
  readonly stopped: string | undefined;
}

/** Oldest first; the first is the one that is worked on. */
export function pendingsOf({ active, later }: Records): readonly Pending[] {
  return active === undefined ? [] : [active, ...later];
}

/** What a case comes to, as if it were the only one. */
export type Decided = Pick<InstancePlan, 'state' | 'action' | 'because' | 'ended'>;

/** The state by what stands, where it is not decided about now. */
export function stateOf({ records, diagnosis, policy }: InstanceCase): Decided['state'] {
  if (records.active !== undefined) return 'pending';
  if (diagnosis.kind === 'healthy') return 'healthy';
  return mayBegin(policy, diagnosis) ? 'needs-repair-allowed' : 'needs-repair-disallowed';
}

export function nothing(state: Decided['state'], because: string): Decided {
  return { state, action: { kind: 'none' }, because, ended: undefined };
}

export function waiting(state: Decided['state'], wait: Wait, because: string): Decided {
  return { state, action: { kind: 'wait', wait }, because, ended: undefined };
}
