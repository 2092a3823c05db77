import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { REPAIR_TYPES } from '../../../src/repair/facts.ts';
import { formatPending, formatResult, readStartMark, startMark } from '../../../src/repair/format-tags.ts';
import { ID_AT_MOST, OUTCOMES, readTag } from '../../../src/repair/tags.ts';

const UUID = '0d8b1d7e-1e2f-4e7c-9d5a-1f6f7d0c2b3a';

/** What Ganeti takes for a tag (objects.py, TaggableObject.VALID_TAG_RE). */
const TAG = /^[\w.+*/:@-]+$/;

const record = {
  type: fc.constantFrom(...REPAIR_TYPES),
  id: fc.oneof(fc.uuid(), fc.stringMatching(/^[\w.+*/@-]{1,40}$/)),
  seconds: fc.nat({ max: 99_999_999_999 }),
  jobs: fc.uniqueArray(fc.nat({ max: 999_999_999_999 }), { maxLength: 12 }),
};
const pending = fc.record({ type: record.type, id: record.id, since: record.seconds, jobs: record.jobs });
const result = fc.record({
  type: record.type,
  id: record.id,
  at: record.seconds,
  outcome: fc.constantFrom(...OUTCOMES),
  jobs: record.jobs,
});

describe('a pending tag', () => {
  it('is written as harep writes it', () => {
    const tag = formatPending({ type: 'failover', id: UUID, since: 1_700_000_000, jobs: [] });
    assert.equal(tag, `ganeti:watcher:autorepair:pending:failover:${UUID}:1700000000:`);
    assert.equal(
      formatPending({ type: 'failover', id: UUID, since: 1_700_000_000, jobs: [4, 17] }),
      `${tag}4+17`,
    );
  });

  it('keeps the newest of its jobs where not all fit', () => {
    const jobs = [1_000_001, 1_000_002, 1_000_003, 1_000_004, 1_000_005];
    const tag = formatPending({ type: 'fix-storage', id: UUID, since: 1_700_000_000, jobs });
    assert.ok(tag.endsWith(':1700000000:1000002+1000003+1000004+1000005'), tag);
  });

  it('fills 128 characters and no more', () => {
    const id = 'i'.repeat(38);
    const full = { type: 'fix-storage', id, since: 1_700_000_000, jobs: [9, 1e15, 1e14] } as const;
    assert.equal(formatPending(full).length, 128);
    assert.ok(formatPending(full).endsWith(`:${1e15}+${1e14}`));
  });

  it('comes back as it was, but for the oldest jobs', () => {
    fc.assert(
      fc.property(pending, (drawn) => {
        const tag = formatPending(drawn);
        assert.ok(tag.length <= 128 && TAG.test(tag), tag);
        const read = readTag(tag);
        assert.ok(read?.kind === 'pending');
        const { jobs, ...rest } = read.pending;
        const { jobs: given, ...others } = drawn;
        assert.deepEqual(rest, { ...others, tag });
        assert.deepEqual(jobs, jobs.length === 0 ? [] : given.slice(-jobs.length));
        if (jobs.length < given.length) {
          const next = String(given.at(-jobs.length - 1));
          assert.ok(tag.length + next.length + (jobs.length > 0 ? 1 : 0) > 128, 'one more would have fit');
        }
      }),
      { numRuns: 2_000, seed: 2 },
    );
  });

  it('always has room for the three jobs after which a repair is given up', () => {
    const jobs = [111_111_111, 222_222_222, 333_333_333];
    const id = 'i'.repeat(ID_AT_MOST);
    const longest = { type: 'fix-storage', id, since: 99_999_999_999, jobs: [7, ...jobs] } as const;
    const read = readTag(formatPending(longest));
    assert.deepEqual(read?.kind === 'pending' && read.pending.jobs, jobs);
  });
});

describe('a result tag', () => {
  it('is written as harep writes it', () => {
    const tag = formatResult({
      type: 'migrate',
      id: UUID,
      at: 1_700_000_000,
      outcome: 'enoperm',
      jobs: [4, 17],
    });
    assert.equal(tag, `ganeti:watcher:autorepair:result:migrate:${UUID}:1700000000:enoperm:4+17`);
  });

  it('comes back as it was, but for the oldest jobs; the newest always fits', () => {
    fc.assert(
      fc.property(result, (drawn) => {
        const tag = formatResult(drawn);
        assert.ok(tag.length <= 128 && TAG.test(tag), tag);
        const read = readTag(tag);
        assert.ok(read?.kind === 'result');
        const { jobs, ...rest } = read.result;
        const { jobs: given, ...others } = drawn;
        assert.deepEqual(rest, { ...others, tag });
        assert.equal(jobs.at(-1), given.at(-1));
        assert.deepEqual(jobs, jobs.length === 0 ? [] : given.slice(-jobs.length));
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });
});

describe('the mark of an instance that has to run again', () => {
  it('names the repair and is none of the tags that harep reads', () => {
    assert.equal(startMark(UUID), `ocf:repair:start:${UUID}`);
    assert.equal(readStartMark(startMark(UUID)), UUID);
    assert.equal(readStartMark('ocf:repair:priority:9'), undefined);
    assert.equal(readTag(startMark(UUID)), undefined);
  });
});
