import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Outcome } from '../../../src/env/env.ts';
import { masterForPacemaker } from '../../../src/pacemaker/resource-location.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const RECORDED = readFileSync(join(import.meta.dirname, '../../fixtures/crm_mon/resources.xml'), 'utf8');

async function holders(xml: string, code = 0): Promise<readonly string[] | undefined> {
  const machine: Machine = makeMachine();
  const outcome: Outcome = { kind: 'exited', code, stdout: xml, stderr: '', durationMs: 1 };
  try {
    return await masterForPacemaker({ ...machine.env, run: async () => outcome }, 1_000);
  } finally {
    machine.close();
  }
}

test('the host that has ganeti-master is found among all resources', async () => {
  assert.deepEqual(await holders(RECORDED), ['h1']);
});

test('a master resource that is stopped is on no host', async () => {
  const stopped = RECORDED.replace(
    /(resource_agent="ocf:ganeti:ganeti-master" role=)"Started"/,
    '$1"Stopped"',
  );
  assert.deepEqual(await holders(stopped), []);
});

for (const role of ['Promoted', 'Master']) {
  test(`of the promotable form only the one that is ${role} counts`, async () => {
    const promotable = RECORDED.replace(
      'resource_agent="ocf:ganeti:ganeti-master" role="Started"',
      `resource_agent="ocf:ganeti:ganeti-master-promotable" role="${role}"`,
    );
    assert.deepEqual(await holders(promotable), ['h1']);
    assert.deepEqual(await holders(promotable.replace(`role="${role}"`, 'role="Unpromoted"')), []);
  });
}

test('no answer, or one of another form, is unknown and not "nowhere"', async () => {
  assert.equal(await holders(RECORDED, 102), undefined);
  assert.equal(await holders('<pacemaker-result/>'), undefined);
  assert.equal(await holders('garbage'), undefined);
});
