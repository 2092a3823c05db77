import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  delay,
  failover,
  migrate,
  move,
  reinstall,
  replaceSecondary,
} from '../../../src/ganeti/instance-opcodes.ts';
import { type JobReason, type Opcode, OpcodeRefusedError } from '../../../src/ganeti/opcode.ts';
import { removeTags, setTags } from '../../../src/ganeti/tag-opcodes.ts';
import { unparsable } from '../../luxi-cluster/opcode-parameters.ts';

const WHY: JobReason = { source: 'gnt-ha:repair:id', text: 'h3 is offline – dead', nowMs: 1_753_000_000_123 };
const HAIL = { kind: 'allocated', by: 'hail' } as const;
const SECONDARY = { kind: 'secondary' } as const;

/** Each for an instance of this name. */
const MADE: Readonly<Record<string, (name: string) => readonly Opcode[]>> = {
  'a new secondary': (name) => [replaceSecondary(name, 'hail', WHY)],
  'a migration': (name) => [migrate(name, HAIL, { allowFailover: true }, WHY)],
  'a failover': (name) => [failover(name, SECONDARY, WHY)],
  'a move': (name) => [move(name, 'h2.lab.test', WHY)],
  'a reinstallation': (name) => reinstall(name, { iallocator: 'hail', up: true, start: true }, WHY),
  tags: (name) => [
    setTags({ kind: 'instance', name }, ['a'], WHY),
    removeTags({ kind: 'nodegroup', name }, ['a'], WHY),
  ],
};

describe('an opcode of a repair', () => {
  for (const [what, make] of Object.entries(MADE)) {
    it(`for ${what} has every parameter that Ganeti needs and none that it does not know`, () => {
      assert.deepEqual(
        [...make('web.lab.test'), delay(1.5, WHY)]
          .map((op) => unparsable(op))
          .filter((wrong) => wrong !== undefined),
        [],
      );
    });

    it(`for ${what} is not built for a name that is none or several`, () => {
      for (const name of ['', 'web db', 'web,db', '-web', '*'])
        assert.throws(() => make(name), OpcodeRefusedError);
    });
  }

  it('gives its reason in ASCII', () => {
    const [[source, text] = []] = failover('web', SECONDARY, WHY).reason as readonly (readonly unknown[])[];
    assert.deepEqual([source, text], ['gnt-ha:repair:id', 'h3 is offline ? dead']);
  });

  it('waits its turn, while tags go first', () => {
    assert.deepEqual(
      [failover('web', HAIL, WHY).priority, setTags({ kind: 'cluster' }, ['a'], WHY).priority],
      [0, -10],
    );
  });

  it('names an allocator only where Ganeti is to choose: DRBD goes to its secondary', () => {
    assert.equal('iallocator' in failover('web', SECONDARY, WHY), false);
    assert.equal(migrate('web', HAIL, { allowFailover: false }, WHY).iallocator, 'hail');
  });

  it('never fails over onto a copy that is behind, nor ignores the policy of the group', () => {
    const op = failover('web', SECONDARY, WHY);
    assert.deepEqual([op.ignore_consistency, op.ignore_ipolicy], [false, false]);
  });
});

describe('a reinstallation', () => {
  const ids = (up: boolean, start: boolean): readonly string[] =>
    reinstall('web', { iallocator: 'hail', up, start }, WHY).map(({ OP_ID }) =>
      OP_ID.replace('OP_INSTANCE_', ''),
    );

  it('marks an instance that is up down before it has new disks, so that nobody starts it on blank ones', () => {
    assert.deepEqual(ids(true, true), [
      'RECREATE_DISKS',
      'SHUTDOWN',
      'RECREATE_DISKS',
      'REINSTALL',
      'STARTUP',
    ]);
  });

  it('asks first whether its node is offline and there is room: a dry run, while it is up', () => {
    const ops = reinstall('web', { iallocator: 'hail', up: true, start: true }, WHY);
    assert.deepEqual(
      ops.map(({ dry_run: dry }) => dry),
      [true, undefined, undefined, undefined, undefined],
    );
  });

  it('leaves one that is down as it is', () => {
    assert.deepEqual(ids(false, false), ['RECREATE_DISKS', 'REINSTALL']);
  });

  it('starts one that was up before the first attempt', () => {
    assert.deepEqual(ids(false, true), ['RECREATE_DISKS', 'REINSTALL', 'STARTUP']);
  });
});

describe('tags of the cluster', () => {
  it('are set without a name', () => {
    const { kind, tags, name } = setTags({ kind: 'cluster' }, ['a:b'], WHY);
    assert.deepEqual([kind, tags, name], ['cluster', ['a:b'], undefined]);
  });
});
