import { arrivalDoubt, maybeBack, watchGap } from './gap.ts';
import type { KnownEvent, NodeMemory, Observations, SeenEvent, Snapshot } from './memory.ts';

export type { KnownEvent, NodeMemory, Observations, Snapshot } from './memory.ts';
export { parseObservations } from './parse-observations.ts';

/**
 * A node still shown as a member this long after a fencing event was first seen is a node that is back.
 * Before that it may be one whose death has not reached corosync yet (`pcs stonith fence` of a living
 * node: the event is there at once, the membership follows after the token timeout).
 */
const SETTLED_AFTER_MS = 60_000;

/** More than the 500 events a fencer keeps (fenced_history.c, MAX_STONITH_HISTORY). */
const BASELINE_LENGTH = 600;

/** The memory after one more look. Give it every look this host takes, also when nothing seems wrong. */
export function observe(previous: Observations | undefined, snapshot: Snapshot, nowMs: number): Observations {
  const seenNames = snapshot.nodes.map(({ name }) => name).filter((name) => name !== '');
  const names = [...new Set([...Object.keys(previous?.nodes ?? {}), ...seenNames])];
  if (!snapshot.fenceHistoryKnown) return withoutHistory(previous, snapshot, nowMs);
  const nodes = Object.fromEntries(
    names.map((name) => [name, remember(name, previous, snapshot, nowMs)] as const),
  );
  return { version: 1, atMs: nowMs, ...(snapshot.ring === undefined ? {} : { ring: snapshot.ring }), nodes };
}

/** Whether the node was seen in the cluster, surely gone from it, or neither could be said. */
type Presence = 'member' | 'absent' | 'unclear';

function presenceOf(name: string, snapshot: Snapshot): Presence {
  const seen = snapshot.nodes.find((node) => node.name === name);
  const inCorosync = snapshot.corosyncMembers?.includes(name);
  if (seen?.online === true || seen?.pending === true || inCorosync === true) return 'member';
  return seen === undefined || inCorosync === undefined ? 'unclear' : 'absent';
}

/**
 * Where the fencer did not answer, the mark (time, ring, member) stays where it was: events that arrive
 * meanwhile are judged over the whole time. Events known already still go to the baseline of a node
 * that is back. A node never seen with a known history stays unknown to the memory.
 */
function withoutHistory(previous: Observations | undefined, snapshot: Snapshot, nowMs: number): Observations {
  if (previous === undefined) return { version: 1, atMs: nowMs, nodes: {} };
  const nodes = Object.entries(previous.nodes).map(([name, memory]) => {
    const presence = presenceOf(name, snapshot);
    return [name, { ...settle(memory, presence, nowMs), member: memory.member }] as const;
  });
  return { ...previous, nodes: Object.fromEntries(nodes) };
}

function remember(
  name: string,
  previous: Observations | undefined,
  snapshot: Snapshot,
  nowMs: number,
): NodeMemory {
  const memory = previous?.nodes[name];
  const presence = presenceOf(name, snapshot);
  const gap = watchGap(previous, memory, snapshot.ring, nowMs);
  const back = presence === 'member' ? maybeBack(previous, snapshot.ring) : undefined;
  const doubt = gap ?? back;
  const kept = (memory?.events ?? []).map((event) => withDoubt(event, doubt));
  const known = new Set([...(memory?.baseline ?? []), ...kept.map(({ id }) => id)]);
  const arrived = snapshot.fenceEvents
    .filter((event) => isPossibleProof(event, name) && !known.has(event.id))
    .map((event) => arrival(event, doubt ?? arrivalDoubt(event, nowMs), nowMs));
  const notified = presence !== 'member' && snapshot.notifiedFenced?.includes(name) === true;
  const events = [...kept, ...arrived].map((event) => (notified ? withoutDoubt(event) : event));
  const next = { baseline: [], ...memory, member: presence === 'member', events };
  return settle(next, presence, nowMs);
}

/** Moves the events a node has outlived to its baseline, and notes that it was gone. */
function settle(memory: NodeMemory, presence: Presence, nowMs: number): NodeMemory {
  switch (presence) {
    case 'unclear':
      return memory;
    case 'absent':
      return { ...memory, events: memory.events.map((event) => ({ ...event, absentSince: true })) };
    case 'member': {
      // The difference is taken without its sign: a clock set back must not keep an old event alive.
      const outlived = (event: KnownEvent): boolean =>
        event.absentSince || Math.abs(nowMs - event.firstSeenMs) >= SETTLED_AFTER_MS;
      const old = memory.events.filter(outlived).map(({ id }) => id);
      const last = memory.events.findLast(outlived)?.firstSeenMs;
      return {
        ...memory,
        ...(last === undefined ? {} : { outlivedMs: last }),
        baseline: [...memory.baseline, ...old].slice(-BASELINE_LENGTH),
        events: memory.events.filter((event) => !outlived(event)),
      };
    }
  }
}

function arrival(event: SeenEvent, doubt: string | undefined, nowMs: number): KnownEvent {
  return {
    id: event.id,
    action: event.action,
    firstSeenMs: nowMs,
    witnessed: doubt === undefined,
    ...(doubt === undefined ? {} : { doubt }),
    absentSince: false,
  };
}

/** A proof is as good as the watch since: over a gap the node may have come and gone. */
function withDoubt(event: KnownEvent, doubt: string | undefined): KnownEvent {
  return doubt === undefined || !event.witnessed ? event : { ...event, witnessed: false, doubt };
}

function withoutDoubt({ doubt: _resolved, ...event }: KnownEvent): KnownEvent {
  return { ...event, witnessed: true };
}

function isPossibleProof(event: SeenEvent, name: string): boolean {
  return (
    event.target === name &&
    event.status === 'success' &&
    (event.action === 'off' || event.action === 'reboot')
  );
}
