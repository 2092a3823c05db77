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

test('a wrong command line is 64, and 2 where the word says so', async () => {
  for (const [words, code] of [
    ['status --bogus', 64],
    ['bogus', 64],
    ['repair --bogus', 2],
    ['repair status --bogus', 2],
    ['repair --output jason', 2],
    ['harep --bogus', 2],
  ] as const) {
    const answer = await runCommandLine(machine.env, words.split(' '));
    assert.deepEqual([words, answer.code, answer.stdout], [words, code, '']);
    assert.notEqual(answer.stderr, '');
  }
});

test('an option behind a word below is for that word', async () => {
  const answer = await runCommandLine(machine.env, ['repair', 'status', '--watch']);
  assert.equal(answer.code, 2);
  assert.match(answer.stderr, /unknown option '--watch'/);
});
