import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAlert } from '../../../src/alert/event.ts';

const NOW = 1_795_259_999_000;

/** What Pacemaker 2.1.5 sent about a fencing, without the variables that say nothing here. */
const FENCED = {
  CRM_alert_kind: 'fencing',
  CRM_alert_node: 'h3',
  CRM_alert_rc: '0',
  CRM_alert_task: 'st_notify_fence',
  CRM_alert_desc: 'Operation off of h3 by h1 for pacemaker-controld.141@h2: OK (ref=6f15fbf9)',
  CRM_alert_timestamp: '11:11:16.940504',
  CRM_alert_timestamp_epoch: '1795259476',
  CRM_alert_timestamp_usec: '940504',
  CRM_alert_version: '2.1.5',
};
const LOST = { ...FENCED, CRM_alert_kind: 'node', CRM_alert_desc: 'lost', CRM_alert_rc: undefined };

test('a successful fencing is one, at Pacemaker’s own moment', () => {
  assert.deepEqual(readAlert(FENCED, NOW), {
    kind: 'record',
    record: { node: 'h3', said: 'fenced', words: FENCED.CRM_alert_desc, atMs: 1_795_259_476_940 },
  });
});

for (const [rc, said] of [
  ['0', 'fenced'],
  ['-113', 'fencing-failed'],
  ['1', 'fencing-failed'],
  ['255', 'fencing-failed'],
] as const) {
  test(`a fencing with return code ${rc} is recorded as ${said}`, () => {
    const event = readAlert({ ...FENCED, CRM_alert_rc: rc }, NOW);
    assert.equal(event.kind === 'record' ? event.record.said : event.kind, said);
  });
}

for (const rc of [undefined, '', ' ', 'OK', '0x0', '0 0']) {
  test(`a fencing with return code ${JSON.stringify(rc)} is taken for nothing, least of all for a success`, () => {
    assert.equal(readAlert({ ...FENCED, CRM_alert_rc: rc }, NOW).kind, 'ignored');
  });
}

test('a node that was lost or is a member again is recorded', () => {
  for (const said of ['lost', 'member']) {
    const event = readAlert({ ...LOST, CRM_alert_desc: said }, NOW);
    assert.equal(event.kind === 'record' ? event.record.said : event.kind, said);
  }
  assert.equal(readAlert({ ...LOST, CRM_alert_desc: 'something new' }, NOW).kind, 'ignored');
});

test('resources, attributes and kinds that do not exist yet are passed over', () => {
  for (const kind of ['resource', 'attribute', 'weather'])
    assert.equal(readAlert({ ...FENCED, CRM_alert_kind: kind }, NOW).kind, 'ignored');
});

test('without the time of a newer Pacemaker it is now', () => {
  for (const epoch of [undefined, '', 'yesterday', '-1']) {
    const event = readAlert({ ...FENCED, CRM_alert_timestamp_epoch: epoch }, NOW);
    assert.equal(event.kind === 'record' ? event.record.atMs : event.kind, NOW);
  }
});

for (const node of [undefined, '', ' ', '-rf', '../../etc', 'h3 h2', 'h3\nh2', "h3']", 'a'.repeat(300)]) {
  test(`an alert about ${JSON.stringify(node)?.slice(0, 20)} is about no node`, () => {
    assert.equal(readAlert({ ...FENCED, CRM_alert_node: node }, NOW).kind, 'unusable');
  });
}

test('a call without an alert is told from an alert', () => {
  assert.equal(readAlert({}, NOW).kind, 'unusable');
});
