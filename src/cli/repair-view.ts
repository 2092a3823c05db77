import type { RepairFacts, RepairInstance, RepairType } from '../repair/facts.ts';
import type { HealthState, InstancePlan, Policy, PolicySource, RepairPlan } from '../repair/plan-types.ts';
import { recordsOf } from '../repair/records.ts';
import type { RepairOutcome } from '../repair/tags.ts';
import { type PolicyView, waitsFor } from './repair-words.ts';

/** What `gnt-ha repair status` shows; its JSON form is this. */
export interface RepairView {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Why nothing new is begun; null where it is. */
  readonly stopped: string | null;
  /** How many instances are in each state. */
  readonly counts: Readonly<Record<HealthState, number>>;
  /** Those that are not plainly healthy, the most important first. */
  readonly instances: readonly InstanceView[];
  /** Suspensions that are over; the next round removes their tags. */
  readonly expired: readonly { readonly on: PolicySource; readonly tag: string }[];
  /** Tags that cannot be read, and the like, in sentences. */
  readonly warnings: readonly string[];
}

export interface InstanceView {
  readonly instance: string;
  readonly state: HealthState;
  /** Why it is so, and what somebody has to do about it. */
  readonly because: string;
  /** What is wrong with it, policy aside. */
  readonly problem: {
    readonly kind: 'healthy' | 'broken' | 'held';
    readonly text: string;
    /** The least that policy has to allow. */
    readonly needs?: RepairType;
    readonly hold?: string;
  };
  readonly policy: PolicyView;
  readonly next: {
    readonly kind: 'none' | 'wait' | 'tag' | 'repair';
    readonly wait?: string;
    readonly step?: string;
    /** Tags. */
    readonly set?: readonly string[];
    readonly remove?: readonly string[];
    /** How its repair ends with that. */
    readonly outcome?: RepairOutcome;
  };
  readonly waitsFor: string;
  /** When the repair that is pending was first wanted, or the one that failed ended; null where there is none. */
  readonly sinceMs: number | null;
  /** The jobs of that repair, as its tag has them. */
  readonly jobs: readonly number[];
  /** Jobs of whomever that work on the instance now. */
  readonly unfinished: readonly number[];
}

/** `facts` are what `plan` was made of. Pure. */
export function repairView(plan: RepairPlan, facts: RepairFacts): RepairView {
  const instances = new Map(facts.instances.map((one) => [one.name, one]));
  const unfinished = unfinishedByInstance(facts);
  const counts = { ...NONE, healthy: plan.healthy };
  for (const { state } of plan.instances) counts[state] += 1;
  return {
    at: facts.nowMs,
    stopped: facts.stopped ?? null,
    counts,
    instances: plan.instances.filter(isToBeTold).map((one) => ({
      ...{ instance: one.instance, state: one.state, because: one.because },
      ...{ problem: problemOf(one), policy: policyOf(one.policy), next: nextOf(one) },
      waitsFor: waitsFor(one),
      ...repairOf(instances.get(one.instance)),
      unfinished: unfinished.get(one.instance) ?? [],
    })),
    expired: plan.expired,
    warnings: plan.warnings,
  };
}

/** One whose last repair succeeded is as healthy as any. */
function isToBeTold({ state, action }: InstancePlan): boolean {
  return state !== 'healthy' || action.kind !== 'none';
}

const NONE: Record<HealthState, number> = {
  healthy: 0,
  suspended: 0,
  'needs-repair-disallowed': 0,
  'needs-repair-allowed': 0,
  pending: 0,
  failed: 0,
  unclear: 0,
};

function problemOf({ diagnosis }: InstancePlan): InstanceView['problem'] {
  const text = diagnosis.because;
  switch (diagnosis.kind) {
    case 'healthy':
      return { kind: 'healthy', text };
    case 'broken':
      return { kind: 'broken', text, needs: diagnosis.type };
    case 'held':
      return { kind: 'held', text, hold: diagnosis.hold };
    default:
      return diagnosis satisfies never;
  }
}

function policyOf(policy: Policy): PolicyView {
  switch (policy.kind) {
    case 'none':
      return { kind: 'none' };
    case 'allowed':
    case 'unclear':
      return { ...policy };
    case 'suspended': {
      const { untilMs, ...rest } = policy;
      return untilMs === undefined ? rest : { ...rest, untilMs };
    }
    default:
      return policy satisfies never;
  }
}

function nextOf({ action, ended }: InstancePlan): InstanceView['next'] {
  switch (action.kind) {
    case 'none':
      return { kind: 'none' };
    case 'tag':
      return {
        ...{ kind: 'tag', set: action.set, remove: action.remove },
        ...(ended === undefined ? {} : { outcome: ended }),
      };
    case 'wait':
      return { kind: 'wait', wait: action.wait };
    case 'repair':
      return { kind: 'repair', step: action.step };
    default:
      return action satisfies never;
  }
}

function repairOf(instance: RepairInstance | undefined): Pick<InstanceView, 'sinceMs' | 'jobs'> {
  const { failure, active } = recordsOf(instance?.tags ?? []);
  if (failure !== undefined) return { sinceMs: failure.at * 1_000, jobs: failure.jobs };
  if (active !== undefined) return { sinceMs: active.since * 1_000, jobs: active.jobs };
  return { sinceMs: null, jobs: [] };
}

function unfinishedByInstance({ jobs }: RepairFacts): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { id, status, instances } of jobs) {
    if (status !== 'unfinished') continue;
    for (const name of instances) found.set(name, [...(found.get(name) ?? []), id]);
  }
  return found;
}
