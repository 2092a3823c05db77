import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runCommandLine } from '../../../src/cli/command-line.ts';
import { makeMachine } from '../ganeti/machine.ts';

const machine = makeMachine();
after(() => machine.close());

test('status in a format that does not exist is a usage error, and prints no status', async () => {
  const answer = await runCommandLine(machine.env, ['status', '--output', 'jason']);
  assert.deepEqual([answer.code, answer.stdout], [64, '']);
  assert.match(answer.stderr, /'jason' is invalid\. Allowed choices are text, json/);
});

test('status --output json prints JSON also where nothing can be told', async () => {
  const answer = await runCommandLine(machine.env, ['status', '--output', 'json']);
  assert.equal(answer.code, 3);
  assert.equal(JSON.parse(answer.stdout).health, 'unknown');
});

test('help is no error', async () => {
  const answer = await runCommandLine(machine.env, ['--help']);
  assert.equal(answer.code, 0);
  assert.match(answer.stdout, /status/);
});
