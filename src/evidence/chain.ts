import type { Evidence } from './evidence.ts';
import { factsOf, type HistoryEvent, type JudgeClusterInput } from './judge-cluster.ts';
import type { KnownEvent } from './memory.ts';
import type { NodeFacts, NodeSeen } from './verdict.ts';

/** As long as the brake looks back: what a predecessor has marked offline for it takes a place. */
const OUTLIVED_MS = 600_000;

export interface ChainInput extends JudgeClusterInput {
  /** When the cluster was asked, by this host's clock. */
  readonly nowMs: number;
}

/** For each Ganeti node who said what of it and when, oldest first: the facts, whatever verdict follows from them. */
export function evidenceChains(input: ChainInput): ReadonlyMap<string, readonly Evidence[]> {
  return new Map(input.ganetiNodes.map((node) => [node, chainOf(node, input)]));
}

function chainOf(node: string, input: ChainInput): readonly Evidence[] {
  const { nowMs, cluster } = input;
  const facts = factsOf(node, input);
  const links: Evidence[] = [];
  const say = (source: Evidence['source'], what: string, atMs = nowMs): void => {
    links.push({ source, what, atMs });
  };
  if (facts.mapping.kind !== 'mapped') {
    say('names', facts.mapping.text);
    return links;
  }
  const name = facts.mapping.pacemaker;
  const outlivedMs = input.observations?.nodes[name]?.outlivedMs;
  if (outlivedMs !== undefined && Math.abs(nowMs - outlivedMs) < OUTLIVED_MS)
    say('own-memory', 'this host learned of a fencing that the node has come back from', outlivedMs);
  for (const event of memoryOf(facts)) say('own-memory', remembered(event), event.firstSeenMs);
  if (cluster.kind === 'unavailable') say('pacemaker', `no answer: ${cluster.message}`);
  else {
    for (const event of historyOf(name, cluster.state.fenceEvents, facts)) say(...history(event, nowMs));
    if (!cluster.state.fenceHistoryKnown) say('fencing-history', 'no answer from the fencer');
    say('pacemaker', pacemakerSays(name, facts.seen));
  }
  if (facts.notifiedFenced) say('notification', `this transition has fenced ${name}`);
  const corosync = corosyncSays(name, facts);
  if (corosync !== undefined) say('corosync', corosync);
  if (facts.simulatedUnproven) say('simulation', 'SIMULATED fencing-unproven: no proof counts');
  return links.sort((a, b) => a.atMs - b.atMs);
}

function memoryOf({ fencing }: NodeFacts): readonly KnownEvent[] {
  return fencing.kind === 'none' ? [] : fencing.events;
}

/** What is evidence now: the events this host's memory holds, and what has not succeeded since. */
function historyOf(name: string, events: readonly HistoryEvent[], facts: NodeFacts): readonly HistoryEvent[] {
  const known = new Set(memoryOf(facts).map(({ id }) => id));
  const own = events.filter(({ target }) => target === name);
  const success = own.findIndex(({ status }) => status === 'success');
  const open = own.slice(0, success < 0 ? own.length : success);
  return own.filter((event) => known.has(event.id) || open.includes(event));
}

function history(event: HistoryEvent, nowMs: number): [Evidence['source'], string, number] {
  const { action, target, status, client, origin, delegate, exitReason, completedMs } = event;
  const ended = { success: 'succeeded', failed: 'failed', pending: 'is under way' }[status] ?? status;
  const by = delegate === undefined ? '' : `, done by ${delegate}`;
  const asked = client === undefined || client === '' ? '' : `, asked for by ${client}`;
  const on = origin === undefined || origin === '' || asked === '' ? '' : ` on ${origin}`;
  const why = exitReason === undefined ? '' : `: ${exitReason}`;
  const when = completedMs === undefined ? '' : " (time of the fencer's clock)";
  const what = `${action} of ${target} ${ended}${by}${asked}${on}${why}${when}`;
  return ['fencing-history', what, completedMs ?? nowMs];
}

function remembered({ action, witnessed, doubt, absentSince, answeredMs }: KnownEvent): string {
  const gone = absentSince ? ', and has seen the node gone since' : '';
  const up =
    answeredMs === undefined
      ? ''
      : `; the node has answered over the network since (${new Date(answeredMs).toISOString()})`;
  return witnessed
    ? `this host learned of its ${action} while it was watching${gone}${up}`
    : `this host learned of its ${action}, but: ${doubt ?? 'it was not watching'}${gone}${up}`;
}

function pacemakerSays(name: string, seen: NodeSeen | undefined): string {
  if (seen === undefined) return `does not list ${name}`;
  const flags = [
    seen.online ? 'online' : 'offline',
    ...(seen.type === 'member' ? [] : [`a ${seen.type} node`]),
    ...(seen.pending ? ['joining'] : []),
    seen.unclean ? 'unclean' : 'not unclean',
    seen.expectedUp ? 'expected up' : 'not expected up',
    ...(seen.standby ? ['standby'] : []),
    ...(seen.maintenance ? ['maintenance'] : []),
    ...(seen.shutdown ? ['shutting down'] : []),
  ];
  return `${name} is ${flags.join(', ')}`;
}

function corosyncSays(name: string, { corosyncMember, seen }: NodeFacts): string | undefined {
  if (corosyncMember === undefined) {
    return seen === undefined || seen.online ? undefined : 'its membership could not be read';
  }
  return corosyncMember ? `${name} is in its membership` : `${name} is not in its membership`;
}
