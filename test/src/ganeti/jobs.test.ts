import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobOutcome, jobOutcomes, submitJob, unfinishedJobs } from '../../../src/ganeti/jobs.ts';
import { oobResults } from '../../../src/ganeti/oob-results.ts';
import {
  type JobReason,
  type Opcode,
  offlineNode,
  onlyAfter,
  powercycleNode,
  powerOffNode,
  redistributeConfig,
} from '../../../src/ganeti/opcodes.ts';
import { replay, replayed } from './replay.ts';
import { luxidAnswering } from './scripted-luxid.ts';

const at = (nowMs: number): JobReason => ({ source: 'ocf:ganeti:ganeti-node', text: 'probe', nowMs });

const SUBMITTED: readonly (readonly [string, Opcode, number])[] = [
  ['submit-offline', offlineNode('h3.lab.test', { autoPromote: false }, at(1_795_227_420_122)), 4],
  ['submit-offline-promote', offlineNode('h2.lab.test', { autoPromote: true }, at(1_795_227_459_374)), 14],
  ['submit-redist', redistributeConfig(at(1_795_227_424_697)), 9],
  ['submit-powercycle', powercycleNode('h2.lab.test', at(1_795_227_544_205)), 30],
  ['submit-poweroff', powerOffNode('h3.lab.test', at(1_795_227_536_478)), 27],
  ['submit-poweroff-after', onlyAfter(powerOffNode('h3.lab.test', at(1_795_227_532_102)), 25), 26],
];

for (const [name, op, id] of SUBMITTED) {
  test(`${op.OP_ID} is what a real luxid accepted (${name})`, async () => {
    assert.equal(await replayed(name, (call) => submitJob(call, [op])), id);
  });
}

test('a drained queue refuses the job with its class and text', async () => {
  const result = await replay('refused-drained', (call) => submitJob(call, [redistributeConfig(at(0))]));
  assert.ok(result.kind === 'failed' && result.error.failure.kind === 'rejected');
});

test('an opcode that luxid cannot parse is a refusal with the bare text', async () => {
  for (const [name, op, words] of [
    ['refused-no-reason', { OP_ID: 'OP_CLUSTER_REDIST_CONF' }, "key 'reason' not found"],
    ['refused-superfluous', { OP_ID: 'OP_CLUSTER_REDIST_CONF', reason: [], nosuch: 1 }, '["nosuch"]'],
  ] as const) {
    const result = await replay(name, (call) => submitJob(call, [op]));
    assert.ok(result.kind === 'failed' && result.error.failure.kind === 'rejected');
    assert.equal(result.error.failure.className, undefined);
    assert.ok(result.error.message.includes(words), result.error.message);
  }
});

async function outcome(name: string, id: number): Promise<JobOutcome | undefined> {
  return (await replayed(name, (call) => jobOutcomes(call, [id]))).get(id);
}

test('a job that waits or runs is unfinished', async () => {
  assert.deepEqual(await outcome('job-queued', 4), { kind: 'unfinished', status: 'queued' });
});

test('a job that succeeded carries the result of each opcode', async () => {
  const changes = [
    ['master_candidate', 'False'],
    ['offline', 'True'],
  ];
  assert.deepEqual(await outcome('job-success', 4), { kind: 'success', results: [changes] });
  assert.deepEqual(await outcome('job-powercycle', 30), {
    kind: 'success',
    results: ['Reboot scheduled in 5 seconds'],
  });
});

for (const [name, id, error] of [
  [
    'job-offline-master',
    6,
    'OpPrereqError: The master role can be changed only via master-failover (wrong_input)',
  ],
  ['job-unknown-node', 7, "OpPrereqError: Node 'nosuch.lab.test' not known (unknown_entity)"],
  [
    'job-not-enough-candidates',
    13,
    'OpPrereqError: Not enough master candidates, please pass auto promote option to allow promotion (--auto-promote or RAPI auto_promote=True) (wrong_state)',
  ],
  [
    'job-powercycle-dead',
    28,
    'OpExecError: Failed to schedule the reboot: Error 28: Failed to connect to 192.0.2.13 port 1811 after 5004 ms: Timeout was reached',
  ],
] as const) {
  test(`a job that failed tells why (${name})`, async () => {
    assert.deepEqual(await outcome(name, id), { kind: 'failed', status: 'error', error });
  });
}

test('jobs are told apart by their id, and one that Ganeti does not know is gone', async () => {
  const outcomes = await replayed('jobs-one-gone', (call) => jobOutcomes(call, [1, 2, 99_999]));
  assert.deepEqual(
    [...outcomes].map(([id, { kind }]) => [id, kind]),
    [
      [1, 'success'],
      [2, 'success'],
      [99_999, 'gone'],
    ],
  );
});

test('asking about no job asks nothing, since luxid would answer with all of them', async () => {
  const outcomes = await jobOutcomes(() => assert.fail('luxid was asked'), []);
  assert.equal(outcomes.size, 0);
});

test('a job cancelled before it ran has failed', async () => {
  const server = await luxidAnswering({
    data: [
      [
        [0, 5],
        [0, 'canceled'],
        [0, ['canceled']],
        [0, ['Job canceled by request']],
      ],
    ],
  });
  const result = await server.ask((call) => jobOutcomes(call, [5]));
  await server.close();
  assert.ok(result.kind === 'ok');
  assert.deepEqual(result.value.get(5), {
    kind: 'failed',
    status: 'canceled',
    error: 'Job canceled by request',
  });
});

test('the error is that of the opcode that failed, not of the one before it', async () => {
  const cell = [['powered'], ['OpExecError', ['no route', 'x']]];
  const server = await luxidAnswering({
    data: [
      [
        [0, 5],
        [0, 'error'],
        [0, ['success', 'error']],
        [0, cell],
      ],
    ],
  });
  const result = await server.ask((call) => jobOutcomes(call, [5]));
  await server.close();
  assert.ok(result.kind === 'ok');
  assert.deepEqual(result.value.get(5), {
    kind: 'failed',
    status: 'error',
    error: 'OpExecError: no route (x)',
  });
});

test('a job status that nobody knows is a protocol error, not "finished"', async () => {
  const server = await luxidAnswering({
    data: [
      [
        [0, 5],
        [0, 'paused'],
        [0, ['paused']],
        [0, [null]],
      ],
    ],
  });
  const result = await server.ask((call) => jobOutcomes(call, [5]));
  await server.close();
  assert.ok(result.kind === 'failed' && result.error.failure.kind === 'protocol');
});

test('unfinished jobs name the nodes they are about to mark offline', async () => {
  assert.deepEqual(await replayed('jobs-unfinished', unfinishedJobs), [
    {
      id: 4,
      status: 'queued',
      summary: ['NODE_SET_PARAMS(h3.lab.test)'],
      offlines: ['h3.lab.test'],
      powers: [],
      source: 'ocf:ganeti:ganeti-node',
    },
  ]);
});

test('only opcodes that set the offline flag count as offlining', async () => {
  const op = (fields: object): object => ({ OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h3', ...fields });
  const ops = [
    op({ offline: false }),
    op({ drained: true }),
    op({ OP_ID: 'OP_OTHER', offline: true }),
    op({ offline: true }),
  ];
  const server = await luxidAnswering({
    data: [
      [
        [0, 5],
        [0, 'running'],
        [0, []],
        [0, ops],
      ],
    ],
  });
  const result = await server.ask(unfinishedJobs);
  await server.close();
  assert.ok(result.kind === 'ok');
  assert.deepEqual(result.value[0]?.offlines, ['h3']);
});

for (const [name, id, status] of [
  ['job-poweroff-ok', 27, 'ok'],
  ['job-poweroff-failed', 26, 'no-data'],
  ['job-poweroff-no-program', 8, 'unavailable'],
] as const) {
  test(`the power-off job succeeds, its node's status says "${status}" (${name})`, async () => {
    const job = await outcome(name, id);
    assert.ok(job?.kind === 'success');
    assert.deepEqual(oobResults(job.results[0]), [{ node: 'h3.lab.test', status, payload: null }]);
  });
}

test('what is no out-of-band result is not taken for an empty one', () => {
  for (const result of [
    null,
    true,
    'done',
    [['a', 'b']],
    [
      [
        [0, 'h3'],
        [7, null],
      ],
    ],
    [
      [
        [2, null],
        [0, null],
      ],
    ],
  ]) {
    assert.equal(oobResults(result), undefined);
  }
});
