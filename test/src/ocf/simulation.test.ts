import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync, utimesSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { CONDITIONS, readSimulations, type Simulations } from '../../../src/ocf/simulation.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const FOLDER = '/etc/ganeti-ha/simulate.d';
const FILE = `${FOLDER}/ganeti-node.monitor-fails`;
const machines: Machine[] = [];
after(() => {
  for (const machine of machines) machine.close();
});

function machineWith(path = FILE, content = ''): Machine {
  const machine = makeMachine();
  machines.push(machine);
  machine.put(path, content);
  for (const place of ['/etc', '/etc/ganeti-ha', FOLDER]) chmodSync(machine.root + place, 0o755);
  chmodSync(machine.root + path, 0o644);
  return machine;
}

function read(machine: Machine, aheadMs = 0): Simulations {
  const clock = { ...machine.env.clock, now: () => Date.now() + aheadMs };
  return readSimulations({ ...machine.env, clock }, 'ganeti-node');
}

function inForce(machine: Machine, aheadMs = 0): boolean {
  return read(machine, aheadMs).active('monitor-fails') !== undefined;
}

test('without the folder nothing is simulated', () => {
  const machine = makeMachine();
  machines.push(machine);
  const simulations = read(machine);
  assert.deepEqual(simulations.refused, []);
  for (const condition of CONDITIONS) assert.equal(simulations.active(condition), undefined);
});

test('a touched file is in force for ten minutes from its mtime, and says so loudly', () => {
  const machine = machineWith();
  assert.match(
    read(machine).active('monitor-fails') ?? '',
    /^SIMULATED by \/etc\/ganeti-ha\/simulate\.d\/ganeti-node\.monitor-fails until \d{4}-.*Z\. Remove the file to end it\.$/,
  );
  assert.equal(inForce(machine, 9.9 * 60_000), true);
  assert.equal(inForce(machine, 10.1 * 60_000), false);
  const old = Date.now() / 1000 - 660;
  utimesSync(machine.root + FILE, old, old);
  assert.equal(inForce(machine), false);
});

for (const [content, minutes] of [
  ['for 30m', 30],
  ['for 90s\n', 1.5],
  ['for 2h', 120],
  ['a drill of the operations team\n  for 20m  \n', 20],
] as const) {
  test(`content ${JSON.stringify(content)} makes it last ${minutes} minutes`, () => {
    const machine = machineWith(FILE, content);
    assert.equal(inForce(machine, minutes * 60_000 - 5_000), true);
    assert.equal(inForce(machine, minutes * 60_000 + 5_000), false);
  });
}

test('content may give the end as a time, also one that has passed', () => {
  const machine = machineWith(FILE, `until ${new Date(Date.now() + 3_600_000).toISOString()}\n`);
  assert.deepEqual([inForce(machine, 3_500_000), inForce(machine, 3_700_000)], [true, false]);
  assert.equal(inForce(machineWith(FILE, 'until 2020-01-01T00:00:00Z')), false);
});

for (const content of ['until tomorrow', 'for ever', 'for 5', 'note']) {
  test(`content ${JSON.stringify(content)} is a note: ten minutes`, () => {
    const machine = machineWith(FILE, content);
    assert.deepEqual([inForce(machine), inForce(machine, 11 * 60_000)], [true, false]);
  });
}

for (const content of [
  'for 99999999999h',
  `for ${'9'.repeat(400)}s`,
  'until +275760-09-13T00:00:00Z',
  'for 25h',
]) {
  test(`content ${JSON.stringify(content.slice(0, 30))} lasts 24 hours, no longer`, () => {
    const machine = machineWith(FILE, content);
    assert.deepEqual(read(machine).refused, []);
    assert.deepEqual([inForce(machine, 23.9 * 3_600_000), inForce(machine, 24.1 * 3_600_000)], [true, false]);
  });
}

test('a file from the far future is refused, since it would never end', () => {
  const machine = machineWith();
  const future = Date.now() / 1000 + 25 * 3600;
  utimesSync(machine.root + FILE, future, future);
  assert.equal(inForce(machine), false);
  assert.match(read(machine).refused.join(), /ganeti-node\.monitor-fails was modified in the future/);
});

test('a disk that throws is no simulation, and is told', () => {
  const machine = machineWith();
  const files = {
    ...machine.env.files,
    lstat: () => {
      throw new RangeError('out of order');
    },
  };
  const simulations = readSimulations({ ...machine.env, files }, 'ganeti-node');
  assert.equal(simulations.active('monitor-fails'), undefined);
  assert.match(simulations.refused.join(), /simulate\.d could not be read: RangeError: out of order/);
});

test('a file with another agent’s name means nothing, and is no trouble', () => {
  const machine = machineWith(`${FOLDER}/ganeti-master.monitor-fails`);
  machine.put(`${FOLDER}/.ganeti-node.monitor-fails.swp`, '');
  const simulations = read(machine);
  assert.deepEqual(
    CONDITIONS.filter((condition) => simulations.active(condition) !== undefined),
    [],
  );
  assert.deepEqual(simulations.refused, []);
});

for (const name of [
  'ganeti-node.node-is-dead',
  'ganeti-nod.monitor-fails',
  'monitor-fail',
  'ganeti-master.',
]) {
  test(`a file named ${name} has no effect and is told: it was meant to have one`, () => {
    const simulations = read(machineWith(`${FOLDER}/${name}`));
    assert.deepEqual(
      CONDITIONS.filter((condition) => simulations.active(condition) !== undefined),
      [],
    );
    assert.equal(simulations.refused.length, 1);
    assert.ok(simulations.refused[0]?.startsWith(`${FOLDER}/${name} is named after no condition; known: `));
  });
}

test('there is no condition that fakes a death', () => {
  assert.deepEqual(
    CONDITIONS.filter((condition) => /dead|fenced|lost|offline|proven$/.test(condition)),
    ['fencing-unproven'],
  );
});

describe('a simulation file is refused, named and without effect', () => {
  const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root can give a file to somebody else' };

  /** Breaks one rule; undefined where the machine is as it should be. */
  function assertRefused(machine: Machine): void {
    const simulations = read(machine);
    assert.equal(simulations.active('monitor-fails'), undefined);
    assert.equal(simulations.refused.length, 1);
    assert.ok(simulations.refused[0]?.startsWith(FILE));
  }

  for (const mode of [0o664, 0o646, 0o666]) {
    test(`where others may write it (${mode.toString(8)})`, () => {
      const machine = machineWith();
      chmodSync(machine.root + FILE, mode);
      assertRefused(machine);
    });
  }

  test('where others may write into its folder', () => {
    const machine = machineWith();
    chmodSync(machine.root + FOLDER, 0o777);
    assertRefused(machine);
  });

  test('where it is a symbolic link', () => {
    const machine = machineWith();
    renameSync(machine.root + FILE, `${machine.root}/elsewhere`);
    symlinkSync(`${machine.root}/elsewhere`, machine.root + FILE);
    assertRefused(machine);
  });

  test('where its folder is a symbolic link', () => {
    const machine = machineWith();
    renameSync(machine.root + FOLDER, `${machine.root}/elsewhere`);
    symlinkSync(`${machine.root}/elsewhere`, machine.root + FOLDER);
    assertRefused(machine);
  });

  test('where it is a folder', () => {
    const machine = machineWith(`${FOLDER}/.other`);
    mkdirSync(machine.root + FILE);
    assertRefused(machine);
  });

  test('where it belongs to somebody else', asRoot, () => {
    const machine = machineWith();
    chownSync(machine.root + FILE, 65534, 65534);
    assertRefused(machine);
  });

  test('where its folder belongs to somebody else', asRoot, () => {
    const machine = machineWith();
    chownSync(machine.root + FOLDER, 65534, 65534);
    assertRefused(machine);
  });
});
