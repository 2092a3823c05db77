import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Records, recordsOf } from '../../../src/repair/records.ts';
import { readTag } from '../../../src/repair/tags.ts';
import { agreeingPendingTag, anyTag, resultTag, startTag } from './drawn-tags.ts';

const P = 'ganeti:watcher:autorepair:';

describe("an instance's repairs", () => {
  it('are none where no tag tells of any', () => {
    const records = recordsOf(['production', `${P}failover`, `${P}suspend`]);
    assert.equal(records.any, false);
    assert.equal(records.active, undefined);
  });

  it('come in the order in which they were wanted', () => {
    const { active, later } = recordsOf([
      `${P}pending:failover:young:30:`,
      `${P}pending:migrate:old:10:5`,
      `${P}pending:reinstall:middle:20:`,
    ]);
    assert.equal(active?.tag, `${P}pending:migrate:old:10:5`);
    assert.deepEqual(
      later.map(({ id }) => id),
      ['middle', 'young'],
    );
  });

  it('come in the order of their ids where they were wanted in the same second', () => {
    const tags = ['b', 'a', 'c'].map((id) => `${P}pending:failover:${id}:10:`);
    const { active, later } = recordsOf(tags);
    assert.deepEqual([active?.id, ...later.map(({ id }) => id)], ['a', 'b', 'c']);
  });

  it('stop at a failure, the newest one', () => {
    const { failure, finished } = recordsOf([
      `${P}result:failover:a:10:failure:1`,
      `${P}result:failover:b:20:failure:2`,
      `${P}result:failover:c:30:success:3`,
    ]);
    assert.equal(failure?.id, 'b');
    assert.deepEqual(finished, [`${P}result:failover:c:30:success:3`]);
  });

  it('leave results that go with the next change, but never a failure', () => {
    const [success, enoperm] = [`${P}result:migrate:a:10:success:`, `${P}result:failover:b:20:enoperm:`];
    const records = recordsOf([success, enoperm]);
    assert.deepEqual(records.finished.toSorted(), [enoperm, success].sort());
    assert.deepEqual(
      records.enoperm.map(({ id }) => id),
      ['b'],
    );
    assert.equal(records.tidy, undefined);
  });
});

describe('two copies of one pending tag', () => {
  const [old, young] = [`${P}pending:failover:a:10:5`, `${P}pending:failover:a:10:5+6`];

  it('are one repair; the one that knows all jobs stays', () => {
    const { active, later, tidy } = recordsOf([old, young]);
    assert.equal(active?.tag, young);
    assert.deepEqual(later, []);
    assert.deepEqual(tidy, { set: [], remove: [old] });
  });

  it('are written anew where each knows of a job that the other does not', () => {
    const third = `${P}pending:failover:a:12:7`;
    const { active, tidy } = recordsOf([old, third]);
    const whole = `${P}pending:failover:a:10:5+7`;
    assert.deepEqual(active, { type: 'failover', id: 'a', since: 10, jobs: [5, 7], tag: whole });
    assert.deepEqual(tidy, { set: [whole], remove: [old, third] });
  });

  it('were wanted when the first of them says, also where the other one knows as many jobs', () => {
    const late = `${P}pending:failover:a:12:5+6`;
    const early = `${P}pending:failover:a:10:5+6`;
    const { active, tidy } = recordsOf([late, old]);
    assert.equal(active?.tag, early);
    assert.deepEqual(tidy, { set: [early], remove: [old, late] });
  });

  it('are not clear where they permit different things', () => {
    const other = `${P}pending:reinstall:a:10:`;
    const { unclear, tidy } = recordsOf([old, other]);
    assert.deepEqual(unclear, [{ tag: other, because: `${old} has the same id and another type` }]);
    assert.equal(tidy, undefined);
  });
});

describe('what is left over', () => {
  it('goes: a pending tag whose result stands, whatever its type', () => {
    const pending = `${P}pending:failover:a:10:5`;
    const { active, tidy, unclear } = recordsOf([
      pending,
      `${P}pending:migrate:a:10:`,
      `${P}result:failover:a:20:success:5`,
    ]);
    assert.equal(active, undefined);
    assert.deepEqual(unclear, []);
    assert.deepEqual(tidy, { set: [], remove: [pending, `${P}pending:migrate:a:10:`] });
  });

  it('goes: the mark of a repair that is not pending', () => {
    const tags = [`${P}pending:reinstall:a:10:5`, 'ocf:repair:start:a', 'ocf:repair:start:b'];
    const { starts, tidy } = recordsOf(tags);
    assert.deepEqual([...starts], ['a', 'b']);
    assert.deepEqual(tidy, { set: [], remove: ['ocf:repair:start:b'] });
  });

  it('stays while one tag cannot be read: it might belong to it', () => {
    const { tidy, unclear } = recordsOf([`${P}pending:reinstall:a:ten:5`, 'ocf:repair:start:a']);
    assert.equal(unclear.length, 1);
    assert.equal(tidy, undefined);
  });
});

const anyTags = fc.uniqueArray(anyTag, { maxLength: 8 });
const consistent = fc.uniqueArray(fc.oneof(agreeingPendingTag, resultTag, startTag), { maxLength: 10 });
const RUNS = { numRuns: 3_000, seed: 6 };

function pendings({ active, later }: Records): readonly object[] {
  return active === undefined ? [] : [active, ...later];
}

describe('records, of any tags', () => {
  it('do not depend on the order of tags, which Ganeti does not keep', () => {
    fc.assert(
      fc.property(anyTags, (tags) => assert.deepEqual(recordsOf(tags.toReversed()), recordsOf(tags))),
      RUNS,
    );
  });

  it('are in order after one tidying, which loses no repair, no job and no mark that counts', () => {
    let tidied = 0;
    fc.assert(
      fc.property(consistent, (tags) => {
        const before = recordsOf(tags);
        if (before.tidy === undefined) return;
        tidied += 1;
        const { set, remove } = before.tidy;
        assert.ok(remove.every((tag) => tags.includes(tag)));
        assert.ok(set.every((tag) => !tags.includes(tag)));
        const after = recordsOf([...tags.filter((tag) => !remove.includes(tag)), ...set]);
        assert.equal(after.tidy, undefined);
        assert.deepEqual(pendings(after), pendings(before));
        assert.deepEqual(after.finished, before.finished);
        assert.deepEqual(after.failure, before.failure);
        const ids = [before.active, ...before.later].flatMap((pending) => pending?.id ?? []);
        assert.deepEqual(after.starts, new Set([...before.starts].filter((id) => ids.includes(id))));
      }),
      RUNS,
    );
    assert.ok(tidied > 1_000, `${tidied}`);
  });

  it('have each repair once, and none that has a result', () => {
    fc.assert(
      fc.property(anyTags, (tags) => {
        const records = recordsOf(tags);
        const ids = [records.active, ...records.later].flatMap((pending) => pending?.id ?? []);
        assert.equal(new Set(ids).size, ids.length);
        const ended = tags.flatMap((tag) => {
          const read = readTag(tag);
          return read?.kind === 'result' ? [read.result.id] : [];
        });
        assert.deepEqual(
          ids.filter((id) => ended.includes(id)),
          [],
        );
      }),
      RUNS,
    );
  });
});
