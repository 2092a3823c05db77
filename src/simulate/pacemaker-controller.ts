import {
  type Cluster,
  hasLivingDc,
  type Partition,
  RESOURCES,
  type ResourceId,
  recordOf,
  running,
  touch,
} from './pacemaker-model.ts';
import { keepMonitors } from './pacemaker-monitors.ts';
import { FAILURE_TIMEOUT_MS, isEmpty, planFor } from './pacemaker-plan.ts';
import { type Controller, carryOut } from './pacemaker-transition.ts';

/** From a change to the first action that follows from it. */
const SCHEDULE_MS = 100;
/** How soon it is noticed that a node has taken a call that is under way out of the partition. */
const LOSS_SEEN_MS = 200;
/** Between two attempts at a fencing that failed (measured: a round every 2.2 s with a device that takes 1 s). */
const RETRY_MS = 1_200;
/** stonith-max-attempts' default: after as many failures nothing is tried again by itself. */
const MAX_FENCING_ATTEMPTS = 10;
/** cluster-recheck-interval's default. */
const RECHECK_MS = 900_000;

/** The DC's loop: compute, carry out, look again. `daemons`: what it has Pacemaker do on a host. */
export function controllerOf(
  cluster: Cluster,
  daemons: Pick<Controller, 'mayLeave' | 'fencedAlive'>,
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
    await carryOut(cluster, partition, wanted, { changed, ...daemons });
    if (partition.over) return undefined;
    watch(partition);
    const failed = [...partition.attempts].filter(([name, count]) => count > (attempts.get(name) ?? 0));
    if (failed.length === 0) return SCHEDULE_MS;
    const givenUp = failed.filter(([, count]) => count >= MAX_FENCING_ATTEMPTS);
    for (const [name, count] of givenUp)
      world.log(partition.dc?.host, `fencing: ${name} given up after ${count} attempts`);
    if (givenUp.length < failed.length || partition.stale) return RETRY_MS;
    // Whatever changes next begins anew, or else the next look that Pacemaker takes by the clock.
    recheck(partition, RECHECK_MS);
    return undefined;
  }

  /** A transition begins when what an earlier one has started is over. */
  async function underWay(partition: Partition): Promise<void> {
    for (;;) {
      const calls = running(partition, members).flatMap((one) => [...one.calls]);
      const waits = [...calls, ...partition.fencingNow.values()];
      if (waits.length === 0 || partition.over) return;
      // What a node does that has left meanwhile is not waited for.
      const left = new Promise<void>((resolve) => world.clock.after(LOSS_SEEN_MS, resolve));
      await Promise.race([Promise.all(waits), left]);
    }
  }

  function watch(partition: Partition): void {
    for (const one of running(partition, members)) keepMonitors(cluster, one, changed);
    recheck(partition);
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
  function recheck(partition: Partition, withinMs?: number): void {
    partition.recheck?.cancel();
    const now = world.clock.now();
    const dues = [...partition.nodes.values()]
      .map(({ history }) => recordOf(history, 'ganeti-master'))
      .filter(({ failCount }) => failCount > 0)
      .map(({ lastFailureMs }) => lastFailureMs + FAILURE_TIMEOUT_MS);
    if (withinMs !== undefined) dues.push(now + withinMs);
    if (dues.length === 0) return;
    partition.recheck = world.clock.after(Math.min(...dues) - now, () => changed(partition));
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
