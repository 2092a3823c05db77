import type { RepairFacts, RepairInstance, RepairJob } from '../../../src/repair/facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import { planPass } from '../../../src/repair/plan.ts';
import type { RepairPlan } from '../../../src/repair/plan-types.ts';

export const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
export const AUTOREPAIR = 'ganeti:watcher:autorepair:';
export const ID = '6f1c2f6e-4d3a-4c0e-9a43-0d5d5a1b7e11';

/** Three nodes, h3 dead; DRBD instances between h3 and h1 unless said otherwise. */
export function facts(
  instances: readonly Partial<RepairInstance>[],
  { clusterTags = [], jobs = [], ...rest }: Partial<RepairFacts> = {},
): RepairFacts {
  const state = (name: string): NodeState => (name === 'h3.lab.test' ? 'offline' : 'online');
  const nodes = ['h1.lab.test', 'h2.lab.test', 'h3.lab.test'].map((name) => ({
    ...{ name, group: 'uuid-default', state: state(name), because: `${name} is ${state(name)}` },
  }));
  return {
    nowMs: NOW_MS,
    clusterTags,
    iallocator: 'hail',
    groups: new Map([['uuid-default', { uuid: 'uuid-default', name: 'default', tags: [] }]]),
    nodes: new Map(nodes.map((node) => [node.name, node])),
    instances: instances.map((one) => ({
      ...{ name: 'web1.lab.test', template: 'drbd', adminState: 'up' },
      ...{ primary: 'h3.lab.test', secondary: 'h1.lab.test', tags: [], memory: 128, disk: 1024 },
      ...one,
    })),
    jobs,
    room: undefined,
    limits: { cluster: 10, node: 2 },
    stopped: undefined,
    ...rest,
  };
}

export function job(id: number, status: RepairJob['status'], instance = 'web1.lab.test'): RepairJob {
  return {
    ...{ id, status, repair: undefined, instances: [instance], tagsOnly: false },
    ...{ endedMs: undefined, error: undefined, noRoom: false },
  };
}

export function planOf(given: RepairFacts): RepairPlan {
  return planPass(given, () => ID);
}
