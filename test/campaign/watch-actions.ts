// Invariants 1 and 6, the brake and the pauses: of each job that a sweep hands in, as of when luxid was asked for it.

import { isOurs, sourceOf } from '../../src/ganeti/job-words.ts';
import { offlinedBy } from '../../src/ganeti/offline-jobs.ts';
import { BRAKE_WINDOW_MS, brakeCapacity } from '../../src/policy/brake.ts';
import { isUnfinished } from '../../src/simulate/ganeti-queue.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import type { FencingTruth } from './fencing-truth.ts';
import { type Ops, observeLuxid } from './observe-luxid.ts';
import { isPaused, isReleased } from './orders-truth.ts';
import { PAUSE, type Watched } from './violation.ts';

/** From the look that a decision rests on to its job: what changes in between cannot be known. */
const LOOK_MS = 3_000;

/**
 * While paused two of these go on, as nothing of them touches a node's account; the third is judged as of when luxid was
 * asked, which may be long before its line.
 */
const JUDGED_OTHERWISE = ['master-ip-submitted', 'redist-submitted', 'offline-submitted'];

/** What was true when luxid was asked for a job: it may take it seconds later, and be found to have taken it later still. */
interface Asked {
  readonly wrongs: readonly string[];
  readonly isReleased: boolean;
  readonly isPaused: boolean;
}

export function watchActions(
  { stage, rules, tell }: Watched,
  truth: FencingTruth,
): (by: SimHost, line: Submitted) => void {
  const { world, pacemaker, ganeti } = stage;
  const asked = new Map<string, Asked>();
  const marked: { readonly node: string; readonly atMs: number }[] = [];
  const taken = new Set<string>();
  /** Whether a pause stood when a host last asked for a job, whichever. */
  const pausedAtAsking = new Map<string, boolean>();
  // The reason has the moment of the sweep, so that two requests for one node are told apart.
  const keyOf = (by: SimHost, op: Ops[number]): string => JSON.stringify([by.name, op.node_name, op.reason]);
  observeLuxid(stage, {
    asked: (by, ops) => {
      if (ops.length > 0) pausedAtAsking.set(by.name, isPaused(by, world.clock.now(), LOOK_MS));
      for (const { host, node, op } of offliningsOf(ops)) asked.set(keyOf(by, op), ask(by, host, node));
    },
    taken: (by, ops, job) => {
      for (const { host, node, op } of offliningsOf(ops)) {
        taken.add(`${by.name} ${node} ${job}`);
        offline(by, host, node, asked.get(keyOf(by, op)) ?? ask(by, host, node));
      }
    },
  });

  /** The nodes that these are to mark offline, where these agents gave them. */
  function offliningsOf(ops: Ops): readonly Offlining[] {
    return ops.flatMap((op) => {
      const node = isOurs(sourceOf(op)) ? offlinedBy(op) : undefined;
      if (node === undefined) return [];
      const host = world.hosts.find(({ ganetiName }) => ganetiName === node);
      if (host !== undefined) return [{ host, node, op }];
      tell(6, `a job is to mark "${node}" offline, which is no node`);
      return [];
    });
  }

  function ask(by: SimHost, host: SimHost, node: string): Asked {
    const wrongs: string[] = [];
    if (host.on && pacemaker.isMember(host.name, by.name) && truth.memberForMs(host.name) > LOOK_MS)
      wrongs.push(' while it was a member');
    if (!truth.hadQuorum(by.name, LOOK_MS)) wrongs.push(' without quorum');
    if (rules.evidence === 'fenced' && !truth.isProvenDead(host.name, LOOK_MS))
      wrongs.push(', and it has not been fenced since it was a member');
    const now = world.clock.now();
    return { wrongs, isReleased: isReleased(by, node, now, LOOK_MS), isPaused: isPaused(by, now, LOOK_MS) };
  }

  function offline(
    by: SimHost,
    host: SimHost,
    node: string,
    { wrongs, isReleased: released, isPaused: paused }: Asked,
  ): void {
    const now = world.clock.now();
    const who = `${host.name} was marked offline by ${by.name}`;
    if (paused) tell(PAUSE, `${who} while paused`);
    for (const wrong of wrongs) tell(1, `${who}${wrong}`);
    const config = ganeti.configOf(by.name);
    const nodes = Object.values(config?.nodes ?? {});
    const master = nodes.find(({ uuid }) => uuid === config?.cluster.master_node);
    if (master?.name === node) tell(1, `${who} while it is Ganeti's master`);
    const waiting = ganeti.jobsOn(by.name).filter(isUnfinished);
    // A node that somebody took back gives its place back; what the configuration and the queue of another host say,
    // as of a master that was cut off before it died, is not known there.
    const takesPlace = (one: string): boolean =>
      one === node ||
      nodes.some(({ name, offline: is }) => name === one && is) ||
      waiting.some(({ ops }) => ops.some((op) => offlinedBy(op) === one));
    marked.push({ node, atMs: now });
    const inWindow = marked.filter((one) => now - one.atMs < BRAKE_WINDOW_MS && takesPlace(one.node));
    const capacity = brakeCapacity(rules.limit, world.hosts.length);
    const places = new Set(inWindow.map((one) => one.node)).size;
    if (places > capacity && !released)
      tell(1, `${who} as number ${places} within the window, the brake allows ${capacity}`);
  }

  return (by, { event, node, job }) => {
    const host = world.host(node);
    if (host === undefined) return tell(6, `${event}: "${node}" is no node`);
    if (event === 'offline-submitted' && !taken.has(`${by.name} ${node} ${String(job)}`))
      tell(
        1,
        `${host.name} was noted as marked offline by ${by.name}, and job ${String(job)} is none of its own`,
      );
    if (JUDGED_OTHERWISE.includes(event)) return;
    // luxid may take ten seconds over a job, and a pause begin meanwhile.
    const paused = pausedAtAsking.get(by.name) ?? isPaused(by, world.clock.now(), LOOK_MS);
    if (paused) tell(PAUSE, `${event} of ${host.name} by ${by.name} while paused`);
  };
}

/** A line of a ledger that tells of a job. */
export interface Submitted {
  readonly event: string;
  readonly node: string;
  readonly job: unknown;
}

interface Offlining {
  readonly host: SimHost;
  readonly node: string;
  readonly op: Ops[number];
}
