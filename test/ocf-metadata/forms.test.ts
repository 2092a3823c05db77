import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { ganetiMaster } from '../../ocf-metadata/ganeti-master.ts';
import { ganetiMasterPromotable } from '../../ocf-metadata/ganeti-master-promotable.ts';
import { masterActions } from '../../src/master/actions.ts';
import { promotableActions } from '../../src/promotable/actions.ts';

/** pcs copies every advertised operation into a resource's configuration, and shows such an agent as promotable. */
const ROLE_ACTIONS = ['promote', 'demote'];

describe('the two forms of the master role', () => {
  it('are told apart by promote and demote, which only the promotable one has and advertises', () => {
    for (const { name, actions } of AGENTS) {
      const advertised = actions
        .map((action) => action.name)
        .filter((action) => ROLE_ACTIONS.includes(action));
      assert.deepEqual(advertised, name === 'ganeti-master-promotable' ? ROLE_ACTIONS : [], name);
      if (name !== 'ganeti-master-promotable')
        assert.ok(
          actions.every(({ role }) => role === undefined),
          name,
        );
    }
    assert.ok(ROLE_ACTIONS.every((action) => Object.hasOwn(promotableActions.actions, action)));
    assert.ok(ROLE_ACTIONS.every((action) => !Object.hasOwn(masterActions.actions, action)));
  });

  it('take the same parameters, but for what a non-candidate is', () => {
    const names = ({ parameters }: typeof ganetiMaster) => parameters.map(({ name }) => name);
    assert.deepEqual(
      names(ganetiMaster).filter((name) => name !== 'non_candidate'),
      names(ganetiMasterPromotable),
    );
  });

  it('have one monitor for each role, with intervals that differ', () => {
    const monitors = ganetiMasterPromotable.actions.filter(({ name }) => name === 'monitor');
    assert.deepEqual(
      monitors.map(({ role }) => role),
      ['Promoted', 'Unpromoted'],
    );
    assert.equal(new Set(monitors.map(({ intervalSeconds }) => intervalSeconds)).size, 2);
  });
});
