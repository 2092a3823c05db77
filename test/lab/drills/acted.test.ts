import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { actedOn } from './acted.ts';
import type { Action, PowerCut } from './actions.ts';
import { agree, decisionLines } from './decisions.ts';

/** `h1 master stop`, `h2 node monitor 1 GNH201`; each is a second later than the one before. */
function actions(...words: readonly string[]): readonly Action[] {
  return words.map((text, index) => {
    const [host = '', resource, action = '', code = '0', reason] = text.split(' ');
    return { at: index * 1_000, host, resource: `ganeti-${resource}`, action, code: Number(code), reason };
  });
}
const told = (all: readonly Action[], cuts: readonly PowerCut[] = []): readonly string[] =>
  decisionLines(actedOn(all, cuts));

describe('what Pacemaker did', () => {
  test('is how the role went, and what was done to each resource on each host', () => {
    const moved = actions('h1 master stop', 'h1 node stop', 'h2 master start', 'h1 node start');
    assert.deepEqual(told(moved), [
      "the role's stop: node 1",
      "the role's start: node 2",
      'ganeti-master: start: node 2',
      'ganeti-master: stop: node 1',
      'ganeti-node: stop, start: node 1',
    ]);
  });

  test('comes in the order of the clock, and not in that of the logs', () => {
    const moved = actions('h2 master stop', 'h1 master start');
    assert.deepEqual(told(moved.toReversed()), told(moved));
  });

  test('hangs on no order between hosts and resources', () => {
    const one = actions('h1 node stop', 'h1 master start', 'h2 node stop', 'h1 node start', 'h2 node start');
    const other = actions(
      'h2 node stop',
      'h2 node start',
      'h1 node stop',
      'h1 node start',
      'h1 master start',
    );
    assert.deepEqual(actedOn(one, []), actedOn(other, []));
  });

  test('tells promotions and demotions, and not the starts beside them, as the way of a promotable role', () => {
    const moved = actions('h1 master demote', 'h3 master start', 'h2 master promote', 'h1 master stop');
    assert.deepEqual(told(moved).slice(0, 2), ["the role's demote: node 1", "the role's promote: node 2"]);
  });

  test('tells no demotion of what is demoted, and each of what was to be promoted meanwhile', () => {
    const failed = [
      'h1 master promote 1 GNH009',
      'h1 master demote',
      'h1 master stop',
      'h1 master start 1 GNH009',
    ];
    const again = actions(...failed, 'h1 master demote', 'h1 master stop', 'h2 master demote');
    assert.deepEqual(
      actedOn(again, []),
      actedOn(
        again.filter((_, index) => index !== 4),
        [],
      ),
    );
    assert.deepEqual(told(actions(...failed, ...failed)).slice(0, 2), [
      "the role's demote: node 1",
      "the role's demote: node 1",
    ]);
    assert.deepEqual(told(actions('h1 master demote 1 GNH009', 'h1 master demote')).slice(0, 1), [
      "the role's demote: node 1",
    ]);
  });

  test('tells a failure with its exit code and reason, and what failed is no way of the role', () => {
    assert.deepEqual(told(actions('h1 master start 1 GNH109', 'h2 master start')), [
      "the role's start: node 1",
      'ganeti-master: start: node 1',
      'ganeti-master: start (exit 1, GNH109): node 2',
    ]);
  });

  test('tells a monitor only if it fails, once until something else is done', () => {
    const dead = 'h1 node monitor 1 GNH201';
    const done = actions('h1 node monitor', dead, dead, 'h1 node stop', 'h1 node start', dead);
    assert.deepEqual(told(done), [
      'ganeti-node: monitor (exit 1, GNH201), stop, start, monitor (exit 1, GNH201): node 1',
    ]);
    assert.deepEqual(told(actions('h1 master monitor 7 GNH108')), [], 'mostly cancelled before it ends');
  });

  test('tells a degraded state only if it lasts', () => {
    assert.deepEqual(told(actions('h1 node monitor 190 GNH206', 'h2 node monitor 190 GNH371')), [
      'ganeti-node: monitor (exit 190, GNH371): node 1',
    ]);
  });

  test('is nothing on a host in the seconds before its power is cut, and all again after that', () => {
    const dying = actions('h1 master stop', 'h1 node stop', 'h2 master start', 'h1 node start');
    assert.deepEqual(told(dying, [{ host: 'h1', at: 1_500 }]), [
      "the role's start: node 1",
      'ganeti-master: start: node 1',
      'ganeti-node: start: node 2',
    ]);
    assert.equal(told(dying, [{ host: 'h1', at: 60_000 }]).length, 5, 'that was long before');
  });
});

describe('a drill and its scenario do not agree', () => {
  const restarted = actions('h3 node monitor 1 GNH201', 'h3 node stop', 'h3 node start');
  const differs = (...words: readonly string[]): void =>
    assert.ok(!agree(actedOn(restarted, []), actedOn(actions(...words), [])), words.join('; '));

  test('where a resource is not recovered, on another host, by another reason, or in another order', () => {
    assert.ok(
      agree(
        actedOn(restarted, []),
        actedOn(actions('h1 node monitor 1 GNH201', 'h1 node stop', 'h1 node start'), []),
      ),
    );
    differs();
    differs('h3 node monitor 1 GNH201');
    differs('h3 node monitor 1 GNH202', 'h3 node stop', 'h3 node start');
    differs('h3 node monitor 1 GNH201', 'h3 node start', 'h3 node stop');
    differs('h3 node monitor 1 GNH201', 'h3 node stop', 'h2 node start');
    differs('h3 node monitor 1 GNH201', 'h3 node stop', 'h3 node start', 'h2 node stop');
  });

  test('where the role goes to a host before it has left the other', () => {
    const moved = actedOn(actions('h1 master stop', 'h2 master start'), []);
    assert.ok(!agree(moved, actedOn(actions('h2 master start', 'h1 master stop'), [])));
  });
});
