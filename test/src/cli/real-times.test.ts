import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { realTimes } from '../../../src/cli/real-times.ts';

const NOW_MS = Date.UTC(2030, 4, 6, 23, 59, 30, 250);
const STORY_MS = Date.UTC(2026, 0, 1, 0, 3, 0, 0);
const PAUSE = { id: '1a2b3c', who: 'root@h2', why: 'café', untilMs: NOW_MS + 45_900 };

describe('times of a story', () => {
  const real = realTimes(STORY_MS - NOW_MS, [PAUSE, { ...PAUSE, id: 'x', untilMs: undefined }]);

  it('become those that they stand for, moments and times of day, also over midnight', () => {
    assert.equal(
      real(
        'fenced (off, known since 2026-01-01T00:03:17.000Z), since 2026-01-01T00:02:00Z; not before 00:03:35 UTC',
      ),
      'fenced (off, known since 2030-05-06T23:59:47.250Z), since 2030-05-06T23:58:30Z; not before 00:00:05 UTC',
    );
  });

  it('become the end of a pause to the minute', () => {
    assert.equal(
      real('but paused: 1a2b3c by root@h2 until 2026-01-01 00:03 UTC: café; x by root@h2: café'),
      'but paused: 1a2b3c by root@h2 until 2030-05-07 00:00 UTC: café; x by root@h2: café',
    );
  });

  it('leave names and numbers alone', () => {
    assert.equal(real('h1.lab.test is held: 2 of 3 by 12:00'), 'h1.lab.test is held: 2 of 3 by 12:00');
  });
});
