import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryClusterInfo, queryConfigValues, queryNodes } from '../../../src/ganeti/luxi-queries.ts';
import { query } from '../../../src/ganeti/luxi-query2.ts';
import { replayed } from './replay.ts';
import { luxidAnswering } from './scripted-luxid.ts';

const CANDIDATE = {
  role: 'candidate',
  offline: false,
  drained: false,
  masterCandidate: true,
  masterCapable: true,
  vmCapable: true,
  powered: undefined,
};

test('the nodes of a real cluster come with their roles, and without a power state where there is no OOB program', async () => {
  assert.deepEqual(await replayed('nodes', queryNodes), [
    { ...CANDIDATE, name: 'h1.lab.test', role: 'master' },
    { ...CANDIDATE, name: 'h2.lab.test' },
    { ...CANDIDATE, name: 'h3.lab.test' },
  ]);
});

test('a node that was marked offline and powered off says so', async () => {
  const nodes = await replayed('nodes-powered-off', queryNodes);
  assert.deepEqual(nodes[2], {
    ...CANDIDATE,
    name: 'h3.lab.test',
    role: 'offline',
    offline: true,
    masterCandidate: false,
    powered: false,
  });
  assert.equal(nodes[0]?.powered, true);
});

test('cluster info is reduced to what is needed', async () => {
  assert.deepEqual(await replayed('cluster-info', queryClusterInfo), {
    clusterName: 'gcluster.lab.test',
    master: 'h1.lab.test',
    candidatePoolSize: 10,
    softwareVersion: '3.0.2',
  });
});

test('the cheapest question tells the master and whether the queue is drained', async () => {
  const open = await replayed('config-values', queryConfigValues);
  assert.deepEqual(open, { masterNode: 'h1.lab.test', queueDrained: false });
  assert.equal((await replayed('config-values-drained', queryConfigValues)).queueDrained, true);
});

test('each cell of a query has its own status', async () => {
  const rows = await replayed('cell-status', (call) =>
    query(call, 'node', ['name', 'nosuch', 'bootid'], null),
  );
  assert.deepEqual(rows[0]?.name, { status: 'ok', value: 'h1.lab.test' });
  assert.deepEqual(rows[0]?.nosuch, { status: 'unknown-field', value: null });
});

const GOOD = [
  [0, 'h1'],
  [0, 'M'],
  [0, false],
  [0, false],
  [0, true],
  [0, true],
  [0, true],
  [3, null],
];

for (const [what, data] of [
  ['a name that is missing', [GOOD.with(0, [2, null])]],
  ['an empty name', [GOOD.with(0, [0, ''])]],
  ['a role that does not exist', [GOOD.with(1, [0, 'X'])]],
  ['an offline flag that is unavailable', [GOOD.with(2, [3, null])]],
  ['a flag that is a word', [GOOD.with(2, [0, 'False'])]],
  ['a row that is too short', [GOOD.slice(0, 3)]],
  ['a status that does not exist', [GOOD.with(7, [5, null])]],
  ['a cell without status', [GOOD.with(0, ['h1'])]],
  ['no rows at all', null],
] as const) {
  test(`${what} fails the query instead of being guessed`, async () => {
    const server = await luxidAnswering({ fields: [], data });
    const result = await server.ask(queryNodes);
    await server.close();
    assert.ok(result.kind === 'failed' && result.error.failure.kind === 'protocol');
    assert.equal(result.error.failure.method, 'Query');
  });
}

test('an unknown configuration value, which luxid answers with null, is no "not drained"', async () => {
  const server = await luxidAnswering(['h1.lab.test', null]);
  const result = await server.ask(queryConfigValues);
  await server.close();
  assert.ok(result.kind === 'failed' && result.error.failure.kind === 'protocol');
  assert.match(result.error.message, /QueryConfigValues is not understood: 1: .*boolean/);
});
