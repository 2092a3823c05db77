import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BRAKE_WINDOW_MS, brakeCapacity } from '../../../src/policy/brake.ts';
import { type DecideInput, decide } from '../../../src/policy/decide.ts';
import type { Limit } from '../../../src/policy/limit.ts';
import { NO_ORDERS, type Orders, releasedNodes } from '../../../src/policy/orders.ts';
import { activePauses } from '../../../src/policy/pause.ts';
import { coolsUntil, NO_STORM, type Storm } from '../../../src/policy/storm.ts';

type Decide = typeof decide;

const NOW = 50_000_000;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const name = fc.constantFrom(...NAMES, '', 'stranger');
const some = fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 4 });
const limit: fc.Arbitrary<Limit | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ kind: fc.constant('count' as const), count: fc.nat({ max: 4 }) }),
  fc.constant<Limit>({ kind: 'fraction', numerator: 1, denominator: 3 }),
);
const verdict = fc.record({
  node: name,
  verdict: fc.constantFrom(
    'fenced' as const,
    'fenced' as const,
    'lost' as const,
    'alive' as const,
    'left' as const,
    'unknown' as const,
  ),
  reasons: fc.constant([{ rule: 'drawn', text: 'as drawn' }]),
});

const around = fc.integer({ min: NOW - 900_000, max: NOW + 900_000 });
const known: fc.Arbitrary<Orders> = fc.record({
  kind: fc.constant('known' as const),
  pauses: fc.array(
    fc.record({
      id: fc.constant('1a2b3c'),
      who: fc.constant('root@a'),
      why: fc.constant('as drawn'),
      untilMs: fc.option(around, { nil: undefined }),
    }),
    { maxLength: 2 },
  ),
  releases: fc.array(
    fc.record({ node: fc.constantFrom(...NAMES), who: fc.constant('root@a'), untilMs: around }),
    { maxLength: 2 },
  ),
});
const orders = fc.oneof(
  { weight: 4, arbitrary: fc.constant(NO_ORDERS) },
  { weight: 3, arbitrary: known },
  { weight: 1, arbitrary: fc.constant<Orders>({ kind: 'unknown', message: 'as drawn' }) },
);
const storm: fc.Arbitrary<Storm> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(NO_STORM) },
  { weight: 1, arbitrary: fc.constant<Storm>({ kind: 'on' }) },
  { weight: 1, arbitrary: around.map((atMs): Storm => ({ kind: 'over', atMs })) },
);

const input: fc.Arbitrary<DecideInput> = fc.record({
  verdicts: fc.array(verdict, { maxLength: 8 }),
  quorum: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  evidenceWanted: fc.constantFrom('fenced' as const, 'lost' as const),
  master: fc.option(name, { nil: undefined }),
  offlineInGaneti: some,
  pendingJobs: some,
  beingMarked: some,
  retries: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
  recentOfflinings: fc.array(
    fc.record({
      node: fc.constantFrom(...NAMES),
      atMs: fc.integer({ min: NOW - 2 * BRAKE_WINDOW_MS, max: NOW }),
    }),
    { maxLength: 4 },
  ),
  limit,
  storm,
  cooldownMs: fc.constantFrom(0, 600_000),
  candidates: fc.uniqueArray(fc.constantFrom(...NAMES)),
  orders,
  nowMs: fc.constant(NOW),
  knownNodes: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 3 }),
});

/** Invariants 1 and 6: who is marked offline had to be, by the rules and nothing else. */
function safe(candidate: Decide): fc.RunDetails<[DecideInput]> {
  return fc.check(
    fc.property(input, (drawn) => {
      const offlined = candidate(drawn).flatMap((each) => (each.kind === 'offline' ? [each.node] : []));
      for (const node of offlined) {
        const verdicts = drawn.verdicts.filter((each) => each.node === node).map((each) => each.verdict);
        const enough = drawn.evidenceWanted === 'lost' ? ['fenced', 'lost'] : ['fenced'];
        assert.ok(verdicts.length === 1 && enough.includes(verdicts[0] ?? ''), 'evidence');
        assert.ok(drawn.quorum, 'quorum');
        assert.ok(drawn.master !== undefined && node !== drawn.master, 'master');
        assert.ok(drawn.knownNodes.includes(node), 'name');
        assert.ok(![...drawn.offlineInGaneti, ...drawn.pendingJobs].includes(node), 'idempotent');
      }
      const counting = drawn.recentOfflinings.filter(
        (each) =>
          NOW - each.atMs < BRAKE_WINDOW_MS &&
          [...drawn.offlineInGaneti, ...drawn.pendingJobs].includes(each.node),
      );
      const total = new Set([...counting.map((each) => each.node), ...offlined]).size;
      const capacity = brakeCapacity(drawn.limit, drawn.knownNodes.length);
      const released = releasedNodes(drawn.orders, NOW);
      const unasked = offlined.filter((node) => !released.has(node));
      assert.ok(unasked.length === 0 || total <= capacity, 'brake');
      if (offlined.length > 0) {
        assert.ok(drawn.orders.kind === 'known', 'orders');
        assert.deepEqual(activePauses(drawn.orders.pauses, NOW), [], 'pause');
      }
      const anew = unasked.filter((node) => !drawn.retries.includes(node));
      const cools = coolsUntil(drawn.storm, drawn.cooldownMs, NOW) !== undefined;
      assert.ok(!cools || anew.length === 0, 'cooldown');
      const going = new Set([...drawn.beingMarked, ...offlined]);
      const leaving = drawn.candidates.filter((node) => going.has(node));
      const left = drawn.candidates.length - leaving.length;
      const alone = leaving.length <= 1;
      const chosen = unasked.some((node) => drawn.candidates.includes(node));
      const freely = ![...released].some((node) => leaving.includes(node));
      assert.ok(!chosen || !freely || alone || 2 * left > drawn.candidates.length, 'candidates');
    }),
    { numRuns: 3_000, seed: 7 },
  );
}

/** Invariant 2, the pure part: a fenced node is marked offline, or the decision says why not. */
function complete(candidate: Decide): fc.RunDetails<[DecideInput]> {
  return fc.check(
    fc.property(input, (drawn) => {
      const decisions = candidate(drawn);
      const judged = [...new Set(drawn.verdicts.map(({ node }) => node))].sort();
      assert.deepEqual(
        decisions.map(({ node }) => node),
        judged,
      );
      const waiting = ['cooldown', 'candidates'];
      const placed = decisions.filter(
        (each) => each.kind === 'offline' || (each.kind === 'hold' && waiting.includes(each.hold)),
      ).length;
      for (const decision of decisions) {
        if (decision.kind === 'offline') assert.notEqual(decision.because, '');
        else assert.notEqual(decision.text, '');
        const verdicts = drawn.verdicts.filter((each) => each.node === decision.node);
        if (decision.kind === 'nothing' && verdicts.some((each) => each.verdict === 'fenced')) {
          const [list, why] = [[...drawn.offlineInGaneti, ...drawn.pendingJobs], decision.why];
          assert.ok(list.includes(decision.node) && ['already-offline', 'job-pending'].includes(why));
        }
        if (decision.kind === 'hold' && decision.hold === 'brake') {
          const capacity = brakeCapacity(drawn.limit, drawn.knownNodes.length);
          const before = new Set(drawn.recentOfflinings.map((each) => each.node)).size;
          assert.ok(before + placed >= capacity, 'held although there was room');
        }
      }
    }),
    { numRuns: 3_000, seed: 7 },
  );
}

/** A second sweep, after what the first one decided has come about, has nothing left to do but to hold. */
function settles(candidate: Decide): fc.RunDetails<[DecideInput]> {
  return fc.check(
    fc.property(input, (drawn) => {
      const offlined = candidate(drawn).flatMap((each) => (each.kind === 'offline' ? [each.node] : []));
      const next = candidate({
        ...drawn,
        pendingJobs: [...drawn.pendingJobs, ...offlined],
        beingMarked: [...drawn.beingMarked, ...offlined],
        recentOfflinings: [...drawn.recentOfflinings, ...offlined.map((node) => ({ node, atMs: NOW }))],
      });
      assert.deepEqual(
        next.filter(({ kind }) => kind === 'offline'),
        [],
      );
    }),
    { numRuns: 2_000, seed: 7 },
  );
}

describe('for all clusters and all verdicts', () => {
  for (const [what, property] of [
    ['nobody is marked offline who must not be', safe],
    ['every judged node gets one decision with a reason, and is held only for one', complete],
    ['what was decided is not decided again', settles],
  ] as const) {
    it(what, () => {
      const details = property(decide);
      assert.ok(!details.failed, fc.defaultReportMessage(details) ?? '');
    });
  }
});

describe('these properties catch a decision', () => {
  const broken: readonly [string, typeof safe, Decide][] = [
    ['without quorum', safe, (drawn) => decide({ ...drawn, quorum: true })],
    ['on less evidence than wanted', safe, (drawn) => decide({ ...drawn, evidenceWanted: 'lost' })],
    ['that takes the master for another node', safe, (drawn) => decide({ ...drawn, master: 'nobody' })],
    ['without the brake', safe, (drawn) => decide({ ...drawn, limit: { kind: 'count', count: 99 } })],
    ['that knows no pause', safe, (drawn) => decide({ ...drawn, orders: withoutPauses(drawn.orders) })],
    [
      'that takes unknown orders for none',
      safe,
      (drawn) => decide({ ...drawn, orders: drawn.orders.kind === 'unknown' ? NO_ORDERS : drawn.orders }),
    ],
    ['without a cooldown', safe, (drawn) => decide({ ...drawn, storm: NO_STORM })],
    ['that marks all candidates at once', safe, (drawn) => decide({ ...drawn, candidates: [] })],
    ['with a brake that forgets', safe, (drawn) => decide({ ...drawn, recentOfflinings: [] })],
    [
      'on any name',
      safe,
      (drawn) => decide({ ...drawn, knownNodes: [...drawn.knownNodes, '', 'stranger', ...NAMES] }),
    ],
    [
      'on what is offline already',
      safe,
      (drawn) => decide({ ...drawn, offlineInGaneti: [], recentOfflinings: drawn.recentOfflinings }),
    ],
    [
      'that follows notifications only',
      complete,
      (drawn) => decide({ ...drawn, verdicts: drawn.verdicts.slice(0, 1) }),
    ],
    ['that never acts', complete, (drawn) => decide({ ...drawn, limit: { kind: 'count', count: 0 } })],
    ['that forgets its own jobs', settles, (drawn) => decide({ ...drawn, pendingJobs: [] })],
  ];
  for (const [what, property, candidate] of broken) {
    it(what, () => {
      assert.ok(property(candidate).failed);
    });
  }
});

function withoutPauses(orders: Orders): Orders {
  return orders.kind === 'known' ? { ...orders, pauses: [] } : orders;
}
