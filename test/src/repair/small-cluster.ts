import type { RepairFacts, RepairInstance, RepairJob } from '../../../src/repair/facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import { planPass } from '../../../src/repair/plan.ts';
import type { InstancePlan } from '../../../src/repair/plan-types.ts';

export const P = 'ganeti:watcher:autorepair:';
/** Seconds since the epoch, of the pass. */
export const NOW = 1_700_000_000;

/** Four nodes of one group: h1 is offline, h2 drained, h3 and h4 are online. */
export const STATES: Readonly<Record<string, NodeState>> = {
  'h1.lab.test': 'offline',
  'h2.lab.test': 'drained',
  'h3.lab.test': 'online',
  'h4.lab.test': 'online',
};

export function clusterOf(
  instances: readonly RepairInstance[],
  rest: Partial<RepairFacts> = {},
  states: Readonly<Record<string, NodeState>> = STATES,
): RepairFacts {
  const nodes = Object.entries(states).map(([name, state]) => ({
    name,
    group: 'uuid',
    state,
    because: 'so told',
  }));
  return {
    nowMs: NOW * 1_000,
    clusterTags: [],
    iallocator: 'hail',
    groups: new Map([['uuid', { uuid: 'uuid', name: 'default', tags: [] }]]),
    nodes: new Map(nodes.map((node) => [node.name, node])),
    instances,
    jobs: [],
    room: undefined,
    limits: { cluster: 8, node: 8 },
    stopped: undefined,
    ...rest,
  };
}

/** On shared storage and on the dead node, unless told otherwise. */
export function instance(name: string, given: Partial<RepairInstance> = {}): RepairInstance {
  return {
    name,
    template: 'rbd',
    adminState: 'up',
    primary: 'h1.lab.test',
    secondary: undefined,
    tags: [],
    memory: 1_024,
    disk: 10_240,
    ...given,
  };
}

/** A repair's job that works on web1 and has failed ten minutes ago, unless told otherwise. */
export function job(id: number, given: Partial<RepairJob> = {}): RepairJob {
  return {
    id,
    status: 'failed',
    repair: undefined,
    instances: ['web1'],
    tagsOnly: false,
    endedMs: (NOW - 600) * 1_000,
    error: undefined,
    noRoom: false,
    ...given,
  };
}

/** The plan's lines by instance; ids are id-1, id-2, … */
export function plans(facts: RepairFacts): Readonly<Record<string, InstancePlan>> {
  let ids = 0;
  const { instances } = planPass(facts, () => `id-${++ids}`);
  return Object.fromEntries(instances.map((plan) => [plan.instance, plan]));
}
