import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepairFacts, RepairInstance } from '../../../src/repair/facts.ts';
import type { InstancePlan } from '../../../src/repair/plan-types.ts';
import { AUTOREPAIR, facts, ID, job, NOW_MS, planOf } from '../cli/repair-facts.ts';

const NOW_S = NOW_MS / 1_000;

/** web1 needs a failover: its primary is dead. */
function decided(instance: Partial<RepairInstance>, more: Partial<RepairFacts> = {}): InstancePlan {
  const [line] = planOf(facts([instance], more)).instances;
  assert.ok(line !== undefined);
  return line;
}

function group(...tags: readonly string[]): Partial<RepairFacts> {
  return { groups: new Map([['uuid-default', { uuid: 'uuid-default', name: 'default', tags }]]) };
}

describe('a pending repair that would need more than it may', () => {
  const pending = `${AUTOREPAIR}pending:migrate:${ID}:1:`;
  const result = `${AUTOREPAIR}result:migrate:${ID}:${NOW_S}:enoperm:`;

  it('ends, and the next one is pending', () => {
    const { state, action, ended } = decided({ tags: [pending, `${AUTOREPAIR}pending:failover:b:2:`] });
    assert.deepEqual(
      [state, ended, action],
      ['pending', 'enoperm', { kind: 'tag', set: [result], remove: [pending] }],
    );
  });

  it('ends, and policy may allow another one', () => {
    const line = decided({ tags: [pending] }, { clusterTags: [`${AUTOREPAIR}failover`] });
    assert.deepEqual([line.state, line.ended], ['needs-repair-allowed', 'enoperm']);
  });

  it('ends, and nothing else is allowed', () => {
    const line = decided({ tags: [pending] }, { clusterTags: [`${AUTOREPAIR}migrate`] });
    assert.deepEqual([line.state, line.ended], ['needs-repair-disallowed', 'enoperm']);
  });
});

describe('a refusal', () => {
  const policy = { clusterTags: [`${AUTOREPAIR}fix-storage`] };

  it('takes the place of results that nobody has to look into', () => {
    const old = [`${AUTOREPAIR}result:fix-storage:a:1:success:7`, `${AUTOREPAIR}result:migrate:b:2:enoperm:`];
    const { action } = decided({ tags: old }, policy);
    assert.equal(action.kind, 'tag');
    assert.deepEqual(action.kind === 'tag' && [...action.remove].sort(), old);
  });

  it('is written once', () => {
    const { action } = decided({ tags: [`${AUTOREPAIR}result:failover:a:1:enoperm:`] }, policy);
    assert.deepEqual(action, { kind: 'none' });
  });
});

describe('an instance of which only the first step is allowed', () => {
  const two = { primary: 'h1.lab.test', secondary: 'h3.lab.test' };
  const leaving = (instance: Partial<RepairInstance>, more: Partial<RepairFacts> = {}) => {
    const given = facts([{ ...two, ...instance }], { clusterTags: [`${AUTOREPAIR}fix-storage`], ...more });
    const nodes = [...given.nodes.values()].map((node) =>
      node.name === 'h1.lab.test' ? { ...node, state: 'drained' as const } : node,
    );
    const [line] = planOf({ ...given, nodes: new Map(nodes.map((node) => [node.name, node])) }).instances;
    assert.ok(line !== undefined);
    return line;
  };
  const pending = `${AUTOREPAIR}pending:fix-storage:${ID}:${NOW_S}:`;

  it('gets a repair of the type that is allowed', () => {
    const { state, action } = leaving({});
    assert.deepEqual([state, action], ['needs-repair-allowed', { kind: 'tag', set: [pending], remove: [] }]);
  });

  it('gets a second copy of its data', () => {
    const { action } = leaving({ tags: [pending] });
    assert.equal(action.kind === 'repair' && action.step, 'replace-secondary');
  });

  it('is left there with a result that says so', () => {
    const done = { ...job(7, 'success'), endedMs: NOW_MS - 1_000 };
    const { ended } = leaving({ secondary: 'h2.lab.test', tags: [`${pending}7`] }, { jobs: [done] });
    assert.equal(ended, 'enoperm');
  });
});

describe('an instance to which nothing is done', () => {
  it('names all failures that stand, in one command', () => {
    const tags = ['a', 'b'].map((id) => `${AUTOREPAIR}result:failover:${id}:1:failure:7`);
    assert.match(
      decided({ tags }).because,
      new RegExp(`: gnt-instance remove-tags web1.lab.test ${tags.join(' ')}$`),
    );
  });

  it('says on which object a suspension stands', () => {
    const tag = `${AUTOREPAIR}suspend`;
    assert.match(decided({ tags: [tag] }).because, /suspend on web1\.lab\.test, until that tag is removed$/);
    assert.match(decided({}, group(tag)).because, /suspend on group default, until/);
    assert.match(decided({}, { clusterTags: [tag] }).because, /suspend on the cluster, until/);
  });

  it('says on which object a tag stands that nobody understands', () => {
    const tag = `${AUTOREPAIR}fialover`;
    assert.match(decided({}, group(tag)).because, /fialover on group default means$/);
    assert.match(decided({}, { clusterTags: [tag] }).because, /fialover on the cluster means$/);
  });
});
