import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rule, Verdict, VerdictKind } from '../../../src/evidence/verdict.ts';
import { hasToBeAsked, repairNode } from '../../../src/repair/node-facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import type { NetworkWord } from '../../../src/sweep/answering.ts';

const ONLINE = {
  ...{ name: 'h2.lab.test', group: 'uuid-default', offline: false, drained: false, vmCapable: true },
};
const OFFLINE = { ...ONLINE, offline: true };
const DRAINED = { ...ONLINE, drained: true };

function judged(verdict: VerdictKind, rule: Rule): Verdict {
  return { node: 'h2.lab.test', verdict, reasons: [{ rule, text: `Pacemaker's word: ${rule}` }] };
}

function word(answers: boolean | undefined): NetworkWord {
  return { node: 'h2.lab.test', answers, what: 'the network said something' };
}

function stateOf(node: typeof ONLINE, verdict?: Verdict, answer?: NetworkWord, fencing = false): NodeState {
  return repairNode(node, { verdict, fencing, word: answer }).state;
}

describe('a node without the offline flag', () => {
  it('is what its flags say where it is a member', () => {
    assert.equal(stateOf(ONLINE, judged('alive', 'online')), 'online');
    assert.equal(stateOf(DRAINED, judged('alive', 'online')), 'drained');
  });

  it('is what its flags say where it left in good order', () => {
    assert.equal(stateOf(ONLINE, judged('left', 'clean-stop')), 'online');
  });

  it('is what its flags say where there is no Pacemaker', () => {
    assert.equal(stateOf(ONLINE), 'online');
    assert.equal(stateOf(DRAINED), 'drained');
  });

  for (const rule of [
    'no-cluster-state',
    'not-mapped',
    'ambiguous-name',
    'not-in-pacemaker',
    'not-a-cluster-node',
  ] as const)
    it(`is what its flags say where Pacemaker knows nothing of it: ${rule}`, () => {
      assert.equal(stateOf(ONLINE, judged('unknown', rule)), 'online');
    });

  for (const [verdict, rule] of [
    ['lost', 'gone-unfenced'],
    ['fenced', 'fencing-proven'],
    ['unknown', 'fencing-under-way'],
    ['unknown', 'membership-not-known'],
    ['unknown', 'fence-history-not-known'],
    ['unknown', 'fencing-not-witnessed'],
    ['unknown', 'gone-but-answers'],
    ['unknown', 'maintenance'],
  ] as const)
    it(`is unknown where it is missed and the sweep has not judged: ${verdict}, ${rule}`, () => {
      const node = repairNode(ONLINE, { verdict: judged(verdict, rule), fencing: true, word: undefined });
      assert.deepEqual([node.state, node.because], ['unknown', `Pacemaker's word: ${rule}`]);
      assert.equal(stateOf(DRAINED, judged(verdict, rule)), 'unknown');
    });
});

describe('a node with the offline flag', () => {
  it('is dead where it was fenced, unless it answers: it boots and has its data with it', () => {
    const fenced = judged('fenced', 'fencing-proven');
    for (const silent of [undefined, word(false), word(undefined)])
      assert.equal(stateOf(OFFLINE, fenced, silent), 'offline');
    assert.equal(hasToBeAsked(OFFLINE, fenced), true);
    assert.equal(stateOf(OFFLINE, fenced, word(true)), 'offline-alive');
  });

  it('is alive where it is a member, whatever it answers', () => {
    assert.equal(stateOf(OFFLINE, judged('alive', 'online'), word(false)), 'offline-alive');
    assert.equal(hasToBeAsked(OFFLINE, judged('alive', 'online')), false);
  });

  for (const verdict of [
    undefined,
    judged('left', 'clean-stop'),
    judged('lost', 'gone-unfenced'),
    judged('unknown', 'not-in-pacemaker'),
    judged('unknown', 'fencing-not-witnessed'),
  ])
    it(`is what the network says of it: ${verdict?.reasons[0]?.rule ?? 'no Pacemaker'}`, () => {
      assert.equal(hasToBeAsked(OFFLINE, verdict), true);
      assert.equal(stateOf(OFFLINE, verdict, word(false)), 'offline');
      assert.equal(stateOf(OFFLINE, verdict, word(true)), 'offline-alive');
      assert.equal(stateOf(OFFLINE, verdict, word(undefined)), 'unknown');
      assert.equal(stateOf(OFFLINE, verdict), 'unknown');
    });

  it('is unknown where Pacemaker has still to fence it: whoever marked it may be wrong', () => {
    for (const lost of [
      judged('lost', 'gone-unfenced'),
      judged('lost', 'fencing-under-way'),
      // Somebody may work on it while it is cut off.
      judged('unknown', 'maintenance'),
      judged('unknown', 'gone-without-quorum'),
      judged('unknown', 'fenced-but-unclean'),
      judged('unknown', 'membership-not-known'),
    ]) {
      const { state, because } = repairNode(OFFLINE, { verdict: lost, fencing: true, word: word(false) });
      assert.equal(state, 'unknown');
      assert.match(because, /^Pacemaker's word: .*pcs stonith confirm NODE$/);
      assert.equal(stateOf(OFFLINE, lost, word(true), true), 'offline-alive');
    }
  });

  it('is dead where Pacemaker saw it leave in order, or cannot tell its fencing from an older one', () => {
    for (const gone of [judged('left', 'clean-stop'), judged('unknown', 'fencing-not-witnessed')])
      assert.equal(stateOf(OFFLINE, gone, word(false), true), 'offline');
  });
});
