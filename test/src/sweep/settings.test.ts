import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readParameters } from '../../../src/ocf/parameters.ts';
import { mapNames } from '../../../src/pacemaker/names.ts';
import { passes, tellHolds } from '../../../src/sweep/holds.ts';
import { openJournal } from '../../../src/sweep/journal.ts';
import { sweepSettings } from '../../../src/sweep/settings.ts';
import { makeMachine } from '../ganeti/machine.ts';

const TAGS = [
  'ocf:node-offline:evidence:lost',
  'ocf:node-offline:max:1/3',
  'ocf:node-offline:use-poweroff',
  'unrelated',
];

test('without parameters and tags only the fenced are acted on, with the default brake', () => {
  assert.deepEqual(sweepSettings(readParameters({}).parameters, [], 3), {
    evidence: 'fenced',
    limit: undefined,
    usePowercycle: false,
    usePoweroff: false,
    cooldownMs: 600_000,
    drainOnLeave: false,
    onReturn: 'hold',
    readmitAfterMs: 600_000,
    warnings: [],
  });
});

test('tags override the defaults', () => {
  assert.deepEqual(sweepSettings(readParameters({}).parameters, TAGS, 3), {
    evidence: 'lost',
    limit: { kind: 'fraction', numerator: 1, denominator: 3 },
    usePowercycle: false,
    usePoweroff: true,
    cooldownMs: 600_000,
    drainOnLeave: false,
    onReturn: 'hold',
    readmitAfterMs: 600_000,
    warnings: [],
  });
});

test('parameters override tags', () => {
  const { parameters } = readParameters({ evidence: 'fenced', max_offline: '2' });

  test('what is ordered for returning nodes by parameter overrides the tags', () => {
    const tags = ['ocf:node-offline:on-return:readmit', 'ocf:node-offline:readmit-after:900'];
    const tagged = sweepSettings(readParameters({}).parameters, tags, 3);
    assert.deepEqual([tagged.onReturn, tagged.readmitAfterMs], ['readmit', 900_000]);
    const { parameters } = readParameters({ on_return: 'hold', readmit_after: '60' });
    const settings = sweepSettings(parameters, tags, 3);
    assert.deepEqual([settings.onReturn, settings.readmitAfterMs], ['hold', 60_000]);
  });
  const settings = sweepSettings(parameters, TAGS, 3);
  assert.equal(settings.evidence, 'fenced');
  assert.deepEqual(settings.limit, { kind: 'count', count: 2 });
});

test('a tag of ours that means nothing is told', () => {
  assert.equal(
    sweepSettings(readParameters({}).parameters, ['ocf:node-offline:evidense:lost'], 3).warnings.length,
    1,
  );
});

test('every hold has its code, and all but a wrong name are looked at again', () => {
  const machine = makeMachine();
  const codes = {
    evidence: 'GNH303',
    brake: 'GNH304',
    'no-quorum': 'GNH305',
    name: 'GNH306',
    master: 'GNH309',
    unknown: 'GNH309',
  } as const;
  for (const [hold, code] of Object.entries(codes) as [keyof typeof codes, string][]) {
    const decision = { kind: 'hold', node: 'h3', hold, text: 'so it is' } as const;
    const journal = openJournal(machine.env, 'monitor');
    tellHolds([decision], { names: mapNames([], []), evidence: new Map() }, journal, machine.env.clock.now());
    const [reason, ...more] = journal.reasons();
    assert.deepEqual([reason?.code, more], [code, []]);
    assert.match(reason?.text ?? '', /^so it is\b/);
    assert.equal(passes(decision), hold !== 'name');
  }
  machine.close();
});

test('a fencing that is under way is noted at once and told after a minute', () => {
  const machine = makeMachine();
  const decision = { kind: 'hold', node: 'h3', hold: 'fencing', text: 'it runs' } as const;
  const now = machine.env.clock.now();
  for (const [laterMs, codes] of [
    [0, []],
    [59_000, []],
    [61_000, ['GNH303']],
  ] as const) {
    const journal = openJournal(machine.env, 'monitor');
    tellHolds([decision], { names: mapNames([], []), evidence: new Map() }, journal, now + laterMs);
    assert.deepEqual(
      journal.reasons().map(({ code }) => code),
      codes,
    );
    assert.deepEqual(
      journal.entries().flatMap(({ event }) => (event === 'held' ? [event] : [])),
      ['held'],
    );
    assert.equal(passes(decision), true);
  }
  machine.close();
});
