import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markAnswered } from '../../../src/evidence/answered.ts';
import { evidenceFor } from '../../../src/evidence/fencing-evidence.ts';
import { type KnownEvent, type Observations, parseObservations } from '../../../src/evidence/observations.ts';

const off = (id: string, firstSeenMs: number): KnownEvent => ({
  ...{ id, action: 'off', firstSeenMs, witnessed: true, absentSince: true },
});
const memory = (...events: readonly KnownEvent[]): Observations => ({
  ...{ version: 1, atMs: 90 },
  nodes: { h2: { member: false, baseline: [], events }, h3: { member: false, baseline: [], events } },
});

describe('a node that answers after its fencing', () => {
  it('takes the proof from what was known when it was asked, for as long as that is remembered', () => {
    const marked = markAnswered(memory(off('a', 10)), ['h3'], 80);
    const { kind, ...rest } = evidenceFor(parseObservations(JSON.stringify(marked)), 'h3');
    assert.equal(kind, 'contradicted');
    assert.match(JSON.stringify(rest), /has answered over the network since \(1970-01-01T00:00:00.080Z\)/);
  });

  it('takes nothing from another node', () => {
    assert.equal(evidenceFor(markAnswered(memory(off('a', 10)), ['h3'], 80), 'h2').kind, 'proof');
  });

  it('is fenced all the same where a newer fencing is known, which is the one that is named', () => {
    const marked = markAnswered(memory(off('a', 10), off('b', 85)), ['h3'], 80);
    const evidence = evidenceFor(marked, 'h3');
    assert.equal(evidence.kind, 'proof');
    assert.deepEqual(evidence.kind === 'proof' && evidence.events.map(({ id }) => id), ['b']);
  });

  it('is marked once: the first answer stands', () => {
    const marked = markAnswered(memory(off('a', 10)), ['h3'], 80);
    assert.equal(markAnswered(marked, ['h3'], 99), marked);
  });
});
