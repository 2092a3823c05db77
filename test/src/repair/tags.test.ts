import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PREFIX, type RepairTag, readTag } from '../../../src/repair/tags.ts';
import { anyTag } from './drawn-tags.ts';

const UUID = '0d8b1d7e-1e2f-4e7c-9d5a-1f6f7d0c2b3a';

function read(rest: string): RepairTag | undefined {
  return readTag(PREFIX + rest);
}

function because(rest: string): string {
  const tag = read(rest);
  assert.ok(tag?.kind === 'unclear' || tag?.kind === 'unreadable-suspend', JSON.stringify(tag));
  assert.equal(tag.tag, PREFIX + rest);
  return tag.because;
}

describe('a tag of autorepair', () => {
  it('is below the prefix that harep uses', () => {
    assert.equal(PREFIX, 'ganeti:watcher:autorepair:');
    for (const other of ['production', 'ganeti:watcher:other', 'ganeti:watcher:autorepair', 'ocf:repair:off'])
      assert.equal(readTag(other), undefined);
  });

  it('names a type of repair as the policy', () => {
    for (const type of ['fix-storage', 'migrate', 'failover', 'reinstall'] as const)
      assert.deepEqual(read(type), { kind: 'policy', type, tag: PREFIX + type });
  });

  it('suspends for ever with and without a colon, and until a second', () => {
    const untilMs = undefined;
    assert.deepEqual(read('suspend'), { kind: 'suspend', untilMs, tag: `${PREFIX}suspend` });
    assert.deepEqual(read('suspend:'), { kind: 'suspend', untilMs, tag: `${PREFIX}suspend:` });
    assert.deepEqual(read('suspend:1700000000'), {
      kind: 'suspend',
      untilMs: 1_700_000_000_000,
      tag: `${PREFIX}suspend:1700000000`,
    });
  });

  for (const until of ['tomorrow', '-5', '1.5', '1700000000000', '1:2', '0x10', '1e9'])
    it(`suspends also with "${until}", which is no time`, () => {
      assert.equal(read(`suspend:${until}`)?.kind, 'unreadable-suspend');
      assert.match(because(`suspend:${until}`), /not a time in seconds/);
    });

  it('tells of a pending repair, with and without jobs', () => {
    const tag = `${PREFIX}pending:migrate:${UUID}:1700000000:`;
    const pending = { type: 'migrate', id: UUID, since: 1_700_000_000, jobs: [], tag } as const;
    assert.deepEqual(readTag(tag), { kind: 'pending', pending });
    const later = `${tag}12+345`;
    assert.deepEqual(readTag(later), {
      kind: 'pending',
      pending: { ...pending, jobs: [12, 345], tag: later },
    });
  });

  it('tells of a result', () => {
    for (const outcome of ['success', 'failure', 'enoperm'] as const) {
      const tag = `${PREFIX}result:reinstall:${UUID}:1700000000:${outcome}:7`;
      const result = { type: 'reinstall', id: UUID, at: 1_700_000_000, outcome, jobs: [7], tag } as const;
      assert.deepEqual(readTag(tag), { kind: 'result', result });
    }
  });

  it('takes any id that harep takes and that leaves room for jobs', () => {
    for (const id of ['x', 'ticket/4711', 'ops@example.org', 'i'.repeat(40)])
      assert.equal(read(`pending:failover:${id}:1:`)?.kind, 'pending');
    assert.match(because(`pending:failover:${'i'.repeat(41)}:1:`), /id has more than 40/);
  });
});

describe('a tag that is none of the grammar', () => {
  for (const word of [
    '',
    'Failover',
    'failover:',
    'failover:now',
    'suspended',
    'fix-storage ',
    'constructor',
  ])
    it(`says nothing clear about policy: "${word}"`, () => {
      assert.equal(read(word)?.kind, 'unclear');
      assert.match(because(word), /neither fix-storage, migrate, failover, reinstall nor suspend/);
    });

  for (const [rest, why] of [
    ['pending', /needs TYPE:ID:SECONDS:JOBS/],
    ['pending:failover:a:1', /needs TYPE:ID:SECONDS:JOBS/],
    ['pending:failover:a:1::', /needs TYPE:ID:SECONDS:JOBS/],
    ['pending:fail-over:a:1:', /type is none of/],
    ['pending:failover::1:', /id is empty/],
    ['pending:failover:Überfahrt:1:', /id has characters other than/],
    ['pending:failover:a:1.5:', /time is not/],
    ['pending:failover:a::', /time is not/],
    ['pending:failover:a:1:12+', /jobs are not/],
    ['pending:failover:a:1:12,13', /jobs are not/],
    ['pending:failover:a:1:+', /jobs are not/],
    ['result:failover:a:1:success', /needs TYPE:ID:SECONDS:RESULT:JOBS/],
    ['result:failover:a:1::', /result is none of/],
    ['result:failover:a:1:Success:', /result is none of/],
    ['result:failover:a:soon:failure:', /time is not/],
  ] as const)
    it(`says nothing clear about a repair: "${rest}"`, () => {
      const tag = read(rest);
      assert.ok(tag?.kind === 'unclear' && tag.about === 'record');
      assert.match(because(rest), why);
    });

  it('is always noticed, and never more than one thing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyTag,
          fc.string().map((text) => PREFIX + text),
        ),
        (tag) => {
          const read = readTag(tag);
          assert.equal(read !== undefined, tag.startsWith(PREFIX));
          const kept =
            read?.kind === 'pending'
              ? read.pending.tag
              : read?.kind === 'result'
                ? read.result.tag
                : read?.tag;
          assert.equal(kept, read && tag);
        },
      ),
      { numRuns: 2_000, seed: 1 },
    );
  });
});
