import assert from 'node:assert/strict';
import { rmSync, utimesSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { cibIdentity, ringIdentity, ringSequence } from '../../../src/pacemaker/ring.ts';
import { makeMachine } from '../ganeti/machine.ts';

const RING = '/var/lib/corosync/ringid_1';
const CIB = '/var/lib/pacemaker/cib/cib.xml';

describe('the change detectors that need no process', () => {
  const machine = makeMachine();
  after(() => machine.close());

  /** Eight bytes as corosync writes them; 0d is what the lab had after one node was killed (before: 09). */
  const ring = (hex: string): void => machine.put(RING, Buffer.from(hex, 'hex'));

  it('say nothing where corosync and Pacemaker never ran', () => {
    assert.equal(ringIdentity(machine.env), undefined);
    assert.equal(ringSequence(machine.env), undefined);
    assert.equal(cibIdentity(machine.env), undefined);
  });

  it('read the ring sequence number', () => {
    ring('0d00000000000000');
    assert.equal(ringSequence(machine.env), 13);
    ring('0001000000000000');
    assert.equal(ringSequence(machine.env), 256);
  });

  it('see another ring', () => {
    ring('0900000000000000');
    const before = ringIdentity(machine.env);
    assert.equal(ringIdentity(machine.env), before);
    ring('0d00000000000000');
    assert.notEqual(ringIdentity(machine.env), before);
  });

  it('have no sequence number where the file is torn', () => {
    ring('0d00');
    assert.equal(ringSequence(machine.env), undefined);
  });

  it('take the newest of several files, and none where it cannot be told which that is', () => {
    const other = '/var/lib/corosync/ringid_7';
    ring('0d00000000000000');
    machine.put(other, Buffer.alloc(8));
    const nowS = Date.now() / 1000;
    for (const [seconds, sequence] of [
      [nowS - 100, 13],
      [nowS - 10, undefined],
      [nowS + 100, undefined],
    ] as const) {
      utimesSync(machine.root + RING, nowS - 10, nowS - 10);
      utimesSync(machine.root + other, seconds, seconds);
      assert.equal(ringSequence(machine.env), sequence, `${seconds - nowS} s`);
    }
    utimesSync(machine.root + other, nowS - 5, nowS - 5);
    assert.equal(ringSequence(machine.env), 0);
    rmSync(machine.root + other);
  });

  it('see a changed configuration of the same size', () => {
    machine.put(CIB, '<cib/>');
    utimesSync(machine.root + CIB, 1000, 1000);
    const before = cibIdentity(machine.env);
    utimesSync(machine.root + CIB, 1000, 1001);
    assert.notEqual(cibIdentity(machine.env), before);
  });
});
