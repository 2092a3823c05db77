import type { HarepCase } from './harep-case.ts';
import { clusterWith, drbd, instance, pending } from './harep-cluster.ts';

const REDIST = { OP_ID: 'OP_CLUSTER_REDIST_CONF' };

/** Where harep does too little, or not what the design asks. */
export const OTHERS: readonly HarepCase[] = [
  {
    title: 'gives each step of a repair another id and forgets the step before',
    cluster: clusterWith([drbd('web1', 'h3', 'h1')]),
    harep: { instances: ['web1 on h1+h2: FAILOVER, REPLACE_DISKS; result fix-storage success (1)'] },
    ours: { instances: ['web1 on h1+h2: FAILOVER, REPLACE_DISKS; result failover success (2)'] },
    differs: 'One repair keeps one id, one timestamp and all its jobs',
  },
  {
    title: 'does nothing for any template but DRBD and plain',
    cluster: clusterWith(
      [
        instance('ext', 'ext1', 'h2'),
        instance('rbd', 'rbd1', 'h2'),
        instance('sharedfile', 'share1', 'h2'),
        instance('gluster', 'glus1', 'h2'),
        instance('blockdev', 'block1', 'h2'),
        instance('diskless', 'none1', 'h2'),
        instance('file', 'file1', 'h2'),
      ],
      { nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test', offline: true }] },
    ),
    harep: {
      instances: [
        'ext1 on h2: nothing; no tag',
        'rbd1 on h2: nothing; no tag',
        'share1 on h2: nothing; no tag',
        'glus1 on h2: nothing; no tag',
        'block1 on h2: nothing; no tag',
        'none1 on h2: nothing; no tag',
        'file1 on h2: nothing; no tag',
      ],
    },
    ours: {
      instances: [
        'ext1 on h1: FAILOVER; result failover success (1)',
        'rbd1 on h1: FAILOVER; result failover success (1)',
        'share1 on h1: FAILOVER; result failover success (1)',
        'glus1 on h1: FAILOVER; result failover success (1)',
        'block1 on h1: FAILOVER; result failover success (1)',
        'none1 on h1: FAILOVER; result failover success (1)',
        'file1 on h1: asks RECREATE_DISKS, SHUTDOWN, RECREATE_DISKS, REINSTALL, STARTUP; result reinstall success (1)',
      ],
    },
    differs: 'Every disk template is repaired',
  },
  {
    title: 'leaves on a drained node what any node could run',
    cluster: clusterWith([instance('rbd', 'rbd1', 'h4')], { tags: ['migrate'] }),
    harep: { instances: ['rbd1 on h4: nothing; no tag'] },
    ours: { instances: ['rbd1 on h1: MIGRATE; result migrate success (1)'] },
    differs: 'Every disk template is repaired',
  },
  {
    title: 'writes that it was not allowed anew at each run',
    cluster: clusterWith([drbd('web1', 'h3', 'h1')], { tags: ['fix-storage'] }),
    harep: { instances: ['web1 on h3+h1: nothing; result failover enoperm (0)'], tagOpcodes: 5 },
    ours: { instances: ['web1 on h3+h1: nothing; result failover enoperm (0)'], tagOpcodes: 1 },
    differs: 'That a repair was not allowed is written once',
  },
  {
    title: 'takes every job in the queue for one of a pending repair without jobs',
    cluster: clusterWith([drbd('web1', 'h1', 'h2', { tags: [pending('failover', [])] })]),
    prepare: ({ queue }) => {
      queue.script = () => ({ kind: 'error', text: 'somebody else' });
      queue.submit([REDIST]);
      queue.script = undefined;
    },
    harep: { instances: ['web1 on h1+h2: nothing; result failover failure (0)'] },
    ours: { instances: ['web1 on h1+h2: nothing; result failover success (0)'] },
    differs: 'A pending tag without jobs is a repair that is asked for',
  },
  {
    title: 'does not repair what a tag from outside asks for',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: [pending('fix-storage', [])] })], { tags: [] }),
    harep: { instances: ['web1 on h1+h3: nothing; result fix-storage success (0)'] },
    ours: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    differs: 'A pending tag without jobs is a repair that is asked for',
  },
  {
    title: 'judges a pending repair by its jobs, not by the instance',
    cluster: clusterWith([drbd('web1', 'h1', 'h2', { tags: [pending('fix-storage', [1])] })]),
    prepare: ({ queue }) => {
      queue.script = () => ({ kind: 'error', text: 'no luck' });
      queue.submit([{ OP_ID: 'OP_INSTANCE_REPLACE_DISKS', instance_name: 'web1.lab.test' }]);
      queue.script = undefined;
    },
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS!; result fix-storage failure (1)'] },
    ours: { instances: ['web1 on h1+h2: REPLACE_DISKS!; result fix-storage success (1)'] },
    differs: 'A repair has succeeded when the instance is healthy',
  },
  {
    title: 'gives up after one failed job',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    prepare: ({ queue }) => {
      queue.script = ({ OP_ID }) =>
        OP_ID === 'OP_INSTANCE_REPLACE_DISKS' ? { kind: 'error', text: 'a hiccup' } : undefined;
    },
    harep: { instances: ['web1 on h1+h3: REPLACE_DISKS!; result fix-storage failure (1)'] },
    ours: { instances: ['web1 on h1+h3: REPLACE_DISKS!; pending fix-storage (1)'] },
    differs: 'A failed job is tried again where that is safe',
  },
  {
    title: 'gives up where the cluster has no room at the moment',
    cluster: {
      ...clusterWith([drbd('web1', 'h1', 'h3')]),
      nodes: [
        { name: 'h1.lab.test' },
        { name: 'h2.lab.test', disk: 100 },
        { name: 'h3.lab.test', offline: true },
      ],
    },
    harep: { instances: ['web1 on h1+h3: REPLACE_DISKS!; result fix-storage failure (1)'] },
    ours: { instances: ['web1 on h1+h3: nothing; pending fix-storage (0)'] },
    differs: 'No room is waited for',
  },
  {
    title: 'leaves suspend tags that are over, for ever',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: ['suspend:1700000000'] })], {
      tags: ['suspend:1700000000', 'fix-storage'],
    }),
    harep: {
      instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1), suspend:1700000000'],
      clusterTags: ['suspend:1700000000', 'fix-storage'],
    },
    ours: {
      instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'],
      clusterTags: ['fix-storage'],
    },
    differs: 'A suspend tag whose time is over is removed',
  },
  {
    title: 'is not suspended by a time that it cannot read',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: ['suspend:tomorrow'] })]),
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1), suspend:tomorrow'] },
    ours: { instances: ['web1 on h1+h3: nothing; suspend:tomorrow'] },
    differs: 'A tag that cannot be read holds the instance',
  },
  {
    title: 'passes over a pending tag that it cannot read',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: ['pending:fix-storage:id:yesterday:1'] })]),
    harep: {
      instances: ['web1 on h1+h2: REPLACE_DISKS; pending fix-storage (1), result fix-storage success (1)'],
    },
    ours: { instances: ['web1 on h1+h3: nothing; pending fix-storage (1)'] },
    differs: 'A tag that cannot be read holds the instance',
  },
  {
    title: 'goes on with the tags of an instance that is suspended',
    cluster: clusterWith([drbd('web1', 'h1', 'h2', { tags: ['suspend', pending('fix-storage', [1])] })]),
    prepare: ({ queue }) => {
      queue.submit([REDIST]);
    },
    harep: { instances: ['web1 on h1+h2: nothing; result fix-storage success (1), suspend'] },
    ours: { instances: ['web1 on h1+h2: nothing; pending fix-storage (1), suspend'] },
    differs: 'Suspended means untouched',
  },
  {
    title: 'repairs what its administrator has set offline',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { adminState: 'offline' })]),
    harep: { instances: ['web1 on h1+h2 (offline): REPLACE_DISKS; result fix-storage success (1)'] },
    ours: { instances: ['web1 on h1+h3 (offline): nothing; no tag'] },
    differs: 'An instance that is set offline is left alone',
  },
  {
    title: 'asks for the allocator hail, whatever the default of the cluster is',
    cluster: { ...clusterWith([drbd('web1', 'h1', 'h3')]), defaultIallocator: 'own-allocator' },
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS by hail; result fix-storage success (1)'] },
    ours: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    differs: 'The default allocator of the cluster places instances',
  },
  {
    title: 'makes each repair wait with the lock of the master node',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    harep: { masterLocked: 1 },
    ours: { masterLocked: 0 },
    differs: 'No job waits with a lock of the master node',
  },
  {
    title: 'submits all repairs at once',
    cluster: clusterWith(['web1', 'web2', 'web3', 'web4'].map((name) => drbd(name, 'h1', 'h3'))),
    prepare: ({ queue }) => {
      queue.script = ({ OP_ID }) =>
        OP_ID === 'OP_TEST_DELAY' || OP_ID === 'OP_INSTANCE_REPLACE_DISKS' ? { kind: 'running' } : undefined;
    },
    harep: {
      instances: ['web1', 'web2', 'web3', 'web4'].map(
        (name) => `${name} on h1+h3: REPLACE_DISKS…; pending fix-storage (1)`,
      ),
    },
    ours: {
      instances: [
        'web1 on h1+h3: REPLACE_DISKS…; pending fix-storage (1)',
        'web2 on h1+h3: REPLACE_DISKS…; pending fix-storage (1)',
        'web3 on h1+h3: nothing; pending fix-storage (0)',
        'web4 on h1+h3: nothing; pending fix-storage (0)',
      ],
    },
    differs: 'A node takes part in few repairs at a time',
  },
];
