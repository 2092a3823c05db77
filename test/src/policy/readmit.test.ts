import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objections, type ReadmitFacts } from '../../../src/policy/readmit.ts';

const SOUND: ReadmitFacts = {
  node: 'b',
  quorum: true,
  verdict: { verdict: 'alive', reasons: [{ rule: 'online', text: 'b is online' }] },
  fencingUnderWay: false,
  offlineInGaneti: true,
  offlining: false,
  queueDrained: false,
  paused: undefined,
  daemons: { kind: 'answered', clockMs: 120, running: ['own', 'unknown'] },
  confd: true,
  primaries: new Map([
    ['own', 'b'],
    ['moved', 'c'],
  ]),
};

function verdict(kind: string, ...rules: readonly string[]): ReadmitFacts['verdict'] {
  return { verdict: kind, reasons: rules.map((rule) => ({ rule, text: rule })) };
}

describe('taking a node back', () => {
  it('has nothing against it where all is well', () => {
    assert.deepEqual(objections(SOUND), []);
  });

  it('is possible in standby, where an administrator may want it', () => {
    assert.deepEqual(objections({ ...SOUND, verdict: verdict('alive', 'online', 'standby') }), []);
  });

  const cases: readonly [string, Partial<ReadmitFacts>, RegExp][] = [
    ['it is gone', { verdict: verdict('left', 'clean-stop') }, /no member/],
    ['it is fenced', { verdict: verdict('fenced', 'fencing-proven') }, /no member/],
    ['nothing is known of it', { verdict: undefined }, /nothing is known/],
    ['it is joining', { verdict: verdict('alive', 'online', 'pending') }, /no member/],
    ['it is about to be fenced', { verdict: verdict('alive', 'online', 'unclean-online') }, /fenced/],
    ['its fencing runs', { fencingUnderWay: true }, /about to be fenced/],
    ['there is no quorum', { quorum: false }, /quorum/],
    ['it is not offline', { offlineInGaneti: false }, /not offline/],
    ['a job marks it offline', { offlining: true }, /about to mark/],
    ['the queue is drained', { queueDrained: true }, /drained/],
    ['a pause stands', { paused: 'paused: by me' }, /^paused: by me$/],
    ['its noded is silent', { daemons: { kind: 'failed', message: 'no answer' } }, /noded .*no answer/],
    ['its ConfD is silent', { confd: false }, /ConfD/],
    ['its clock is late', { daemons: { kind: 'answered', clockMs: -150_001, running: [] } }, /-150 s off/],
    ['its clock is no number', { daemons: { kind: 'answered', clockMs: Number.NaN, running: [] } }, /clock/],
    [
      'an instance of another node runs there',
      { daemons: { kind: 'answered', clockMs: 0, running: ['own', 'moved'] } },
      /^b runs what belongs to other nodes: moved \(its primary is c\)$/,
    ],
  ];
  for (const [what, changes, text] of cases) {
    it(`is refused where ${what}, with a remedy`, () => {
      const [first, ...more] = objections({ ...SOUND, ...changes });
      assert.match(first?.text ?? '', text);
      assert.notEqual(first?.remedy ?? '', '');
      assert.deepEqual(more, []);
    });
  }
});
