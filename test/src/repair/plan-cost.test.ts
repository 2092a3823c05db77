// What a plan costs in processor time, which does not depend on what else the machine does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepairFacts, RepairInstance, RepairJob } from '../../../src/repair/facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import { planPass } from '../../../src/repair/plan.ts';

const NODES = 500;
const INSTANCES = 10_000;
const NOW_S = 1_700_000_000;

describe('a plan of 10,000 instances on 500 nodes', () => {
  it('costs less than 300 ms where one node is lost', () => {
    const facts = cluster((node) => (node === 0 ? 'offline' : 'online'));
    assert.ok(planPass(facts, id).instances.length > 0);
    assert.ok(cost(facts) < 300, `${cost(facts)} ms`);
  });

  it('costs less than 500 ms where all of them want to be repaired and some run', () => {
    const facts = cluster((node) => (node % 2 === 0 ? 'offline' : 'online'));
    assert.ok(planPass(facts, id).instances.length > INSTANCES / 2);
    assert.ok(cost(facts) < 500, `${cost(facts)} ms`);
  });
});

/** Milliseconds; the least of several, since the first ones are interpreted. */
function cost(facts: RepairFacts): number {
  const costs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    planPass(facts, id);
    return process.cpuUsage(before).user / 1_000;
  });
  return Math.min(...costs);
}

function id(): string {
  return '123e4567-e89b-12d3-a456-426614174000';
}

function cluster(state: (node: number) => NodeState): RepairFacts {
  const names = Array.from({ length: NODES }, (_, index) => `h${index}.lab.test`);
  const name = (index: number): string => names[index % NODES] ?? '';
  const nodes = names.map((node, index) => ({
    name: node,
    group: index % 5 === 0 ? 'east' : 'west',
    state: state(index),
    because: 'it is marked so',
  }));
  return {
    nowMs: NOW_S * 1_000,
    clusterTags: ['ganeti:watcher:autorepair:reinstall'],
    iallocator: 'hail',
    groups: new Map(['east', 'west'].map((group) => [group, { uuid: group, name: group, tags: [] }])),
    nodes: new Map(nodes.map((node) => [node.name, node])),
    instances: Array.from({ length: INSTANCES }, (_, index) => instance(index, name)),
    jobs: Array.from({ length: INSTANCES / 10 }, (_, index) => job(index)),
    room: new Map(names.map((node) => [node, { memory: 100_000, disk: 1_000_000 }])),
    limits: { cluster: 8, node: 2 },
    stopped: undefined,
  };
}

function instance(index: number, node: (index: number) => string): RepairInstance {
  const repair =
    index % 3 === 0 ? [`ganeti:watcher:autorepair:pending:reinstall:r${index}:${NOW_S - index}:`] : [];
  return {
    name: `i${index}.lab.test`,
    template: index % 4 === 0 ? 'plain' : 'drbd',
    adminState: 'up',
    primary: node(index),
    secondary: index % 4 === 0 ? undefined : node(index + 1 + (index % 7)),
    tags: ['production', ...repair],
    memory: 1_024,
    disk: 10_240,
  };
}

function job(index: number): RepairJob {
  return {
    id: index,
    status: index % 2 === 0 ? 'failed' : 'unfinished',
    repair: `r${index * 3}`,
    instances: [`i${index * 3}.lab.test`],
    tagsOnly: false,
    endedMs: undefined,
    error: undefined,
    noRoom: false,
  };
}
