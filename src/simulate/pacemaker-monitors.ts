import { callAgent } from './pacemaker-call.ts';
import {
  type Cluster,
  isOn,
  type Member,
  type Partition,
  RESOURCES,
  type RecurringMonitor,
  type ResourceId,
  recordOf,
} from './pacemaker-model.ts';
import { isAsExpected, recordResult } from './pacemaker-results.ts';

/** Has a partition's transition computed anew. */
type Changed = (partition: Partition) => void;

/**
 * Starts the recurring monitors of what runs here and is managed, and ends the others. Each comes so long after
 * the end of the one before; when one ends with an error, that is news for the partition its member is in by then.
 */
export function keepMonitors(cluster: Cluster, member: Member, changed: Changed): void {
  const { configuration } = cluster;
  const unmanaged = configuration.maintenanceMode || isOn(configuration, member.name, 'maintenance');
  for (const resource of RESOURCES) {
    const { active, failed: broken } = recordOf(member.history, resource);
    const wanted = active && !broken && !unmanaged && configuration.configured;
    if (!wanted) endMonitor(member, resource);
    else if (!member.monitors.has(resource)) next(cluster, member, resource, changed);
  }
}

export function endMonitors(member: Member): void {
  for (const resource of RESOURCES) endMonitor(member, resource);
}

/** A monitor that runs at this moment is killed, as the executor does with what is cancelled. */
export function endMonitor(member: Member, resource: ResourceId): void {
  const monitor = member.monitors.get(resource);
  member.monitors.delete(resource);
  monitor?.timer?.cancel();
  monitor?.call?.kill();
}

/**
 * The record of a recurring monitor was taken out of the status section, so the scheduler orders it anew, and computes
 * anew what is under way. Where there is none nothing happens.
 */
export function runMonitorNow(
  cluster: Cluster,
  member: Member,
  resource: ResourceId,
  changed: Changed,
): void {
  if (!member.monitors.has(resource)) return;
  endMonitor(member, resource);
  next(cluster, member, resource, changed, RERUN_MS);
  planAnew(member, changed);
}

/** Measured: 12 to 24 ms. */
const RERUN_MS = 15;

function next(
  cluster: Cluster,
  member: Member,
  resource: ResourceId,
  changed: Changed,
  afterMs = intervalOf(cluster, member, resource),
): void {
  const { run, history } = member;
  const intervalMs = intervalOf(cluster, member, resource);
  const monitor: RecurringMonitor = { timer: undefined, call: undefined };
  const isMine = (): boolean =>
    member.monitors.get(resource) === monitor && member.run === run && member.history === history;
  monitor.timer = cluster.world.clock.after(afterMs, async () => {
    if (!isMine() || !member.host.on) return;
    const result = await callAgent(cluster, member, resource, 'monitor', {
      intervalMs,
      began: (call) => {
        monitor.call = call;
        if (!isMine()) call.kill();
      },
    });
    // Cancelled meanwhile: its result is nobody's any more.
    if (!isMine()) return;
    if (isAsExpected(result, recordOf(history, resource))) {
      tellDegraded(cluster, member, resource, result.reason);
      next(cluster, member, resource, changed);
      return;
    }
    endMonitor(member, resource);
    recordResult(cluster, member, resource, 'monitor', result);
    planAnew(member, changed);
  });
  member.monitors.set(resource, monitor);
}

function planAnew({ partition }: Member, changed: Changed): void {
  if (partition !== undefined) changed(partition);
}

/** In the promotable form the two roles must have different intervals; 20 and 25 s in the documented one. */
function intervalOf({ configuration }: Cluster, { history }: Member, resource: ResourceId): number {
  const { monitorMs, masterForm } = configuration;
  const unpromoted =
    resource === 'ganeti-master' && masterForm === 'promotable' && !recordOf(history, resource).promoted;
  return unpromoted ? monitorMs * 1.25 : monitorMs;
}

/** A degraded state is told when it changes. */
function tellDegraded(
  cluster: Cluster,
  { host, history }: Member,
  resource: ResourceId,
  reason: string,
): void {
  const map = reported.get(history) ?? new Map<ResourceId, string>();
  reported.set(history, map);
  const last = map.get(resource) ?? '';
  map.set(resource, reason);
  if (reason === last) return;
  cluster.world.log(host, `pacemaker: ${resource} ${reason === '' ? 'fine again' : `degraded: ${reason}`}`);
}

/** The reason that was told last with success, by history. */
const reported = new WeakMap<object, Map<ResourceId, string>>();
