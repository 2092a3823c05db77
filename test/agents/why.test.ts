// `gnt-ha why` and `gnt-ha history` as real processes.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import * as v from 'valibot';
import { WHY_SHAPE } from '../../src/cli/json-shapes.ts';
import { inWorld } from './in-world.ts';
import { fence, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const H3 = 'h3.lab.test';
const LEDGER = '/var/lib/ganeti-ha/ledger.jsonl';
const MEMORY = '/run/ganeti-ha/observations.json';
const STEADINESS = '/run/ganeti-ha/steadiness.json';

/** The JSON answer, checked against the documented shape. */
async function why(world: World, node = H3): Promise<v.InferOutput<typeof WHY_SHAPE>> {
  const run = await world.gntHa('why', node, '-o', 'json');
  assert.equal(run.code, 0, run.stderr);
  return v.parse(WHY_SHAPE, JSON.parse(run.stdout));
}

describe('gnt-ha why', { concurrency: 3 }, () => {
  inWorld('tells the chain, the rule, the decision and what would change it', {}, async (world) => {
    await watchingMaster(world);
    fence(world, 'h3');
    const told = await why(world, 'h3');
    assert.deepEqual(
      [told.node, told.verdict, told.reasons[0]?.rule, told.decision.kind],
      [H3, 'fenced', 'fencing-proven', 'offline'],
    );
    assert.deepEqual(
      told.evidence.map(({ source }) => source),
      ['fencing-history', 'own-memory', 'pacemaker', 'corosync', 'ganeti', 'network'],
    );
    assert.match(told.wouldChange.verdict, /return as a member/);
    assert.deepEqual(told.gaps, []);
    const text = (await world.gntHa('why', H3)).stdout;
    assert.match(text, /^h3\.lab\.test: fenced, to be marked offline\n/);
    assert.match(
      text,
      /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}fencing-history {2}off of h3 succeeded, done by h2/,
    );
  });

  inWorld('decides as the sweep does and does nothing of it', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    const kept = (): readonly unknown[] => [LEDGER, MEMORY, STEADINESS].map((path) => world.read(path));
    const before = kept();
    await why(world);
    assert.deepEqual(kept(), before);
    assert.ok(
      luxid.methods.every((method) => method.startsWith('Query')),
      luxid.methods.join(' '),
    );
    await world.run('ganeti-node', 'monitor');
    assert.equal((await why(world)).decision.rule, 'job-pending');
  });

  for (const [rule, options, more] of [
    ['brake', { tags: ['ocf:node-offline:max:0'] }, 'gnt-ha release h3.lab.test'],
    ['answers', {}, 'gnt-node modify -O yes h3.lab.test'],
    ['evidence', {}, 'a fencing that succeeds'],
  ] as const) {
    inWorld(`tells that the node is held by the rule ${rule}, and what ends it`, options, async (world) => {
      await watchingMaster(world);
      fence(world, 'h3');
      if (rule === 'answers') world.confdNow('h3', { silent: false });
      if (rule === 'evidence')
        world.pacemaker({
          nodes: [{ name: 'h3', online: false, unclean: true, expectedUp: true }],
          fencings: [{ target: 'h3', status: 'failed' }],
        });
      const told = await why(world);
      assert.deepEqual([told.decision.kind, told.decision.rule], ['hold', rule]);
      assert.ok(told.wouldChange.decision.includes(more), told.wouldChange.decision);
    });
  }

  inWorld('takes the resource’s own parameters from the configuration', {}, async (world) => {
    await watchingMaster(world);
    const nvpair = '<nvpair id="n" name="max_offline" value="0"/>';
    const primitive = `<primitive id="p" class="ocf" provider="ganeti" type="ganeti-node"><instance_attributes id="i">${nvpair}</instance_attributes></primitive>`;
    world.put(
      '/var/lib/pacemaker/cib/cib.xml',
      `<cib><configuration><nodes/><resources><clone id="c">${primitive}</clone></resources></configuration></cib>`,
    );
    fence(world, 'h3');
    assert.equal((await why(world)).decision.rule, 'brake');
  });

  inWorld('says on another node what it cannot know there', { me: 2 }, async (world) => {
    await world.run('ganeti-node', 'start');
    const told = await why(world, 'h1');
    assert.deepEqual([told.node, told.verdict], ['h1.lab.test', 'alive']);
    assert.match(told.gaps.join(' '), /not the Ganeti master \(h1\.lab\.test by ssconf\).*Ask there/);
  });

  inWorld('says so where luxid does not answer', {}, async (world) => {
    const luxid = await watchingMaster(world);
    luxid.hung = true;
    assert.match((await why(world)).gaps.join(' '), /did not answer QueryConfigValues/);
  });

  inWorld('names no node that Ganeti does not know, and is unknown without a cluster', {}, async (world) => {
    const run = await world.gntHa('why', 'h9');
    assert.deepEqual([run.code, run.stdout], [3, '']);
    assert.match(run.stderr, /"h9" is not exactly one node of Ganeti/);
    world.remove('/var/lib/ganeti');
    assert.equal((await world.gntHa('why', 'h1')).code, 3);
  });
});

describe('gnt-ha history', { concurrency: 3 }, () => {
  inWorld('tells what was decided and done, oldest first, by node, number and age', {}, async (world) => {
    await watchingMaster(world);
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    const lines = (await world.gntHa('history', 'h3')).stdout.trimEnd().split('\n');
    assert.match(lines.at(0) ?? '', /^\d{4}-\S+Z {2}h3\.lab\.test: shun: /);
    assert.match(lines.at(-2) ?? '', /^\d{4}-\S+Z {2}h3\.lab\.test: to be marked offline: h3 was fenced/);
    assert.match(lines.at(-1) ?? '', /h3\.lab\.test: job 1 to mark it offline: .* \[monitor\]$/);
    const last = await world.gntHa('history', '-n', '1', '-o', 'json');
    assert.deepEqual(
      JSON.parse(last.stdout).map(({ event }: { event: string }) => event),
      ['offline-submitted'],
    );
    assert.equal((await world.gntHa('history', 'h2')).stdout, '');
    assert.equal((await world.gntHa('history', '--since', '2099-01-01T00:00Z')).stdout, '');
    assert.equal(
      (await world.gntHa('history', '--since', '1h')).stdout.trimEnd().split('\n').length,
      lines.length,
    );
  });

  inWorld(
    'passes over a torn line and tells an entry that a newer version has written',
    {},
    async (world) => {
      world.put(LEDGER, '{"at":1,"trigger":"monitor","event":"moonrise","text":"full"}\n{"at":2,"trig');
      const run = await world.gntHa('history');
      assert.equal(run.stdout, '1970-01-01T00:00:00Z  moonrise full  [monitor]\n');
    },
  );

  inWorld('takes no time that is a guess', {}, async (world) => {
    for (const wrong of ['yesterday', '12:00', '-1h']) {
      const run = await world.gntHa('history', `--since=${wrong}`);
      assert.deepEqual([run.code, run.stdout], [64, ''], wrong);
    }
  });
});
