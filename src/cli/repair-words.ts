import type { RepairType } from '../repair/facts.ts';
import type {
  HealthState,
  Hold,
  InstancePlan,
  Policy,
  PolicySource,
  StepKind,
  Wait,
} from '../repair/plan-types.ts';
import type { RepairOutcome } from '../repair/tags.ts';
import { moment } from './moment.ts';

/** Short words for the cells of a table; the sentence that explains is the plan's own. */

export const STATE_WORDS: Readonly<Record<HealthState, string>> = {
  healthy: 'healthy',
  suspended: 'suspended',
  'needs-repair-disallowed': 'not allowed',
  'needs-repair-allowed': 'needs repair',
  pending: 'pending',
  failed: 'FAILED',
  unclear: 'UNCLEAR',
};

/** In the order in which they are told. */
export const HEALTH_STATES = [
  'failed',
  'unclear',
  'pending',
  'needs-repair-allowed',
  'needs-repair-disallowed',
  'suspended',
  'healthy',
] as const satisfies readonly HealthState[];

export const STEP_WORDS: Readonly<Record<StepKind, string>> = {
  'replace-secondary': 'a new secondary',
  migrate: 'a migration',
  failover: 'a failover',
  move: 'a move with its data',
  reinstall: 'new disks and a reinstallation',
};

/** Also one that a newer version has written into the ledger. */
export function stepWords(step: string): string {
  return Object.entries(STEP_WORDS).find(([known]) => known === step)?.[1] ?? step;
}

export const OUTCOME_WORDS: Readonly<Record<RepairOutcome, string>> = {
  success: 'repaired',
  failure: 'FAILED',
  enoperm: 'not allowed',
};

const WAIT_WORDS: Readonly<Record<Wait, string>> = {
  'jobs-running': 'its own job',
  'other-job': "somebody else's job",
  'retry-later': 'the time of its next attempt',
  'no-room': 'room',
  'limit-cluster': 'other repairs to end',
  'limit-node': 'other repairs of its nodes to end',
  stopped: 'what stops all repairs to end',
};

const HOLD_WORDS: Readonly<Record<Hold, string>> = {
  'node-unknown': 'certainty about a node',
  'node-alive': 'a node to be fenced or readmitted',
  'last-copy': 'the node of its last copy',
  'admin-offline': 'its administrator',
  'unknown-template': 'a person',
  'no-target': 'a node with room',
};

/** A policy without what only the plan needs. */
export interface PolicyView {
  readonly kind: Policy['kind'];
  readonly type?: RepairType;
  /** Absent: until its tag is removed. */
  readonly untilMs?: number;
  readonly tag?: string;
  readonly from?: PolicySource;
}

export function policyWords({ kind, type, untilMs, from }: PolicyView): string {
  const source = from === undefined ? '' : ` (${sourceWords(from)})`;
  switch (kind) {
    case 'none':
      return 'none';
    case 'allowed':
      return `${type}${source}`;
    case 'suspended':
      return `suspended${untilMs === undefined ? '' : ` until ${moment(untilMs)}`}${source}`;
    case 'unclear':
      return `unclear${source}`;
    default:
      return kind satisfies never;
  }
}

/** The instance's name stands in the same line, and there is only one cluster. */
export function sourceWords({ object, name }: PolicySource): string {
  return object === 'group' ? `group ${name}` : object;
}

/** What has to happen before anything goes on, or what is done next. */
export function waitsFor({ state, diagnosis, action }: InstancePlan): string {
  switch (action.kind) {
    case 'wait':
      return WAIT_WORDS[action.wait];
    case 'repair':
      return `the next round: ${STEP_WORDS[action.step]}`;
    case 'tag':
      if (state === 'needs-repair-disallowed') return 'permission';
      return state === 'needs-repair-allowed' && diagnosis.kind === 'broken'
        ? `the next round: ${STEP_WORDS[diagnosis.step]}`
        : 'the next round: its tags';
    case 'none':
      break;
    default:
      return action satisfies never;
  }
  switch (state) {
    case 'failed':
      return 'a person';
    case 'suspended':
      return 'the end of its suspension';
    case 'unclear':
      return 'a tag that can be read';
    case 'needs-repair-disallowed':
      return diagnosis.kind === 'held' ? HOLD_WORDS[diagnosis.hold] : 'permission';
    case 'healthy':
    case 'needs-repair-allowed':
    case 'pending':
      return diagnosis.kind === 'held' ? HOLD_WORDS[diagnosis.hold] : 'nothing';
    default:
      return state satisfies never;
  }
}
