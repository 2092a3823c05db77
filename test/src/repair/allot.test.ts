import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepairJob } from '../../../src/repair/facts.ts';
import { AUTOREPAIR, facts, ID, job, NOW_MS, planOf } from '../cli/repair-facts.ts';

const POLICY = `${AUTOREPAIR}failover`;

/** What becomes of a less important instance where one node has room for one of the two. */
function second(firstTags: readonly string[], jobs: readonly RepairJob[]): string {
  const plan = planOf(
    facts(
      [
        { name: 'web1.lab.test', tags: ['ocf:repair:priority:90', ...firstTags] },
        { name: 'web2.lab.test', tags: [`${AUTOREPAIR}pending:failover:two:5:`] },
      ],
      { jobs, room: new Map([['h1.lab.test', { memory: 200, disk: 9_000 }]]) },
    ),
  );
  const action = plan.instances.find(({ instance }) => instance === 'web2.lab.test')?.action;
  return action?.kind === 'wait' ? action.wait : String(action?.kind);
}

function failed(changes: Partial<RepairJob>): RepairJob {
  return { ...job(7, 'failed'), endedMs: NOW_MS - 10_000, ...changes };
}

describe('room is kept for a more important instance', () => {
  const pending = `${AUTOREPAIR}pending:failover:${ID}:1:7`;

  it('that is to be tried again', () => {
    assert.equal(second([pending], [failed({})]), 'no-room');
  });

  it('for which Ganeti found none a moment ago', () => {
    assert.equal(second([pending], [failed({ noRoom: true })]), 'no-room');
  });

  it('whose job runs, and does not show on the node yet', () => {
    assert.equal(second([pending], [job(7, 'unfinished')]), 'no-room');
  });

  it('that is announced, but somebody else works on it', () => {
    assert.equal(second([POLICY], [job(7, 'unfinished')]), 'no-room');
  });

  it('whose tag is to be mended first', () => {
    const mark = `${AUTOREPAIR}pending:failover:${ID}:1:`;
    assert.equal(second([pending, mark], [{ ...job(7, 'success'), repair: ID }]), 'no-room');
  });
});

describe('room is not kept for a more important instance', () => {
  it('that nobody has allowed to be repaired', () => {
    assert.equal(second([], []), 'repair');
  });

  it('whose repair has failed', () => {
    assert.equal(second([`${AUTOREPAIR}result:failover:${ID}:1:failure:7`], []), 'repair');
  });

  it('whose repair is to end because more would be needed than it may', () => {
    assert.equal(second([`${AUTOREPAIR}pending:migrate:${ID}:1:`], []), 'repair');
  });
});
