import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { SWEEP_LOCK } from '../../../src/env/paths.ts';
import { withLock, withSweepLock } from '../../../src/sweep/lock.ts';
import type { Machine } from '../ganeti/machine.ts';
import { onMachine } from '../ganeti/on-machine.ts';

const HOLDER = join(import.meta.dirname, 'holds-lock.ts');

function holder(machine: Machine, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [HOLDER, ...args], {
    env: { GANETI_HA_ROOT: machine.root },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** A holder that was killed in the middle of its sweep; its process id is free when this returns. */
async function killedHolder(machine: Machine): Promise<void> {
  const child = holder(machine, '1', 'for-ever');
  assert.ok(child.stdout !== null);
  await once(child.stdout, 'data');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

onMachine(
  'the work’s result comes back and the lock is free afterwards, also where the work throws',
  async (machine) => {
    assert.equal(await withSweepLock(machine.env, 0, async () => 5), 5);
    await assert.rejects(
      withSweepLock(machine.env, 0, () => Promise.reject(new RangeError('no'))),
      RangeError,
    );
    assert.equal(machine.read(SWEEP_LOCK), undefined);
  },
);

onMachine(
  'a second sweep of the same host does not run beside the first, and gives up in its time',
  async (machine) => {
    await withSweepLock(machine.env, 0, async () => {
      assert.equal(machine.read(SWEEP_LOCK), `${process.pid}\n`);
      assert.equal(await withSweepLock(machine.env, 0, async () => 'ran'), undefined);
      const started = performance.now();
      assert.equal(await withSweepLock(machine.env, 200, async () => 'ran'), undefined);
      assert.ok(performance.now() - started >= 190);
    });
  },
);

onMachine('a second sweep waits for the first', async (machine) => {
  const first = withSweepLock(
    machine.env,
    0,
    () => new Promise((resolve) => setTimeout(resolve, 200, 'first')),
  );
  assert.equal(await withSweepLock(machine.env, 10_000, async () => 'second'), 'second');
  assert.equal(await first, 'first');
});

onMachine('three processes that take the lock in turn are never in it together', async (machine) => {
  const holders = [1, 2, 3].map(() => holder(machine, '20', '3'));
  const codes = await Promise.all(holders.map(async (child) => (await once(child, 'close'))[0]));
  assert.deepEqual(codes, [0, 0, 0]);
  const lines = (machine.read('/diary') ?? '').trim().split('\n');
  assert.equal(lines.length, 120);
  for (let index = 0; index < lines.length; index += 2) {
    assert.equal(lines[index + 1], lines[index]?.replace('in', 'out'), `line ${index}`);
  }
});

onMachine('the lock of a killed process is taken over at once', async (machine) => {
  await killedHolder(machine);
  assert.notEqual(machine.read(SWEEP_LOCK), undefined);
  assert.equal(await withSweepLock(machine.env, 0, async () => 'swept'), 'swept');
  assert.equal(machine.read(SWEEP_LOCK), undefined);
});

onMachine(
  'of several processes that find the lock of a killed one only one at a time takes it over',
  async (machine) => {
    for (let round = 0; round < 3; round++) {
      await killedHolder(machine);
      machine.put('/diary', '');
      const holders = [1, 2, 3].map(() => holder(machine, '1', '30'));
      await Promise.all(holders.map((child) => once(child, 'close')));
      const words = (machine.read('/diary') ?? '')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[1]);
      assert.deepEqual(words, ['in', 'out', 'in', 'out', 'in', 'out']);
    }
  },
);

onMachine('a process that found the lock abandoned does not remove the one taken since', async (machine) => {
  machine.put(SWEEP_LOCK, '999999999\n');
  // Between this process's look at the lock and its removal another one takes it over.
  let looks = 0;
  const files = {
    ...machine.env.files,
    read: (path: string) => {
      const seen = machine.env.files.read(path);
      if (path === SWEEP_LOCK && ++looks === 1) machine.put(SWEEP_LOCK, `${process.pid}\n`);
      return seen;
    },
  };
  assert.equal(await withSweepLock({ ...machine.env, files }, 0, async () => 'ran'), undefined);
  assert.equal(machine.read(SWEEP_LOCK), `${process.pid}\n`);
});

onMachine('a lock that is not written yet is respected for five seconds', async (machine) => {
  machine.put(SWEEP_LOCK, '');
  assert.equal(await withSweepLock(machine.env, 0, async () => 'ran'), undefined);
  age(machine, SWEEP_LOCK, 6);
  assert.equal(await withSweepLock(machine.env, 0, async () => 'ran'), 'ran');
});

for (const text of ['garbage', '0', '-1', '1', '1.5']) {
  onMachine(`a lock that holds ${text} is nobody’s`, async (machine) => {
    machine.put(SWEEP_LOCK, `${text}\n`);
    assert.equal(await withSweepLock(machine.env, 0, async () => 'ran'), 'ran');
  });
}

onMachine('a lock older than any action is abandoned although its process id exists', async (machine) => {
  machine.put(SWEEP_LOCK, `${process.pid}\n`);
  age(machine, SWEEP_LOCK, 590);
  assert.equal(await withSweepLock(machine.env, 0, async () => 'ran'), undefined);
  age(machine, SWEEP_LOCK, 610);
  assert.equal(await withSweepLock(machine.env, 0, async () => 'ran'), 'ran');
});

onMachine(
  'a guard left by a crash during a takeover delays, but does not block for ever',
  async (machine) => {
    machine.put(SWEEP_LOCK, '999999999\n');
    machine.put(`${SWEEP_LOCK}.takeover`, '');
    age(machine, `${SWEEP_LOCK}.takeover`, 6);
    assert.equal(await withSweepLock(machine.env, 2_000, async () => 'ran'), 'ran');
  },
);

onMachine('where no lock can be made the sweep runs all the same, and says so', async (machine) => {
  machine.put('/run/ganeti-ha', 'in the way');
  const logged: string[] = [];
  const env = { ...machine.env, log: (_: string, message: string) => logged.push(message) };
  assert.equal(await withSweepLock(env, 0, async () => 'ran'), 'ran');
  assert.match(logged.join('\n'), /sweep lock not taken/);
});

onMachine('where no lock can be made nothing runs that needs one, and it says so', async (machine) => {
  machine.put('/run/ganeti-ha', 'in the way');
  const logged: string[] = [];
  const env = { ...machine.env, log: (_: string, message: string) => logged.push(message) };
  assert.equal(await withLock(env, SWEEP_LOCK, 0, async () => 'ran', true), undefined);
  assert.match(logged.join('\n'), /sweep lock not taken .*; nothing is done/);
});

function age(machine: Machine, path: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(machine.root + path, time, time);
}
