import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ClusterPicture, judgeCluster } from '../../../src/evidence/judge-cluster.ts';
import { type Observations, observe, type Snapshot } from '../../../src/evidence/observations.ts';
import type { Verdict } from '../../../src/evidence/verdict.ts';
import { hasQuorum, members, newWorld, picture, type Step, snapshot, take, type World } from './world.ts';

const START = Date.parse('2026-05-01T10:00:00Z');
const COUNT = 4;

/** How a host remembers and judges; the broken ones below replace a part. */
interface Judge {
  readonly observe: typeof observe;
  readonly corosyncMembers: (world: World) => readonly string[] | undefined;
}

const SOUND: Judge = { observe, corosyncMembers: members };

const node = fc.nat({ max: COUNT - 1 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const), node }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('fence' as const), node }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('boot' as const), node }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const), node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('fencing-fails' as const), node }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'clear-history' }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  },
);
/** A thing happens, and the host looks or does not (its agent hangs, its Pacemaker restarts). */
const story = fc.array(fc.record({ step: anyStep, look: fc.boolean() }), { maxLength: 25 });

function lookAt(world: World, memory: Observations | undefined, judge: Judge): Observations {
  const seen: Snapshot = { ...snapshot(world), corosyncMembers: judge.corosyncMembers(world) };
  return judge.observe(memory, seen, world.nowMs);
}

function verdictsOn(world: World, memory: Observations | undefined, judge: Judge): readonly Verdict[] {
  const state: ClusterPicture = {
    quorum: hasQuorum(world),
    stonithEnabled: true,
    maintenanceMode: false,
    fenceHistoryKnown: true,
    nodes: picture(world),
    fenceEvents: world.history,
  };
  const names = world.nodes.map(({ name }) => name);
  return judgeCluster({
    ganetiNodes: names,
    names: new Map(names.map((name) => [name, { kind: 'mapped', pacemaker: name, how: 'exact' }])),
    cluster: { kind: 'ok', state },
    corosyncMembers: judge.corosyncMembers(world),
    observations: memory,
    notifiedFenced: [],
    simulatedUnproven: false,
  });
}

/** Invariant 1: who is called fenced is dead by fencing, and has not been back since, in truth. */
function neverFalselyFenced(judge: Judge): fc.RunDetails<[{ step: Step; look: boolean }[]]> {
  return fc.check(
    fc.property(story, (steps) => {
      const world = newWorld(COUNT, START);
      let memory: Observations | undefined;
      for (const { step, look } of steps) {
        take(world, step);
        if (!look) continue;
        memory = lookAt(world, memory, judge);
        for (const verdict of verdictsOn(world, memory, judge)) {
          const truth = world.nodes.find(({ name }) => name === verdict.node)?.truth;
          if (verdict.verdict === 'fenced') assert.equal(truth, 'fenced', verdict.node);
          if (truth === 'member') assert.equal(verdict.verdict, 'alive', verdict.node);
        }
      }
    }),
    { numRuns: 3_000, seed: 42 },
  );
}

/** Invariant 2: a host that looks after each thing that happens calls every fenced node fenced. */
function alwaysRecognised(judge: Judge): fc.RunDetails<[Step[]]> {
  return fc.check(
    fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
      const world = newWorld(COUNT, START);
      let memory: Observations | undefined = lookAt(world, undefined, judge);
      for (const step of steps) {
        take(world, step);
        memory = lookAt(world, memory, judge);
        for (const verdict of verdictsOn(world, memory, judge)) {
          const truth = world.nodes.find(({ name }) => name === verdict.node)?.truth;
          if (truth === 'fenced') assert.equal(verdict.verdict, 'fenced', verdict.node);
          if (truth === 'left') assert.equal(verdict.verdict, 'left', verdict.node);
          if (truth === 'crashed') assert.equal(verdict.verdict, hasQuorum(world) ? 'lost' : 'unknown');
        }
      }
    }),
    { numRuns: 3_000, seed: 42 },
  );
}

function holds(details: { readonly failed: boolean }, say: () => string): void {
  assert.ok(!details.failed, say());
}

/** Takes the history as it is: a success is a success, whenever it was. */
const believesTheHistory: Judge = {
  ...SOUND,
  observe: (_previous, seen, nowMs) => witnessed(observe(undefined, seen, nowMs)),
};

/** Keeps a memory, but does not ask whether it has a gap. */
const ignoresGaps: Judge = {
  ...SOUND,
  observe: (previous, seen, nowMs) => {
    const next = observe(previous, seen, nowMs);
    return previous === undefined ? next : witnessed(next);
  },
};

/** Forgets a proof when the history is cleared. */
const forgetsWithTheHistory: Judge = {
  ...SOUND,
  observe: (previous, seen, nowMs) => {
    const known = new Set(seen.fenceEvents.map(({ id }) => id));
    const next = observe(previous, seen, nowMs);
    const nodes = Object.entries(next.nodes).map(
      ([name, memory]) =>
        [name, { ...memory, events: memory.events.filter(({ id }) => known.has(id)) }] as const,
    );
    return { ...next, nodes: Object.fromEntries(nodes) };
  },
};

function witnessed(memory: Observations): Observations {
  const nodes = Object.entries(memory.nodes).map(([name, each]) => {
    const events = each.events.map((event) => ({ ...event, witnessed: true }));
    return [name, { ...each, events }] as const;
  });
  return { ...memory, nodes: Object.fromEntries(nodes) };
}

describe('for all histories of a cluster', () => {
  it('nobody who is not dead by fencing is called fenced, however patchy the watch', () => {
    const details = neverFalselyFenced(SOUND);
    holds(details, () => fc.defaultReportMessage(details) ?? '');
  });

  it('also where corosync’s ring number cannot be read', () => {
    const details = neverFalselyFenced({
      ...SOUND,
      observe: (previous, seen, nowMs) => observe(previous, { ...seen, ring: undefined }, nowMs),
    });
    holds(details, () => fc.defaultReportMessage(details) ?? '');
  });

  it('everybody who is, is called so by a host that kept watching', () => {
    const details = alwaysRecognised(SOUND);
    holds(details, () => fc.defaultReportMessage(details) ?? '');
  });
});

describe('these properties catch', () => {
  it('a judge that believes any success in the history', () => {
    assert.ok(neverFalselyFenced(believesTheHistory).failed);
  });

  it('a judge that ignores gaps in its watch', () => {
    assert.ok(neverFalselyFenced(ignoresGaps).failed);
  });

  it('a judge that forgets a proof when the history is cleared', () => {
    assert.ok(alwaysRecognised(forgetsWithTheHistory).failed);
  });

  it('a judge that does not hear corosync', () => {
    assert.ok(alwaysRecognised({ ...SOUND, corosyncMembers: () => undefined }).failed);
  });
});
