import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type FailoverRun, masterFailover } from '../../../src/ganeti/failover.ts';
import { runCommand } from '../../../src/process/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'failover-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
/** Runs the failover with this shell script in the place of gnt-cluster. */
async function failoverWith(script: string, noVoting = false, timeoutMs = 5000): Promise<FailoverRun> {
  const root = join(folder, `${count++}`);
  mkdirSync(join(root, 'usr/sbin'), { recursive: true });
  writeFileSync(join(root, 'usr/sbin/gnt-cluster'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'usr/sbin/gnt-cluster'), 0o755);
  return await masterFailover({ run: (command) => runCommand(root, command) }, { noVoting, timeoutMs });
}

test('by default the other nodes are asked', async () => {
  const run = await failoverWith('echo "$#: $*"');
  assert.ok(run.kind === 'exited');
  assert.deepEqual([run.code, run.output], [0, '"1: master-failover"']);
});

test('without voting the question is answered beforehand, since there is no terminal to ask on', async () => {
  const run = await failoverWith('echo "$*"', true);
  assert.ok(run.kind === 'exited');
  assert.equal(run.output, '"master-failover --no-voting --yes-do-it"');
});

test('a failure comes back with its code and its words on one line', async () => {
  const run = await failoverWith(
    'echo "Failure: prerequisites" >&2; printf "not\\ta \\"candidate\\"\\n"; exit 1',
  );
  assert.ok(run.kind === 'exited');
  assert.equal(run.code, 1);
  assert.equal(JSON.parse(run.output), 'not a "candidate" | Failure: prerequisites');
});

test('of much output the end is kept', async () => {
  const run = await failoverWith(
    'i=0; while [ $i -lt 300 ]; do echo "line $i"; i=$((i+1)); done; echo last words',
  );
  assert.ok(run.kind === 'exited' && run.output.endsWith('last words"') && run.output.length < 1100);
});

test('a command that hangs is ended and said to be', async () => {
  const run = await failoverWith('echo begun; sleep 60', false, 300);
  assert.ok(run.kind === 'timed-out');
  assert.equal(run.output, '"begun"');
  assert.ok(run.durationMs < 3000);
});

test('where there is no gnt-cluster, nothing was started', async () => {
  const run = await masterFailover(
    { run: async ({ program }) => ({ kind: 'not-found', program }) },
    { noVoting: false, timeoutMs: 1 },
  );
  assert.deepEqual(run, { kind: 'not-started', message: 'there is no program gnt-cluster' });
});
