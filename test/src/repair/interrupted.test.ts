// A round of repairs that dies before or after each single call to luxid, and the one that comes after it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../../../src/evidence/verdict.ts';
import { luxiSocket } from '../../../src/ganeti/luxi.ts';
import { repairRound } from '../../../src/repair/round.ts';
import type { ClusterView } from '../../../src/sweep/view.ts';
import { makeWorld, type World } from '../../agents/world.ts';
import { type LuxiCluster, luxiCluster } from '../../luxi-cluster/server.ts';
import { DeadError, mortal } from './mortal.ts';

const POLICY = 'ganeti:watcher:autorepair:reinstall';
const RUN_DIR = '/var/run/ganeti';

/** h3 is dead: one instance with its copy on h1, one on shared storage, one whose only copy is gone. */
const CLUSTER = {
  tags: [POLICY],
  defaultIallocator: 'hail',
  nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
  instances: [
    { name: 'drbd.lab.test', template: 'drbd', pnode: 'h3.lab.test', snode: 'h1.lab.test' },
    { name: 'share.lab.test', template: 'sharedfile', pnode: 'h3.lab.test' },
    { name: 'file.lab.test', template: 'file', pnode: 'h3.lab.test' },
  ],
} as const;

const REPAIRS: Readonly<Record<string, readonly string[]>> = {
  'drbd.lab.test': ['INSTANCE_FAILOVER', 'INSTANCE_REPLACE_DISKS'],
  'share.lab.test': ['INSTANCE_FAILOVER'],
  'file.lab.test': ['INSTANCE_SHUTDOWN', 'INSTANCE_RECREATE_DISKS', 'INSTANCE_REINSTALL', 'INSTANCE_STARTUP'],
};

const VIEW: ClusterView = {
  // Never too old.
  lookedMs: Number.POSITIVE_INFINITY,
  answer: {
    kind: 'ok',
    state: {
      ...{ quorum: true, dc: 'h1', stonithEnabled: true, maintenanceMode: false, fenceHistoryKnown: true },
      ...{ nodes: [], fenceEvents: [] },
    },
  },
  names: { byGaneti: new Map(), notGanetis: [] },
  verdicts: [verdict('h1', 'alive'), verdict('h2', 'alive'), verdict('h3', 'fenced')],
  evidence: new Map(),
};

function verdict(host: string, judged: Verdict['verdict']): Verdict {
  return {
    node: `${host}.lab.test`,
    verdict: judged,
    reasons: [{ rule: 'online', text: `${host} is ${judged}` }],
  };
}

function round(env: ReturnType<typeof mortal>['env']): ReturnType<typeof repairRound> {
  const socket = luxiSocket(RUN_DIR);
  return repairRound({
    env,
    dataDir: '/var/lib/ganeti',
    socket,
    trigger: 'repair',
    view: VIEW,
  });
}

/** Whether it got as far as that call. */
async function dieAt(
  number: number,
  when: 'before' | 'after',
  world: World,
  luxid: LuxiCluster,
): Promise<boolean> {
  const process = mortal(world.root);
  let died = false;
  luxid[when] = async (_, count) => {
    if (count !== number) return undefined;
    process.die();
    died = true;
    return 'hang-up';
  };
  await round(process.env).catch((error: unknown) => {
    if (!(error instanceof DeadError)) throw error;
  });
  luxid[when] = undefined;
  return died;
}

async function isRepairedOnce(world: World, luxid: LuxiCluster, moment: string): Promise<void> {
  const report = await round(mortal(world.root).env);
  assert.equal(report.kind, 'done', `${moment}: ${JSON.stringify(report)}`);
  for (const { name, history, tags, running, blank } of luxid.cluster.instances) {
    assert.deepEqual(
      history.map((summary) => summary.replace(/\(.*/, '')),
      REPAIRS[name],
      `${moment}: ${name} is repaired once`,
    );
    assert.deepEqual([running, blank], [true, false], `${moment}: ${name}`);
    assert.equal(tags.length, 1, `${moment}: ${name} has ${tags.join(' ')}`);
    assert.match(tags[0] ?? '', /^ganeti:watcher:autorepair:result:\w+:[-\da-f]{36}:\d+:success:\d/, moment);
  }
  assert.deepEqual(
    luxid.queue.jobs.filter(({ status }) => status !== 'success').map(({ ops }) => ops),
    [],
    `${moment}: no job fails`,
  );
}

/** A machine without Pacemaker, as where harep was run by cron: no process is needed to look at it. */
async function withCluster(body: (world: World, luxid: LuxiCluster) => Promise<void>): Promise<void> {
  const world = await makeWorld();
  world.remove('/var/lib/pacemaker/cib/cib.xml');
  await world.confd('h2');
  const luxid = await luxiCluster(`${world.root}${luxiSocket(RUN_DIR)}`, CLUSTER);
  try {
    await body(world, luxid);
  } finally {
    await luxid.close();
    await world.close();
  }
}

for (const when of ['before', 'after'] as const) {
  test(`a round that dies ${when} any of its calls has the next one finish each repair once`, async () => {
    let number = 1;
    for (let died = true; died; number += 1) {
      await withCluster(async (world, luxid) => {
        died = await dieAt(number, when, world, luxid);
        await isRepairedOnce(world, luxid, `${when} call ${number}`);
      });
    }
    assert.ok(number > 40, `it made only ${number} calls`);
  });
}

test('so it is where each repair takes its time, and rounds come while it runs', async () => {
  let number = 1;
  for (let died = true; died; number += 1) {
    await withCluster(async (world, luxid) => {
      luxid.queue.script = ({ OP_ID: id }) =>
        id === 'OP_INSTANCE_FAILOVER' || id === 'OP_INSTANCE_RECREATE_DISKS'
          ? { kind: 'running' }
          : undefined;
      died = await dieAt(number, 'after', world, luxid);
      await round(mortal(world.root).env);
      await round(mortal(world.root).env);
      luxid.queue.script = undefined;
      for (const { id, status } of luxid.queue.jobs) if (status === 'running') luxid.queue.finish(id);
      // What ends in the millisecond of a look counts as running still.
      await sleep(5);
      await isRepairedOnce(world, luxid, `after call ${number}, with jobs running`);
    });
  }
  assert.ok(number > 15, `it made only ${number} calls`);
});
