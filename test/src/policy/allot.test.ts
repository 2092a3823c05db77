import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isBrakeFull } from '../../../src/policy/allot.ts';
import { type DecideInput, decide, type NodeVerdict } from '../../../src/policy/decide.ts';
import type { Orders } from '../../../src/policy/orders.ts';
import type { Pause } from '../../../src/policy/pause.ts';
import { coolsUntil, nextStorm } from '../../../src/policy/storm.ts';
import { QUIET_INPUT } from './base-input.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const FIVE = ['a', 'b', 'c', 'd', 'e'];
const ONE = { kind: 'count', count: 1 } as const;

function dead(...nodes: readonly string[]): readonly NodeVerdict[] {
  return nodes.map((node) => ({
    node,
    verdict: 'fenced',
    reasons: [{ rule: 'test', text: `${node} is fenced` }],
  }));
}

const BASE: DecideInput = {
  ...QUIET_INPUT,
  verdicts: dead('c'),
  nowMs: NOW,
  knownNodes: FIVE,
};

/** `c offline, d hold brake` */
function decisions(changes: Partial<DecideInput>): string {
  return decide({ ...BASE, ...changes })
    .map((one) => `${one.node} ${one.kind}${one.kind === 'hold' ? ` ${one.hold}` : ''}`)
    .join(', ');
}

function textOf(node: string, changes: Partial<DecideInput>): string {
  const found = decide({ ...BASE, ...changes }).find((one) => one.node === node);
  return found?.kind === 'offline' ? found.because : (found?.text ?? '');
}

function paused(...pauses: readonly Partial<Pause>[]): Orders {
  const whole = { id: '1a2b3c', who: 'root@a', why: 'switch upgrade', untilMs: NOW + 1 };
  return { kind: 'known', pauses: pauses.map((each) => ({ ...whole, ...each })), releases: [] };
}

function released(untilMs: number, ...nodes: readonly string[]): Orders {
  return { kind: 'known', pauses: [], releases: nodes.map((node) => ({ node, who: 'root@a', untilMs })) };
}

describe('a pause', () => {
  it('holds every node that would be marked offline, and says who, why and until when', () => {
    assert.equal(decisions({ verdicts: dead('c', 'd'), orders: paused({}) }), 'c hold pause, d hold pause');
    assert.match(
      textOf('c', { orders: paused({}) }),
      /^c is fenced; but paused: 1a2b3c by root@a until 2026-01-01 12:00 UTC: switch upgrade$/,
    );
  });

  it('is over at its moment', () => {
    assert.equal(decisions({ orders: paused({ untilMs: NOW }) }), 'c offline');
  });

  it('holds as long as one of several stands, also one without an end', () => {
    assert.equal(decisions({ orders: paused({ untilMs: NOW - 1 }, { untilMs: NOW + 1 }) }), 'c hold pause');
    assert.equal(decisions({ orders: paused({ untilMs: undefined }) }), 'c hold pause');
  });

  it('that cannot be told from none holds too', () => {
    assert.equal(decisions({ orders: { kind: 'unknown', message: 'no answer' } }), 'c hold orders');
  });

  it('is stronger than a release', () => {
    const orders: Orders = {
      kind: 'known',
      pauses: [{ id: 'x', who: 'w', why: '', untilMs: undefined }],
      releases: [{ node: 'c', who: 'w', untilMs: NOW + 1 }],
    };
    assert.equal(decisions({ orders }), 'c hold pause');
  });

  it('says nothing of nodes that have nothing to wait for', () => {
    const orders = paused({});
    assert.equal(decisions({ offlineInGaneti: ['c'], orders }), 'c nothing');
    assert.equal(decisions({ quorum: false, orders }), 'c hold no-quorum');
  });
});

describe('a release', () => {
  const storm = { verdicts: dead('c', 'd', 'e'), limit: ONE };

  it('lets a held node through beyond the brake, and only this one', () => {
    assert.equal(decisions(storm), 'c offline, d hold brake, e hold brake');
    assert.equal(
      decisions({ ...storm, orders: released(NOW + 1, 'e') }),
      'c hold brake, d hold brake, e offline',
      'it takes the place',
    );
    assert.match(textOf('e', { ...storm, orders: released(NOW + 1, 'e') }), /released by an administrator$/);
  });

  it('lets through where nothing may be marked, in a cooldown, and a candidate beside another', () => {
    const orders = released(NOW + 1, 'c');
    assert.equal(decisions({ limit: { kind: 'count', count: 0 }, orders }), 'c offline');
    assert.equal(decisions({ storm: { kind: 'on' }, orders }), 'c offline');
    assert.equal(decisions({ candidates: ['a', 'b', 'c'], beingMarked: ['b'], orders }), 'c offline');
  });

  it('is over at its moment', () => {
    assert.equal(
      decisions({ limit: { kind: 'count', count: 0 }, orders: released(NOW, 'c') }),
      'c hold brake',
    );
  });

  it('is no evidence, no quorum, and no licence for the master', () => {
    const orders = released(NOW + 1, 'c');
    const lost: readonly NodeVerdict[] = [{ node: 'c', verdict: 'lost', reasons: [] }];
    assert.equal(decisions({ verdicts: lost, orders }), 'c hold evidence');
    assert.equal(decisions({ quorum: false, orders }), 'c hold no-quorum');
    assert.equal(decisions({ master: 'c', orders }), 'c hold master');
  });
});

describe('the cooldown after a storm', () => {
  it('holds who dies in it although there is a place, and says until when', () => {
    const storm = { kind: 'over', atMs: NOW - 599_999 } as const;
    assert.equal(decisions({ storm }), 'c hold cooldown');
    assert.match(textOf('c', { storm }), /before 12:00:00 UTC$/);
    assert.equal(decisions({ storm: { kind: 'over', atMs: NOW - 600_000 } }), 'c offline');
  });

  it('has not begun while the storm goes on: a place that gets free is not used', () => {
    const storm = { kind: 'on' } as const;
    const state = { storm, limit: ONE, verdicts: dead('d', 'e') };
    assert.equal(decisions(state), 'd hold cooldown, e hold brake');
    assert.match(textOf('d', state), /until all that are held have a place, and 600 s more$/);
  });

  it('does not hold who has a place already and whose job failed', () => {
    assert.equal(
      decisions({ storm: { kind: 'on' }, limit: ONE, verdicts: dead('c', 'd'), retries: ['d'] }),
      'c hold brake, d offline',
    );
  });

  it('of 0 seconds is none', () => {
    assert.equal(decisions({ storm: { kind: 'on' }, cooldownMs: 0 }), 'c offline');
  });

  it('is not prolonged by a clock that was set back a day', () => {
    assert.equal(coolsUntil({ kind: 'over', atMs: NOW + 86_400_000 }, 600_000, NOW), undefined);
    assert.equal(coolsUntil({ kind: 'over', atMs: NOW + 60_000 }, 600_000, NOW), NOW + 660_000);
  });
});

describe('a storm', () => {
  const state = { ...BASE, limit: ONE, verdicts: dead('c', 'd') };
  const after = (changes: Partial<DecideInput>): string => {
    const input = { ...state, ...changes };
    return nextStorm(input.storm, decide(input), isBrakeFull(input), NOW).kind;
  };
  const taken = { offlineInGaneti: ['c'], recentOfflinings: [{ node: 'c', atMs: NOW - 1 }] };

  it('begins when the places are taken and somebody has none', () => {
    assert.equal(after({}), 'none', 'the first has not been marked yet: luxid may not answer');
    assert.equal(after(taken), 'on');
  });

  it('does not begin where the administrator allows no place at all', () => {
    assert.equal(after({ limit: { kind: 'count', count: 0 } }), 'none');
  });

  it('goes on while the brake holds anybody, and is over when it holds nobody', () => {
    const storm = { kind: 'on' } as const;
    assert.equal(after({ storm }), 'on');
    assert.equal(after({ storm, verdicts: dead('d') }), 'over');
    assert.equal(after({ storm, verdicts: [] }), 'over');
  });

  it('is not over because of a pause or a lost quorum', () => {
    const storm = { kind: 'on' } as const;
    assert.equal(after({ storm, orders: paused({}) }), 'on');
    assert.equal(after({ storm, quorum: false }), 'on');
  });

  it('that is over stays so since the same moment', () => {
    const over = { kind: 'over', atMs: NOW - 5 } as const;
    assert.deepEqual(nextStorm(over, [], false, NOW), over);
  });
});

describe('of master candidates', () => {
  const candidates = ['a', 'b', 'c', 'd'];
  const wide = { limit: { kind: 'count', count: 4 }, candidates } as const;

  it('as many go at once as leave a majority', () => {
    assert.equal(decisions({ ...wide, candidates: FIVE, verdicts: dead('c', 'd') }), 'c offline, d offline');
    assert.equal(decisions({ ...wide, verdicts: dead('c', 'd') }), 'c offline, d hold candidates');
  });

  it('the second goes when the job of the first has ended, whether it succeeded or not', () => {
    const verdicts = dead('c', 'd');
    const running = { pendingJobs: ['c'], beingMarked: ['c'] };
    assert.equal(decisions({ ...wide, verdicts, ...running }), 'c nothing, d hold candidates');
    assert.match(textOf('d', { ...wide, verdicts, ...running }), /its turn is when their jobs have ended$/);
    assert.equal(decisions({ ...wide, verdicts, pendingJobs: ['c'] }), 'c nothing, d offline');
    const done = { offlineInGaneti: ['c'], candidates: ['a', 'b', 'd'] };
    assert.equal(decisions({ ...wide, verdicts, ...done }), 'c nothing, d offline');
  });

  it('the only other one of two goes: what is dead is dead', () => {
    assert.equal(decisions({ candidates: ['a', 'c'] }), 'c offline');
    assert.equal(decisions({ candidates: ['c'], master: 'a' }), 'c offline');
  });

  it('none waits for nodes that are no candidates, nor they for it', () => {
    const verdicts = dead('c', 'e');
    assert.equal(decisions({ ...wide, verdicts, candidates: ['a', 'c'] }), 'c offline, e offline');
  });
});
