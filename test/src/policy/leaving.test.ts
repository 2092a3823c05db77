import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSound, leaveOf, type SeenVerdict } from '../../../src/policy/leaving.ts';

function seen(verdict: SeenVerdict['verdict'], ...rules: readonly string[]): SeenVerdict {
  return { node: 'c', verdict, reasons: rules.map((rule) => ({ rule, text: `c: ${rule}` })) };
}

describe('the ways of leaving', () => {
  const cases: readonly [string, SeenVerdict, string, boolean][] = [
    ['at work', seen('alive', 'online'), 'none', true],
    ['Pacemaker and corosync stopped in order', seen('left', 'clean-stop'), 'left', false],
    ['standby', seen('alive', 'online', 'standby'), 'standby', false],
    ['Pacemaker stopped, corosync up', seen('alive', 'online', 'pending'), 'stopped', false],
    ['joining while it is in standby', seen('alive', 'online', 'pending', 'standby'), 'stopped', false],
    ['corosync up, Pacemaker never', seen('alive', 'corosync-member'), 'none', false],
    ['shutting down', seen('alive', 'online', 'shutting-down'), 'none', false],
    ['maintenance of the node', seen('alive', 'online', 'maintenance'), 'none', false],
    ['standby in maintenance', seen('alive', 'online', 'standby', 'maintenance'), 'none', false],
    ['stopped in maintenance', seen('left', 'clean-stop', 'maintenance'), 'none', false],
    ['about to be fenced', seen('alive', 'online', 'standby', 'unclean-online'), 'none', false],
    ['fenced', seen('fenced', 'fencing-proven'), 'none', false],
    ['fenced in standby', seen('fenced', 'fencing-proven', 'standby'), 'none', false],
    ['lost', seen('lost', 'gone-unfenced'), 'none', false],
    ['unknown', seen('unknown', 'no-cluster-state'), 'none', false],
  ];
  for (const [what, verdict, kind, sound] of cases) {
    it(`${what}: ${kind === 'none' ? 'no leave' : kind}`, () => {
      assert.equal(leaveOf(verdict, false).kind, kind);
      assert.equal(isSound(verdict), sound);
    });
  }

  it('while the cluster is in maintenance mode nobody leaves', () => {
    for (const [, verdict] of cases) assert.equal(leaveOf(verdict, true).kind, 'none');
  });

  it('a verdict without any reason is nobody’s soundness', () => {
    assert.equal(isSound(seen('alive')), false);
  });
});
