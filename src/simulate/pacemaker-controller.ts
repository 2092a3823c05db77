import {
  type Cluster,
  hasLivingDc,
  type Member,
  type Partition,
  RESOURCES,
  type ResourceId,
  recordOf,
  running,
  touch,
} from './pacemaker-model.ts';
import { keepMonitors } from './pacemaker-monitors.ts';
import { FAILURE_TIMEOUT_MS, isEmpty, MAX_FENCING_ATTEMPTS, planFor } from './pacemaker-plan.ts';
import { carryOut } from './pacemaker-transition.ts';

/** From a change to the first action that follows from it. */
const SCHEDULE_MS = 100;
/** Between two attempts at a fencing that failed (measured: a round every 2.2 s with a device that takes 1 s). */
const RETRY_MS = 1_200;

/** The DC's loop: compute, carry out, look again. `mayLeave`: nothing runs there any more, Pacemaker may end. */
export function controllerOf(
  cluster: Cluster,
  mayLeave: (member: Member) => void,
): (partition: Partition) => void {
  const { world, members } = cluster;

  function changed(partition: Partition): void {
    if (partition.over) return;
    touch(partition);
    partition.stale = true;
    if (!partition.planning) plan(partition, SCHEDULE_MS);
  }

  function plan(partition: Partition, ms: number): void {
    partition.timer?.cancel();
    partition.timer = world.clock.after(ms, () => {
      if (partition.planning || partition.over) return;
      partition.planning = true;
      void transition(partition).then((nextMs) => {
        partition.planning = false;
        if (nextMs !== undefined && !partition.over) plan(partition, nextMs);
      });
    });
  }

  /** After how many milliseconds to compute anew; undefined: when something changes. */
  async function transition(partition: Partition): Promise<number | undefined> {
    if (!hasLivingDc(partition) || isJoining(partition)) return undefined;
    await underWay(partition);
    if (partition.over || !hasLivingDc(partition) || isJoining(partition)) return undefined;
    partition.stale = false;
    forgetOldFailures(partition);
    const attempts = new Map(partition.attempts);
    const wanted = planFor(partition, cluster.configuration);
    partition.devices = wanted.devices;
    if (isEmpty(wanted)) {
      watch(partition);
      return undefined;
    }
    await carryOut(cluster, partition, wanted, { changed, mayLeave });
    if (partition.over) return undefined;
    watch(partition);
    const failed = [...partition.attempts].filter(([name, count]) => count > (attempts.get(name) ?? 0));
    for (const [name, count] of failed) {
      if (count >= MAX_FENCING_ATTEMPTS)
        world.log(partition.dc?.host, `fencing: ${name} given up after ${count} attempts`);
    }
    return failed.length > 0 ? RETRY_MS : SCHEDULE_MS;
  }

  /** A transition begins when what an earlier one has started is over. */
  async function underWay(partition: Partition): Promise<void> {
    for (;;) {
      const calls = running(partition, members).flatMap((one) => [...one.calls]);
      const waits = [...calls, ...partition.fencingNow.values()];
      if (waits.length === 0) return;
      await Promise.all(waits);
    }
  }

  function watch(partition: Partition): void {
    for (const one of running(partition, members)) keepMonitors(cluster, one, () => monitorFailed(one));
    recheck(partition);
  }

  function monitorFailed(member: Member): void {
    if (member.partition !== undefined) changed(member.partition);
  }

  function forgetOldFailures(partition: Partition): void {
    const now = world.clock.now();
    for (const { history } of partition.nodes.values()) {
      const recorded = recordOf(history, 'ganeti-master');
      if (recorded.failCount === 0 || now - recorded.lastFailureMs < FAILURE_TIMEOUT_MS) continue;
      recorded.failCount = 0;
    }
  }

  /** The scheduler asks to be called again when the next failure is too old to count. */
  function recheck(partition: Partition): void {
    partition.recheck?.cancel();
    const dues = [...partition.nodes.values()]
      .map(({ history }) => recordOf(history, 'ganeti-master'))
      .filter(({ failCount }) => failCount > 0)
      .map(({ lastFailureMs }) => lastFailureMs + FAILURE_TIMEOUT_MS);
    if (dues.length === 0) return;
    partition.recheck = world.clock.after(Math.min(...dues) - world.clock.now(), () => changed(partition));
  }

  return changed;
}

/** `crm_resource --cleanup`: failures are forgotten and what failed is probed anew; `all`: `--refresh`, everything is. */
export function cleanUp(partition: Partition, only: ResourceId | undefined, all: boolean): void {
  for (const { history } of partition.nodes.values()) {
    for (const resource of only === undefined ? RESOURCES : [only]) {
      const recorded = recordOf(history, resource);
      const { failed, failCount, banned, fatal, stopFailed } = recorded;
      if (!all && !failed && failCount === 0 && !banned && !fatal && !stopFailed) continue;
      const well = {
        probed: false,
        failCount: 0,
        banned: false,
        fatal: false,
        failed: false,
        stopFailed: false,
      };
      Object.assign(recorded, well);
    }
  }
  partition.attempts.clear();
}

/** The DC computes nothing while somebody's join is not finished; its end is a change of its own. */
function isJoining({ nodes }: Partition): boolean {
  return [...nodes.values()].some(({ join, crmd }) => join === 'pending' && crmd);
}
