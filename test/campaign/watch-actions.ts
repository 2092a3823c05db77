// Invariants 1 and 6, the brake and the pauses: of each job that a sweep hands in.

import { BRAKE_WINDOW_MS, brakeCapacity } from '../../src/policy/brake.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import type { FencingTruth } from './fencing-truth.ts';
import { isPaused, isReleased } from './orders-truth.ts';
import { PAUSE, type Watched } from './violation.ts';

/** From the look that a decision rests on to its job: what changes in between cannot be known. */
const LOOK_MS = 3_000;

/** What goes on while paused: nothing of it touches a node's account. */
const ALLOWED_WHILE_PAUSED = ['master-ip-submitted', 'redist-submitted'];

export function watchActions(
  { stage, rules, tell }: Watched,
  truth: FencingTruth,
): (by: SimHost, event: string, node: string) => void {
  const { world, pacemaker, ganeti } = stage;
  const marked: { readonly node: string; readonly atMs: number }[] = [];
  function offline(by: SimHost, host: SimHost, node: string): void {
    const now = world.clock.now();
    const who = `${host.name} was marked offline by ${by.name}`;
    if (host.on && pacemaker.isMember(host.name, by.name) && truth.memberForMs(host.name) > LOOK_MS)
      tell(1, `${who} while it was a member`);
    if (!truth.hadQuorum(by.name, LOOK_MS)) tell(1, `${who} without quorum`);
    if (rules.evidence === 'fenced' && !truth.isProvenDead(host.name, LOOK_MS))
      tell(1, `${who}, and it has not been fenced since it was a member`);
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
    if (places > capacity && !isReleased(by, node, now, LOOK_MS))
      tell(1, `${who} as number ${places} within the window, the brake allows ${capacity}`);
  }

  return (by, event, node) => {
    const host = world.host(node);
    if (host === undefined) return tell(6, `${event}: "${node}" is no node`);
    if (!ALLOWED_WHILE_PAUSED.includes(event) && isPaused(by, world.clock.now(), LOOK_MS))
      tell(PAUSE, `${event} of ${host.name} by ${by.name} while paused`);
    if (event === 'offline-submitted') offline(by, host, node);
  };
}
