// Invariants 1 and 6, the brake and the pauses: of each job that a sweep hands in.

import { BRAKE_WINDOW_MS, brakeCapacity } from '../../src/policy/brake.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import { isPaused, isReleased } from './orders-truth.ts';
import { PAUSE, type Watched } from './violation.ts';
import type { FencingSeen } from './watch-forgotten.ts';

/** From the look that a decision rests on to its job: what changes in between cannot be known. */
const LOOK_MS = 3_000;
const SAMPLE_MS = 500;

/** What goes on while paused: nothing of it touches a node's account. */
const ALLOWED_WHILE_PAUSED = ['master-ip-submitted', 'redist-submitted'];

export function watchActions(
  { stage, rules, tell }: Watched,
  { fencedAt, memberAt }: FencingSeen,
): (by: SimHost, event: string, node: string) => void {
  const { world, pacemaker, ganeti } = stage;
  const marked: { readonly node: string; readonly atMs: number }[] = [];
  const quorumAt = new Map<string, number>();
  const sample = (): void => {
    world.clock.after(SAMPLE_MS, sample);
    for (const { name } of world.hosts) if (pacemaker.hasQuorum(name)) quorumAt.set(name, world.clock.now());
  };
  sample();

  function offline(by: SimHost, host: SimHost, node: string): void {
    const now = world.clock.now();
    const who = `${host.name} was marked offline by ${by.name}`;
    const joinedAt = memberAt.get(host.name) ?? 0;
    if (pacemaker.isMember(host.name, by.name) && now - joinedAt > LOOK_MS)
      tell(1, `${who} while it was a member`);
    const quorate = pacemaker.hasQuorum(by.name) || now - (quorumAt.get(by.name) ?? 0) <= LOOK_MS;
    if (!quorate) tell(1, `${who} without quorum`);
    const fenced = fencedAt.get(host.name) ?? -1;
    const proven = fenced >= 0 && (fenced > joinedAt || now - joinedAt <= LOOK_MS);
    if (rules.evidence === 'fenced' && !proven)
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
