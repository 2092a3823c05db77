import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUIET_FILE, SPOOL_DIR, WAKE_LOCK } from '../../../src/env/paths.ts';
import type { Reason } from '../../../src/ocf/result.ts';
import {
  changeMarks,
  forgetQuiet,
  hasNewAlerts,
  rememberQuiet,
  standingReasons,
} from '../../../src/sweep/quiet.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const RING = '/var/lib/corosync/ringid_1';
const CIB = '/var/lib/pacemaker/cib/cib.xml';
const ALERT = `${SPOOL_DIR}/1795259476940-7.json`;
const STANDING: readonly Reason[] = [{ code: 'GNH205', text: 'Fencing is off.' }];

/** A machine whose last look found `STANDING` wrong and nothing to do. */
function onQuietMachine(title: string, body: (machine: Machine) => void): void {
  test(title, () => {
    const machine = makeMachine();
    try {
      machine.put(RING, Buffer.alloc(8, 1));
      machine.put(CIB, '<cib/>');
      rememberQuiet(machine.env, changeMarks(machine.env), STANDING);
      body(machine);
    } finally {
      machine.close();
    }
  });
}

function standing(machine: Machine, laterMs = 0): readonly Reason[] | undefined {
  const clock = { ...machine.env.clock, now: () => Date.now() + laterMs };
  return standingReasons({ ...machine.env, clock });
}

onQuietMachine('while nothing changes the last look counts for a minute', (machine) => {
  assert.deepEqual(standing(machine), STANDING);
  assert.deepEqual(standing(machine, 55_000), STANDING);
  assert.equal(standing(machine, 60_000), undefined);
});

onQuietMachine('a clock that was set back does not prolong it', (machine) => {
  assert.equal(standing(machine, -10_000), undefined);
});

onQuietMachine('a new ring ends it', (machine) => {
  machine.put(RING, Buffer.alloc(8, 2));
  assert.equal(standing(machine), undefined);
});

onQuietMachine('a changed configuration of Pacemaker ends it', (machine) => {
  machine.put(CIB, '<cib admin_epoch="1"/>');
  assert.equal(standing(machine), undefined);
});

onQuietMachine('it ends where the marks can no longer be read', (machine) => {
  machine.env.files.remove(CIB);
  assert.equal(standing(machine), undefined);
});

onQuietMachine('forgetting ends it', (machine) => {
  forgetQuiet(machine.env);
  assert.equal(standing(machine), undefined);
});

for (const text of [
  '',
  'garbage',
  'null',
  '{}',
  '{"ring":1,"cib":"x","until":1,"standing":[]}',
  '{"ring":"x"',
]) {
  onQuietMachine(`a record of ${JSON.stringify(text)} is not trusted`, (machine) => {
    machine.put(QUIET_FILE, text);
    assert.equal(standing(machine), undefined);
  });
}

onQuietMachine('a change during the look is not missed: the marks are from before it', (machine) => {
  const marks = changeMarks(machine.env);
  machine.put(RING, Buffer.alloc(8, 3));
  rememberQuiet(machine.env, marks, []);
  assert.equal(standing(machine), undefined);
});

test('without a ring or a configuration nothing is remembered', () => {
  const machine = makeMachine();
  assert.equal(changeMarks(machine.env), undefined);
  rememberQuiet(machine.env, undefined, []);
  assert.equal(machine.read(QUIET_FILE), undefined);
  machine.close();
});

onQuietMachine('an alert ends it, and is what the next look is for', (machine) => {
  assert.equal(hasNewAlerts(machine.env), false);
  machine.put(ALERT, '{}');
  assert.equal(standing(machine), undefined);
  assert.equal(hasNewAlerts(machine.env), true);
});

onQuietMachine(
  'an alert that the last look has seen does not end it, and neither does its removal',
  (machine) => {
    machine.put(ALERT, '{}');
    machine.put(WAKE_LOCK, '7\n');
    rememberQuiet(machine.env, changeMarks(machine.env), STANDING);
    assert.deepEqual([standing(machine), hasNewAlerts(machine.env)], [STANDING, false]);
    machine.env.files.remove(ALERT);
    assert.deepEqual([standing(machine), hasNewAlerts(machine.env)], [STANDING, false]);
  },
);
