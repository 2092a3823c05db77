import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryLocks } from '../../../src/ganeti/luxi-locks.ts';

/** Ganeti 3.0.2 while job 8 hangs on a node, job 10 is to mark it offline, and job 9 is somebody else's. */
const RECORDED = {
  data: [
    [
      [0, 'cluster/BGL'],
      [0, ['8', '9', '10']],
      [0, []],
    ],
    [
      [0, 'cluster/[lockset]'],
      [0, []],
      [0, []],
    ],
    [
      [0, 'node-res/4837a0b6-0780-4f26-92eb-36d6a9f7ffb1'],
      [0, []],
      [0, [['exclusive', ['10']]]],
    ],
    [
      [0, 'node/4837a0b6-0780-4f26-92eb-36d6a9f7ffb1'],
      [0, ['8']],
      [
        0,
        [
          ['exclusive', ['10']],
          ['exclusive', ['9']],
        ],
      ],
    ],
  ],
};

test('who holds a lock and who waits for it', async () => {
  const locks = await queryLocks(async () => RECORDED);
  assert.deepEqual(locks.at(-1), {
    name: 'node/4837a0b6-0780-4f26-92eb-36d6a9f7ffb1',
    owners: [8],
    waiting: [10, 9],
  });
});

test('a holder that is no job, and a cell without a value, are nobody', async () => {
  const data = [
    [
      [0, 'node/1'],
      [0, ['masterfailover', '0', '7']],
      [0, null],
    ],
  ];
  assert.deepEqual(await queryLocks(async () => ({ data })), [{ name: 'node/1', owners: [7], waiting: [] }]);
});
