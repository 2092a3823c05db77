import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Command, Env } from '../../../src/env/env.ts';
import { deleteAttributeOf, setNodeAttribute } from '../../../src/pacemaker/attributes.ts';
import { permanentGanetiNames } from '../../../src/pacemaker/cib-file.ts';
import { makeMachine } from '../ganeti/machine.ts';
import { capture } from './fixtures.ts';

describe('attributes of this node', () => {
  const machine = makeMachine();
  after(() => machine.close());
  const commands: Command[] = [];
  const env: Env = {
    ...machine.env,
    run: (command) => {
      commands.push(command);
      return machine.env.run(command);
    },
  };

  it('are set and removed by attrd_updater, which does not wait for the cluster', async () => {
    machine.program('attrd_updater', 'prints-answer');
    machine.put('/answers/attrd_updater', '');
    assert.deepEqual(await setNodeAttribute(env, 'ganeti-master-candidate', 'false', 5_000), {
      kind: 'done',
    });
    assert.deepEqual(await deleteAttributeOf(env, 'h1', 'ganeti-master-candidate', 5_000), { kind: 'done' });
    assert.deepEqual(
      commands.map(({ args }) => args.join(' ')),
      ['--name ganeti-master-candidate --update false', '--name ganeti-master-candidate --delete --node h1'],
    );
  });

  for (const behaviour of ['exits-1', 'hangs']) {
    it(`were not changed by an attrd_updater that ${behaviour}, and it says so`, async () => {
      machine.program('attrd_updater', behaviour);
      const result = await setNodeAttribute(env, 'ganeti-master-candidate', 'true', 500);
      assert.match(result.kind === 'failed' ? result.message : 'done', /was not changed: attrd_updater/);
    });
  }
});

describe('the permanent attribute ganeti-name', () => {
  const machine = makeMachine();
  after(() => machine.close());
  const put = (text: string): void => machine.put('/var/lib/pacemaker/cib/cib.xml', text);

  it('is read from the configuration on disk', async () => {
    put(capture('cib/ganeti-name.xml'));
    assert.deepEqual(await permanentGanetiNames(machine.env), { h2: 'h2.lab.test' });
  });

  it('is nobody’s where the configuration is torn, empty or not there', async () => {
    put(capture('cib/ganeti-name.xml').slice(0, -200));
    assert.deepEqual(await permanentGanetiNames(machine.env), {});
    put('');
    assert.deepEqual(await permanentGanetiNames(machine.env), {});
    const empty = makeMachine();
    assert.deepEqual(await permanentGanetiNames(empty.env), {});
    empty.close();
  });
});
