import { STORY_BEGINS_MS } from './env.ts';
import { alertFencing } from './pacemaker-alerts.ts';
import {
  type Cluster,
  down,
  type FencingEvent,
  type Member,
  type Partition,
  running,
  touch,
} from './pacemaker-model.ts';

/** pacemaker-fenced's limit of its history. */
const MOST_EVENTS = 500;
/** A BMC switches a host off and on in about this time. */
const REBOOT_MS = 1_000;

export interface FencingWatcher {
  changed(partition: Partition): void;
  /** Its fencing is said to have succeeded, and there it is: Pacemaker ends itself. */
  fencedAlive(member: Member): void;
}

export interface FencingOrder {
  readonly origin: Member;
  readonly target: Member;
  readonly action: string;
  /** Who asks, as the history has it. */
  readonly client: string;
}

/**
 * Fences a node on behalf of a member: what the device does, the history on every member, the alerts, and the
 * node's place in the status section. True where it succeeded.
 */
export async function fence(
  cluster: Cluster,
  order: FencingOrder,
  watcher: FencingWatcher,
): Promise<boolean> {
  const { world, faults, fenceMs } = cluster;
  const { origin, target, action, client } = order;
  const asked = origin.partition;
  const attempt = (asked?.attempts.get(target.name) ?? 0) + 1;
  const delegate = delegateOf(cluster, order);
  const event: FencingEvent = {
    target: target.name,
    action,
    client,
    origin: origin.name,
    delegate: delegate.name,
    status: 'pending',
    completedMs: undefined,
  };
  const { run } = origin;
  const witnesses = asked === undefined ? [origin] : running(asked, cluster.members);
  for (const one of witnesses) addEvent(one, event);
  world.log(origin.host, `fencing: ${action} ${target.name} asked`);
  const outcome = faults.fence?.(target.name, attempt) ?? { ok: true };
  await world.clock.sleep(outcome.ms ?? (outcome.ok ? fenceMs : Math.max(fenceMs, 1_000)));
  // With its origin the operation is lost, and with its delegate nobody switches anything.
  const lost = (origin.run !== run || !origin.host.on) && origin !== target;
  if (lost) {
    for (const one of cluster.members) one.fencings = one.fencings.filter((other) => other !== event);
    return false;
  }
  event.status = outcome.ok ? 'success' : 'failed';
  event.completedMs = STORY_BEGINS_MS + world.clock.now() + origin.host.skewMs;
  if (outcome.effect ?? outcome.ok) switchPower(cluster, target, action);
  world.log(
    origin.host.on ? origin.host : delegate.host,
    `fencing: ${action} ${target.name} ${outcome.ok ? 'done' : `failed (attempt ${attempt})`}`,
  );
  announce(cluster, event, outcome.ok, witnesses, watcher);
  return outcome.ok;
}

/** `stonith_admin --confirm`: a human says that the node is down. */
export function confirmFenced(
  cluster: Cluster,
  origin: Member,
  target: Member,
  watcher: FencingWatcher,
): void {
  const event: FencingEvent = {
    target: target.name,
    action: 'off',
    client: `stonith_admin.${origin.host.nextPid()}`,
    origin: origin.name,
    delegate: 'a human',
    status: 'success',
    completedMs: STORY_BEGINS_MS + cluster.world.clock.now() + origin.host.skewMs,
  };
  const { partition } = origin;
  const witnesses = partition === undefined ? [origin] : running(partition, cluster.members);
  for (const one of witnesses) addEvent(one, event);
  cluster.world.log(origin.host, `fencing: off ${target.name} confirmed by hand`);
  announce(cluster, event, true, witnesses, watcher);
}

/** A member's fencer takes over what the others know, when it joins them. */
export function shareHistory(members: readonly Member[]): void {
  const all = [...new Set(members.flatMap(({ fencings }) => fencings))];
  all.sort((a, b) => (a.completedMs ?? Number.MAX_VALUE) - (b.completedMs ?? Number.MAX_VALUE));
  for (const one of members) one.fencings = [...all];
}

/** The status section after a successful fencing: neither "fenced" nor "left" can be told from it afterwards. */
function markFenced(partition: Partition, target: Member): void {
  const status = partition.nodes.get(target.name);
  if (status === undefined) return;
  Object.assign(status, { seen: true, ...down() });
  partition.attempts.delete(target.name);
  touch(partition);
}

function announce(
  cluster: Cluster,
  event: FencingEvent,
  ok: boolean,
  witnesses: readonly Member[],
  watcher: FencingWatcher,
): void {
  const target = cluster.members.find(({ name }) => name === event.target);
  const fenced = ok && event.action !== 'on';
  const living = witnesses.filter(({ host, pacemaker }) => host.on && pacemaker === 'running');
  for (const one of living) alertFencing(cluster, one, event);
  for (const partition of new Set(living.flatMap((one) => one.partition ?? []))) {
    if (fenced && target !== undefined) markFenced(partition, target);
    else if (!ok) partition.attempts.set(event.target, (partition.attempts.get(event.target) ?? 0) + 1);
    touch(partition);
    watcher.changed(partition);
  }
  if (fenced && target !== undefined && living.includes(target)) {
    cluster.world.log(target.host, 'pacemaker: allegedly just fenced');
    watcher.fencedAlive(target);
  }
}

function switchPower(cluster: Cluster, target: Member, action: string): void {
  const { world } = cluster;
  if (action === 'on') {
    world.powerOn(target.host);
    return;
  }
  world.powerOff(target.host);
  if (action === 'reboot') world.clock.after(REBOOT_MS, () => world.powerOn(target.host));
}

/** Somebody else than the target does it, and the one who asks only if nobody else can. */
function delegateOf(cluster: Cluster, { origin, target }: FencingOrder): Member {
  const { partition } = origin;
  const others = partition === undefined ? [] : running(partition, cluster.members);
  return (
    others.find((one) => one !== target && one !== origin) ??
    (origin === target ? (others[0] ?? origin) : origin)
  );
}

function addEvent(member: Member, event: FencingEvent): void {
  member.fencings.push(event);
  if (member.fencings.length > MOST_EVENTS) member.fencings.shift();
}
