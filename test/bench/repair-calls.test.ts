import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON_THE_LOST } from './repair-cluster.ts';
import { type RepairWorld, worldThatLost } from './repair-world.ts';

const NODES = 60;

async function planned(
  nodes: number,
  instances: number,
): Promise<{ readonly methods: readonly string[]; readonly said: string }> {
  const lost: RepairWorld = await worldThatLost(nodes, instances);
  try {
    const { code, stdout, stderr } = await lost.world.gntHa('repair', '--dry-run');
    assert.equal(code, 0, stderr);
    return { methods: lost.luxid.requests.map(({ method }) => method), said: stdout };
  } finally {
    await lost.close();
  }
}

test('the plan for a lost node takes as many LUXI calls however many instances are healthy', async () => {
  const few = await planned(NODES, 3 * ON_THE_LOST);
  const many = await planned(NODES, 100 * ON_THE_LOST);
  assert.deepEqual(many.methods, few.methods);
  assert.ok(many.methods.length > 0);
  assert.deepEqual(
    many.methods.filter((method) => method.startsWith('Submit')),
    [],
  );
});

test('the plan names each instance of the lost node and no other', async () => {
  const { said } = await planned(NODES, 3 * ON_THE_LOST);
  // Whole names: a repair's id may have a part like db061819.
  const named = new Set(said.match(/\b(?:lost|half|web|db)\d+\.lab\.test\b/g));
  const expected = Array.from({ length: ON_THE_LOST }, (_, at) => [
    `lost${at}.lab.test`,
    `half${ON_THE_LOST + at}.lab.test`,
  ]).flat();
  assert.deepEqual([...named].sort(), [...expected].sort());
});
