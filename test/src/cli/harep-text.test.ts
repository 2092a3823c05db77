import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { harepTable, notRepairedText } from '../../../src/cli/harep-text.ts';
import { AUTOREPAIR, facts, ID, job, NOW_MS, planOf } from './repair-facts.ts';

const SINCE = NOW_MS / 1_000 - 600;
const HEALTHY = { primary: 'h1.lab.test', secondary: 'h2.lab.test' };
const FAILOVER = { clusterTags: [`${AUTOREPAIR}failover`] };

/** The table's lines below its title. */
function counted(...given: Parameters<typeof facts>): readonly string[] {
  const [, title, , ...rows] = harepTable(planOf(facts(...given))).split('\n');
  assert.equal(title, 'Instance status count');
  return rows.slice(0, -1);
}

function record(words: string): string {
  return `${AUTOREPAIR}${words.replace('ID', `${ID}:${SINCE}`)}`;
}

describe("harep's table", () => {
  it('has its rules and counts the healthy', () => {
    assert.equal(
      harepTable(planOf(facts([HEALTHY, { ...HEALTHY, name: 'b.lab.test' }]))),
      '---------------------\nInstance status count\n---------------------\nHealthy: 2\n',
    );
  });

  it('has no line for a state in which there is none, so that of no instance nothing is left', () => {
    assert.deepEqual(counted([]), []);
  });

  it('counts what is announced in this plan as pending, as harep counts what it has submitted', () => {
    assert.deepEqual(counted([{}], FAILOVER), ['Pending repair: 1']);
  });

  it('counts what is not allowed, held or suspended as needing repair', () => {
    const silent = {
      nodes: new Map(
        [...facts([]).nodes].map(([name, node]) => [name, { ...node, state: 'unknown' as const }]),
      ),
    };
    assert.deepEqual(counted([{}]), ['Needs repair: 1']);
    assert.deepEqual(counted([{ tags: [`${AUTOREPAIR}fix-storage`] }]), ['Needs repair: 1']);
    assert.deepEqual(counted([{}], { ...FAILOVER, ...silent }), ['Needs repair: 1']);
    assert.deepEqual(counted([{ tags: [`${AUTOREPAIR}suspend`] }], FAILOVER), ['Needs repair: 1']);
  });

  it('counts a repair that has just come to its end by its result', () => {
    const pending = record('pending:failover:ID:17');
    const done = { ...HEALTHY, tags: [pending] };
    assert.deepEqual(counted([done], { jobs: [job(17, 'success')] }), ['Healthy: 1']);
    assert.deepEqual(counted([{ tags: [pending] }], { jobs: [job(17, 'canceled')] }), ['Failure: 1']);
    assert.deepEqual(counted([{ tags: [pending] }], { jobs: [job(17, 'unfinished')] }), [
      'Pending repair: 1',
    ]);
  });

  it('is in the order of the alphabet, as harep prints it', () => {
    const instances = [
      { name: 'a.lab.test' },
      { name: 'b.lab.test', tags: [record('result:failover:ID:failure:17')] },
      { name: 'c.lab.test', tags: [`${AUTOREPAIR}fix-storage`] },
      { ...HEALTHY, name: 'd.lab.test' },
    ];
    assert.deepEqual(counted(instances, FAILOVER), [
      'Failure: 1',
      'Healthy: 1',
      'Needs repair: 1',
      'Pending repair: 1',
    ]);
  });
});

describe('what harep says of an instance that it does not repair', () => {
  it('is its name and why', () => {
    const text = notRepairedText(planOf(facts([{}])));
    assert.match(text, /^Not repairing web1\.lab\.test: its primary node h3\.lab\.test is offline/);
  });

  it('is nothing for one that is healthy or about to be repaired', () => {
    assert.equal(notRepairedText(planOf(facts([{}, { ...HEALTHY, name: 'b' }], FAILOVER))), '');
  });
});
