// Invariants 1 and 6, the brake and the pauses: of each job that a sweep hands in, as of when luxid was asked for it.

import { sourceOf } from '../../src/ganeti/job-words.ts';
import { offlinedBy as offlinedNode } from '../../src/ganeti/offline-jobs.ts';
import { BRAKE_WINDOW_MS, brakeCapacity } from '../../src/policy/brake.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import type { FencingTruth } from './fencing-truth.ts';
import { isPaused, isReleased } from './orders-truth.ts';
import { PAUSE, type Watched } from './violation.ts';

/** From the look that a decision rests on to its job: what changes in between cannot be known. */
const LOOK_MS = 3_000;

/** While paused these go on, as nothing of them touches a node's account; offline jobs are judged when luxid takes them. */
const NO_MATTER_OF_PAUSES = ['master-ip-submitted', 'redist-submitted', 'offline-submitted'];

/** What was true when luxid was asked for a job: it may take it seconds later, and be found to have taken it later still. */
interface Asked {
  readonly wrongs: readonly string[];
  readonly isReleased: boolean;
  readonly isPaused: boolean;
}

export function watchActions(
  { stage, rules, tell }: Watched,
  truth: FencingTruth,
): (by: SimHost, event: string, node: string) => void {
  const { world, pacemaker, ganeti } = stage;
  const asked = new Map<string, Asked>();
  const marked: { readonly node: string; readonly atMs: number }[] = [];
  const keyOf = (by: SimHost, node: string): string => `${by.name} ${node}`;
  ganeti.faults.asked = (by, request) => {
    for (const { host, node } of offlinedBy(opsOf(request))) asked.set(keyOf(by, node), ask(by, host, node));
  };
  ganeti.faults.taken = (by, ops) => {
    for (const { host, node } of offlinedBy(ops))
      offline(by, host, node, asked.get(keyOf(by, node)) ?? ask(by, host, node));
  };

  /** The nodes that these are to mark offline, where these agents gave them. */
  function offlinedBy(ops: Ops): readonly { readonly host: SimHost; readonly node: string }[] {
    return ops.flatMap((op) => {
      const node = sourceOf(op)?.startsWith('ocf:ganeti:') === true ? offlinedNode(op) : undefined;
      const host = node === undefined ? undefined : world.host(node);
      return host === undefined || node === undefined ? [] : [{ host, node }];
    });
  }

  function ask(by: SimHost, host: SimHost, node: string): Asked {
    const wrongs: string[] = [];
    if (host.on && pacemaker.isMember(host.name, by.name) && truth.memberForMs(host.name) > LOOK_MS)
      wrongs.push('while it was a member');
    if (!truth.hadQuorum(by.name, LOOK_MS)) wrongs.push('without quorum');
    if (rules.evidence === 'fenced' && !truth.isProvenDead(host.name, LOOK_MS))
      wrongs.push('and it has not been fenced since it was a member');
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
    for (const wrong of wrongs) tell(1, `${who} ${wrong}`);
    const config = ganeti.configOf(by.name);
    const nodes = Object.values(config?.nodes ?? {});
    const master = nodes.find(({ uuid }) => uuid === config?.cluster.master_node);
    if (master?.name === node) tell(1, `${who} while it is Ganeti's master`);
    // A node that somebody took back gives its place back; what another configuration says is not known there.
    const takesPlace = (one: string): boolean =>
      one === node || nodes.some(({ name, offline: is }) => name === one && is);
    marked.push({ node, atMs: now });
    const inWindow = marked.filter((one) => now - one.atMs < BRAKE_WINDOW_MS && takesPlace(one.node));
    const capacity = brakeCapacity(rules.limit, world.hosts.length);
    const places = new Set(inWindow.map((one) => one.node)).size;
    if (places > capacity && !released)
      tell(1, `${who} as number ${places} within the window, the brake allows ${capacity}`);
  }

  return (by, event, node) => {
    const host = world.host(node);
    if (host === undefined) return tell(6, `${event}: "${node}" is no node`);
    if (!NO_MATTER_OF_PAUSES.includes(event) && isPaused(by, world.clock.now(), LOOK_MS))
      tell(PAUSE, `${event} of ${host.name} by ${by.name} while paused`);
  };
}

type Ops = readonly Readonly<Record<string, unknown>>[];

function opsOf(request: unknown): Ops {
  const { method, args }: Readonly<Record<string, unknown>> =
    typeof request === 'object' && request !== null ? { ...request } : {};
  const [ops]: readonly unknown[] = Array.isArray(args) ? args : [];
  return method === 'SubmitJob' && Array.isArray(ops) ? ops : [];
}
