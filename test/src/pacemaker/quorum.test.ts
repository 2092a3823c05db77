import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { queryQuorum } from '../../../src/pacemaker/quorum.ts';
import { makeMachine } from '../ganeti/machine.ts';

describe('quorum by crm_node -q', () => {
  const machine = makeMachine();
  after(() => machine.close());
  const ask = () => queryQuorum(machine.env, 500);

  it('is there where it says 1', async () => {
    machine.program('crm_node', 'crm-node');
    machine.put('/answers/quorum', '1\n');
    assert.deepEqual(await ask(), { kind: 'ok', quorum: true });
  });

  it('is not there where it says 0 and exits with 106, as Pacemaker 2.1.5 does', async () => {
    machine.put('/answers/quorum', '0\n');
    assert.deepEqual(await ask(), { kind: 'ok', quorum: false });
  });

  for (const behaviour of ['exits-1', 'hangs', 'prints-garbage']) {
    it(`is not known from a crm_node that ${behaviour}`, async () => {
      machine.program('crm_node', behaviour);
      assert.equal((await ask()).kind, 'unavailable');
    });
  }
});
