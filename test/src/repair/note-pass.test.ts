import assert from 'node:assert/strict';
import type { PassAttempt } from '../../../src/repair/execute.ts';
import { notePass } from '../../../src/repair/note-pass.ts';
import { planPass } from '../../../src/repair/plan.ts';
import type { RepairPlan } from '../../../src/repair/plan-types.ts';
import { recentEntries } from '../../../src/sweep/ledger.ts';
import type { Machine } from '../ganeti/machine.ts';
import { onMachine } from '../ganeti/on-machine.ts';
import { clusterOf, instance, job, P, STATES } from './small-cluster.ts';

const POLICY = { clusterTags: [`${P}failover`] };

/** As if each tag job of the plan had been submitted. */
function tagged(plan: RepairPlan): readonly PassAttempt[] {
  return plan.instances.map(({ instance: name }, index) => ({
    kind: 'submitted',
    of: { what: 'tags', on: { object: 'instance', name } },
    job: index + 1,
  }));
}

function noted(machine: Machine): readonly unknown[] {
  return recentEntries(machine.env, 0).map(({ at: _, trigger: __, ...event }) => event);
}

const many = (count: number) => Array.from({ length: count }, (_, index) => instance(`web${1_000 + index}`));

onMachine('a thousand repairs that begin at once are one entry, with the first of them named', (machine) => {
  const plan = planPass(clusterOf(many(1_000), POLICY), () => 'id');
  notePass(machine.env, 'monitor', plan, tagged(plan));
  const [entry, ...more] = recentEntries(machine.env, 0);
  assert.deepEqual(more, []);
  assert.ok(entry?.event === 'repair-begun');
  assert.deepEqual([entry.count, entry.type, entry.instances.length], [1_000, 'failover', 20]);
});

onMachine('what was not submitted is not written down as begun', (machine) => {
  const plan = planPass(clusterOf(many(2), POLICY), () => 'id');
  const of = { what: 'tags', on: { object: 'instance', name: 'web1000' } } as const;
  notePass(machine.env, 'monitor', plan, [{ kind: 'not-submitted', of, text: 'no', known: true }]);
  assert.deepEqual(noted(machine), []);
});

onMachine('what luxid may have taken without an answer is written down, with the doubt', (machine) => {
  const denied = { clusterTags: [`${P}fix-storage`] };
  const of = { what: 'tags', on: { object: 'instance', name: 'web1000' } } as const;
  const attempt = { kind: 'not-submitted', of, text: 'no answer within 5 s', known: false } as const;
  for (const policy of [POLICY, denied])
    notePass(
      machine.env,
      'monitor',
      planPass(clusterOf(many(1), policy), () => 'id'),
      [attempt],
    );
  const entries = recentEntries(machine.env, 0);
  assert.deepEqual(
    entries.map(({ event }) => event),
    ['repair-begun', 'repair-ended'],
  );
  for (const entry of entries)
    assert.match(
      'text' in entry ? entry.text : '',
      /; not known whether Ganeti took it: no answer within 5 s$/,
    );
});

onMachine('a step is written down with its job, so that it can be found in the queue', (machine) => {
  const plan = planPass(clusterOf([], POLICY), () => 'id');
  const of = {
    what: 'step',
    on: { object: 'instance', name: 'web1' },
    step: 'failover',
    repair: 'x',
  } as const;
  notePass(machine.env, 'monitor', plan, [{ kind: 'submitted', of, job: 17 }]);
  assert.deepEqual(noted(machine), [
    { event: 'repair-submitted', instance: 'web1', step: 'failover', job: 17, repair: 'x' },
  ]);
});

onMachine('a reinstallation that was taken back is written down, with why', (machine) => {
  const withdrawn = { instance: 'web1', job: 9, done: true, text: 'its node h1 is back' };
  notePass(
    machine.env,
    'monitor',
    planPass(clusterOf([]), () => 'id'),
    [],
    [withdrawn],
  );
  assert.deepEqual(noted(machine), [{ event: 'repair-withdrawn', ...withdrawn }]);
});

const ALIVE = { ...STATES, 'h1.lab.test': 'offline-alive' } as const;

onMachine('what is held is written down once, and again when it is another one', (machine) => {
  const pass = (count: number): void => {
    const plan = planPass(clusterOf(many(count), POLICY, ALIVE), () => 'id');
    notePass(machine.env, 'monitor', plan, []);
  };
  for (let times = 0; times < 3; times += 1) pass(2);
  assert.equal(noted(machine).length, 1);
  pass(3);
  assert.equal(noted(machine).length, 2);
});

onMachine("what waits for somebody else's job is written down as held, with the job", (machine) => {
  const others = job(7, { status: 'unfinished', instances: ['web1000'] });
  const facts = clusterOf(many(1), { ...POLICY, jobs: [others] });
  notePass(
    machine.env,
    'monitor',
    planPass(facts, () => 'id'),
    [],
  );
  const text = 'job 7 of somebody else works on it';
  assert.deepEqual(noted(machine), [
    { event: 'repair-held', hold: 'other-job', instances: ['web1000'], count: 1, text },
  ]);
});

onMachine('what nobody has allowed to be repaired is not held', (machine) => {
  notePass(
    machine.env,
    'monitor',
    planPass(clusterOf(many(2), {}, ALIVE), () => 'id'),
    [],
  );
  assert.deepEqual(noted(machine), []);
});
