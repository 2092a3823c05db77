import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeenVerdict } from '../../../src/policy/leaving.ts';
import {
  decideReturn,
  READMIT_AGAIN_AFTER_MS,
  type ReturnHold,
  type ReturnInput,
} from '../../../src/policy/returning.ts';

const NOW = 1_800_000_000_000;
const DELAY = 600_000;

function seen(...rules: readonly string[]): SeenVerdict {
  return { node: 'b', verdict: 'alive', reasons: rules.map((rule) => ({ rule, text: `b: ${rule}` })) };
}

const GANETI = { node: 'b', serial: 9, markedSerial: 9, readmittedMs: undefined };
const BASE: ReturnInput = {
  verdict: seen('online'),
  onReturn: 'readmit',
  delayMs: DELAY,
  ganeti: GANETI,
  quorum: true,
  maintenanceMode: false,
  paused: undefined,
  steadiness: { atMs: NOW, ring: 8, nodes: { b: { condition: 'sound', sinceMs: NOW - DELAY } } },
  nowMs: NOW,
};

describe('a node that is back and offline in Ganeti', () => {
  it('is taken back after its delay, where that is wanted', () => {
    assert.deepEqual(decideReturn(BASE), {
      kind: 'readmit',
      because: 'it has been sound since 2027-01-15T07:50:00.000Z',
    });
  });

  it('is waited for until then', () => {
    const nodes = { b: { condition: 'sound' as const, sinceMs: NOW - DELAY + 1 } };
    assert.deepEqual(decideReturn({ ...BASE, steadiness: { atMs: NOW, ring: 8, nodes } }), {
      kind: 'wait',
      untilMs: NOW + 1,
    });
  });

  it('begins to be waited for at the first look', () => {
    assert.deepEqual(decideReturn({ ...BASE, steadiness: undefined }), {
      kind: 'wait',
      untilMs: NOW + DELAY,
    });
  });

  const holds: readonly [string, ReturnHold, Partial<ReturnInput>, RegExp][] = [
    ['by default', 'on-return', { onReturn: 'hold' }, /^$/],
    ['without quorum', 'no-quorum', { quorum: false }, /quorum/],
    ['in maintenance mode', 'maintenance-mode', { maintenanceMode: true }, /maintenance/],
    ['while a pause stands', 'pause', { paused: 'paused: by me' }, /paused: by me/],
    ['where Ganeti is silent', 'ganeti-not-known', { ganeti: undefined }, /could not be asked/],
    [
      'where Ganeti speaks of another',
      'ganeti-not-known',
      { ganeti: { ...GANETI, node: 'c' } },
      /could not be asked/,
    ],
    [
      'that a person marked offline',
      'not-ours',
      { ganeti: { ...GANETI, markedSerial: undefined } },
      /not known that these agents/,
    ],
    [
      'that a person has changed since',
      'changed-since',
      { ganeti: { ...GANETI, serial: 10 } },
      /changed in Ganeti/,
    ],
    [
      'that was taken back a day ago and less',
      'readmitted-before',
      { ganeti: { ...GANETI, readmittedMs: NOW - READMIT_AGAIN_AFTER_MS + 1 } },
      /taken back before/,
    ],
    [
      'that was taken back tomorrow',
      'readmitted-before',
      { ganeti: { ...GANETI, readmittedMs: NOW + 1 } },
      /taken back before/,
    ],
    ['in standby', 'not-sound', { verdict: seen('online', 'standby') }, /standby/],
    ['that is to be fenced', 'not-sound', { verdict: seen('online', 'unclean-online') }, /unclean/],
  ];
  for (const [what, rule, changes, why] of holds) {
    it(`stays so ${what}, by the rule ${rule}`, () => {
      const decision = decideReturn({ ...BASE, ...changes });
      assert.ok(decision.kind === 'hold', decision.kind);
      assert.equal(decision.hold, rule);
      assert.match(decision.why, why);
    });
  }

  it('is taken back again after more than a day', () => {
    const readmittedMs = NOW - READMIT_AGAIN_AFTER_MS;
    assert.equal(decideReturn({ ...BASE, ganeti: { ...GANETI, readmittedMs } }).kind, 'readmit');
  });
});
