import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DecideInput, type Decision, decide, type NodeVerdict } from '../../../src/policy/decide.ts';
import { QUIET_INPUT } from './base-input.ts';

function says(node: string, verdict: NodeVerdict['verdict']): NodeVerdict {
  return { node, verdict, reasons: [{ rule: 'test', text: `${node} is ${verdict}` }] };
}

const BASE: DecideInput = {
  ...QUIET_INPUT,
  verdicts: [says('a', 'alive'), says('b', 'alive'), says('c', 'fenced')],
  nowMs: 1_000_000,
  knownNodes: ['a', 'b', 'c'],
};

/** `offline`, `hold brake`, `nothing alive` … of one node. */
function on(node: string, changes: Partial<DecideInput>): string {
  const decision = decide({ ...BASE, ...changes }).find((each) => each.node === node);
  return decision === undefined ? 'none' : short(decision);
}

function short(decision: Decision): string {
  switch (decision.kind) {
    case 'offline':
      return 'offline';
    case 'hold':
      return `hold ${decision.hold}`;
    case 'nothing':
      return `nothing ${decision.why}`;
  }
}

describe('a node proven dead', () => {
  it('is marked offline, with the evidence as the reason', () => {
    const decision = decide(BASE).find(({ kind }) => kind === 'offline');
    assert.deepEqual(decision, { kind: 'offline', node: 'c', because: 'c is fenced' });
  });

  const cases: readonly [string, Partial<DecideInput>, string][] = [
    ['without quorum', { quorum: false }, 'hold no-quorum'],
    ['that is the master', { master: 'c' }, 'hold master'],
    ['while nobody knows the master', { master: undefined }, 'hold master'],
    ['that is offline already', { offlineInGaneti: ['c'] }, 'nothing already-offline'],
    ['whose job is under way', { pendingJobs: ['c'] }, 'nothing job-pending'],
    ['that Ganeti does not know', { knownNodes: ['a', 'b'] }, 'hold name'],
    ['where nothing may be marked', { limit: { kind: 'count', count: 0 } }, 'hold brake'],
    ['judged twice', { verdicts: [says('c', 'fenced'), says('c', 'alive')] }, 'hold name'],
  ];
  for (const [what, changes, expected] of cases) {
    it(`${what}: ${expected}`, () => {
      assert.equal(on('c', changes), expected);
    });
  }

  it('with an empty name: hold name', () => {
    assert.equal(on('', { verdicts: [says('', 'fenced')], knownNodes: ['', 'a'] }), 'hold name');
  });
});

it('holds a node whose fencing is under way without crying', () => {
  const reasons = [{ rule: 'fencing-under-way', text: 'c is gone' }];
  for (const evidenceWanted of ['fenced', 'lost'] as const) {
    const verdicts = [{ node: 'c', verdict: 'lost', reasons }] as const;
    const [decision] = decide({ ...BASE, evidenceWanted, verdicts });
    assert.equal(decision?.kind === 'hold' && decision.hold, 'fencing');
  }
});

describe('a node that is not proven dead', () => {
  const cases: readonly [NodeVerdict['verdict'], Partial<DecideInput>, string][] = [
    ['alive', {}, 'nothing alive'],
    ['alive', { offlineInGaneti: ['c'] }, 'nothing alive'],
    ['left', {}, 'nothing left'],
    ['unknown', {}, 'hold unknown'],
    ['unknown', { evidenceWanted: 'lost' }, 'hold unknown'],
    ['lost', {}, 'hold evidence'],
    ['lost', { evidenceWanted: 'lost' }, 'offline'],
    ['lost', { evidenceWanted: 'lost', quorum: false }, 'hold no-quorum'],
    ['lost', { offlineInGaneti: ['c'] }, 'nothing already-offline'],
    ['unknown', { offlineInGaneti: ['c'] }, 'nothing already-offline'],
  ];
  for (const [verdict, changes, expected] of cases) {
    it(`${verdict} with ${JSON.stringify(changes)}: ${expected}`, () => {
      assert.equal(on('c', { verdicts: [says('c', verdict)], ...changes }), expected);
    });
  }
});

describe('the brake', () => {
  const five = ['a', 'b', 'c', 'd', 'e'];
  const dead = (...names: readonly string[]): NodeVerdict[] => names.map((name) => says(name, 'fenced'));

  it('lets two of five through and holds the third, the same ones each time', () => {
    for (const verdicts of [dead('e', 'c', 'd'), dead('c', 'd', 'e')]) {
      const decisions = decide({ ...BASE, knownNodes: five, verdicts });
      assert.deepEqual(
        decisions.map((decision) => `${decision.node} ${short(decision)}`),
        ['c offline', 'd offline', 'e hold brake'],
      );
    }
  });

  it('counts those marked before and those whose job is not done', () => {
    const recentOfflinings = [
      { node: 'c', atMs: BASE.nowMs - 60_000 },
      { node: 'd', atMs: BASE.nowMs - 1_000 },
    ];
    const state = { offlineInGaneti: ['c'], pendingJobs: ['d'], recentOfflinings };
    assert.equal(on('e', { knownNodes: five, verdicts: dead('e'), ...state }), 'hold brake');
  });

  it('does not count a node against itself when its job failed', () => {
    const recentOfflinings = [{ node: 'c', atMs: BASE.nowMs - 60_000 }];
    assert.equal(on('c', { recentOfflinings }), 'offline');
  });

  it('does not let a job that is under way take a second place', () => {
    const recentOfflinings = [{ node: 'c', atMs: BASE.nowMs - 1_000 }];
    const decisions = decide({
      ...BASE,
      knownNodes: five,
      verdicts: dead('c', 'd', 'e'),
      pendingJobs: ['c'],
      recentOfflinings,
    });
    assert.deepEqual(decisions.map(short), ['nothing job-pending', 'offline', 'hold brake']);
  });

  it('says how many it lets through and who took the places', () => {
    const held = decide({
      ...BASE,
      knownNodes: five,
      limit: { kind: 'count', count: 1 },
      verdicts: dead('d'),
      offlineInGaneti: ['c'],
      recentOfflinings: [{ node: 'c', atMs: BASE.nowMs - 1 }],
    });
    assert.match(held[0]?.kind === 'hold' ? held[0].text : '', /no more than 1 .* within 10 minutes \(c\)$/);
  });
});
