import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueue } from '../luxi-cluster/queue.ts';
import type { HarepCase } from './harep-case.ts';
import { clusterWith, drbd, instance, pending } from './harep-cluster.ts';

const REPLACE = {
  ...{ OP_ID: 'OP_INSTANCE_REPLACE_DISKS', instance_name: 'web1.lab.test' },
  ...{ mode: 'replace_new_secondary', iallocator: 'hail' },
};

/** Where harep destroys data or stops working. */
export const DANGERS: readonly HarepCase[] = [
  {
    title: 'reinstalls a DRBD instance whose secondary is only drained and holds its data',
    cluster: clusterWith([drbd('web1', 'h3', 'h4', { adminState: 'down' })]),
    harep: { instances: ['web1 on h1+h2 (down): RECREATE_DISKS, REINSTALL; result reinstall success (1)'] },
    ours: { instances: ['web1 on h3+h4 (down): nothing; no tag'] },
    differs: 'A drained node holds a good copy',
  },
  {
    title: 'reinstalls a DRBD instance whose drained primary runs it, because the secondary is dead',
    cluster: clusterWith([drbd('web1', 'h4', 'h3', { adminState: 'down' })]),
    harep: { instances: ['web1 on h1+h2 (down): RECREATE_DISKS, REINSTALL; result reinstall success (1)'] },
    ours: {
      instances: ['web1 on h1+h2 (down): REPLACE_DISKS, FAILOVER, REPLACE_DISKS; result migrate success (3)'],
    },
    differs: 'A drained node holds a good copy',
  },
  {
    title: 'makes new empty disks for a plain instance that is down and whose node is only drained',
    cluster: clusterWith([instance('plain', 'db1', 'h4', { adminState: 'down' })]),
    harep: { instances: ['db1 on h1 (down): RECREATE_DISKS, REINSTALL; result reinstall success (1)'] },
    ours: { instances: ['db1 on h1 (down): MOVE; result migrate success (1)'] },
    differs: 'Nothing is reinstalled while its only copy is on a node that is alive',
  },
  {
    title: 'fails with a plain instance that runs on a node that is not vm_capable',
    cluster: clusterWith([instance('plain', 'db1', 'h6')]),
    harep: { instances: ['db1 on h6: RECREATE_DISKS!, REINSTALL!; result reinstall failure (1)'] },
    ours: { instances: ['db1 on h1: MOVE; result failover success (1)'] },
    differs: 'Nothing is reinstalled while its only copy is on a node that is alive',
  },
  {
    title: 'leaves an instance that is to be up on blank disks, because Ganeti reinstalls only what is down',
    cluster: clusterWith([instance('plain', 'db1', 'h3')]),
    harep: {
      instances: ['db1 on h1 (blank, not running): RECREATE_DISKS, REINSTALL!; result reinstall failure (1)'],
    },
    ours: {
      instances: [
        'db1 on h1: asks RECREATE_DISKS, SHUTDOWN, RECREATE_DISKS, REINSTALL, STARTUP; result reinstall success (1)',
      ],
    },
    differs: 'A reinstall works for an instance that is up',
  },
  {
    title: 'reboots a DRBD instance whose primary is only drained',
    cluster: clusterWith([drbd('web1', 'h4', 'h1')]),
    harep: { instances: ['web1 on h1+h2: FAILOVER, REPLACE_DISKS; result fix-storage success (1)'] },
    ours: { instances: ['web1 on h1+h2: MIGRATE, REPLACE_DISKS; result migrate success (2)'] },
    differs: 'A drained primary is left by live migration',
  },
  {
    title: 'does not migrate where the policy allows a migration',
    cluster: clusterWith([drbd('web1', 'h4', 'h1')], { tags: ['migrate'] }),
    harep: { instances: ['web1 on h4+h1: nothing; result failover enoperm (0)'] },
    ours: { instances: ['web1 on h1+h2: MIGRATE, REPLACE_DISKS; result migrate success (2)'] },
    differs: 'A drained primary is left by live migration',
  },
  {
    title: 'stops for the whole cluster because of two pending tags on one instance',
    cluster: clusterWith([
      drbd('web1', 'h1', 'h3'),
      drbd('web2', 'h1', 'h3', {
        tags: [pending('fix-storage', [], 'one'), pending('failover', [], 'two', 1_700_000_001)],
      }),
    ]),
    harep: {
      exits: [1, 1, 1],
      instances: [
        'web1 on h1+h3: nothing; no tag',
        'web2 on h1+h3: nothing; pending failover (0), pending fix-storage (0)',
      ],
    },
    ours: {
      instances: [
        'web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)',
        'web2 on h1+h2: REPLACE_DISKS; result failover success (0), result fix-storage success (1)',
      ],
    },
    differs: 'One bad tag or one lost job stops nothing else',
  },
  {
    title: 'stops for the whole cluster because the file of one job is gone',
    cluster: clusterWith([
      drbd('web1', 'h1', 'h3', { tags: [pending('fix-storage', [999])] }),
      drbd('web2', 'h1', 'h3'),
    ]),
    harep: {
      exits: [1, 1, 1],
      instances: ['web1 on h1+h3: nothing; pending fix-storage (1)', 'web2 on h1+h3: nothing; no tag'],
    },
    ours: {
      instances: [
        'web1 on h1+h2: REPLACE_DISKS; result fix-storage success (2)',
        'web2 on h1+h2: REPLACE_DISKS; result fix-storage success (1)',
      ],
    },
    differs: 'One bad tag or one lost job stops nothing else',
  },
  {
    title: 'cannot begin while one node is silent that is not marked offline',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    prepare: ({ cluster }) => {
      cluster.node('h7').silent = true;
    },
    harep: { exits: [1, 1, 1], instances: ['web1 on h1+h3: nothing; no tag'] },
    ours: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    differs: 'A silent node stops nothing else',
  },
  {
    title: 'submits a repair twice where the tag could not be written',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    prepare: ({ queue }) => {
      queue.script = ({ OP_ID }) =>
        OP_ID === 'OP_TAGS_SET'
          ? { kind: 'error', text: 'no tags today' }
          : OP_ID === 'OP_TEST_DELAY'
            ? { kind: 'running' }
            : undefined;
    },
    between: ({ queue }, run) => {
      if (run === 3) queue.script = undefined;
      const waiting = queue.jobs.filter(({ status }) => status === 'running');
      if (run === 3) for (const { id } of waiting) queue.finish(id);
    },
    runs: 3,
    harep: {
      exits: [1, 1, 0],
      instances: ['web1 on h1+h7: REPLACE_DISKS, REPLACE_DISKS; no tag'],
    },
    // Tried again a while later only, so that the queue is not filled with failed jobs.
    ours: { instances: ['web1 on h1+h3: nothing; no tag'] },
    differs: 'The tag is written before the repair is submitted',
  },
  {
    title:
      'does everything twice where it is run twice at the same time, and then stops for the whole cluster',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    prepare: (luxid) => {
      const loaded = (): number =>
        luxid.requests.filter(({ method }) => method === 'QueryClusterInfo').length;
      luxid.before = async ({ method }) => {
        // Whoever is first waits until the other one has seen the same cluster; ours never lets it come so far.
        for (let tries = 0; method === 'SubmitManyJobs' && loaded() < 2 && tries < 60; tries++)
          await sleep(50);
        return undefined;
      };
    },
    together: 2,
    runs: 1,
    harep: {
      exits: [0, 0],
      instances: [
        'web1 on h1+h7: REPLACE_DISKS, REPLACE_DISKS; pending fix-storage (1), pending fix-storage (1)',
      ],
    },
    ours: {
      exits: [0, 0],
      instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'],
    },
    differs: 'Two runs at a time take turns',
  },
  {
    title: 'repairs again what a job has repaired that ended while it looked',
    cluster: clusterWith([drbd('web1', 'h1', 'h3', { tags: [pending('fix-storage', [1])] })]),
    prepare: (luxid) => {
      const { queue } = luxid;
      queue.script = ({ OP_ID }) => (OP_ID === 'OP_INSTANCE_REPLACE_DISKS' ? { kind: 'running' } : undefined);
      queue.submit([REPLACE]);
      queue.script = undefined;
      luxid.after = async ({ method, args: [what] }) => {
        if (method === 'Query' && what === 'instance' && queue.find(1)?.status === 'running') queue.finish(1);
        return undefined;
      };
    },
    harep: {
      instances: ['web1 on h1+h7: REPLACE_DISKS, REPLACE_DISKS; result fix-storage success (1)'],
    },
    ours: { instances: ['web1 on h1+h2: REPLACE_DISKS; result fix-storage success (1)'] },
    differs: 'A job that ends meanwhile is no reason for another',
  },
  {
    title: 'starts a second time what runs on a node that is marked offline and alive',
    cluster: clusterWith([drbd('web1', 'h3', 'h1')]),
    alive: ['h3.lab.test'],
    runs: 1,
    harep: { instances: ['web1 on h1+h3: FAILOVER; pending failover (1)'] },
    ours: { instances: ['web1 on h3+h1: nothing; no tag'] },
    differs: 'A node that is marked offline and alive is not taken for dead',
  },
  {
    title: 'does once more what somebody else is doing, and waits for that with all other instances',
    cluster: clusterWith([drbd('web1', 'h1', 'h3')]),
    prepare: (luxid) => {
      const { queue } = luxid;
      queue.script = ({ OP_ID }) => (OP_ID === 'OP_INSTANCE_REPLACE_DISKS' ? { kind: 'running' } : undefined);
      queue.submit([REPLACE]);
      queue.script = undefined;
      // The real harep does not come to the end of its first run before: its repair and its tag are jobs 2 and 3.
      luxid.after = async () => {
        if (queue.jobs.length > 2) finish(queue);
        return undefined;
      };
    },
    between: ({ queue }) => finish(queue),
    harep: {
      instances: ['web1 on h1+h7: REPLACE_DISKS, REPLACE_DISKS; result fix-storage success (1)'],
    },
    ours: { instances: ['web1 on h1+h2: REPLACE_DISKS; no tag'] },
    differs: 'A job of somebody else is waited for',
  },
];

function finish(queue: JobQueue): void {
  if (queue.find(1)?.status === 'running') queue.finish(1);
}
