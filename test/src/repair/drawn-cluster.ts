import fc from 'fast-check';
import {
  REPAIR_TYPES,
  type RepairFacts,
  type RepairGroup,
  type RepairInstance,
  type RepairJob,
  type RepairNode,
  TEMPLATES,
} from '../../../src/repair/facts.ts';
import { NODE_STATES } from '../../../src/repair/node-state.ts';
import { anyTag, NOW, policyTag, resultTag } from './drawn-tags.ts';

const GROUPS = ['east', 'west'] as const;
const NODES = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((host) => `${host}.lab.test`);
const INSTANCES = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'gnu'].map((name) => `${name}.lab.test`);
// Those that drawn pending tags name, and two that are only found by their reason.
const JOBS = [7, 12, 1_300, 1_301, 1_302];

const P = 'ganeti:watcher:autorepair:';

const policies = fc.oneof(
  fc.constant([]),
  fc.constantFrom(...REPAIR_TYPES).map((type) => [P + type]),
  fc.constant([`${P}reinstall`]),
);

/** What one that is not in a muddle has; muddles hold an instance, and would hide all else. */
const orderlyTags = fc
  .record({
    policy: policies,
    pending: fc.option(
      fc.record({
        type: fc.constantFrom(...REPAIR_TYPES, 'reinstall'),
        ids: fc.subarray(['a', 'b'], { minLength: 1 }),
        jobs: fc.oneof(fc.constant([]), fc.subarray(JOBS.slice(0, 3))),
        start: fc.boolean(),
      }),
      { nil: undefined },
    ),
  })
  .map(({ policy, pending }) => {
    if (pending === undefined) return policy;
    const { type, ids, jobs, start } = pending;
    const tags = ids.map(
      (id, index) => `${P}pending:${type}:${id}:${NOW - 100 + index}:${index === 0 ? jobs.join('+') : ''}`,
    );
    return [...policy, ...tags, ...(start ? [`ocf:repair:start:${ids[0]}`] : [])];
  });

const tags = fc.oneof(
  { weight: 6, arbitrary: orderlyTags },
  { weight: 1, arbitrary: fc.uniqueArray(anyTag, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.tuple(policyTag, resultTag).map((both): string[] => both) },
);

const node = (name: string): fc.Arbitrary<RepairNode> =>
  fc.record({
    name: fc.constant(name),
    group: fc.constantFrom('east', 'east', 'east', 'west'),
    // Those that are online more often, or nothing had a place to go; those that are offline, or all were held.
    state: fc.constantFrom(...NODE_STATES, 'online', 'online', 'online', 'drained', 'offline', 'offline'),
    because: fc.constant('drawn'),
  });

const instance = (name: string): fc.Arbitrary<RepairInstance> =>
  fc
    .record({
      template: fc.constantFrom('drbd', 'drbd', 'drbd', 'drbd', 'plain', ...TEMPLATES, 'unknown'),
      adminState: fc.constantFrom('up', 'up', 'up', 'down', 'down', 'offline'),
      both: fc.oneof(
        { weight: 9, arbitrary: fc.shuffledSubarray(NODES, { minLength: 2, maxLength: 2 }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            ['nowhere.lab.test', 'h1.lab.test'],
            ['h1.lab.test', 'nowhere.lab.test'],
          ),
        },
      ),
      tags,
      memory: fc.constantFrom(128, 512, 4_096),
      disk: fc.constantFrom(0, 1_024, 20_480),
    })
    .map(({ both, ...rest }) => ({
      ...rest,
      name,
      primary: both[0] ?? '',
      secondary: rest.template === 'drbd' ? both[1] : undefined,
    }));

const job = (id: number): fc.Arbitrary<RepairJob> =>
  fc
    .record({
      status: fc.constantFrom(
        'unfinished',
        'success',
        'success',
        'success',
        'failed',
        'failed',
        'failed',
        'canceled',
        'gone',
      ),
      repair: fc.option(fc.constantFrom('a', 'b'), { nil: undefined, freq: 1 }),
      instances: fc.subarray(INSTANCES, { minLength: 1, maxLength: 1 }),
      tagsOnly: fc.constantFrom(false, false, false, true),
      reinstalls: fc.constantFrom(undefined, false, false, true),
      agoMs: fc.constantFrom(1_000, 70_000, 290_000, 400_000, -5_000),
      error: fc.option(fc.constant('it did not work'), { nil: undefined }),
      noRoom: fc.constantFrom(false, false, true),
    })
    .map(({ agoMs, noRoom, ...rest }) => ({
      ...rest,
      id,
      endedMs: rest.status === 'unfinished' || rest.status === 'gone' ? undefined : NOW * 1_000 - agoMs,
      noRoom: noRoom && rest.status === 'failed',
    }));

const free = fc.record({ memory: fc.constantFrom(0, 600, 9_000), disk: fc.constantFrom(0, 2_000, 90_000) });

export const drawnCluster: fc.Arbitrary<RepairFacts> = fc
  .record({
    clusterTags: fc.oneof(
      { weight: 5, arbitrary: policies },
      { weight: 1, arbitrary: fc.uniqueArray(anyTag, { maxLength: 2 }) },
    ),
    groups: fc.tuple(...GROUPS.map((name) => fc.record({ name: fc.constant(name), tags: policies }))),
    nodes: fc.tuple(...NODES.map(node)),
    instances: fc.tuple(...INSTANCES.map(instance)),
    jobs: fc.tuple(...JOBS.map(job)),
    room: fc.option(fc.dictionary(fc.constantFrom(...NODES), free), { nil: undefined }),
    limits: fc.record({ cluster: fc.constantFrom(0, 1, 2, 3, 99), node: fc.constantFrom(1, 2, 99) }),
    stopped: fc.constantFrom(undefined, undefined, undefined, 'the queue is drained'),
  })
  .map(({ groups, nodes, room, ...rest }) => ({
    ...rest,
    nowMs: NOW * 1_000,
    iallocator: 'hail',
    groups: new Map(
      groups.map((group): [string, RepairGroup] => [group.name, { ...group, uuid: group.name }]),
    ),
    nodes: new Map(nodes.map((one) => [one.name, one])),
    room: room === undefined ? undefined : new Map(Object.entries(room)),
  }));
