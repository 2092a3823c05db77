import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evidenceFor, type FencingEvidence } from '../../../src/evidence/fencing-evidence.ts';
import {
  type Observations,
  observe,
  parseObservations,
  type Snapshot,
} from '../../../src/evidence/observations.ts';

const T0 = Date.parse('2026-05-01T10:00:00Z');

interface Look {
  /** Seconds since T0. */
  readonly at: number;
  readonly ring?: number | undefined;
  readonly x: 'online' | 'pending' | 'offline';
  /** x in corosync's membership; default: as online says. */
  readonly corosync?: boolean | undefined;
  /** Successful fencings of x by their second; `history: undefined` means the fencer did not answer. */
  readonly events?: readonly number[] | undefined;
  readonly historyKnown?: boolean;
  readonly notified?: boolean;
}

function snapshotOf({
  at: _,
  ring,
  x,
  corosync,
  events = [],
  historyKnown = true,
  notified,
}: Look): Snapshot {
  const inCorosync = corosync ?? x !== 'offline';
  return {
    nodes: [
      { name: 'me', online: true, pending: false },
      { name: 'x', online: x === 'online', pending: x === 'pending' },
    ],
    fenceEvents: events.map((second) => ({
      id: `x|off|${second}`,
      target: 'x',
      action: 'off',
      status: 'success',
      completedMs: T0 + second * 1000,
    })),
    fenceHistoryKnown: historyKnown,
    ring,
    corosyncMembers: inCorosync ? ['me', 'x'] : ['me'],
    notifiedFenced: notified === true ? ['x'] : [],
  };
}

function look(previous: Observations | undefined, seen: Look): Observations {
  return observe(previous, snapshotOf(seen), T0 + seen.at * 1000);
}

function after(...looks: readonly Look[]): FencingEvidence {
  let memory: Observations | undefined;
  // Through JSON each time, as it is kept between two calls of an agent.
  for (const seen of looks) memory = parseObservations(JSON.stringify(look(memory, seen)));
  return evidenceFor(memory, 'x');
}

describe('a fencing is proof', () => {
  it('when it appears after the node was seen as a member', () => {
    const evidence = after({ at: 0, ring: 9, x: 'online' }, { at: 20, ring: 13, x: 'offline', events: [18] });
    assert.equal(evidence.kind, 'proof');
  });

  it('however long the quiet before it was: rings are counted, not seconds', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 86_400, ring: 13, x: 'offline', events: [86_390] },
    );
    assert.equal(evidence.kind, 'proof');
  });

  it('when it is seen at once, in however many rings the others came and went', () => {
    const evidence = after({ at: 0, ring: 9, x: 'online' }, { at: 4, ring: 29, x: 'offline', events: [3] });
    assert.equal(evidence.kind, 'proof');
  });

  it('when the notification of a death among many names it, however many rings there were', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 40, ring: 29, x: 'offline', events: [30], notified: true },
      { at: 60, ring: 33, x: 'offline', events: [30] },
    );
    assert.equal(evidence.kind, 'proof');
  });

  it('when another node died in the same moment', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 3_600, ring: 17, x: 'offline', events: [3_590] },
    );
    assert.equal(evidence.kind, 'proof');
  });

  it('when the event is there before the node is seen to be gone', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 10, ring: 9, x: 'online', events: [9] },
      { at: 20, ring: 13, x: 'offline', events: [9] },
    );
    assert.equal(evidence.kind, 'proof');
  });

  it('still when the history has been cleared, as long as the node stays away', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 20, ring: 13, x: 'offline', events: [18] },
      { at: 40, ring: 13, x: 'offline' },
      { at: 4_000, ring: 17, x: 'offline' },
    );
    assert.equal(evidence.kind, 'proof');
  });

  it('when it is for a node that had left cleanly before', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 10, ring: 13, x: 'offline' },
      { at: 900, ring: 13, x: 'offline', events: [890] },
    );
    assert.equal(evidence.kind, 'proof');
  });

  it('when this very call’s notification says so, whatever was seen before', () => {
    const evidence = after({ at: 0, ring: 9, x: 'offline', events: [-5], notified: true });
    assert.equal(evidence.kind, 'proof');
  });
});

describe('a fencing is no proof any more', () => {
  it('when the node has been back since, also after the next clean stop', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 20, ring: 13, x: 'offline', events: [18] },
      { at: 90, ring: 18, x: 'online', events: [18] },
      { at: 120, ring: 22, x: 'offline', events: [18] },
    );
    assert.equal(evidence.kind, 'none');
  });

  it('when the node is joining, or only its corosync is up', () => {
    const dead: Look = { at: 20, ring: 13, x: 'offline', events: [18] };
    for (const back of [
      { at: 60, ring: 18, x: 'pending', events: [18] },
      { at: 60, ring: 18, x: 'offline', corosync: true, events: [18] },
    ] as const) {
      assert.equal(after({ at: 0, ring: 9, x: 'online' }, dead, back).kind, 'none');
    }
  });

  it('when the node was seen as a member a minute after it', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online', events: [-4_000] },
      { at: 61, ring: 9, x: 'online', events: [-4_000] },
      { at: 80, ring: 13, x: 'offline', events: [-4_000] },
    );
    assert.equal(evidence.kind, 'none');
  });

  it('also when the fencer forgot the old events and learned them again', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online', events: [-10] },
      { at: 61, ring: 9, x: 'online', events: [-10] },
      { at: 70, ring: 9, x: 'online' },
      { at: 80, ring: 9, x: 'online', events: [-10] },
      { at: 90, ring: 13, x: 'offline', events: [-10] },
    );
    assert.equal(evidence.kind, 'none');
  });

  it('when the node came back while the fencer did not answer', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 20, ring: 13, x: 'offline', events: [18] },
      { at: 60, ring: 18, x: 'online', historyKnown: false },
      { at: 70, ring: 22, x: 'offline', events: [18] },
    );
    assert.equal(evidence.kind, 'none');
  });
});

describe('it cannot be told whether a fencing is proof', () => {
  it('when this host has only just begun to watch', () => {
    const evidence = after({ at: 0, ring: 9, x: 'offline', events: [-5] });
    assert.equal(evidence.kind, 'unwitnessed');
    assert.match(evidence.kind === 'unwitnessed' ? evidence.text : '', /when this host began to watch/);
  });

  it('when the watch began with the fencer silent', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online', historyKnown: false },
      { at: 10, ring: 13, x: 'offline', events: [-50] },
    );
    assert.equal(evidence.kind, 'unwitnessed');
  });

  it('when the node may have come and gone in a gap', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 200, ring: 22, x: 'offline', events: [30] },
    );
    assert.equal(evidence.kind, 'unwitnessed');
    assert.match(
      evidence.kind === 'unwitnessed' ? evidence.text : '',
      /did not look for 200 s.*up to 3 times/,
    );
  });

  it('when the gap is as short as the fastest host needs to be fenced, back and stopped again', () => {
    const evidence = after({ at: 0, ring: 9, x: 'online' }, { at: 8, ring: 22, x: 'offline', events: [1] });
    assert.equal(evidence.kind, 'unwitnessed');
  });

  it('when a known proof is older than such a gap', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 20, ring: 13, x: 'offline', events: [18] },
      { at: 900, ring: 22, x: 'offline', events: [18] },
    );
    assert.equal(evidence.kind, 'unwitnessed');
  });

  it('when there is no ring number and much time has passed', () => {
    const evidence = after(
      { at: 0, ring: undefined, x: 'online' },
      { at: 300, ring: undefined, x: 'offline', events: [290] },
    );
    assert.equal(evidence.kind, 'unwitnessed');
  });

  it('when the event is new to us and old by its own time', () => {
    const evidence = after(
      { at: 0, ring: 9, x: 'online' },
      { at: 20, ring: 13, x: 'offline', events: [-400] },
    );
    assert.equal(evidence.kind, 'unwitnessed');
  });

  it('when a node fenced with a quick reboot was back before anybody saw it gone', () => {
    // Measured: fenced 02:25:09, corosync's new ring with the rebooted node in it in the same second.
    const evidence = after(
      { at: 0, ring: 18, x: 'online' },
      { at: 5, ring: 27, x: 'online', events: [5] },
      { at: 30, ring: 31, x: 'offline', events: [5] },
    );
    assert.equal(evidence.kind, 'unwitnessed');
  });
});

describe('what is no fencing at all', () => {
  for (const [what, event] of [
    ['a failed attempt', { status: 'failed' }],
    ['an attempt under way', { status: 'pending' }],
    ['power on', { action: 'on' }],
    ['another node', { target: 'me' }],
  ] as const) {
    it(what, () => {
      const start = look(undefined, { at: 0, ring: 9, x: 'online' });
      const seen = snapshotOf({ at: 20, ring: 13, x: 'offline', events: [18] });
      const fenceEvents = seen.fenceEvents.map((each) => ({ ...each, ...event }));
      const memory = observe(start, { ...seen, fenceEvents }, T0 + 20_000);
      assert.equal(evidenceFor(memory, 'x').kind, 'none');
    });
  }
});

describe('the memory', () => {
  it('keeps what it knows of a node that Pacemaker does not list any more', () => {
    const memory = look(undefined, { at: 0, ring: 9, x: 'online', events: [-9_000] });
    const gone = observe(memory, { ...snapshotOf({ at: 9, ring: 9, x: 'online' }), nodes: [] }, T0 + 9_000);
    assert.deepEqual(gone.nodes.x?.events, memory.nodes.x?.events);
  });

  for (const text of [
    '',
    'null',
    '{"version":2,"atMs":1,"nodes":{}}',
    '{"version":1,"atMs":"now","nodes":{}}',
    '{"version":1,"atMs":1e20,"nodes":{}}',
    '{"version":1,"atMs":1,"ring":-1,"nodes":{}}',
    '{"version":1,"atMs":1,"nodes":{"x":{"member":true,"baseline":[],"events":[{"id":"e","action":"off","firstSeenMs":1e20,"witnessed":true,"absentSince":true}]}}}',
    '{"version":1,"atMs":1,"nodes":{"x":{"member":true}}}',
    '{"version":1,"atMs":1,"nodes":{"x":{"member":true,"baseline":[],"events":[{"id":"e"}]}}}',
  ]) {
    it(`is not taken from ${text === '' ? 'an empty file' : text}`, () => {
      assert.equal(parseObservations(text), undefined);
    });
  }
});
