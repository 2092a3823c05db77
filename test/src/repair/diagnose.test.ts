import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../../src/repair/diagnose.ts';
import type { RepairInstance } from '../../../src/repair/facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import { instance } from './small-cluster.ts';

function found(given: Partial<RepairInstance>, primary?: NodeState, secondary?: NodeState, elsewhere = true) {
  const node = (name: string, state: NodeState | undefined) =>
    state && { name, group: 'uuid', state, because: 'so told' };
  const its = instance('web1', { secondary: secondary && 'h2.lab.test', ...given });
  return diagnose(its, {
    primary: node('h1.lab.test', primary),
    secondary: node('h2.lab.test', secondary),
    elsewhere,
  });
}

describe('what is wrong with an instance', () => {
  it('is told with the nodes that are not online and why they are not', () => {
    const { because } = found({ template: 'drbd' }, 'drained', 'offline');
    assert.match(
      because,
      /^its primary node h1\.lab\.test is drained \(so told\), its secondary node h2\.lab\.test is offline/,
    );
  });

  it('names no node that is online', () => {
    assert.doesNotMatch(found({ template: 'drbd' }, 'online', 'drained').because, /h1/);
  });

  it('is held where its last copy is on a drained secondary, with the command that lets it take over', () => {
    const { kind, because } = found({ template: 'drbd' }, 'offline', 'drained');
    assert.equal(kind, 'held');
    assert.match(because, /gnt-node modify --drained=no h2\.lab\.test$/);
  });

  it('is held for a node that is marked offline and alive, and names that one', () => {
    assert.match(found({}, 'offline-alive').because, /gnt-ha readmit h1\.lab\.test$/);
    assert.match(
      found({ template: 'drbd' }, 'offline', 'offline-alive').because,
      /gnt-ha readmit h2\.lab\.test$/,
    );
  });

  it('is not known where Ganeti does not list its node, or names no secondary of a DRBD instance', () => {
    assert.match(found({}).because, /Ganeti does not list h1\.lab\.test/);
    assert.match(found({ template: 'drbd' }, 'online').because, /Ganeti names none/);
    assert.match(
      found({ template: 'unknown', secondary: 'h2.lab.test' }, 'online').because,
      /does not list h2/,
    );
  });

  it('has nothing to do with a secondary that only DRBD can have', () => {
    assert.equal(found({ template: 'rbd' }, 'online', 'unknown').kind, 'healthy');
  });

  it('rests on both nodes where the template is not known', () => {
    const hold = (primary: NodeState, secondary: NodeState) => {
      const diagnosis = found({ template: 'unknown' }, primary, secondary);
      return diagnosis.kind === 'held' ? diagnosis.hold : diagnosis.kind;
    };
    assert.equal(hold('online', 'online'), 'healthy');
    assert.equal(hold('online', 'offline'), 'unknown-template');
    assert.equal(hold('drained', 'offline-alive'), 'node-alive');
    assert.equal(hold('unknown', 'offline'), 'node-unknown');
  });

  it('is held where its only copy cannot be copied to any other node of the group', () => {
    assert.deepEqual(
      ['plain', 'file'].map((template) => {
        const diagnosis = found({ template: template as 'plain' | 'file' }, 'drained', undefined, false);
        return diagnosis.kind === 'held' && diagnosis.hold;
      }),
      ['no-target', 'no-target'],
    );
  });
});
