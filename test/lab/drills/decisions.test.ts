import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agree, decisionLines, decisionsOf, type LedgerLine } from './decisions.ts';

const line = (at: number, event: string, node?: string, more: Partial<LedgerLine> = {}): LedgerLine => ({
  at,
  event,
  node: node === undefined ? undefined : `${node}.lab.test`,
  ...more,
});
const moved = (at: number, from: string, to: string): LedgerLine =>
  line(at, 'master-taken', undefined, { from: `${from}.lab.test`, to: `${to}.lab.test` });
const told = (...entries: readonly LedgerLine[]): readonly string[] => decisionLines(decisionsOf(entries));

describe('decisions', () => {
  test('come in the order of the clock, and not in that of the ledgers', () => {
    const entries = [moved(9, 'h1', 'h2'), line(5, 'offline-submitted', 'h1')];
    assert.deepEqual(told(...entries), ['offline: node 1', 'the master role moves: node 1, node 2']);
  });

  test('are not what is only seen, told, or healed', () => {
    const passing = ['decided', 'job-ended', 'trouble', 'shun', 'alert', 'storm', 'redist-submitted'];
    assert.deepEqual(told(...passing.map((event, at) => line(at, event, 'h1'))), []);
    assert.deepEqual(told(moved(1, 'h1', 'h1')), [], 'a role that stays is not taken');
  });

  test('are the holds that last, each once', () => {
    const held = (at: number, hold: string): LedgerLine => line(at, 'held', 'h3', { hold });
    const offline = line(60_000, 'offline-submitted', 'h3');
    assert.deepEqual(told(held(1, 'fencing'), offline), ['offline: node 1']);
    assert.deepEqual(told(held(1, 'evidence'), held(2, 'evidence'), offline), [
      'hold (evidence): node 1',
      'offline: node 1',
    ]);
    assert.deepEqual(told(held(58_000, 'evidence'), offline), ['offline: node 1']);
    assert.deepEqual(told(held(58_000, 'brake'), offline), ['hold (brake): node 1', 'offline: node 1']);
  });

  test('of several nodes in a row are a set', () => {
    const one = decisionsOf([line(1, 'offline-submitted', 'h1'), line(2, 'offline-submitted', 'h5')]);
    const other = decisionsOf([line(1, 'offline-submitted', 'h5'), line(9, 'offline-submitted', 'h1')]);
    assert.deepEqual(one, other);
  });
});

const repaired = (at: number, instance: string, outcome = 'success'): LedgerLine =>
  line(at, 'repair-ended', undefined, { instance: `${instance}.lab.test`, outcome });

describe('repairs', () => {
  test('come after all else, in whatever order they have ended', () => {
    const offline = line(5, 'offline-submitted', 'h3');
    const entries = [repaired(6, 'web'), offline, repaired(7, 'db', 'enoperm')];
    const wanted = ['offline: node 1', 'repair: db (enoperm)', 'repair: web (success)'];
    assert.deepEqual(told(...entries), wanted);
    assert.deepEqual(told(repaired(6, 'db', 'enoperm'), offline, repaired(7, 'web')), wanted);
  });

  test('of several instances of a kind are told once for each outcome', () => {
    assert.deepEqual(told(repaired(1, 'web1'), repaired(2, 'web12'), repaired(3, 'web3', 'failure')), [
      'repair: web (failure)',
      'repair: web (success)',
    ]);
  });

  test('that end in another way, or not at all, are another decision', () => {
    const wanted = decisionsOf([repaired(1, 'db'), repaired(2, 'web')]);
    assert.ok(agree(decisionsOf([repaired(1, 'web'), repaired(2, 'db')]), wanted));
    assert.ok(!agree(decisionsOf([repaired(1, 'web'), repaired(2, 'db', 'failure')]), wanted));
    assert.ok(!agree(decisionsOf([repaired(1, 'web')]), wanted));
  });
});

describe('a drill and its scenario agree', () => {
  const kill = (victim: string, successor: string) =>
    decisionsOf([line(1, 'offline-submitted', victim), moved(2, victim, successor)]);

  test('whatever their hosts are called', () => {
    assert.ok(agree(kill('h1', 'h2'), kill('h3', 'h1')));
    assert.ok(agree([], []));
  });

  test('but not where another host was meant, something was left out, or the order is another', () => {
    const offlineOnly = decisionsOf([line(1, 'offline-submitted', 'h1')]);
    assert.ok(!agree(kill('h1', 'h2'), offlineOnly));
    const wrongVictim = decisionsOf([line(1, 'offline-submitted', 'h2'), moved(2, 'h1', 'h2')]);
    assert.ok(!agree(kill('h1', 'h2'), wrongVictim));
    const late = decisionsOf([moved(1, 'h1', 'h2'), line(2, 'offline-submitted', 'h1')]);
    assert.ok(!agree(kill('h1', 'h2'), late));
  });
});
