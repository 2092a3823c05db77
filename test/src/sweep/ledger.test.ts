import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { LEDGER_FILE } from '../../../src/env/paths.ts';
import { failedOffline, offlinings, pendingJobs } from '../../../src/sweep/jobs-pending.ts';
import { openJournal } from '../../../src/sweep/journal.ts';
import {
  type LedgerEntry,
  type LedgerEvent,
  recentEntries,
  record,
  rotateLedger,
} from '../../../src/sweep/ledger.ts';
import { makeMachine } from '../ganeti/machine.ts';
import { onMachine } from '../ganeti/on-machine.ts';

const OFFLINE: LedgerEvent = {
  event: 'offline-submitted',
  node: 'h3',
  job: 7,
  because: 'fenced',
  autoPromote: false,
};
const HELD = { event: 'held', node: 'h4', hold: 'brake', text: 'too many' } as const;

function jobs(entries: readonly LedgerEntry[]): readonly number[] {
  return pendingJobs(entries).map(({ job }) => job);
}

onMachine('what is recorded is read again, oldest first, with time and trigger', (machine) => {
  const before = Date.now();
  assert.equal(record(machine.env, 'notify', [OFFLINE]), undefined);
  assert.equal(record(machine.env, 'monitor', [HELD]), undefined);
  const entries = recentEntries(machine.env, before);
  assert.deepEqual(
    entries.map(({ at: _, ...rest }) => rest),
    [
      { trigger: 'notify', ...OFFLINE },
      { trigger: 'monitor', ...HELD },
    ],
  );
  assert.ok(entries.every(({ at }) => at >= before && at <= Date.now()));
  assert.deepEqual(recentEntries(machine.env, Date.now() + 1), []);
});

onMachine('no ledger yet is no entries', (machine) => assert.deepEqual(recentEntries(machine.env, 0), []));

onMachine('a torn last line is passed over, and what comes after it is not lost with it', (machine) => {
  record(machine.env, 'monitor', [OFFLINE]);
  appendFileSync(machine.root + LEDGER_FILE, '{"at":1,"trigger":"monitor","event":"offline-sub');
  record(machine.env, 'monitor', [{ ...OFFLINE, job: 8 }]);
  assert.deepEqual(jobs(recentEntries(machine.env, 0)), [7, 8]);
});

onMachine('lines that are not ours are passed over', (machine) => {
  record(machine.env, 'monitor', [OFFLINE]);
  const foreign = [
    '',
    'null',
    '[]',
    '{}',
    '{"at":"now","event":"held"}',
    '{"at":1}',
    'garbage',
    '{"event":"held"}',
  ];
  appendFileSync(machine.root + LEDGER_FILE, `${foreign.join('\n')}\n`);
  record(machine.env, 'monitor', [{ ...OFFLINE, job: 8 }]);
  assert.deepEqual(jobs(recentEntries(machine.env, 0)), [7, 8]);
});

test('wherever a crash cut the ledger, every whole line before it and every one after it is read', () => {
  const machine = makeMachine();
  try {
    record(
      machine.env,
      'monitor',
      [1, 2, 3].map((job) => ({ ...OFFLINE, job })),
    );
    const whole = machine.read(LEDGER_FILE) ?? '';
    fc.assert(
      fc.property(fc.nat(whole.length), (cut) => {
        writeFileSync(machine.root + LEDGER_FILE, whole.slice(0, cut));
        record(machine.env, 'monitor', [{ ...OFFLINE, job: 9 }]);
        const lines = whole.slice(0, cut + 1).split('\n').length - 1;
        assert.deepEqual(jobs(recentEntries(machine.env, 0)), [...[1, 2, 3].slice(0, lines), 9]);
      }),
    );
  } finally {
    machine.close();
  }
});

onMachine('a ledger that cannot be written is an error text, not an exception', (machine) => {
  machine.put('/var/lib/ganeti-ha', 'in the way');
  assert.match(record(machine.env, 'monitor', [OFFLINE]) ?? '', /EEXIST|ENOTDIR/);
  assert.equal(record(machine.env, 'monitor', []), undefined);
});

onMachine(
  'a journal knows what it has just noted also where the ledger cannot be written, and tells once',
  (machine) => {
    machine.put('/var/lib/ganeti-ha', 'in the way');
    const journal = openJournal(machine.env, 'monitor');
    journal.note(OFFLINE);
    journal.note({ ...OFFLINE, job: 8 });
    assert.deepEqual(jobs(journal.entries()), [7, 8]);
    assert.deepEqual(
      journal.reasons().map(({ code }) => code),
      ['GNH313'],
    );
  },
);

onMachine('a node that is held is noted once, until something else happens to it', (machine) => {
  const noted = (): number => recentEntries(machine.env, 0).filter(({ event }) => event === 'held').length;
  openJournal(machine.env, 'monitor').noteOnce(HELD);
  openJournal(machine.env, 'monitor').noteOnce({ ...HELD, text: 'still too many' });
  assert.equal(noted(), 1);
  openJournal(machine.env, 'monitor').noteOnce({ ...HELD, hold: 'no-quorum' });
  assert.equal(noted(), 2);
  const journal = openJournal(machine.env, 'monitor');
  journal.note({ ...OFFLINE, node: 'h4' });
  journal.noteOnce(HELD);
  assert.equal(noted(), 3);
});

onMachine('a large ledger is put aside, and what is recent in it is still known', (machine) => {
  rotateLedger(machine.env);
  record(machine.env, 'monitor', [{ ...OFFLINE, because: 'x'.repeat(1024 * 1024) }]);
  rotateLedger(machine.env);
  assert.equal(machine.read(LEDGER_FILE), undefined);
  record(machine.env, 'monitor', [{ ...OFFLINE, job: 8 }]);
  rotateLedger(machine.env);
  assert.deepEqual(jobs(recentEntries(machine.env, 0)), [7, 8]);
  assert.deepEqual(recentEntries(machine.env, Date.now() + 1), []);
});

onMachine('a moment that is none is no entry', (machine) => {
  machine.put(LEDGER_FILE, '{"at":1e300,"event":"held"}\n');
  assert.deepEqual(recentEntries(machine.env, 0), []);
});

function at(time: number, event: LedgerEvent): LedgerEntry {
  return { at: time, trigger: 'monitor', ...event };
}

function ended(job: number, outcome: 'success' | 'failed' | 'gone'): LedgerEvent {
  return { event: 'job-ended', node: 'h3', job, what: 'offline', outcome, text: 'because' };
}

test('a job is pending until its end is noted', () => {
  const entries = [
    at(1, OFFLINE),
    at(2, { event: 'power-submitted', node: 'h3', job: 8, power: 'poweroff' }),
    at(3, { event: 'redist-submitted', nodes: ['h4', 'h5'], job: 9, text: '' }),
    at(4, ended(7, 'success')),
  ];
  assert.deepEqual(pendingJobs(entries), [
    { job: 8, what: 'poweroff', node: 'h3', since: 2 },
    { job: 9, what: 'redist', node: 'h4,h5', since: 3 },
  ]);
});

test('every offlining counts for the brake with its time', () => {
  const entries = [at(1, OFFLINE), at(5, { ...OFFLINE, node: 'h4' }), at(6, HELD)];
  assert.deepEqual(offlinings(entries), [
    { node: 'h3', atMs: 1 },
    { node: 'h4', atMs: 5 },
  ]);
});

test('a failure stands until another job is submitted; success and a withdrawal are none', () => {
  assert.equal(failedOffline([at(1, OFFLINE)], 'h3'), undefined);
  assert.deepEqual(failedOffline([at(1, OFFLINE), at(2, ended(7, 'failed'))], 'h3'), {
    at: 2,
    job: 7,
    text: 'because',
  });
  assert.equal(failedOffline([at(1, OFFLINE), at(2, ended(7, 'failed'))], 'h4'), undefined);
  assert.equal(
    failedOffline([at(1, OFFLINE), at(2, ended(7, 'failed')), at(3, { ...OFFLINE, job: 8 })], 'h3'),
    undefined,
  );
  for (const outcome of ['success', 'gone'] as const) {
    assert.equal(failedOffline([at(1, OFFLINE), at(2, ended(7, outcome))], 'h3'), undefined);
  }
});
