import { writeCib } from './cib-xml.ts';
import type { Corosync } from './corosync.ts';
import type { Membership } from './pacemaker-membership.ts';
import { type Cluster, type Member, newHistory, type Partition } from './pacemaker-model.ts';
import { endMonitors } from './pacemaker-monitors.ts';

/** From power to corosync, and from corosync to Pacemaker (measured: online after 3.4 to 4.9 s). */
const COROSYNC_STARTS_MS = 1_000;
const PACEMAKER_STARTS_MS = 1_500;
/** Between "nothing runs there any more" and Pacemaker's end. */
const STOPPING_MS = 50;

/** How corosync and Pacemaker come up and go down on a host. */
export interface Daemons {
  start(member: Member): void;
  /** In order: resources first; then what the caller wants done after it. */
  stop(member: Member, then: () => void): void;
  leaveCorosync(member: Member): void;
  /** All daemons of Pacemaker die; what they have started goes on. */
  kill(member: Member): void;
  /** Corosync dies, and Pacemaker with it; the host goes on. */
  killWithCorosync(member: Member): void;
  /** The host is dead. */
  dies(member: Member): void;
  /** The DC has seen everything stopped on a node that wants to leave. */
  mayLeave(member: Member): void;
}

export function daemonsOf(
  cluster: Cluster,
  corosync: Corosync,
  membership: Membership,
  changed: (partition: Partition) => void,
): Daemons {
  const { world } = cluster;
  /** What is to be done when a stop in order is over, by member. */
  const afterStop = new Map<Member, () => void>();

  function startStack(member: Member): void {
    const { boot, on } = member.host;
    if (!on) return;
    const later = (ms: number, call: () => void): void => {
      world.clock.after(ms, () => {
        if (member.host.on && member.host.boot === boot) call();
      });
    };
    later(COROSYNC_STARTS_MS, () => corosync.start(member.host));
    if (member.pacemaker !== 'stopped') return;
    member.pacemaker = 'starting';
    later(COROSYNC_STARTS_MS + PACEMAKER_STARTS_MS, () => {
      if (member.pacemaker !== 'starting') return;
      Object.assign(member, { pacemaker: 'running', history: newHistory(), fencings: [] });
      member.run++;
      member.startedMs = world.clock.now();
      writeCib(cluster, member);
      membership.cameUp(member);
    });
  }

  /** What Pacemaker knows in memory is gone with it. */
  function endPacemaker(member: Member): void {
    endMonitors(member);
    member.run++;
    member.pacemaker = 'stopped';
    member.calls.clear();
    member.attributes.clear();
    member.fencings = [];
    afterStop.delete(member);
  }

  function dies(member: Member): void {
    const { partition } = member;
    endPacemaker(member);
    member.history = newHistory();
    // The others keep it in their picture until corosync says otherwise.
    member.partition = undefined;
    if (partition !== undefined && !partition.hosts.some((host) => host.on)) partition.over = true;
  }

  function leave(member: Member): void {
    const { run } = member;
    world.clock.after(STOPPING_MS, () => {
      if (member.run !== run || member.pacemaker !== 'running') return;
      const then = afterStop.get(member);
      membershipEnd(member, true);
      world.log(member.host, 'pacemaker: stopped in order');
      then?.();
    });
  }

  function membershipEnd(member: Member, inOrder: boolean): void {
    endPacemaker(member);
    membership.wentDown(member, inOrder);
  }

  function stopInOrder(member: Member, then: () => void): void {
    if (member.pacemaker !== 'running') {
      endPacemaker(member);
      then();
      return;
    }
    afterStop.set(member, then);
    const status = member.partition?.nodes.get(member.name);
    if (status?.join === 'member' && member.partition !== undefined) {
      status.shutdown = true;
      changed(member.partition);
    } else leave(member);
  }

  function leaveCorosync(member: Member): void {
    corosync.stop(member.host);
    member.partition = undefined;
  }

  function kill(member: Member): void {
    if (member.pacemaker === 'stopped') return;
    membershipEnd(member, false);
    world.log(member.host, 'pacemaker: killed');
  }

  function killWithCorosync(member: Member): void {
    dies(member);
    corosync.kill(member.host);
  }

  return {
    ...{ start: startStack, stop: stopInOrder, leaveCorosync },
    ...{ kill, killWithCorosync, dies, mayLeave: leave },
  };
}
