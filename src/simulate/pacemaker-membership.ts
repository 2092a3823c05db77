import { shareProperties, writeCib } from './cib-xml.ts';
import type { Ring } from './corosync.ts';
import { shareHistory } from './fencer.ts';
import { alertNode } from './pacemaker-alerts.ts';
import {
  type Cluster,
  copyHistory,
  down,
  type Member,
  type NodeStatus,
  newHistory,
  type Partition,
  type Picture,
  running,
  touch,
} from './pacemaker-model.ts';

/** From the loss of a DC to a new one that has everybody's word. */
const ELECTION_MS = 1_000;
/** From the join offer to a confirmed member. */
const JOIN_MS = 1_000;
/** The controller takes no look at once when quorum is gained: who boots at the same time shall join, not be fenced. */
const QUORUM_GAINED_MS = 5_000;

export interface Membership {
  ringFormed(ring: Ring, restarted: readonly Member[]): void;
  /** Pacemaker has come up on a host whose corosync is in a ring. */
  cameUp(member: Member): void;
  /** Pacemaker is gone from a host, in order or not; `wasRunning`: it was more than starting. */
  wentDown(member: Member, inOrder: boolean): void;
}

/** Who is a member of which partition, and who is its DC. `changed`: the scheduler has something to look at. */
export function membershipOf(cluster: Cluster, changed: (partition: Partition) => void): Membership {
  const { world, members } = cluster;

  function ringFormed(ring: Ring, restarted: readonly Member[]): void {
    const inRing = members.filter(({ host }) => ring.hosts.includes(host));
    const before = [...new Set(inRing.flatMap(({ partition }) => partition ?? []))];
    const base = bestOf(before, inRing);
    const known = new Set(inRing.filter((one) => one.partition === base && base !== undefined));
    const seen = base === undefined ? undefined : seenBefore(base, inRing);
    const hostsBefore = seen?.hosts ?? [];
    const gained = ring.quorate && base?.quorate === false;
    const partition = base === undefined || seen === undefined ? newPartition() : owned(base, seen, inRing);
    for (const old of before) if (old !== partition && !hasHeir(old, inRing)) end(old);
    Object.assign(partition, { sequence: ring.sequence, hosts: ring.hosts, quorate: ring.quorate });
    world.log(
      undefined,
      `corosync: ring ${ring.sequence}: ${inRing.map(({ name }) => name).join(' ')}${ring.quorate ? '' : ' (no quorum)'}`,
    );
    const lost = [...partition.nodes.values()].filter(
      ({ member }) => !inRing.includes(member) && hostsBefore.includes(member.host),
    );
    for (const one of inRing) one.partition = partition;
    for (const status of lost) lose(partition, status);
    for (const one of restarted) {
      const status = partition.nodes.get(one.name);
      if (status?.inCcm === true) lose(partition, status);
    }
    const fresh = inRing.filter((one) => !known.has(one) || restarted.includes(one));
    for (const one of fresh) tell(partition, one, 'member');
    share(running(partition, members));
    if (!hasDc(partition, inRing)) elect(partition);
    else for (const one of fresh) if (one.pacemaker === 'running') join(partition, one);
    touch(partition);
    // A join that ends earlier is a change of its own.
    if (gained && lost.length === 0) world.clock.after(QUORUM_GAINED_MS, () => changed(partition));
    else changed(partition);
  }

  /** What these hosts knew in their partition, which may have gone on with another side of the split already. */
  function seenBefore(base: Partition, inRing: readonly Member[]): Picture {
    const stayed = inRing.some((one) => one.partition === base && base.hosts.includes(one.host));
    return stayed || base.split === undefined ? base : base.split;
  }

  /** The base itself where its DC is in the ring; else its heir, with a copy of what it knew. */
  function owned(base: Partition, seen: Picture, inRing: readonly Member[]): Partition {
    if (hasDc(base, inRing)) {
      const nodes = new Map([...base.nodes].map(([name, status]) => [name, { ...status }]));
      base.split = { hosts: base.hosts, nodes };
      return base;
    }
    const heir = newPartition();
    heir.hosts = seen.hosts;
    heir.devices = base.devices;
    for (const [name, status] of seen.nodes) {
      const here = inRing.includes(status.member) && status.history === status.member.history;
      heir.nodes.set(name, {
        ...status,
        history: here ? status.history : copyHistory(status.history),
      });
    }
    for (const [name, count] of base.attempts) heir.attempts.set(name, count);
    return heir;
  }

  /** The hosts on the other side of a split go on in it. */
  function hasHeir(old: Partition, inRing: readonly Member[]): boolean {
    return members.some((one) => one.partition === old && !inRing.includes(one) && one.host.on);
  }

  function end(old: Partition): void {
    old.over = true;
    old.timer?.cancel();
    old.recheck?.cancel();
  }

  function lose(partition: Partition, status: NodeStatus): void {
    const { member } = status;
    // What the lost node does from now on is its own: the picture of it here stays.
    if (status.history === member.history) status.history = copyHistory(status.history);
    Object.assign(status, { inCcm: false, crmd: false, join: 'down', shutdown: false });
    if (partition.dc === member) partition.dc = undefined;
    tell(partition, member, 'lost');
  }

  function tell(partition: Partition, node: Member, desc: 'member' | 'lost'): void {
    for (const one of running(partition, members)) {
      if (one !== node) alertNode(cluster, one, node, desc);
    }
  }

  function elect(partition: Partition): void {
    partition.dc = undefined;
    touch(partition);
    const voters = running(partition, members);
    if (voters.length === 0) return;
    const established = [...partition.nodes.values()].some(({ join: word }) => word === 'member');
    const begun = Math.min(...voters.map(({ startedMs }) => startedMs)) + cluster.dcDeadtimeMs;
    const waitMs = established ? ELECTION_MS : Math.max(ELECTION_MS, begun - world.clock.now());
    world.clock.after(waitMs, () => {
      if (partition.over || partition.dc !== undefined) return;
      const [winner] = running(partition, members).toSorted(
        (a, b) => a.startedMs - b.startedMs || a.id - b.id,
      );
      if (winner === undefined) return;
      partition.dc = winner;
      world.log(winner.host, 'pacemaker: DC');
      for (const one of running(partition, members)) {
        const status = partition.nodes.get(one.name);
        const stays = status?.join === 'member' && status.crmd && status.history === one.history;
        if (!stays) join(partition, one);
      }
      touch(partition);
      changed(partition);
    });
  }

  function join(partition: Partition, member: Member): void {
    const status = partition.nodes.get(member.name);
    if (status === undefined) return;
    const { run } = member;
    Object.assign(status, { seen: true, inCcm: true, crmd: true, join: 'pending' });
    touch(partition);
    world.clock.after(JOIN_MS, () => {
      const { dc } = partition;
      if (partition.over || dc === undefined || member.partition !== partition) return;
      if (member.run !== run || member.pacemaker !== 'running' || status.join !== 'pending') return;
      // The node itself tells what it runs.
      Object.assign(status, {
        seen: true,
        crmd: true,
        inCcm: true,
        join: 'member',
        expected: 'member',
        shutdown: false,
        history: member.history,
      });
      partition.attempts.delete(member.name);
      share(running(partition, members));
      world.log(dc.host, `pacemaker: ${member.name} member`);
      touch(partition);
      changed(partition);
    });
  }

  /** Who meets has one fencing history and one configuration from then on. */
  function share(all: readonly Member[]): void {
    shareHistory(all);
    shareProperties(all);
    for (const one of all) writeCib(cluster, one);
  }

  function cameUp(member: Member): void {
    const { partition } = member;
    if (partition === undefined) return;
    share(running(partition, members));
    touch(partition);
    if (partition.dc === undefined) elect(partition);
    else join(partition, member);
  }

  function wentDown(member: Member, inOrder: boolean): void {
    const { partition } = member;
    if (partition === undefined) return;
    const status = partition.nodes.get(member.name);
    if (status !== undefined) {
      if (status.history === member.history) status.history = copyHistory(status.history);
      Object.assign(status, { crmd: false, join: 'down', shutdown: false });
      if (inOrder) Object.assign(status, { expected: 'down', history: newHistory() });
    }
    touch(partition);
    if (running(partition, members).length === 0) forget(partition);
    else if (partition.dc === member) elect(partition);
    // Its end was part of the plan, which goes on.
    if (!inOrder || !partition.planning) changed(partition);
  }

  /** With the last Pacemaker the status section is gone. */
  function forget(partition: Partition): void {
    partition.dc = undefined;
    partition.devices = new Map();
    for (const status of partition.nodes.values()) {
      Object.assign(status, unseen(status.member));
    }
  }

  function newPartition(): Partition {
    return {
      sequence: 0,
      hosts: [],
      quorate: false,
      dc: undefined,
      nodes: new Map(members.map((member) => [member.name, unseen(member)])),
      over: false,
      version: 0,
      planning: false,
      stale: false,
      timer: undefined,
      recheck: undefined,
      attempts: new Map(),
      fencingNow: new Map(),
      devices: new Map(),
      split: undefined,
      crmMon: undefined,
    };
  }

  return { ringFormed, cameUp, wentDown };
}

function unseen(member: Member): NodeStatus {
  return { member, seen: false, ...down() };
}

/** Of several that merge the one with a DC, quorum and most hosts goes on; the others join it. */
function bestOf(before: readonly Partition[], inRing: readonly Member[]): Partition | undefined {
  const weight = (partition: Partition): number => {
    const dcHere = hasDc(partition, inRing);
    const here = inRing.filter((one) => one.partition === partition && one.pacemaker === 'running').length;
    return (dcHere ? 10_000 : 0) + (partition.quorate ? 1_000 : 0) + here;
  };
  const [best] = before.filter(({ over }) => !over).toSorted((a, b) => weight(b) - weight(a));
  return best;
}

/** A DC that has died since counts no more, even if its host is back already. */
function hasDc(partition: Partition, inRing: readonly Member[]): boolean {
  const { dc } = partition;
  return dc !== undefined && inRing.includes(dc) && dc.partition === partition && dc.pacemaker === 'running';
}
