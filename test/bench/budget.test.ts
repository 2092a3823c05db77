import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missed, type Row, timesCheaper } from './budget.ts';

const UPSTREAM = row('upstream', { cpuMs: 150 });

function row(title: string, figures: Partial<Row> = {}): Row {
  return {
    title,
    host: 'h1',
    argv: [],
    env: {},
    forget: [],
    code: 0,
    budget: { kind: 'kept', upstream: 'upstream' },
    cpuMs: 25,
    wallMs: 30,
    anonMiB: 4,
    peakMiB: 10,
    ...figures,
  };
}

test('a monitor at the very limits keeps the budget', () => {
  const agent = row('agent', { cpuMs: 30, anonMiB: 6 });
  assert.equal(timesCheaper(agent, [agent, UPSTREAM]), 5);
  assert.deepEqual(missed(agent, [agent, UPSTREAM]), []);
});

test('each of the three limits is missed on its own', () => {
  const slow = row('agent', { cpuMs: 35.1 });
  assert.match(missed(slow, [row('upstream', { cpuMs: 500 })]).join('\n'), /^agent: 35\.1 ms of CPU[^\n]*$/);
  const large = row('agent', { anonMiB: 6.1 });
  assert.match(missed(large, [UPSTREAM]).join('\n'), /^agent: 6\.1 MiB[^\n]*$/);
  const dear = row('agent', { cpuMs: 30.1 });
  assert.match(missed(dear, [UPSTREAM]).join('\n'), /^agent: upstream needs 5\.0 times[^\n]*$/);
});

test('a figure that is not there misses the budget', () => {
  assert.equal(missed(row('agent', { cpuMs: Number.NaN, anonMiB: Number.NaN }), [UPSTREAM]).length, 3);
});

test("upstream's figure of another host is not compared with", () => {
  const agent = row('agent');
  assert.equal(timesCheaper(agent, [{ ...UPSTREAM, host: 'h2' }]), undefined);
  assert.equal(missed(agent, [{ ...UPSTREAM, host: 'h2' }]).length, 1);
});

test('a look around is compared and has no budget', () => {
  const look = row('look', { cpuMs: 75, budget: { kind: 'compared', upstream: 'upstream' } });
  assert.equal(timesCheaper(look, [UPSTREAM]), 2);
  assert.deepEqual(missed(look, [UPSTREAM]), []);
});
