import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inWorld } from '../agents/in-world.ts';
import { markMaster, votesFor } from '../agents/monitor-states.ts';
import type { AgentName, World } from '../agents/world.ts';

const PROJECT = join(import.meta.dirname, '../..');
const HOOK = join(import.meta.dirname, 'record-modules.mjs');

// From source: the binary takes no NODE_OPTIONS, and its modules cannot be told apart.
delete process.env.GANETI_HA_TEST_BINARY;

/** The modules that one successful action evaluates: paths in the project, and Node's own as `node:NAME`. */
async function evaluatedBy(world: World, agent: AgentName, action: string): Promise<readonly string[]> {
  const record = join(world.root, 'modules.json');
  const vars = { NODE_OPTIONS: `--import ${HOOK}`, RECORD_MODULES: record };
  const run = await world.run(agent, action, { vars });
  assert.equal(run.code, 0, run.stderr);
  const loaded = JSON.parse(readFileSync(record, 'utf8')) as readonly string[];
  return loaded.map((url) => (url.startsWith('file:') ? relative(PROJECT, fileURLToPath(url)) : url));
}

const HEAVY = /^node_modules\/|^node:(net|tls|https?|http2|dgram|dns|child_process|crypto|worker_threads)$/;
const FOLDERS =
  /^src\/(evidence|policy|shun|cli)\/|^src\/sweep\/sweep\.ts$|\/(look|examine|luxid|start|stop)\.ts$/;

for (const agent of ['ganeti-node', 'ganeti-master'] as const) {
  inWorld(
    `a quiet monitor of ${agent} evaluates no package, no network module and nothing that only a look at the cluster needs`,
    {},
    async (world) => {
      await markMaster(world);
      await votesFor(world);
      await world.luxid();
      assert.equal((await world.run('ganeti-node', 'start')).code, 0);
      const evaluated = await evaluatedBy(world, agent, 'monitor');
      assert.ok(evaluated.includes(`src/${agent.replace('ganeti-', '')}/monitor.ts`), evaluated.join(' '));
      assert.deepEqual(
        evaluated.filter((module) => HEAVY.test(module) || FOLDERS.test(module)),
        [],
      );
    },
  );
}

inWorld('what a monitor loads for a look at the cluster is seen by this test', {}, async (world) => {
  await markMaster(world);
  await votesFor(world);
  await world.luxid();
  assert.equal((await world.run('ganeti-node', 'start')).code, 0);
  world.remove('/run/ganeti-ha/quiet.json');
  const evaluated = (await evaluatedBy(world, 'ganeti-node', 'monitor')).join('\n');
  for (const expected of [
    /node_modules\/execa\//,
    /node_modules\/xml2js\//,
    /src\/node\/look\.ts/,
    /^node:net$/m,
  ])
    assert.match(evaluated, expected);
});

inWorld('a quiet monitor of an unpromoted node evaluates none of it either', { master: 2 }, async (world) => {
  await votesFor(world);
  assert.equal((await world.run('ganeti-master-promotable', 'start')).code, 0);
  const evaluated = await evaluatedBy(world, 'ganeti-master-promotable', 'monitor');
  assert.ok(evaluated.includes('src/promotable/monitor.ts'), evaluated.join(' '));
  assert.deepEqual(
    evaluated.filter((module) => HEAVY.test(module) || FOLDERS.test(module)),
    [],
  );
});
