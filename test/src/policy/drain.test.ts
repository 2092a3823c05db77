import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type DrainableNode,
  type DrainHold,
  type DrainInput,
  decideDrains,
  weighDrains,
} from '../../../src/policy/drain.ts';
import type { SeenVerdict } from '../../../src/policy/leaving.ts';

const NOW = 10_000_000;

function seen(node: string, verdict: SeenVerdict['verdict'], ...rules: readonly string[]): SeenVerdict {
  return { node, verdict, reasons: rules.map((rule) => ({ rule, text: `${node}: ${rule}` })) };
}

function ganeti(node: string, changes: Partial<DrainableNode> = {}): DrainableNode {
  return {
    ...{ node, master: false, offline: false, drained: false },
    ...{ serial: 7, markedSerial: undefined },
    ...changes,
  };
}

const BASE: DrainInput = {
  wanted: true,
  verdicts: [seen('a', 'alive', 'online'), seen('b', 'alive', 'online')],
  nodes: [ganeti('a', { master: true }), ganeti('b')],
  quorum: true,
  maintenanceMode: false,
  paused: undefined,
  busy: [],
  steadiness: undefined,
  nowMs: NOW,
};
const STANDBY = [seen('a', 'alive', 'online'), seen('b', 'alive', 'online', 'standby')];
const STOPPED = [seen('a', 'alive', 'online'), seen('b', 'alive', 'online', 'pending')];
const MINE = [ganeti('a', { master: true }), ganeti('b', { drained: true, markedSerial: 7 })];

function since(condition: 'sound' | 'stopped', sinceMs: number): DrainInput['steadiness'] {
  return { atMs: NOW, ring: 8, nodes: { b: { condition, sinceMs } } };
}

function on(node: string, changes: Partial<DrainInput>): string {
  const [decision, ...more] = decideDrains({ ...BASE, ...changes }).filter((one) => one.node === node);
  assert.deepEqual(more, []);
  return decision?.kind ?? 'none';
}

describe('a node that leaves in order', () => {
  const cases: readonly [string, Partial<DrainInput>, string][] = [
    ['is drained in standby', { verdicts: STANDBY }, 'drain'],
    ['is drained when it is gone', { verdicts: [seen('b', 'left', 'clean-stop')] }, 'drain'],
    ['is not where nobody asked for it', { verdicts: STANDBY, wanted: false }, 'none'],
    ['is not without quorum', { verdicts: STANDBY, quorum: false }, 'none'],
    ['is not in maintenance mode', { verdicts: STANDBY, maintenanceMode: true }, 'none'],
    ['is not while a pause stands', { verdicts: STANDBY, paused: 'paused' }, 'wait'],
    ['is not while a job of ours is under way', { verdicts: STANDBY, busy: ['b'] }, 'none'],
    ['is not twice', { verdicts: STANDBY, nodes: MINE }, 'none'],
    ['is not when it is offline', { verdicts: STANDBY, nodes: [ganeti('b', { offline: true })] }, 'none'],
    ['is not when it is master', { verdicts: STANDBY, nodes: [ganeti('b', { master: true })] }, 'none'],
    ['is not when Ganeti does not know it', { verdicts: STANDBY, nodes: [ganeti('a')] }, 'none'],
    ['is not when it is judged twice', { verdicts: [...STANDBY, ...STOPPED] }, 'none'],
    ['is waited for while it may be joining', { verdicts: STOPPED }, 'wait'],
    [
      'is waited for while Pacemaker was stopped a moment ago',
      { verdicts: STOPPED, steadiness: since('stopped', NOW - 59_999) },
      'wait',
    ],
    [
      'is drained when Pacemaker stays stopped',
      { verdicts: STOPPED, steadiness: since('stopped', NOW - 60_000) },
      'drain',
    ],
  ];
  for (const [what, changes, kind] of cases) it(what, () => assert.equal(on('b', changes), kind));
});

describe('a node that is back', () => {
  const long = { nodes: MINE, steadiness: since('sound', NOW - 30_000) };
  const cases: readonly [string, Partial<DrainInput>, string][] = [
    ['is undrained', long, 'undrain'],
    ['is undrained also where the tag is gone', { ...long, wanted: false }, 'undrain'],
    ['is waited for', { ...long, steadiness: since('sound', NOW - 29_999) }, 'wait'],
    ['is waited for while nobody knows for how long', { nodes: MINE }, 'wait'],
    ['is waited for while a pause stands', { ...long, paused: 'paused' }, 'wait'],
    ['is not undrained without quorum', { ...long, quorum: false }, 'none'],
    ['is not undrained in standby', { ...long, verdicts: STANDBY }, 'none'],
    ['is not undrained in maintenance mode', { ...long, maintenanceMode: true }, 'none'],
    ['is left to who drained it', { ...long, nodes: [ganeti('b', { drained: true })] }, 'none'],
    [
      'is left to who changed it since',
      { ...long, nodes: [ganeti('b', { drained: true, markedSerial: 6 })] },
      'changed',
    ],
    [
      'is not touched for a mark that is left over',
      { ...long, nodes: [ganeti('b', { markedSerial: 7 })] },
      'none',
    ],
  ];
  for (const [what, changes, kind] of cases) it(what, () => assert.equal(on('b', changes), kind));
});

describe('a node that has left or is drained, and stays as it is', () => {
  const cases: readonly [string, Partial<DrainInput>, DrainHold | undefined][] = [
    ['without quorum', { verdicts: STANDBY, quorum: false }, 'no-quorum'],
    ['as the master', { verdicts: STANDBY, nodes: [ganeti('b', { master: true })] }, 'master'],
    ['while a job is about to change it', { verdicts: STANDBY, busy: ['b'] }, 'busy'],
    ['as long as it is away', { verdicts: STANDBY, nodes: MINE }, 'not-back'],
    ['in maintenance mode', { nodes: MINE, maintenanceMode: true }, 'maintenance-mode'],
    ['drained by somebody else', { nodes: [ganeti('b', { drained: true })] }, 'others-drain'],
    [
      'drained by somebody else and without quorum',
      { nodes: [ganeti('b', { drained: true })], quorum: false },
      'others-drain',
    ],
    ['where nobody asked for more', { verdicts: STANDBY, wanted: false }, undefined],
    ['as an ordinary member', {}, undefined],
    ['and offline', { nodes: [ganeti('b', { drained: true, offline: true })] }, undefined],
  ];
  for (const [what, changes, rule] of cases) {
    it(`${what} has the reason ${rule ?? 'of the other decision only'}`, () => {
      const weighed = weighDrains({ ...BASE, ...changes }).filter((one) => one.node === 'b');
      assert.deepEqual(
        weighed.map((one) => (one.kind === 'none' ? one.rule : one.kind)),
        rule === undefined ? [] : [rule],
      );
    });
  }
});

describe('whatever is drawn', () => {
  const names = fc.constantFrom('a', 'b', 'c', '');
  const rules = fc.uniqueArray(
    fc.constantFrom('online', 'pending', 'standby', 'maintenance', 'clean-stop', 'unclean-online'),
    { maxLength: 3 },
  );
  const input: fc.Arbitrary<DrainInput> = fc.record({
    wanted: fc.boolean(),
    verdicts: fc.array(
      fc.record({
        node: names,
        verdict: fc.constantFrom('alive', 'left', 'fenced', 'lost', 'unknown'),
        reasons: rules.map((list) => list.map((rule) => ({ rule, text: rule }))),
      }),
      { maxLength: 4 },
    ),
    nodes: fc.uniqueArray(
      fc.record({
        node: names,
        master: fc.boolean(),
        offline: fc.boolean(),
        drained: fc.boolean(),
        serial: fc.integer({ min: 1, max: 3 }),
        markedSerial: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      }),
      { selector: ({ node }) => node, maxLength: 4 },
    ),
    quorum: fc.boolean(),
    maintenanceMode: fc.boolean(),
    paused: fc.option(fc.constant('paused'), { nil: undefined }),
    busy: fc.uniqueArray(names, { maxLength: 2 }),
    steadiness: fc.constantFrom(undefined, since('sound', 0), since('stopped', 0)),
    nowMs: fc.constant(NOW),
  });

  it('nothing is changed that must not be, and nobody is undrained who was not drained by us', () => {
    fc.assert(
      fc.property(input, (drawn) => {
        for (const { kind, node } of decideDrains(drawn)) {
          const known = drawn.nodes.find((one) => one.node === node) ?? assert.fail('a stranger');
          const verdict = drawn.verdicts.find((one) => one.node === node) ?? assert.fail('not judged');
          if (kind !== 'drain' && kind !== 'undrain') continue;
          assert.ok(drawn.quorum && drawn.paused === undefined && !drawn.maintenanceMode);
          assert.ok(node !== '' && !known.master && !known.offline && !drawn.busy.includes(node));
          assert.ok(verdict.verdict === 'alive' || verdict.verdict === 'left', 'never the dead or doubtful');
          if (kind === 'drain') assert.ok(drawn.wanted && !known.drained);
          else assert.ok(known.drained && known.markedSerial === known.serial && verdict.verdict === 'alive');
        }
      }),
      { numRuns: 3_000, seed: 7 },
    );
  });
});
