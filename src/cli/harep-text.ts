import type { InstancePlan, RepairPlan } from '../repair/plan-types.ts';

/** In the order of harep's table. */
const COUNTED = ['Failure', 'Healthy', 'Needs repair', 'Pending repair'] as const;

type Counted = (typeof COUNTED)[number];

/** harep's table of counts; states of which there are none are left out, as it does. */
export function harepTable({ instances, healthy }: RepairPlan): string {
  const counts = new Map<Counted, number>(healthy > 0 ? [['Healthy', healthy]] : []);
  for (const one of instances) counts.set(countedAs(one), (counts.get(countedAs(one)) ?? 0) + 1);
  const rows = COUNTED.flatMap((name) => {
    const count = counts.get(name);
    return count === undefined ? [] : [`${name}: ${count}`];
  });
  const rule = '---------------------';
  return [rule, 'Instance status count', rule, ...rows, ''].join('\n');
}

/** How an instance stands after this plan: harep counts when it has acted. */
function countedAs({ state, diagnosis, action, ended }: InstancePlan): Counted {
  switch (ended) {
    case 'success':
      return 'Healthy';
    case 'failure':
      return 'Failure';
    case 'enoperm':
      return 'Needs repair';
    case undefined:
      break;
    default:
      return ended satisfies never;
  }
  switch (state) {
    case 'failed':
      return 'Failure';
    case 'pending':
      return 'Pending repair';
    case 'needs-repair-allowed':
      return action.kind === 'tag' ? 'Pending repair' : 'Needs repair';
    case 'needs-repair-disallowed':
      return 'Needs repair';
    // harep has no word for these; what counts is whether somebody has to do something.
    case 'healthy':
    case 'suspended':
    case 'unclear':
      return diagnosis.kind === 'healthy' ? 'Healthy' : 'Needs repair';
    default:
      return state satisfies never;
  }
}

/** A line for each instance that is not repaired, as harep has one. */
export function notRepairedText({ instances }: RepairPlan): string {
  return instances
    .filter(({ diagnosis, state, action }) => diagnosis.kind !== 'healthy' && isLeft(state, action))
    .map(({ instance, because }) => `Not repairing ${instance}: ${because}\n`)
    .join('');
}

function isLeft(state: InstancePlan['state'], action: InstancePlan['action']): boolean {
  return action.kind === 'none' || (action.kind === 'tag' && state === 'needs-repair-disallowed');
}
