import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EXIT_REASON_BYTES, exitReasonLine } from '../../../src/ocf/result.ts';
import type { RepairFacts, RepairInstance } from '../../../src/repair/facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import type { NotSubmitted } from '../../../src/repair/pass.ts';
import { planPass } from '../../../src/repair/plan.ts';
import { lostReason, reasonsOf } from '../../../src/repair/told.ts';
import { clusterOf, instance, P, STATES } from './small-cluster.ts';

const POLICY = { clusterTags: [`${P}reinstall`] };
const PENDING = { tags: [`${P}pending:failover:once:1600000000:`] };
const FULL = new Map([
  ['h3.lab.test', { memory: 0, disk: 0 }],
  ['h4.lab.test', { memory: 0, disk: 0 }],
]);

const on = (state: NodeState): Readonly<Record<string, NodeState>> => ({ ...STATES, 'h1.lab.test': state });

function told(
  given: Partial<RepairInstance>,
  rest: Partial<RepairFacts> = POLICY,
  states: Readonly<Record<string, NodeState>> = STATES,
  failures: readonly NotSubmitted[] = [],
): readonly string[] {
  const plan = planPass(clusterOf([instance('web1', given)], rest, states), () => 'id');
  return reasonsOf(plan, failures).map(({ code, text }) => `${code} ${text}`);
}

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['a repair that failed', 'GNH401', told({ tags: [`${P}result:failover:x:1600000000:failure:4`] })],
  ['a node that is marked offline and lives', 'GNH402', told({}, POLICY, on('offline-alive'))],
  ['a node that nobody knows of', 'GNH402', told({}, POLICY, on('unknown'))],
  [
    'the last good copy on a drained node',
    'GNH403',
    told({ template: 'drbd', secondary: 'h2.lab.test' }, POLICY, STATES),
  ],
  ['a repair for which there is no room', 'GNH404', told(PENDING, { room: FULL })],
  ['a tag that means nothing', 'GNH405', told({ tags: [`${P}sometimes`] })],
  [
    'a repair that waits for the end of a pause',
    'GNH407',
    told({}, { ...POLICY, stopped: 'paused: p1 by root' }),
  ],
];

describe('the monitor on the master tells of', () => {
  for (const [what, code, reasons] of CASES)
    it(what, () => {
      assert.deepEqual(
        reasons.map((reason) => reason.slice(0, 6)),
        [code],
      );
      assert.match(reasons[0] ?? '', / web1[ :].*\. See: gnt-ha repair status$/);
    });

  it('what luxid did not take, before all else', () => {
    const failure = {
      what: 'step',
      on: { object: 'instance', name: 'web1' },
      text: 'full',
      known: true,
    } as const;
    const [first, second] = told({ tags: [`${P}sometimes`] }, POLICY, STATES, [failure]);
    assert.match(first ?? '', /^GNH406 web1: nothing was submitted for it \(full\)/);
    assert.match(second ?? '', /^GNH405 /);
  });

  it('what nobody knows to be submitted only where that lasts: the next pass finds out', () => {
    const lost = {
      what: 'tags',
      on: { object: 'instance', name: 'web1' },
      text: 'no answer',
      known: false,
    } as const;
    assert.deepEqual(told({}, POLICY, STATES, [lost]), []);
    assert.match(lostReason([lost])?.text ?? '', /^web1: .*See: gnt-cluster queue info$/);
  });

  it('nothing that is as it should be, and of nothing that nobody wants repaired', () => {
    assert.deepEqual(told({}), []);
    assert.deepEqual(told({ primary: 'h3.lab.test' }), []);
    assert.deepEqual(told({}, {}, on('unknown')), []);
  });

  it('many at once in one reason of each kind, of which Pacemaker shows the remedy', () => {
    const instances = Array.from({ length: 30 }, (_, index) => instance(`web${index}.rack7.example.org`));
    const plan = planPass(clusterOf(instances, POLICY, on('offline-alive')), () => 'id');
    const [only, ...more] = reasonsOf(plan, []);
    assert.deepEqual(more, []);
    assert.match(only?.text ?? '', /\(and 29 more\)\. See: gnt-ha repair status$/);
    const line = exitReasonLine(only ?? assert.fail('none'));
    assert.match(line, /See: gnt-ha repair status$/);
    assert.ok(Buffer.byteLength(line) <= 'ocf-exit-reason:'.length + EXIT_REASON_BYTES, line);
  });
});
