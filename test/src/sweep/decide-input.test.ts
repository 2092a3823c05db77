import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Evidence, EvidenceSource } from '../../../src/evidence/evidence.ts';
import { readParameters } from '../../../src/ocf/parameters.ts';
import { BRAKE_WINDOW_MS, brakeUsed } from '../../../src/policy/brake.ts';
import { NO_ORDERS } from '../../../src/policy/orders.ts';
import { decideInput, type Known } from '../../../src/sweep/decide-input.ts';
import { sweepSettings } from '../../../src/sweep/settings.ts';

const NOW = 1_753_000_000_000;
const LOST = 'h3.lab.test';

describe('what the brake counts of what a predecessor marked offline', () => {
  it('is what Ganeti dates within the window', () => {
    assert.deepEqual(taken(NOW - 1_000, []), [LOST]);
    assert.deepEqual(taken(NOW - BRAKE_WINDOW_MS, []), []);
  });

  it('is also what this host has itself learned of within the window: the clock of the other may be wrong', () => {
    assert.deepEqual(taken(NOW - BRAKE_WINDOW_MS, [link('own-memory', NOW - 1_000)]), [LOST]);
    assert.deepEqual(taken(NOW - BRAKE_WINDOW_MS, [link('own-memory', NOW - BRAKE_WINDOW_MS)]), []);
  });

  it('is that for who has just taken the role: a node that has long been offline may be fenced again', () => {
    const watched = known(NOW - BRAKE_WINDOW_MS, [link('own-memory', NOW - 1_000)]);
    const takenAt = (at: number): Known => ({
      ...watched,
      trigger: 'monitor',
      entries: [
        {
          at,
          trigger: 'master-start',
          event: 'master-taken',
          from: 'h2.lab.test',
          to: 'h1.lab.test',
          text: 'exit 0',
        },
      ],
    });
    assert.deepEqual(takenOf(takenAt(NOW - 60_000)), [LOST]);
    assert.deepEqual(takenOf(takenAt(NOW - BRAKE_WINDOW_MS)), []);
    assert.deepEqual(takenOf({ ...watched, trigger: 'monitor' }), []);
  });

  it('is nothing that rests on the clock of a fencer', () => {
    assert.deepEqual(taken(NOW - BRAKE_WINDOW_MS, [link('fencing-history', NOW - 1_000)]), []);
  });

  it('is no node that nobody has marked', () => {
    const input = decideInput(known(undefined, [link('own-memory', NOW - 1_000)]));
    assert.deepEqual(input.recentOfflinings, []);
  });
});

function taken(changedMs: number, chain: readonly Evidence[]): readonly string[] {
  return takenOf(known(changedMs, chain));
}

function takenOf(what: Known): readonly string[] {
  const input = decideInput(what);
  return brakeUsed(input.recentOfflinings, new Set([LOST]), NOW);
}

function link(source: EvidenceSource, atMs: number): Evidence {
  return { source, what: 'off of h3', atMs };
}

/** A master with quorum, for which Ganeti has at most one node offline. */
function known(changedMs: number | undefined, chain: readonly Evidence[]): Known {
  const offlinings = changedMs === undefined ? [] : [{ node: LOST, atMs: changedMs }];
  return {
    ssconf: {
      masterNode: 'h1.lab.test',
      nodeList: ['h1.lab.test', 'h2.lab.test', LOST],
      masterCandidates: ['h1.lab.test', 'h2.lab.test'],
      offlineNodes: [],
      clusterTags: [],
      masterIp: '192.0.2.200',
      primaryIps: new Map(),
      secondaryIps: new Map(),
      sshPorts: new Map(),
    },
    settings: sweepSettings(readParameters({}).parameters, [], 3),
    verdicts: [],
    evidence: new Map([[LOST, chain]]),
    quorum: true,
    orders: NO_ORDERS,
    entries: [],
    facts: { nodes: [], jobs: [], underway: new Set(), offlinings },
    trigger: 'master-start',
    nowMs: NOW,
    setForwardMs: 0,
  };
}
