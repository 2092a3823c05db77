import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clusterOf, instance, job, P, plans } from './small-cluster.ts';

const wanted = (name: string, given = {}) =>
  instance(name, { tags: [`${P}pending:failover:${name}:1600000000:`], ...given });
const moving = (name: string) =>
  wanted(name, { template: 'drbd', primary: 'h2.lab.test', secondary: 'h3.lab.test' });

const begun = (...args: Parameters<typeof clusterOf>) =>
  Object.values(plans(clusterOf(...args))).map(({ instance: name, action }) =>
    action.kind === 'wait' ? `${name} ${action.wait}` : `${name} ${action.kind}`,
  );

describe('limits', () => {
  it('let as many repairs begin as the cluster may have, the most important ones', () => {
    const four = ['a', 'b', 'c', 'd'].map((name) => wanted(name));
    assert.deepEqual(begun(four, { limits: { cluster: 2, node: 9 } }), [
      'a repair',
      'b repair',
      'c limit-cluster',
      'd limit-cluster',
    ]);
  });

  it('count what runs already, by whomever its tag was set', () => {
    const runs = wanted('web1', { tags: [`${P}pending:failover:harep:1600000000:7`] });
    const jobs = [job(7, { status: 'unfinished', endedMs: undefined })];
    assert.deepEqual(begun([runs, wanted('web2')], { jobs, limits: { cluster: 1, node: 9 } }), [
      'web1 jobs-running',
      'web2 limit-cluster',
    ]);
  });

  it('hold for both nodes of a mirrored instance', () => {
    assert.deepEqual(begun([moving('a'), moving('b'), moving('c')], { limits: { cluster: 9, node: 2 } }), [
      'a repair',
      'b repair',
      'c limit-node',
    ]);
  });

  it('do not count a dead node, which bears no load', () => {
    assert.deepEqual(begun([wanted('a'), wanted('b')], { limits: { cluster: 9, node: 1 } }), [
      'a repair',
      'b repair',
    ]);
  });

  it('let nothing begin where they are 0', () => {
    assert.deepEqual(begun([wanted('a')], { limits: { cluster: 0, node: 2 } }), ['a limit-cluster']);
  });
});
