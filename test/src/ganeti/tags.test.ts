import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { settingsFromTags } from '../../../src/ganeti/tags.ts';

const NOTHING = {
  masterMode: undefined,
  nodeMode: undefined,
  usePowercycle: false,
  usePoweroff: false,
  evidence: undefined,
  maxOffline: undefined,
  cooldown: undefined,
  drainOnLeave: false,
  onReturn: undefined,
  readmitAfter: undefined,
  warnings: [],
};

test('without tags of ours nothing is set and nothing is said', () => {
  assert.deepEqual(settingsFromTags(['production', 'htools:iextags:x', 'ocf:other:mode:full'], 5), NOTHING);
});

test('every tag of the design is understood', () => {
  const tags = [
    'ocf:ganeti-master:mode:full',
    'ocf:ganeti-node:mode:full',
    'ocf:node-offline:use-powercycle',
    'ocf:node-offline:use-poweroff',
    'ocf:node-offline:evidence:lost',
    'ocf:node-offline:max:1/3',
    'ocf:node-offline:cooldown:1800',
    'ocf:node-offline:drain-on-leave',
    'ocf:node-offline:on-return:readmit',
    'ocf:node-offline:readmit-after:900',
  ];
  assert.deepEqual(settingsFromTags(tags, 5), {
    masterMode: 'full',
    nodeMode: 'full',
    usePowercycle: true,
    usePoweroff: true,
    evidence: 'lost',
    maxOffline: { kind: 'fraction', numerator: 1, denominator: 3 },
    cooldown: 1800,
    drainOnLeave: true,
    onReturn: 'readmit',
    readmitAfter: 900,
    warnings: [],
  });
});

test('fenced wins over lost, partial over full, and both conflicts are told', () => {
  const settings = settingsFromTags(
    [
      'ocf:node-offline:evidence:lost',
      'ocf:node-offline:evidence:fenced',
      'ocf:ganeti-node:mode:full',
      'ocf:ganeti-node:mode:partial',
    ],
    5,
  );
  assert.equal(settings.evidence, 'fenced');
  assert.equal(settings.nodeMode, 'partial');
  assert.equal(settings.warnings.length, 2);
});

test('the smaller of two brakes wins, a fraction being taken of the nodes there are', () => {
  const brake = (nodeCount: number): unknown =>
    settingsFromTags(['ocf:node-offline:max:2', 'ocf:node-offline:max:1/3'], nodeCount).maxOffline;
  assert.deepEqual(brake(5), { kind: 'fraction', numerator: 1, denominator: 3 });
  assert.deepEqual(brake(9), { kind: 'count', count: 2 });
});

test('a malformed tag has no effect beside a good one, and is named', () => {
  for (const value of ['', '-1', '1/0', '4/3', '1/3/5', 'two', '2.5', '99999', '1:3', '½']) {
    const tags = [`ocf:node-offline:max:${value}`, 'ocf:node-offline:max:3'];
    const { maxOffline, warnings } = settingsFromTags(tags, 5);
    assert.deepEqual(maxOffline, { kind: 'count', count: 3 });
    assert.ok(warnings.length === 1 && warnings[0]?.includes(`ocf:node-offline:max:${value} `), value);
  }
});

test('a misspelt tag changes nothing and is told, since somebody counts on it', () => {
  for (const tag of [
    'ocf:node-offline:use-powercyle',
    'ocf:node-offline:evidence:Lost',
    'ocf:ganeti-node:mode:',
  ]) {
    const settings = settingsFromTags([tag], 5);
    assert.deepEqual({ ...settings, warnings: [] }, NOTHING);
    assert.ok(settings.warnings.length === 1 && settings.warnings[0]?.includes(tag), tag);
  }
});

const anyTag = fc.oneof(
  fc.string(),
  fc
    .tuple(
      fc.constantFrom(
        'ocf:node-offline:max:',
        'ocf:node-offline:evidence:',
        'ocf:ganeti-master:mode:',
        'ocf:',
      ),
      fc.oneof(
        fc.constantFrom('1', '2', '1/3', '2/3', '0', 'fenced', 'lost', 'full', 'partial'),
        fc.string(),
      ),
    )
    .map(([prefix, value]) => prefix + value),
);

test('the order of tags does not matter, and no set of tags makes it throw', () => {
  fc.assert(
    fc.property(fc.array(anyTag), fc.integer({ min: 0, max: 50 }), (tags, nodeCount) => {
      const forward = settingsFromTags(tags, nodeCount);
      const backward = settingsFromTags(tags.toReversed(), nodeCount);
      assert.deepEqual(
        { ...forward, warnings: [...forward.warnings].sort() },
        { ...backward, warnings: [...backward.warnings].sort() },
      );
    }),
  );
});

test('adding tags never makes a decision bolder than the boldest single tag, nor removes the safe word', () => {
  fc.assert(
    fc.property(fc.array(anyTag), (tags) => {
      const { evidence } = settingsFromTags([...tags, 'ocf:node-offline:evidence:fenced'], 5);
      assert.equal(evidence, 'fenced');
      const { maxOffline } = settingsFromTags([...tags, 'ocf:node-offline:max:0'], 5);
      assert.ok(
        maxOffline?.kind === 'count' ? maxOffline.count === 0 : maxOffline?.numerator === 0,
        JSON.stringify(maxOffline),
      );
    }),
  );
});

test('hold wins over readmit, and the longer wait over the shorter; what is no wait is told', () => {
  const after = 'ocf:node-offline:readmit-after:';
  const settings = settingsFromTags(
    [
      'ocf:node-offline:on-return:readmit',
      'ocf:node-offline:on-return:hold',
      `${after}60`,
      `${after}86400`,
      `${after}59`,
      `${after}86401`,
      `${after}soon`,
    ],
    5,
  );
  assert.deepEqual([settings.onReturn, settings.readmitAfter], ['hold', 86_400]);
  assert.equal(settings.warnings.length, 5);
});

test('the longer of two cooldowns wins, and six hours is the most', () => {
  const tags = ['0', '900', '21601', 'long', '-1'].map((value) => `ocf:node-offline:cooldown:${value}`);
  const { cooldown, warnings } = settingsFromTags(tags, 5);
  assert.equal(cooldown, 900);
  assert.equal(warnings.length, 4);
  assert.equal(settingsFromTags(['ocf:node-offline:cooldown:0'], 5).cooldown, 0);
});
