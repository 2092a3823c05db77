// Every combination of what a repair is decided by, put to the plan as one large cluster.
import type {
  AdminState,
  RepairFacts,
  RepairInstance,
  RepairType,
  Template,
} from '../../src/repair/facts.ts';
import { REPAIR_TYPES, TEMPLATES } from '../../src/repair/facts.ts';
import { NODE_STATES, type NodeState } from '../../src/repair/node-state.ts';
import { planPass } from '../../src/repair/plan.ts';
import type { InstancePlan } from '../../src/repair/plan-types.ts';
import { JOBS, NOW_S, SUSPENSIONS, TAG_CASES, type TagCase } from './tag-cases.ts';

export interface Placed {
  readonly template: Template | 'unknown';
  readonly primary: NodeState;
  /** Only DRBD has one. */
  readonly secondary: NodeState | undefined;
  readonly admin: AdminState;
}

export interface Tagged {
  readonly suspend: keyof typeof SUSPENSIONS;
  readonly tags: TagCase;
  readonly policy: RepairType | 'none';
}

export interface Case {
  readonly placed: Placed;
  readonly tagged: Tagged;
  /** Undefined: a healthy instance, of which nothing is said. */
  readonly plan: InstancePlan | undefined;
}

const ADMIN_STATES = ['up', 'down', 'offline'] as const;

/** Where instances may be, whatever their tags. */
export const PLACED: readonly Placed[] = [...TEMPLATES, 'unknown' as const].flatMap((template) =>
  NODE_STATES.flatMap((primary) =>
    (template === 'drbd' ? NODE_STATES : [undefined]).flatMap((secondary) =>
      ADMIN_STATES.map((admin) => ({ template, primary, secondary, admin })),
    ),
  ),
);

export const TAGGED: readonly Tagged[] = (Object.keys(SUSPENSIONS) as (keyof typeof SUSPENSIONS)[]).flatMap(
  (suspend) =>
    TAG_CASES.flatMap((tags) =>
      (['none', ...REPAIR_TYPES] as const).map((policy) => ({ suspend, tags, policy })),
    ),
);

/** For each place the cases of all tags, in the same order; one place after the other, since they are many. */
export function* everyCase(): Generator<{ readonly placed: Placed; readonly cases: readonly Case[] }> {
  for (const placed of PLACED) yield { placed, cases: casesAt(placed) };
}

export function casesAt(placed: Placed, all: readonly Tagged[] = TAGGED): readonly Case[] {
  const instances = all.map((tagged, index) => instanceOf(`i${index}`, placed, tagged));
  const plans = new Map(planOf(instances).map((plan) => [plan.instance, plan]));
  return all.map((tagged, index) => ({ placed, tagged, plan: plans.get(`i${index}`) }));
}

/** Room and limits hold nobody here: each instance is as if it were the only one. */
function planOf(instances: readonly RepairInstance[]): readonly InstancePlan[] {
  const nodes = (['primary', 'secondary'] as const).flatMap((role) =>
    NODE_STATES.map((state) => ({ name: nodeName(role, state), group: 'uuid', state, because: 'WHY' })),
  );
  const all = [...nodes, { name: 'h9.lab.test', group: 'uuid', state: 'online' as const, because: 'WHY' }];
  const facts: RepairFacts = {
    nowMs: NOW_S * 1_000,
    clusterTags: [],
    iallocator: 'hail',
    groups: new Map([['uuid', { uuid: 'uuid', name: 'default', tags: [] }]]),
    nodes: new Map(all.map((node) => [node.name, node])),
    instances,
    jobs: JOBS,
    room: new Map(all.map(({ name }) => [name, { memory: 1e12, disk: 1e12 }])),
    limits: { cluster: Number.POSITIVE_INFINITY, node: Number.POSITIVE_INFINITY },
    stopped: undefined,
  };
  return planPass(facts, () => 'ID').instances;
}

function instanceOf(name: string, placed: Placed, { suspend, tags, policy }: Tagged): RepairInstance {
  const { template, primary, secondary, admin } = placed;
  const suspension = SUSPENSIONS[suspend];
  return {
    name,
    template,
    adminState: admin,
    primary: nodeName('primary', primary),
    secondary: secondary && nodeName('secondary', secondary),
    tags: [
      ...(policy === 'none' ? [] : [`ganeti:watcher:autorepair:${policy}`]),
      ...(suspension === undefined ? [] : [suspension]),
      ...tags.tags,
    ],
    memory: 1_024,
    disk: 10_240,
  };
}

function nodeName(role: 'primary' | 'secondary', state: NodeState): string {
  return `${role === 'primary' ? 'P' : 'S'}-${state}`;
}
