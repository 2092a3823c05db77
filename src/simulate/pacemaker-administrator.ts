import { writeCib } from './cib-xml.ts';
import { crmMonText } from './crm-programs.ts';
import { confirmFenced, fence } from './fencer.ts';
import { cleanUp } from './pacemaker-controller.ts';
import type { Daemons } from './pacemaker-daemons.ts';
import {
  type Cluster,
  type Configuration,
  type Member,
  type Partition,
  type ResourceId,
  recordOf,
  running,
  touch,
} from './pacemaker-model.ts';
import { keepMonitors } from './pacemaker-monitors.ts';
import type { SimPacemaker } from './pacemaker-options.ts';

/** What `pcs`, `crm` and `stonith_admin` do, and what can be looked at from outside. */
export function administrator(
  cluster: Cluster,
  daemons: Daemons,
  changed: (partition: Partition) => void,
): SimPacemaker {
  const { world, members, configuration } = cluster;
  const watcher = { changed, fencedAlive: daemons.kill };

  function named(node: string): Member {
    const member = members.find(({ name }) => name === node);
    if (member === undefined) throw new Error(`no node ${node} in this cluster`);
    return member;
  }

  function partitions(): readonly Partition[] {
    return [...new Set(members.flatMap(({ partition }) => partition ?? []))];
  }

  function allChanged(): void {
    for (const partition of partitions()) changed(partition);
  }

  function setPermanent(node: string, name: string, value: string | undefined): void {
    const attributes = configuration.permanent.get(named(node).name);
    if (value === undefined) attributes?.delete(name);
    else attributes?.set(name, value);
    configurationChanged();
  }

  function configurationChanged(): void {
    configuration.epoch++;
    for (const member of members) {
      if (member.pacemaker === 'running' && member.host.on) writeCib(cluster, member);
    }
    for (const partition of partitions()) {
      touch(partition);
      // Unmanaged or managed again: the monitors end and begin at once.
      for (const one of running(partition, members)) keepMonitors(cluster, one, changed);
    }
    allChanged();
  }

  const activeOn = (resource: ResourceId): readonly string[] =>
    members
      .filter(({ host, history, pacemaker }) => {
        const { active, promoted } = recordOf(history, resource);
        const counts =
          resource === 'ganeti-master' && configuration.masterForm === 'promotable' ? promoted : active;
        return host.on && pacemaker === 'running' && counts;
      })
      .map(({ name }) => name);

  const setRules = (rules: Configuration['rules']): void => {
    configuration.rules = rules;
    configurationChanged();
  };

  return {
    setStandby: (node, on) => setPermanent(node, 'standby', on ? 'on' : undefined),
    setNodeMaintenance: (node, on) => setPermanent(node, 'maintenance', on ? 'on' : undefined),
    setMaintenanceMode: (on) => {
      configuration.maintenanceMode = on;
      configurationChanged();
    },
    setStonithEnabled: (on) => {
      configuration.stonithEnabled = on;
      configurationChanged();
    },
    setNoQuorumPolicy: (policy) => {
      configuration.noQuorumPolicy = policy;
      configurationChanged();
    },
    configure: () => {
      configuration.configured = true;
      configurationChanged();
    },
    stop: (node, { corosync: both = true } = {}) => {
      const member = named(node);
      daemons.stop(member, () => {
        if (both) daemons.leaveCorosync(member);
      });
    },
    start: (node) => daemons.start(named(node)),
    kill: (node) => daemons.kill(named(node)),
    killWithCorosync: (node) => daemons.killWithCorosync(named(node)),
    shutdownHost: (node) => {
      const member = named(node);
      daemons.stop(member, () => {
        daemons.leaveCorosync(member);
        world.powerOff(member.host);
      });
    },
    disable: (resource) => {
      configuration.disabled.add(resource);
      configurationChanged();
    },
    enable: (resource) => {
      configuration.disabled.delete(resource);
      configurationChanged();
    },
    move: (resource, node) =>
      setRules([...configuration.rules, { resource, node: named(node).name, score: 'prefer' }]),
    ban: (resource, node) =>
      setRules([...configuration.rules, { resource, node: named(node).name, score: 'ban' }]),
    clear: (resource) => setRules(configuration.rules.filter((rule) => rule.resource !== resource)),
    cleanup: (resource) => {
      for (const partition of partitions()) cleanUp(partition, resource, false);
      allChanged();
    },
    refresh: (resource) => {
      for (const partition of partitions()) cleanUp(partition, resource, true);
      allChanged();
    },
    updateParameters: (resource, parameters) => {
      configuration.parameters[resource] = parameters;
      configurationChanged();
    },
    setAttribute: (node, name, value) => {
      const member = named(node);
      if (value === undefined) member.attributes.delete(name);
      else member.attributes.set(name, value);
      if (member.partition !== undefined) changed(member.partition);
    },
    setPermanentAttribute: setPermanent,
    fence: (node, by, action = 'off') => {
      const origin = named(by);
      const client = `stonith_admin.${origin.host.nextPid()}`;
      // `stonith_admin` finds nobody to talk to.
      if (origin.partition === undefined)
        return cluster.world.log(origin.host, `fencing: ${action} ${node} not asked: no Pacemaker here`);
      void fence(cluster, { origin, target: named(node), action, client }, watcher);
    },
    confirm: (node, by) => confirmFenced(cluster, named(by), named(node), watcher),
    faults: cluster.faults,
    alerts: cluster.alerts,
    masterOn: () => activeOn('ganeti-master'),
    cloneOn: () => activeOn('ganeti-node'),
    isMember: (node, seenBy) => {
      const { partition } = named(seenBy);
      return partition?.hosts.includes(named(node).host) === true;
    },
    hasQuorum: (node) => named(node).partition?.quorate === true,
    dcOf: (node) => named(node).partition?.dc?.name,
    crmMon: (node) => {
      const member = named(node);
      const { partition, pacemaker } = member;
      if (partition === undefined || pacemaker !== 'running') return undefined;
      return crmMonText(cluster, partition, member);
    },
  };
}
