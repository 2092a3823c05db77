import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeNode,
  type JobReason,
  OpcodeRefusedError,
  offlineNode,
  onlyAfter,
  powercycleNode,
  powerOffNode,
  redistributeConfig,
} from '../../../src/ganeti/opcodes.ts';
import { removeTags, setTags } from '../../../src/ganeti/tag-opcodes.ts';

const WHY: JobReason = { source: 'ocf:ganeti:ganeti-node', text: 'h3 was fenced', nowMs: 1_753_000_000_123 };

test('every opcode carries the reason in whole nanoseconds, high priority and nothing that 3.0 does not know', () => {
  const common = ['OP_ID', 'comment', 'debug_level', 'depends', 'priority', 'reason'];
  const own = {
    OP_NODE_SET_PARAMS: ['auto_promote', 'force', 'node_name', 'offline'],
    OP_NODE_POWERCYCLE: ['force', 'node_name'],
    OP_OOB_COMMAND: ['command', 'ignore_status', 'node_names', 'power_delay', 'timeout'],
    OP_CLUSTER_REDIST_CONF: [],
  };
  const ops = [
    offlineNode('h3.lab.test', { autoPromote: false }, WHY),
    powercycleNode('h3.lab.test', WHY),
    powerOffNode('h3.lab.test', WHY),
    redistributeConfig(WHY),
  ];
  assert.deepEqual(
    Object.fromEntries(
      ops.map((op) => [
        op.OP_ID,
        Object.keys(op)
          .filter((key) => !common.includes(key))
          .sort(),
      ]),
    ),
    own,
  );
  for (const op of ops) {
    const sent = JSON.stringify(op);
    assert.ok(
      sent.includes('"reason":[["ocf:ganeti:ganeti-node","h3 was fenced",1753000000123000000]]'),
      sent,
    );
    assert.ok(sent.includes('"priority":-10'), sent);
  }
});

test('offlining asks for promotion only where it is told to', () => {
  assert.equal(offlineNode('h3', { autoPromote: true }, WHY).auto_promote, true);
  assert.equal(offlineNode('h3', { autoPromote: false }, WHY).auto_promote, false);
});

test('neither power opcode forces anything', () => {
  assert.equal(powercycleNode('h3', WHY).force, false);
  assert.equal(powerOffNode('h3', WHY).ignore_status, false);
});

test('an opcode can wait for the success of another job', () => {
  assert.deepEqual(onlyAfter(powerOffNode('h3', WHY), 41).depends, [[41, ['success']]]);
});

for (const name of ['', ' ', '\t', 'h3 h2', 'h3\n', '-f', '--force', 'h3;reboot', '.', 'ａ']) {
  test(`no opcode is built for the node name ${JSON.stringify(name)}`, () => {
    const refused = (error: unknown): boolean => error instanceof OpcodeRefusedError && error.given === name;
    assert.throws(() => offlineNode(name, { autoPromote: false }, WHY), refused);
    assert.throws(() => powercycleNode(name, WHY), refused);
    assert.throws(() => powerOffNode(name, WHY), refused);
  });
}

test('a reason is sent in ASCII, whatever a fence device said: a luxid in the C locale refuses the job else', () => {
  const op = offlineNode('h3', { autoPromote: false }, { ...WHY, text: 'h3’s BMC: „später“\n😀' });
  assert.deepEqual(op.reason, [
    ['ocf:ganeti:ganeti-node', 'h3?s BMC: ?sp?ter???', 1_753_000_000_123_000_000],
  ]);
});

test('a node is drained, undrained and taken back without force, and promotion only where it is asked for', () => {
  const { offline, drained, force, auto_promote } = changeNode('h3.lab.test', { drained: true }, WHY);
  assert.deepEqual([offline, drained, force, auto_promote], [undefined, true, false, false]);
  const promoting = changeNode('h3.lab.test', { drained: true, auto_promote: true }, WHY);
  assert.equal(promoting.auto_promote, true);
  const back = changeNode('h3.lab.test', { offline: false, powered: true }, WHY);
  assert.deepEqual([back.offline, back.powered, back.force], [false, true, false]);
});

test('tags are set on and taken from one node, never from the cluster', () => {
  for (const make of [setTags, removeTags]) {
    const { kind, name, tags } = make({ kind: 'node', name: 'h3.lab.test' }, ['a:b'], WHY);
    assert.deepEqual([kind, name, tags], ['node', 'h3.lab.test', ['a:b']]);
    assert.throws(() => make({ kind: 'node', name: '' }, ['a:b'], WHY), OpcodeRefusedError);
  }
  assert.throws(() => changeNode('h3 h4', { offline: false }, WHY), OpcodeRefusedError);
});
