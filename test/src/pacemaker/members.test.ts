import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { corosyncMembers, parseNodeList } from '../../../src/pacemaker/members.ts';
import { makeMachine } from '../ganeti/machine.ts';
import { capture } from './fixtures.ts';

describe("corosync's membership", () => {
  it('lists the members and leaves out the lost', () => {
    assert.deepEqual(parseNodeList(capture('crm_node/healthy.txt')), ['h1', 'h2', 'h3']);
    assert.deepEqual(parseNodeList(capture('crm_node/fenced.txt')), ['h1', 'h2']);
  });

  it('has a booting node before Pacemaker runs on it', () => {
    assert.deepEqual(parseNodeList(capture('crm_node/joining.txt')), ['h1', 'h2', 'h3']);
  });

  for (const text of ['error: Could not connect', '1 h1 resting', '1 h1 member extra', 'x h1 member']) {
    it(`is not read from "${text}"`, () => {
      assert.equal(parseNodeList(text), undefined);
    });
  }
});

describe('asking crm_node', () => {
  const machine = makeMachine();
  after(() => machine.close());

  it('takes its list', async () => {
    machine.program('crm_node', 'crm-node');
    machine.put('/answers/members', capture('crm_node/fenced.txt'));
    assert.deepEqual(await corosyncMembers(machine.env, 5_000), { kind: 'ok', members: ['h1', 'h2'] });
  });

  it('does not take a list without members for an empty cluster', async () => {
    machine.put('/answers/members', '');
    assert.equal((await corosyncMembers(machine.env, 5_000)).kind, 'unavailable');
  });

  for (const behaviour of ['exits-1', 'hangs', 'prints-garbage']) {
    it(`has no list from a crm_node that ${behaviour}`, async () => {
      machine.program('crm_node', behaviour);
      assert.equal((await corosyncMembers(machine.env, 500)).kind, 'unavailable');
    });
  }
});
