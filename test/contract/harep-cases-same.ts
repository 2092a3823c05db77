import type { HarepCase } from './harep-case.ts';
import { clusterWith, drbd, ended, instance, pending } from './harep-cluster.ts';

const DAY_S = 86_400;
const future = (days: number): number => Math.floor(Date.now() / 1000) + days * DAY_S;

/** Where harep is right. */
export const SAME: readonly HarepCase[] = [
  {
    title: 'leaves alone what is healthy',
    cluster: clusterWith([drbd('web1', 'h1', 'h2'), instance('plain', 'db1', 'h2')]),
    harep: { instances: ['web1 on h1+h2: nothing; no tag', 'db1 on h2: nothing; no tag'] },
    ours: 'same',
  },
  {
    title: 'gives a DRBD instance a new secondary for one that is offline',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'gives a DRBD instance a new secondary for one that is drained',
    cluster: clusterWith([drbd('web1', 'h1', 'h4')], { tags: ['fix-storage'] }),
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'gives a DRBD instance a new secondary for one that is not vm_capable',
    cluster: clusterWith([drbd('web1', 'h1', 'h6')], { tags: ['fix-storage'] }),
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'repairs an instance that is down as well',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { adminState: 'down' })]),
    harep: { instances: ['web1 on h1+h2 (down): REPLACE_DISKS; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'reinstalls a plain instance that is down and whose node is dead',
    cluster: clusterWith([instance('plain', 'db1', 'h3', { adminState: 'down' })]),
    harep: { instances: ['db1 on h1 (down): RECREATE_DISKS, REINSTALL; result reinstall success (1)'] },
    ours: 'same',
  },
  {
    title: 'reinstalls a DRBD instance that is down and both of whose nodes are dead',
    cluster: clusterWith([drbd('web1', 'h3', 'h5', { adminState: 'down' })]),
    harep: { instances: ['web1 on h1+h2 (down): RECREATE_DISKS, REINSTALL; result reinstall success (1)'] },
    ours: 'same',
  },
  {
    title: 'does nothing without a policy',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')], { tags: [] }),
    harep: { instances: ['web1 on h1+h3: nothing; no tag'], tagOpcodes: 0 },
    ours: 'same',
  },
  {
    title: 'takes the least destructive of several policies on one object',
    cluster: clusterWith([drbd('web1', 'h3', 'h1')], { tags: ['reinstall', 'fix-storage'] }),
    runs: 1,
    harep: { instances: ['web1 on h3+h1: nothing; result failover enoperm (0)'] },
    ours: 'same',
  },
  {
    title: 'takes the nearest policy: of the instance, then of the group, then of the cluster',
    cluster: clusterWith(
      [
        drbd('web1', 'h1', 'h3', { tags: ['fix-storage'] }),
        instance('plain', 'db1', 'h3', { adminState: 'down' }),
        instance('plain', 'db2', 'h5', { adminState: 'down', tags: ['reinstall'] }),
      ],
      { groups: [{ name: 'default', tags: ['ganeti:watcher:autorepair:failover'] }] },
    ),
    runs: 2,
    harep: {
      instances: [
        'web1 on h1+h2: REPLACE_DISKS; fix-storage, result fix-storage success (1)',
        'db1 on h3 (down): nothing; result reinstall enoperm (0)',
        'db2 on h2 (down): RECREATE_DISKS, REINSTALL; reinstall, result reinstall success (1)',
      ],
    },
    ours: 'same',
  },
  {
    title: 'is suspended by the cluster, but not where a policy is nearer',
    cluster: clusterWith([drbd('web1', 'h1', 'h3'), drbd('web2', 'h1', 'h3', { tags: ['fix-storage'] })], {
      tags: ['suspend', 'reinstall'],
    }),
    harep: {
      instances: [
        'web1 on h1+h3: nothing; no tag',
        'web2 on h1+h2: REPLACE_DISKS; fix-storage, result fix-storage success (1)',
      ],
    },
    ours: 'same',
  },
  {
    title: 'is suspended until a time that is to come, whatever policy is beside it',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: [`suspend:${future(1)}`, 'fix-storage'] })]),
    harep: { instances: [`web1 on h1+h3: nothing; fix-storage, suspend:${future(1)}`], tagOpcodes: 0 },
    ours: 'same',
  },
  {
    title: 'does not touch what has failed until the tag is removed',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: [ended('fix-storage', 'failure', [7])] })]),
    between: ({ cluster }, run) => {
      if (run === 3) cluster.instance('web1').tags = [];
    },
    runs: 4,
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'waits for the jobs of a pending repair',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: [pending('fix-storage', [1])] })]),
    prepare: ({ queue }) => {
      queue.script = ({ OP_ID }) => (OP_ID === 'OP_INSTANCE_REPLACE_DISKS' ? { kind: 'running' } : undefined);
      queue.submit([{ OP_ID: 'OP_INSTANCE_REPLACE_DISKS', instance_name: 'web1.lab.test' }]);
    },
    harep: { instances: ['web1 on h1+h3: REPLACE_DISKS…; pending fix-storage (1)'], tagOpcodes: 0 },
    ours: 'same',
  },
  {
    title: 'ends a pending repair whose jobs succeeded, and keeps its jobs in the result',
    cluster: clusterWith([drbd('web1', 'h1', 'h2', { tags: [pending('fix-storage', [1])] })]),
    prepare: ({ queue }) => {
      queue.submit([{ OP_ID: 'OP_TEST_DELAY', duration: 1 }]);
    },
    harep: { instances: ['web1 on h1+h2: nothing; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'replaces the result of an earlier repair when the next one begins',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: [ended('fix-storage', 'success', [7])] })]),
    harep: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    ours: 'same',
  },
  {
    title: 'does not begin what was asked for after a failure that nobody has looked at',
    cluster: clusterWith([
      drbd('web1', 'h1', 'h3', {
        tags: [ended('failover', 'failure', [3], 'old'), pending('fix-storage', [], 'new', 1_700_000_001)],
      }),
    ]),
    harep: { instances: ['web1 on h1+h3: nothing; pending fix-storage (0), result failover failure (1)'] },
    ours: 'same',
  },
];
