import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeCluster } from '../../../src/evidence/judge-cluster.ts';
import { type Observations, observe } from '../../../src/evidence/observations.ts';
import { type ClusterFacts, judge, type NodeFacts, type Verdict } from '../../../src/evidence/verdict.ts';
import type { ClusterState } from '../../../src/pacemaker/cluster-state.ts';
import { parseNodeList } from '../../../src/pacemaker/members.ts';
import { mapNames } from '../../../src/pacemaker/names.ts';
import { capture, recordedState } from '../pacemaker/fixtures.ts';
import { goneNode, SOUND_CLUSTER } from './gone.ts';

const GANETI = ['h1.lab.test', 'h2.lab.test', 'h3.lab.test'];
const RING_BEFORE = 9;
const RING_AFTER = 13;

interface Scene {
  readonly state: ClusterState;
  /** Corosync's members; without it as crm_mon's online says. */
  readonly members?: readonly string[];
  /** What this host saw before; without it the same cluster, all well, with the older events. */
  readonly before?: Observations;
  readonly notifiedFenced?: readonly string[];
  readonly simulatedUnproven?: boolean;
}

/** Judges a recorded picture as a host that watched the healthy cluster ten seconds before. */
function judged(scene: Scene): readonly Verdict[] {
  const { state, notifiedFenced = [], simulatedUnproven = false } = scene;
  const corosyncMembers = scene.members ?? state.nodes.filter(({ online }) => online).map(({ name }) => name);
  const nowMs = Math.max(Date.parse('2026-11-21T02:00:00Z'), ...times(state)) + 5_000;
  const snapshot = { ...state, ring: RING_AFTER, corosyncMembers, notifiedFenced };
  const before = scene.before ?? watchedBefore(state, nowMs);
  return judgeCluster({
    ganetiNodes: GANETI,
    names: mapNames(state.nodes, GANETI).byGaneti,
    cluster: { kind: 'ok', state },
    corosyncMembers,
    observations: observe(before, snapshot, nowMs),
    notifiedFenced,
    simulatedUnproven,
  });
}

function times(state: ClusterState): readonly number[] {
  return state.fenceEvents.map(({ completedMs = 0 }) => completedMs);
}

/** All members since two minutes, with every event but the newest success in the history. */
function watchedBefore(state: ClusterState, nowMs: number): Observations {
  const newest = state.fenceEvents.find(({ status }) => status === 'success');
  const healthy = {
    nodes: state.nodes.map(({ name }) => ({ name, online: true, pending: false })),
    fenceEvents: state.fenceEvents.filter((event) => event !== newest),
    fenceHistoryKnown: true,
    ring: RING_BEFORE,
  };
  return observe(observe(undefined, healthy, nowMs - 120_000), healthy, nowMs - 10_000);
}

/** The same, but the host knows all of the history already. */
function watchedSince(state: ClusterState): Observations {
  const nowMs = Math.max(Date.parse('2026-11-21T02:00:00Z'), ...times(state)) + 5_000;
  const healthy = {
    nodes: state.nodes.map(({ name }) => ({ name, online: true, pending: false })),
    fenceEvents: state.fenceEvents,
    fenceHistoryKnown: true,
    ring: RING_BEFORE,
  };
  return observe(observe(undefined, healthy, nowMs - 120_000), healthy, nowMs - 10_000);
}

function ofH3(verdicts: readonly Verdict[]): readonly [string, string | undefined] {
  const verdict = verdicts.find(({ node }) => node === 'h3.lab.test');
  return [verdict?.verdict ?? 'none', verdict?.reasons[0]?.rule];
}

describe('the verdict on a node of the real cluster', () => {
  it('fenced: killed, and a success that is new', async () => {
    assert.deepEqual(ofH3(judged({ state: await recordedState('fenced') })), ['fenced', 'fencing-proven']);
  });

  it('fenced: confirmed by an administrator', async () => {
    const state = await recordedState('confirmed-by-hand');
    assert.deepEqual(ofH3(judged({ state })), ['fenced', 'fencing-proven']);
  });

  it('left: stopped in order, with old fencings in the history', async () => {
    const state = await recordedState('clean-shutdown');
    const before = watchedSince(state);
    assert.deepEqual(ofH3(judged({ state, before })), ['left', 'clean-stop']);
  });

  it('lost: fencing is still under way, although an older one had succeeded', async () => {
    const state = await recordedState('fencing-pending');
    const verdicts = judged({ state, before: watchedSince(state) });
    assert.deepEqual(ofH3(verdicts), ['lost', 'fencing-under-way']);
    assert.match(verdicts[2]?.reasons[0]?.text ?? '', /its fencing \(off\) is under way/);
  });

  it('lost: fencing fails', async () => {
    const state = await recordedState('fencing-failed');
    const verdicts = judged({ state, before: watchedSince(state) });
    assert.deepEqual(ofH3(verdicts), ['lost', 'gone-unfenced']);
    assert.match(verdicts[2]?.reasons[0]?.text ?? '', /its fencing \(off\) has failed and is tried again/);
  });

  it('lost: fencing is off', async () => {
    const verdicts = judged({ state: await recordedState('lost-no-fencing') });
    assert.deepEqual(ofH3(verdicts), ['lost', 'gone-unfenced']);
    assert.match(verdicts[2]?.reasons[0]?.text ?? '', /fencing is off/);
  });

  it('unknown: gone while this partition has no quorum', async () => {
    const state = await recordedState('no-quorum');
    const verdicts = judged({ state, before: watchedSince(state) });
    assert.deepEqual(
      verdicts.map(({ verdict }) => verdict),
      ['unknown', 'alive', 'unknown'],
    );
    assert.deepEqual(ofH3(verdicts)[1], 'gone-without-quorum');
  });

  for (const [name, rule] of [
    ['healthy', 'online'],
    ['standby', 'online'],
    ['maintenance', 'online'],
    ['rebooted', 'online'],
    ['pacemaker-stopped', 'online'],
    ['pacemaker-killed', 'online'],
  ] as const) {
    it(`alive: ${name}`, async () => {
      assert.deepEqual(ofH3(judged({ state: await recordedState(name) })), ['alive', rule]);
    });
  }

  it('alive: booting, with corosync up and Pacemaker not yet, although it was fenced', async () => {
    const state = await recordedState('joining');
    const members = parseNodeList(capture('crm_node/joining.txt')) ?? [];
    assert.deepEqual(ofH3(judged({ state, members })), ['alive', 'corosync-member']);
  });

  it('names standby and maintenance beside it', async () => {
    for (const [name, text] of [
      ['standby', 'h3 is in standby'],
      ['maintenance', 'h3 is in maintenance mode'],
      ['pacemaker-killed', 'h3 is unclean: Pacemaker wants to fence it'],
    ] as const) {
      const reasons = judged({ state: await recordedState(name) })[2]?.reasons.map((reason) => reason.text);
      assert.ok(reasons?.includes(text), `${name}: ${reasons?.join('; ')}`);
    }
  });

  it('unknown: fenced according to the history, but this host has no memory of before', async () => {
    const state = await recordedState('fenced');
    const nowMs = Math.max(...times(state)) + 5_000;
    const fresh = observe(undefined, { ...state, ring: RING_AFTER, corosyncMembers: ['h1', 'h2'] }, nowMs);
    assert.deepEqual(ofH3(judged({ state, before: fresh })), ['unknown', 'fencing-not-witnessed']);
  });

  it('fenced: without memory, when the notification of this transition says so too', async () => {
    const state = await recordedState('fenced');
    const nowMs = Math.max(...times(state)) + 5_000;
    const fresh = observe(undefined, { ...state, ring: RING_AFTER, corosyncMembers: ['h1', 'h2'] }, nowMs);
    const verdicts = judged({ state, before: fresh, notifiedFenced: ['h3'] });
    assert.deepEqual(ofH3(verdicts), ['fenced', 'fencing-proven']);
  });

  it('the simulation takes proof away and says that it does', async () => {
    const verdicts = judged({ state: await recordedState('fenced'), simulatedUnproven: true });
    assert.deepEqual(ofH3(verdicts), ['lost', 'simulated-unproven']);
    assert.match(verdicts[2]?.reasons[0]?.text ?? '', /^SIMULATED/);
  });

  it('nobody is judged without an answer from Pacemaker', () => {
    const verdicts = judgeCluster({
      ganetiNodes: GANETI,
      names: mapNames([], GANETI).byGaneti,
      cluster: { kind: 'unavailable', message: 'crm_mon: exit code 102' },
      corosyncMembers: undefined,
      observations: undefined,
      notifiedFenced: ['h3'],
      simulatedUnproven: false,
    });
    assert.deepEqual(
      verdicts.map(({ verdict, reasons }) => [verdict, reasons[0]?.rule]),
      GANETI.map(() => ['unknown', 'no-cluster-state']),
    );
  });
});

const SEEN = goneNode('x');
const FACTS: NodeFacts = {
  node: 'x.example.com',
  mapping: { kind: 'mapped', pacemaker: 'x', how: 'short' },
  seen: SEEN,
  corosyncMember: false,
  fencing: { kind: 'none' },
  openFencing: undefined,
  notifiedFenced: false,
  simulatedUnproven: false,
};
const CLUSTER: ClusterFacts = SOUND_CLUSTER;
const PROOF: NodeFacts['fencing'] = { kind: 'proof', events: [], text: 'x was fenced' };

describe('facts that contradict each other or are missing', () => {
  const cases: readonly [string, Partial<NodeFacts>, Partial<typeof CLUSTER>, string, string][] = [
    [
      'a proof, but still unclean',
      { fencing: PROOF, seen: { ...SEEN, unclean: true } },
      {},
      'unknown',
      'fenced-but-unclean',
    ],
    [
      'a proof, but expected up',
      { fencing: PROOF, seen: { ...SEEN, expectedUp: true } },
      {},
      'unknown',
      'fenced-but-unclean',
    ],
    [
      'a proof, but corosync was not asked',
      { fencing: PROOF, corosyncMember: undefined },
      {},
      'unknown',
      'membership-not-known',
    ],
    [
      'a proof, but in corosync’s membership',
      { fencing: PROOF, corosyncMember: true },
      {},
      'alive',
      'corosync-member',
    ],
    ['a proof, but joining', { fencing: PROOF, seen: { ...SEEN, pending: true } }, {}, 'alive', 'pending'],
    ['a notification, but no event', { notifiedFenced: true }, {}, 'unknown', 'notified-without-event'],
    [
      'a notification, but only a failed fencing',
      { notifiedFenced: true, openFencing: { kind: 'failing', text: 'its fencing (off) failed' } },
      {},
      'unknown',
      'notified-without-event',
    ],
    [
      'offline, and the fencer is silent',
      {},
      { fenceHistoryKnown: false },
      'unknown',
      'fence-history-not-known',
    ],
    ['not mapped', { mapping: { kind: 'none', text: 'nobody' } }, {}, 'unknown', 'not-mapped'],
    ['ambiguous', { mapping: { kind: 'ambiguous', text: 'two' } }, {}, 'unknown', 'ambiguous-name'],
    ['not in Pacemaker', { seen: undefined, fencing: PROOF }, {}, 'unknown', 'not-in-pacemaker'],
    [
      'a remote node',
      { seen: { ...SEEN, type: 'remote' }, fencing: PROOF },
      {},
      'unknown',
      'not-a-cluster-node',
    ],
    [
      'fenced in maintenance',
      { fencing: PROOF, seen: { ...SEEN, maintenance: true } },
      {},
      'fenced',
      'fencing-proven',
    ],
    [
      'gone in maintenance mode',
      { seen: { ...SEEN, unclean: true } },
      { maintenanceMode: true },
      'unknown',
      'maintenance',
    ],
    [
      'gone while it was in maintenance itself',
      { seen: { ...SEEN, unclean: true, maintenance: true } },
      { stonithEnabled: false },
      'unknown',
      'maintenance',
    ],
    [
      'hidden proof, no quorum',
      { fencing: PROOF, simulatedUnproven: true },
      { quorum: false },
      'unknown',
      'simulated-unproven',
    ],
  ];
  for (const [what, facts, cluster, verdict, rule] of cases) {
    it(`${what}: ${verdict}`, () => {
      const found = judge({ ...FACTS, ...facts }, { ...CLUSTER, ...cluster });
      assert.deepEqual([found.verdict, found.reasons[0]?.rule], [verdict, rule]);
      assert.ok(found.reasons.every(({ text }) => text !== ''));
    });
  }
});
