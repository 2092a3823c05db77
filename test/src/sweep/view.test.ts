import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { OBSERVATIONS_FILE, OBSERVATIONS_LOCK } from '../../../src/env/paths.ts';
import { lookAtCluster } from '../../../src/sweep/view.ts';
import { crmMonXml } from '../../agents/pacemaker-xml.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const REQUEST = {
  ganetiNodes: ['h1', 'h2'],
  notifiedFenced: [],
  simulatedUnproven: false,
  timeoutMs: 1_000,
  remember: true,
};

/** What a look does to its memory while this process seems to hold the lock; `onBusy` may let go of it. */
async function lookWhileHeld(machine: Machine, onBusy: () => void): Promise<readonly string[]> {
  machine.put(OBSERVATIONS_LOCK, `${process.pid}\n`);
  const seen: string[] = [];
  const { files } = machine.env;
  const env: Env = {
    ...machine.env,
    run: async () => ({
      kind: 'exited',
      code: 0,
      stdout: crmMonXml({ nodes: [{ name: 'h1' }, { name: 'h2' }] }),
      stderr: '',
      durationMs: 1,
    }),
    files: {
      ...files,
      create: (path, text) => {
        const created = files.create(path, text);
        if (path === OBSERVATIONS_LOCK && created.kind === 'exists') {
          seen.push('busy');
          onBusy();
        }
        return created;
      },
      read: (path) => {
        if (path === OBSERVATIONS_FILE) seen.push('read');
        return files.read(path);
      },
      write: (path, text, mode) => {
        if (path === OBSERVATIONS_FILE) seen.push('write');
        return files.write(path, text, mode);
      },
    },
  };
  const { answer } = await lookAtCluster(env, REQUEST);
  assert.equal(answer.kind, 'ok');
  return seen;
}

test('a look reads its memory only once another process has written it', async () => {
  const machine = makeMachine();
  try {
    const seen = await lookWhileHeld(machine, () => machine.env.files.remove(OBSERVATIONS_LOCK));
    assert.deepEqual(seen, ['busy', 'read', 'write']);
    assert.equal(machine.read(OBSERVATIONS_LOCK), undefined);
  } finally {
    machine.close();
  }
});

test('a memory that stays held is joined all the same after a second', async () => {
  const machine = makeMachine();
  try {
    const before = Date.now();
    const seen = await lookWhileHeld(machine, () => {});
    assert.deepEqual(
      seen.filter((step) => step !== 'busy'),
      ['read', 'write'],
    );
    assert.ok(Date.now() - before < 5_000);
  } finally {
    machine.close();
  }
});
