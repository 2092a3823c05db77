import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evidenceChains } from '../../../src/evidence/chain.ts';
import { contradicted } from '../../../src/evidence/contradicted.ts';
import type { JudgeClusterInput } from '../../../src/evidence/judge-cluster.ts';
import { observe } from '../../../src/evidence/observations.ts';
import type { Verdict } from '../../../src/evidence/verdict.ts';
import { mapNames } from '../../../src/pacemaker/names.ts';
import { recordedState } from '../pacemaker/fixtures.ts';

const GANETI = ['h1.lab.test', 'h2.lab.test', 'h3.lab.test'];
const NOW = Date.parse('2026-11-21T12:00:00Z');

async function seen(fixture: string, change: Partial<JudgeClusterInput> = {}): Promise<JudgeClusterInput> {
  const state = await recordedState(fixture);
  const members = state.nodes.filter(({ online }) => online).map(({ name }) => name);
  const healthy = state.nodes.map((node) => ({ ...node, online: true, pending: false }));
  const [newest] = state.fenceEvents;
  const older = state.fenceEvents.filter((event) => event !== newest);
  const look = { fenceHistoryKnown: true, ring: 9 };
  const at = newest?.completedMs ?? NOW;
  const before = observe(undefined, { nodes: healthy, fenceEvents: older, ...look }, at - 10_000);
  return {
    ganetiNodes: GANETI,
    names: mapNames(state.nodes, GANETI).byGaneti,
    cluster: { kind: 'ok', state },
    corosyncMembers: members,
    observations: observe(before, { ...state, corosyncMembers: members, ring: 13 }, at + 1_000),
    notifiedFenced: [],
    simulatedUnproven: false,
    ...change,
  };
}

describe('the chain of a fenced node', () => {
  it('has each source with its words and its time, oldest first', async () => {
    const input = await seen('fenced', { notifiedFenced: ['h3'] });
    const chain = evidenceChains({ ...input, nowMs: NOW * 2 }).get('h3.lab.test') ?? [];
    assert.deepEqual(
      chain.map(({ source }) => source),
      ['fencing-history', 'own-memory', 'pacemaker', 'notification', 'corosync'],
    );
    const [history, memory, pacemaker] = chain;
    assert.match(history?.what ?? '', /^off of h3 succeeded, done by .*fencer's clock\)$/);
    assert.equal((memory?.atMs ?? 0) - (history?.atMs ?? 0), 1_000);
    assert.match(memory?.what ?? '', /while it was watching/);
    assert.equal(pacemaker?.what, 'h3 is offline, not unclean, not expected up');
    assert.equal(pacemaker?.atMs, NOW * 2);
  });

  it('says what is doubtful about it', async () => {
    const input = await seen('fenced');
    const state = input.cluster.kind === 'ok' ? input.cluster.state : assert.fail();
    const blind = observe(undefined, { ...state, corosyncMembers: ['h1', 'h2'] }, NOW);
    const chain = evidenceChains({ ...input, observations: blind, nowMs: NOW }).get('h3.lab.test') ?? [];
    const memory = chain.find(({ source }) => source === 'own-memory');
    assert.match(memory?.what ?? '', /but: it was in the history already when this host began to watch/);
  });
});

describe('the chain of', () => {
  it('a healthy node is what Pacemaker says of it', async () => {
    const chain = evidenceChains({ ...(await seen('healthy')), nowMs: NOW }).get('h2.lab.test') ?? [];
    assert.deepEqual(
      chain.map(({ what }) => what),
      ['h2 is online, not unclean, expected up', 'h2 is in its membership'],
    );
  });

  it('a failing fencing has the failure with its reason', async () => {
    const chain = evidenceChains({ ...(await seen('fencing-failed')), nowMs: NOW }).get('h3.lab.test') ?? [];
    assert.ok(
      chain.some(({ source, what }) => source === 'fencing-history' && what.includes('failed')),
      JSON.stringify(chain),
    );
  });

  it('a node without a Pacemaker node is that there is none', async () => {
    const input = await seen('healthy', { names: new Map() });
    const chain = evidenceChains({ ...input, nowMs: NOW }).get('h1.lab.test') ?? [];
    assert.deepEqual(
      chain.map(({ source }) => source),
      ['names'],
    );
  });

  it('any node says that Pacemaker did not answer', async () => {
    const input = await seen('healthy', {
      cluster: { kind: 'unavailable', message: 'exit 102' },
      corosyncMembers: undefined,
    });
    const [link, ...more] = evidenceChains({ ...input, nowMs: NOW }).get('h1.lab.test') ?? [];
    assert.deepEqual([link?.source, link?.what, more], ['pacemaker', 'no answer: exit 102', []]);
  });
});

describe('an answer over the network', () => {
  const verdict = (kind: Verdict['verdict']): Verdict => ({
    node: 'h3',
    verdict: kind,
    reasons: [{ rule: 'fencing-proven', text: 'h3 was fenced' }],
  });

  for (const [kind, after] of [
    ['fenced', 'unknown'],
    ['lost', 'unknown'],
    ['alive', 'alive'],
    ['left', 'left'],
    ['unknown', 'unknown'],
  ] as const) {
    it(`makes ${kind} ${after}`, () => {
      assert.equal(contradicted([verdict(kind)], new Set(['h3']))[0]?.verdict, after);
    });
  }

  it('is the rule that decides then, with what it contradicts, and says nothing of others', () => {
    const [judged] = contradicted([verdict('fenced')], new Set(['h3']));
    assert.deepEqual(judged?.reasons, [
      { rule: 'gone-but-answers', text: 'h3 answers over the network, although h3 was fenced' },
    ]);
    assert.deepEqual(contradicted([verdict('fenced')], new Set(['h2'])), [verdict('fenced')]);
  });
});
