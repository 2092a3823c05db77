import { callAgent } from './pacemaker-call.ts';
import { type Cluster, isOn, type Member, RESOURCES, type ResourceId, recordOf } from './pacemaker-model.ts';
import { isFine, recordResult } from './pacemaker-results.ts';

/**
 * Starts the recurring monitors of what runs here and is managed, and ends the others. Each comes so long after
 * the end of the one before; `failed` is called when one ends with an error.
 */
export function keepMonitors(cluster: Cluster, member: Member, failed: () => void): void {
  const { configuration } = cluster;
  const unmanaged = configuration.maintenanceMode || isOn(configuration, member.name, 'maintenance');
  for (const resource of RESOURCES) {
    const { active, failed: broken } = recordOf(member.history, resource);
    const wanted = active && !broken && !unmanaged && configuration.configured;
    if (!wanted) endMonitor(member, resource);
    else if (!member.monitors.has(resource)) next(cluster, member, resource, failed);
  }
}

export function endMonitors(member: Member): void {
  for (const resource of RESOURCES) endMonitor(member, resource);
}

export function endMonitor(member: Member, resource: ResourceId): void {
  member.monitors.get(resource)?.cancel();
  member.monitors.delete(resource);
}

function next(cluster: Cluster, member: Member, resource: ResourceId, failed: () => void): void {
  const { run } = member;
  const { monitorMs } = cluster.configuration;
  const timer = cluster.world.clock.after(monitorMs, async () => {
    if (member.run !== run || !member.host.on) return;
    const mine = (): boolean => member.monitors.get(resource) === timer && member.run === run;
    const { history } = member;
    const last = reported.get(history)?.get(resource) ?? '';
    const result = await callAgent(cluster, member, resource, 'monitor', { intervalMs: monitorMs });
    // Cancelled meanwhile: its result is nobody's any more.
    if (!mine() || member.history !== history) return;
    const told = isFine(result) ? result.reason : '';
    if (told !== last && isFine(result)) {
      const text = told === '' ? 'fine again' : `degraded: ${told}`;
      cluster.world.log(member.host, `pacemaker: ${resource} ${text}`);
    }
    remember(history, resource, told);
    if (isFine(result)) {
      next(cluster, member, resource, failed);
      return;
    }
    endMonitor(member, resource);
    recordResult(cluster, member, resource, 'monitor', result);
    failed();
  });
  member.monitors.set(resource, timer);
}

/** The reason that was told last with success, by history: a degraded state is logged when it changes. */
const reported = new WeakMap<object, Map<ResourceId, string>>();

function remember(history: object, resource: ResourceId, reason: string): void {
  const map = reported.get(history) ?? new Map<ResourceId, string>();
  reported.set(history, map);
  map.set(resource, reason);
}
