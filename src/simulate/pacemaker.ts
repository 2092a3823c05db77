import { writeCib } from './cib-xml.ts';
import { defaultTokenMs, simulatedCorosync } from './corosync.ts';
import { addCrmPrograms } from './crm-programs.ts';
import { administrator } from './pacemaker-administrator.ts';
import { realAgents } from './pacemaker-call.ts';
import { controllerOf } from './pacemaker-controller.ts';
import { type Daemons, daemonsOf } from './pacemaker-daemons.ts';
import { membershipOf } from './pacemaker-membership.ts';
import { type Cluster, type Member, newHistory } from './pacemaker-model.ts';
import { runMonitorNow } from './pacemaker-monitors.ts';
import { configurationOf, type PacemakerOptions, type SimPacemaker } from './pacemaker-options.ts';
import type { SimHost, World } from './world.ts';

export type { PacemakerOptions, SimPacemaker } from './pacemaker-options.ts';

/** Corosync, Pacemaker and its tools on every host of the world. Call it before any host is powered on. */
export function addPacemaker(world: World, options: PacemakerOptions = {}): SimPacemaker {
  const hosts = world.hosts;
  const members = hosts.map(newMember);
  const configuration = configurationOf(options, hosts);
  const cluster: Cluster = {
    world,
    members,
    configuration,
    agents: { ...realAgents(configuration.masterForm), ...options.agents },
    faults: options.faults ?? {},
    alerts: [...(options.alerts ?? [])],
    alertsSent: 0,
    fenceMs: options.fenceMs ?? 100,
    dcDeadtimeMs: options.dcDeadtimeMs ?? 4_000,
    tellNotifies: options.tellNotifies ?? false,
  };
  // Daemons, membership and the scheduler act on each other.
  const changed = controllerOf(cluster, {
    mayLeave: (member) => daemons.mayLeave(member),
    fencedAlive: (member) => daemons.kill(member),
  });
  const membership = membershipOf(cluster, changed);
  const twoNode = options.twoNode ?? hosts.length === 2;
  const corosync = simulatedCorosync(
    world,
    {
      twoNode,
      waitForAll: options.waitForAll ?? (twoNode || options.lastManStanding === true),
      lastManStanding: options.lastManStanding ?? false,
      tokenMs: options.tokenMs ?? defaultTokenMs(hosts.length),
    },
    {
      formed: (ring, restarted) =>
        membership.ringFormed(
          ring,
          members.filter(({ host }) => restarted.includes(host)),
        ),
    },
  );
  const daemons: Daemons = daemonsOf(cluster, corosync, membership, changed);
  world.hooks.push({
    poweredOff: (host) => daemons.dies(of(host)),
    booted: (host) => {
      if (options.startAtBoot !== false) daemons.start(of(host));
    },
  });
  addCrmPrograms(cluster, changed, (member) => runMonitorNow(cluster, member, 'ganeti-node', changed));
  for (const member of members) writeCib(cluster, member);

  return administrator(cluster, daemons, changed);

  function of(host: SimHost): Member {
    const member = members.find((one) => one.host === host);
    if (member === undefined) throw new Error(`${host.name} is no host of this cluster`);
    return member;
  }
}

function newMember(host: SimHost, index: number): Member {
  return {
    host,
    name: host.name,
    id: index + 1,
    pacemaker: 'stopped',
    run: 0,
    startedMs: 0,
    partition: undefined,
    history: newHistory(),
    monitors: new Map(),
    calls: new Set(),
    attributes: new Map(),
    fencings: [],
    properties: { version: 0, sets: new Map() },
  };
}
