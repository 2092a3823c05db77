// The invariants of the design in 5,000 random stories, always the same ones; `npm run campaign` plays others.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { playOnAllCores } from './on-all-cores.ts';

const RUNS = 5_000;
const SEED = 20_260_101;
const THREADS = 2;

it('no invariant is broken in 5,000 random clusters and stories', { timeout: 600_000 }, async () => {
  const { played, failures } = await playOnAllCores(RUNS, SEED, THREADS, 'hosts', 1);
  assert.equal(failures.join('\n\n'), '');
  assert.equal(played, RUNS);
});

it('no invariant is broken in 500 of them with instances that are repaired', {
  timeout: 600_000,
}, async () => {
  const { played, failures } = await playOnAllCores(500, SEED, THREADS, 'instances', 1);
  assert.equal(failures.join('\n\n'), '');
  assert.equal(played, 500);
});
