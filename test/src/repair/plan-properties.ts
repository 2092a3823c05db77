// What must hold of every plan. Each property throws, with the shrunk cluster, where it does not.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RepairFacts, RepairInstance } from '../../../src/repair/facts.ts';
import { NODE_STATES } from '../../../src/repair/node-state.ts';
import { planPass } from '../../../src/repair/plan.ts';
import type { RepairPlan } from '../../../src/repair/plan-types.ts';
import { drawnCluster } from './drawn-cluster.ts';
import { anyTag } from './drawn-tags.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgePlan } from './judge-plan.ts';
import { type Course, FATES, playOut, TAG_FATES } from './small-world.ts';

type Property = (runs: number, seed: number | undefined) => void;

const HOSTILE: readonly Partial<RepairInstance>[] = [
  { primary: '' },
  { primary: 'nowhere.lab.test' },
  { template: 'drbd', secondary: undefined },
  { template: 'unknown' },
  { memory: Number.NaN, disk: -1 },
];

const course: fc.Arbitrary<Course> = fc.record({
  fates: fc.array(fc.constantFrom(...FATES), { maxLength: 12 }),
  afterThese: fc.constantFrom(
    'success',
    'success',
    'unrecorded',
    'failed',
    'failed-unrecorded',
    'canceled',
    'gone',
    'no-effect',
  ),
  tagFates: fc.array(fc.constantFrom('done', ...TAG_FATES), { maxLength: 12 }),
  events: fc.array(
    fc.record({
      pass: fc.nat(8),
      node: fc.constantFrom('h1.lab.test', 'h2.lab.test', 'h3.lab.test'),
      state: fc.constantFrom(...NODE_STATES),
    }),
    { maxLength: 3 },
  ),
});

export const PROPERTIES = {
  'no step of a plan destroys a last good copy or runs an instance twice': (runs, seed) =>
    check(
      runs,
      seed,
      fc.property(drawnCluster, (facts) => {
        assert.deepEqual(judgePlan(facts, planned(facts)), []);
      }),
    ),

  'no more repairs run at once than the limits allow': (runs, seed) =>
    check(
      runs,
      seed,
      fc.property(drawnCluster, (facts) => {
        assert.deepEqual(judgeLimits(facts, planned(facts)), []);
      }),
    ),

  'the same facts in another order give the same plan': (runs, seed) =>
    check(
      runs,
      seed,
      fc.property(drawnCluster, fc.infiniteStream(fc.nat()), (facts, keys) => {
        const shuffled = <Each>(all: Iterable<Each>): Each[] =>
          [...all]
            .map((each) => ({ each, key: keys.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);
        const { instances, healthy } = planned({
          ...facts,
          instances: shuffled(facts.instances),
          jobs: shuffled(facts.jobs),
          nodes: new Map(shuffled(facts.nodes)),
        });
        const plan = planned(facts);
        assert.deepEqual({ instances, healthy }, { instances: plan.instances, healthy: plan.healthy });
      }),
    ),

  'what is wrong with one instance changes nothing for another': (runs, seed) =>
    check(
      runs,
      seed,
      fc.property(
        drawnCluster,
        fc.nat(6),
        fc.uniqueArray(anyTag, { maxLength: 6 }),
        fc.constantFrom(...HOSTILE),
        (drawn, which, tags, odd) => {
          // Room and places are shared; all else is each one's own.
          const facts = { ...drawn, room: undefined, limits: { cluster: 99, node: 99 } };
          const instances = facts.instances.map((one, index) =>
            index === which ? { ...one, ...odd, tags } : one,
          );
          const name = facts.instances[which]?.name;
          const others = (of: RepairFacts) =>
            planPass(of, () => 'ID').instances.filter(({ instance }) => instance !== name);
          assert.deepEqual(others({ ...facts, instances }), others(facts));
        },
      ),
    ),

  'plans that are carried out come to rest, with nothing done twice and nothing left open': (runs, seed) =>
    check(
      runs,
      seed,
      fc.property(drawnCluster, course, (facts, its) => {
        const rest = playOut(facts, its, planPass, (now, plan) => {
          assert.deepEqual([...judgePlan(now, plan), ...judgeLimits(now, plan)], []);
        });
        assert.ok(rest !== undefined, 'it never came to rest');
        assert.deepEqual(judgeRest(facts, rest.facts, rest.plan), []);
      }),
    ),
} as const satisfies Readonly<Record<string, Property>>;

function planned(facts: RepairFacts): RepairPlan {
  let id = 0;
  return planPass(facts, () => `new-${id++}`);
}

function judgeRest(start: RepairFacts, end: RepairFacts, plan: RepairPlan): readonly string[] {
  const before = new Map(start.instances.map((instance) => [instance.name, pendingIds(instance)]));
  const states = new Map(plan.instances.map(({ instance, state }) => [instance, state]));
  return end.instances.flatMap((instance) => {
    const left = pendingIds(instance);
    const most = Math.max(1, before.get(instance.name) ?? 0);
    const healthy = (states.get(instance.name) ?? 'healthy') === 'healthy';
    return [
      ...(left > most ? [`${instance.name} has ${left} pending repairs`] : []),
      ...(healthy && left > 0 ? [`${instance.name} is healthy, and a repair of it is pending`] : []),
    ];
  });
}

function pendingIds({ tags }: RepairInstance): number {
  const pendings = tags.filter((tag) => tag.startsWith('ganeti:watcher:autorepair:pending:'));
  return new Set(pendings.map((tag) => tag.split(':')[5])).size;
}

function check<Ts>(numRuns: number, seed: number | undefined, property: fc.IPropertyWithHooks<Ts>): void {
  fc.assert(property, seed === undefined ? { numRuns } : { numRuns, seed });
}
