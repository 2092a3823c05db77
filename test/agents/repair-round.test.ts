// `gnt-ha repair` as a real process, in front of a described cluster.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe } from 'node:test';
import * as v from 'valibot';
import { REPAIR_EVENT_SHAPE, REPAIR_SHAPE } from '../../src/cli/repair-shapes.ts';
import type { LuxiCluster } from '../luxi-cluster/server.ts';
import { AUTOREPAIR, WEB, withRepairs } from './repair-world.ts';
import type { World } from './world.ts';

const DB = { ...WEB, name: 'db.lab.test' };

/** Opcodes that were submitted, those of tags aside. */
function steps(luxid: LuxiCluster): readonly string[] {
  return luxid.queue.jobs.flatMap(({ ops }) =>
    ops.map(({ OP_ID }) => OP_ID).filter((id) => !id.startsWith('OP_TAGS_')),
  );
}

/** Repairs begin and do not end until the test says so. */
function stepsTakeLong(luxid: LuxiCluster): void {
  luxid.queue.script = ({ OP_ID }) => (OP_ID.startsWith('OP_TAGS_') ? undefined : { kind: 'running' });
}

/** A round that is watched: what it has printed so far. */
function watch(
  world: World,
  ...words: readonly string[]
): { child: ChildProcess; printed: () => string; told: () => string } {
  const main = join(import.meta.dirname, '../../agents/main.ts');
  const args = [main, 'gnt-ha', 'repair', '--watch', ...words];
  const child = spawn(process.execPath, args, { env: { GANETI_HA_ROOT: world.root } });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  return { child, printed: () => text.stdout, told: () => text.stderr };
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > end) assert.fail(`30 s and not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  return await new Promise((resolve) => child.on('close', (code) => resolve(code)));
}

describe('gnt-ha repair', { concurrency: 2 }, () => {
  withRepairs('begins what can be begun, and says what and with which job', {}, async (world, luxid) => {
    stepsTakeLong(luxid);
    const run = await world.gntHa('repair');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^web\.lab\.test: job \d+: a failover$/m);
    assert.match(run.stdout, /^web\.lab\.test {2}pending {2}failover \(cluster\) +its own job +2 3 +20/m);
    assert.deepEqual(steps(luxid), ['OP_INSTANCE_FAILOVER']);
  });

  withRepairs('is in the history of its instances and of the node they lost', {}, async (world) => {
    assert.equal((await world.gntHa('repair')).code, 0);
    const { stdout } = await world.gntHa('history', 'web');
    assert.match(
      stdout,
      /^\S+Z {2}web\.lab\.test: to be repaired \(failover\): .*h3\.lab\.test.* {2}\[repair\]\n(.*\n)*\S+Z {2}web\.lab\.test: job \d+: a failover {2}\[repair\]$/m,
    );
    assert.match((await world.gntHa('history', 'h3')).stdout, /web\.lab\.test: to be repaired/);
    assert.equal((await world.gntHa('history', 'h2')).stdout, '');
  });

  withRepairs('is 0 and says so where nothing is to be done', { instances: [] }, async (world, luxid) => {
    const run = await world.gntHa('repair');
    assert.deepEqual([run.code, run.stdout], [0, 'Nothing was to be done.\n\ninstances: none\n']);
    assert.deepEqual(luxid.queue.jobs, []);
  });

  withRepairs('of one instance leaves all others alone', { instances: [WEB, DB] }, async (world, luxid) => {
    stepsTakeLong(luxid);
    const run = await world.gntHa('repair', 'db', '-o', 'json');
    const round = v.parse(REPAIR_SHAPE, JSON.parse(run.stdout));
    const begun = round.submitted.filter(({ what }) => what === 'step');
    assert.deepEqual(
      begun.map(({ on, step }) => [on.name, step]),
      [['db.lab.test', 'failover']],
    );
    assert.deepEqual(luxid.cluster.instance('web').tags, []);
  });

  for (const name of ['', 'nobody']) {
    withRepairs(`of "${name}" does nothing, to nobody`, {}, async (world, luxid) => {
      const run = await world.gntHa('repair', name);
      assert.deepEqual([run.code, run.stdout, luxid.queue.jobs.length], [2, '', 0]);
    });
  }

  withRepairs('tells the jobs why, where it was told', {}, async (world, luxid) => {
    await world.gntHa('repair', '--reason', 'power cut in row 3');
    const failover = luxid.queue.jobs.find(({ ops }) => ops[0]?.OP_ID === 'OP_INSTANCE_FAILOVER');
    assert.match(JSON.stringify(failover?.ops[0]?.reason), /power cut in row 3/);
  });

  withRepairs('is 1 where a job is refused, and goes on with the others', {}, async (world, luxid) => {
    luxid.queue.script = ({ OP_ID }) =>
      OP_ID === 'OP_TAGS_SET' ? { kind: 'error', text: 'no tag today' } : undefined;
    const run = await world.gntHa('repair');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /web\.lab\.test: its tags .*no tag today/);
    assert.deepEqual(steps(luxid), []);
  });

  withRepairs('is 1 and begins nothing while a pause stands, and says which', {}, async (world, luxid) => {
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const run = await world.gntHa('repair');
    assert.equal(run.code, 1);
    assert.match(run.stdout, /^nothing new is begun: .*ha_node_role_config/m);
    assert.match(
      run.stdout,
      /^web\.lab\.test +needs repair +failover \(cluster\) +what stops all repairs to end/m,
    );
    assert.deepEqual(luxid.queue.jobs, []);
  });

  withRepairs('is 2 for an option that it does not have', {}, async (world) => {
    assert.equal((await world.gntHa('repair', '--force')).code, 2);
  });
});

describe('gnt-ha repair --watch', { concurrency: 2 }, () => {
  withRepairs('goes on until the instance is healthy, step by step', {}, async (world, luxid) => {
    stepsTakeLong(luxid);
    const { child, printed } = watch(world);
    for (const [index, step] of ['FAILOVER', 'REPLACE_DISKS'].entries()) {
      await until(() => steps(luxid).length > index, step);
      assert.equal(steps(luxid)[index], `OP_INSTANCE_${step}`);
      luxid.queue.finish(luxid.queue.jobs.findLast(({ status }) => status === 'running')?.id ?? 0);
    }
    assert.equal(await ended(child), 0);
    assert.match(
      printed(),
      /^\S+Z {2}web\.lab\.test: job \d+: a failover\n(.*\n)*\S+Z {2}web\.lab\.test: job \d+ ended: success\n(.*\n)*\S+Z {2}web\.lab\.test: job \d+: a new secondary\n/m,
    );
    assert.match(printed(), /web\.lab\.test: repaired: .*\n\ninstances: 1 healthy\n$/);
    const { pnode, snode, tags } = luxid.cluster.instance('web');
    assert.deepEqual([pnode, snode], ['h1.lab.test', 'h2.lab.test']);
    assert.match(tags.join(), /^ganeti:watcher:autorepair:result:failover:[-\da-f]+:\d+:success:\d+\+\d+$/);
  });

  withRepairs('leaves the jobs running at Ctrl-C, and says which', {}, async (world, luxid) => {
    stepsTakeLong(luxid);
    const { child, told } = watch(world);
    await until(() => steps(luxid).length > 0 && luxid.cluster.instance('web').tags.length > 0, 'a failover');
    const job = luxid.queue.jobs.find(({ status }) => status === 'running');
    child.kill('SIGINT');
    assert.equal(await ended(child), 1);
    assert.match(told(), new RegExp(`^Jobs? .*\\b${job?.id}\\b.* in Ganeti; .*gnt-ha repair status`));
    assert.equal(job?.status, 'running');
  });

  withRepairs('with -o json is one line for each event, and the round as the last', {}, async (world) => {
    const { child, printed, told } = watch(world, '-o', 'json');
    assert.equal(await ended(child), 0, told());
    const lines = printed()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const round = v.parse(REPAIR_SHAPE, lines.pop());
    const events = lines.map((line) => v.parse(REPAIR_EVENT_SHAPE, line));
    assert.deepEqual(
      events.flatMap((event) => (event.event === 'ended' ? [event.outcome] : [])),
      ['success'],
    );
    assert.deepEqual([round.counts.healthy, round.left], [1, false]);
    assert.deepEqual(
      round.submitted.flatMap(({ step }) => step ?? []),
      ['failover', 'replace-secondary'],
    );
  });

  withRepairs(
    'is 1 where a repair is given up, and says why',
    {
      tags: [`${AUTOREPAIR}reinstall`],
      instances: [{ name: 'cache.lab.test', template: 'plain', pnode: 'h3.lab.test' }],
    },
    async (world, luxid) => {
      luxid.queue.script = ({ OP_ID, dry_run: dry }) =>
        OP_ID === 'OP_INSTANCE_RECREATE_DISKS' && dry !== true
          ? { kind: 'error', text: 'no volume group' }
          : undefined;
      const { child, printed } = watch(world);
      assert.equal(await ended(child), 1);
      assert.match(printed(), /cache\.lab\.test: job \d+ ended: .*no volume group/);
      assert.match(printed(), /cache\.lab\.test: FAILED: /);
      assert.match(printed(), /^cache\.lab\.test {2}FAILED +reinstall \(cluster\) +a person/m);
      assert.equal(steps(luxid).filter((id) => id === 'OP_INSTANCE_SHUTDOWN').length, 1);
    },
  );
});
