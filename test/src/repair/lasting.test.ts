import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withLasting } from '../../../src/repair/lasting.ts';
import { NO_COUNTS, type RepairState } from '../../../src/repair/state.ts';

const NOW = 1_700_000_000_000;
const FAILED = { code: 'GNH401', text: 'web failed' } as const;
const SILENT = { code: 'GNH400', text: 'luxid does not answer' } as const;
const LOST = { code: 'GNH406', text: 'luxid does not answer in time' } as const;

const STATE: RepairState = {
  ...{ atMs: NOW - 20_000, nextMs: NOW, open: false, offline: [] },
  counts: { ...NO_COUNTS, failed: 1 },
  reasons: [FAILED],
};

describe('a luxid that does not answer', () => {
  it('leaves what was known as it was, and is looked at again', () => {
    const { unseenSinceMs, ...rest } = withLasting(STATE, { refused: SILENT }, NOW);
    assert.deepEqual(rest, { open: true, counts: STATE.counts, reasons: [FAILED] });
    assert.equal(unseenSinceMs, NOW);
  });

  it('is told of when that has lasted a minute, once', () => {
    const known = { ...STATE, unseenSinceMs: NOW - 60_000, reasons: [SILENT, FAILED] };
    assert.deepEqual(withLasting(known, { refused: SILENT }, NOW).reasons, [SILENT, FAILED]);
  });

  it('is forgotten with the next pass', () => {
    const passes = { open: false, short: false, counts: NO_COUNTS, reasons: [], lost: undefined };
    const { unseenSinceMs, reasons } = withLasting({ ...STATE, unseenSinceMs: NOW - 60_000 }, passes, NOW);
    assert.deepEqual([unseenSinceMs, reasons], [undefined, []]);
  });

  it('is not forgotten because somebody else makes a pass', () => {
    const known = { ...STATE, unseenSinceMs: NOW - 30_000 };
    assert.equal(withLasting(known, { refused: undefined }, NOW).unseenSinceMs, NOW - 30_000);
  });
});

describe('submissions that luxid does not answer in time', () => {
  const passes = { open: true, short: false, counts: NO_COUNTS, reasons: [FAILED], lost: LOST };

  it('are for the next pass to find, and told of when that goes on', () => {
    assert.deepEqual(withLasting(STATE, passes, NOW).reasons, [FAILED]);
    const lasting = withLasting({ ...STATE, unseenSinceMs: NOW - 60_000 }, passes, NOW);
    assert.deepEqual(lasting.reasons, [LOST, FAILED]);
  });
});
