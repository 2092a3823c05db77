import assert from 'node:assert/strict';
import { it } from 'node:test';
import { WRITE_PROBE } from '../../../src/env/paths.ts';
import { stateDiskTrouble } from '../../../src/node/state-disk.ts';
import { makeMachine } from '../ganeti/machine.ts';

it('a disk that takes a small file is fine, and nothing of it is left', () => {
  const machine = makeMachine();
  assert.equal(stateDiskTrouble(machine.env), undefined);
  assert.equal(machine.read(WRITE_PROBE), undefined);
  machine.close();
});

it('what a killed monitor left behind is no trouble and goes', () => {
  const machine = makeMachine();
  machine.put(WRITE_PROBE, 'x');
  assert.equal(stateDiskTrouble(machine.env), undefined);
  assert.equal(machine.read(WRITE_PROBE), undefined);
  machine.close();
});

for (const words of ['ENOSPC: no space left on device, write', 'EROFS: read-only file system, open']) {
  it(`a disk that says "${words}" is told with its words`, () => {
    const machine = makeMachine();
    const files = { ...machine.env.files, create: () => ({ kind: 'failed' as const, message: words }) };
    const reason = stateDiskTrouble({ ...machine.env, files });
    assert.equal(reason?.code, 'GNH371');
    assert.ok(reason?.text.includes(words));
    machine.close();
  });
}

it('a file that cannot be removed again is told, too', () => {
  const machine = makeMachine();
  machine.put(`${WRITE_PROBE}/in-the-way`, '');
  assert.equal(stateDiskTrouble(machine.env)?.code, 'GNH371');
  machine.close();
});
