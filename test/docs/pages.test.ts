import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { judge, type NodeFacts } from '../../src/evidence/verdict.ts';
import { brakeCapacity } from '../../src/policy/brake.ts';
import { goneNode, SOUND_CLUSTER } from '../src/evidence/gone.ts';

const PROJECT = join(import.meta.dirname, '../..');
const DECIDES = readFileSync(join(PROJECT, 'docs/how-it-decides.md'), 'utf8');

const GONE = goneNode('node1');
const FACTS: NodeFacts = {
  node: 'node1',
  mapping: { kind: 'mapped', pacemaker: 'node1', how: 'exact' },
  seen: GONE,
  corosyncMember: false,
  fencing: { kind: 'none' },
  openFencing: undefined,
  notifiedFenced: false,
  simulatedUnproven: false,
};
const PROOF = { kind: 'proof', events: [], text: 'node1 was fenced' } as const;

describe('docs/how-it-decides.md', () => {
  /** One case for each row of the table, in its order. */
  const rows: readonly NodeFacts[] = [
    { ...FACTS, mapping: { kind: 'none', text: '' } },
    { ...FACTS, corosyncMember: true, fencing: PROOF },
    { ...FACTS, corosyncMember: undefined, fencing: PROOF },
    { ...FACTS, fencing: PROOF },
    { ...FACTS, seen: { ...GONE, expectedUp: true, maintenance: true } },
    { ...FACTS, seen: { ...GONE, expectedUp: true } },
    FACTS,
    { ...FACTS, fencing: { kind: 'unwitnessed', events: [], text: '' } },
  ];

  it('has a table of verdicts that agrees with the code', () => {
    const table = DECIDES.split('## Verdict')[1]?.split('\n## ')[0] ?? '';
    const documented = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, verdict]) => verdict);
    assert.deepEqual(
      documented,
      rows.map((facts) => judge(facts, SOUND_CLUSTER).verdict),
    );
  });

  it('counts the brake as the code does', () => {
    const sentence = /\(2 and 3 nodes: (\d); 5 nodes: (\d); 7 nodes: (\d)\)/.exec(DECIDES)?.slice(1);
    assert.deepEqual(sentence?.map(Number), [
      brakeCapacity(undefined, 3),
      brakeCapacity(undefined, 5),
      brakeCapacity(undefined, 7),
    ]);
    assert.equal(brakeCapacity(undefined, 2), brakeCapacity(undefined, 3));
  });
});

describe('docs/failure-scenarios.md', () => {
  const text = readFileSync(join(PROJECT, 'docs/failure-scenarios.md'), 'utf8');

  it('says for each failure what is seen, what is done, and what is left to the reader', () => {
    const sections = text.split(/^## /m).slice(1);
    const scenarios = sections.filter((section) => !section.startsWith('Not covered'));
    assert.ok(scenarios.length >= 14);
    for (const section of scenarios) {
      const labels = [...section.matchAll(/^(Seen|Done|You): \S/gm)].map(([, label]) => label);
      assert.deepEqual(labels, ['Seen', 'Done', 'You'], section.split('\n')[0]);
    }
  });
});
