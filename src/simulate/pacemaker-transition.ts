import { type FencingWatcher, fence } from './fencer.ts';
import { type CallResult, callAgent } from './pacemaker-call.ts';
import {
  type Cluster,
  hasLivingDc,
  type Member,
  type Partition,
  type Recorded,
  type ResourceId,
  recordOf,
  running,
  touch,
} from './pacemaker-model.ts';
import { endMonitor } from './pacemaker-monitors.ts';
import { type NotifyRound, tellAll } from './pacemaker-notify.ts';
import { mayLeave, type Plan } from './pacemaker-plan.ts';
import { type Change, recordResult } from './pacemaker-results.ts';

/** What the transition asks of the controller around it. */
export interface Controller extends FencingWatcher {
  mayLeave(member: Member): void;
}

/** How often a call is looked after. */
const LOSS_SEEN_MS = 200;

/** Post-stop is told this long before a start that waited for the same fencing begins (measured 20 to 50 ms). */
const START_AFTER_FENCING_MS = 30;

/** Carries one plan out. What has not begun when the plan becomes stale is left to the next one. */
export async function carryOut(
  cluster: Cluster,
  partition: Partition,
  plan: Plan,
  controller: Controller,
): Promise<void> {
  const { configuration, members } = cluster;
  const clone = 'ganeti-node';
  const goesOn = (): boolean => !partition.over && !partition.stale && hasLivingDc(partition);
  const memberOf = (name: string): Member | undefined =>
    running(partition, members).find((one) => one.name === name);
  const stops = plan.cloneStops;
  const livingStops = stops.filter(({ gone }) => !gone).map(({ node }) => node);
  const round = (some: Omit<NotifyRound, 'start' | 'stop'> & Partial<NotifyRound>): Promise<void> =>
    configuration.cloneNotify
      ? tellAll(cluster, partition, { start: plan.cloneStarts, stop: stops.map(({ node }) => node), ...some })
      : Promise.resolve();
  const activeBefore = activeInstances(partition);

  const probed = Promise.all(plan.probes.map(({ node, resource }) => run(node, resource, 'probe')));
  const fenced = fenceAll();
  const master = 'ganeti-master';
  const masterStopped = stopMaster();
  const cloneStopped = stopClone();
  const cloneDone = tellAndStartClone();
  const masterDone = startMaster();
  const left = letGo((name) => name !== partition.dc?.name, [masterStopped, cloneStopped]);
  await Promise.all([probed, fenced, left, cloneDone, masterDone]);
  // The DC's own shutdown waits until everything else is done.
  await letGo((name) => name === partition.dc?.name, []);

  async function fenceAll(): Promise<boolean> {
    // The DC itself comes last: nobody else would see the others done.
    const targets = plan.fence.toSorted((a, b) => rank(a) - rank(b));
    const orders = targets.map((name) => () => fenceOne(name));
    if (!configuration.concurrentFencing) {
      let all = true;
      for (const order of orders) all = (await order()) && all;
      return all;
    }
    return (await Promise.all(orders.map((order) => order()))).every((done) => done);
  }

  function rank(name: string): number {
    return partition.dc?.name === name ? 1 : 0;
  }

  async function fenceOne(name: string): Promise<boolean> {
    const { dc } = partition;
    const target = members.find((one) => one.name === name);
    const underWay = partition.fencingNow.get(name);
    if (underWay !== undefined) return await underWay;
    if (dc === undefined || target === undefined) return false;
    const client = `pacemaker-controld.${100 + dc.id}`;
    const order = { origin: dc, target, action: configuration.stonithAction, client };
    const done = fence(cluster, order, {
      // What was asked for aborts nothing here; for whoever else sees it, it is news.
      changed: (other) => {
        if (other !== partition) controller.changed(other);
      },
      fencedAlive: controller.fencedAlive,
    });
    partition.fencingNow.set(name, done);
    const ok = await done;
    partition.fencingNow.delete(name);
    return ok;
  }

  async function letGo(which: (name: string) => boolean, first: readonly Promise<void>[]): Promise<void> {
    const names = plan.leaving.filter(which);
    await Promise.all(first);
    if (!goesOn()) return;
    for (const name of names) {
      const member = memberOf(name);
      if (member !== undefined && mayLeave(partition, configuration, name)) controller.mayLeave(member);
    }
  }

  async function stopClone(): Promise<void> {
    if (stops.length === 0) return;
    const to = living(activeBefore);
    await round({ type: 'pre', operation: 'stop', key: 'stop', active: activeBefore, to });
    await masterStopped;
    if (goesOn()) await Promise.all(livingStops.map((node) => run(node, clone, 'stop')));
  }

  async function tellAndStartClone(): Promise<void> {
    await cloneStopped;
    const allFenced = await fenced;
    if (stops.length > 0) {
      const gone = stops.filter((stop) => stop.gone).map(({ node }) => node);
      // The round waits for every fencing, those that nobody can order too.
      if (!allFenced || !goesOn() || !gone.every((node) => plan.fence.includes(node))) return;
      // Of the dead only one is named, and of those that stop beside them none (measured).
      const named = gone.length === 0 ? livingStops : gone.toSorted().slice(0, 1);
      const to = living(activeBefore).filter((node) => !livingStops.includes(node));
      const key = gone.length === 0 ? 'stopped' : 'stonith';
      await round({ type: 'post', operation: 'stop', key, stop: named, active: activeBefore, to });
    }
    await probed;
    if (plan.cloneStarts.length === 0 || !goesOn()) return;
    const active = activeInstances(partition);
    await round({ type: 'pre', operation: 'start', key: 'start', active, to: living(active) });
    if (!goesOn()) return;
    await Promise.all(plan.cloneStarts.map((node) => run(node, clone, 'start')));
    if (!goesOn()) return;
    const to = living(activeInstances(partition));
    await round({ type: 'post', operation: 'start', key: 'running', active, to });
  }

  async function stopMaster(): Promise<void> {
    const demoted = await Promise.all(plan.masterDemotes.map((node) => run(node, master, 'demote')));
    if (demoted.length > 0 && !goesOn()) return;
    await Promise.all(plan.masterStops.map((node) => run(node, master, 'stop')));
  }

  async function startMaster(): Promise<void> {
    if (plan.masterStarts.length === 0 && plan.masterPromote === undefined) return;
    await Promise.all([masterStopped, probed]);
    if (!(await fenced)) return;
    if (plan.fence.length > 0) await cluster.world.clock.sleep(START_AFTER_FENCING_MS);
    // Ordered after the clone's starts of the same transition, but never after its notifications of a stop.
    if (plan.cloneStarts.length > 0 && configuration.masterForm === 'primitive') await cloneDone;
    if (plan.masterStops.some((name) => masterOn(name)?.active === true) || !goesOn()) return;
    await Promise.all(plan.masterStarts.map((node) => run(node, master, 'start')));
    if (plan.masterPromote === undefined || !goesOn()) return;
    if (plan.masterDemotes.some((name) => masterOn(name)?.promoted === true)) return;
    await run(plan.masterPromote, master, 'promote');
  }

  function masterOn(name: string): Recorded | undefined {
    const status = partition.nodes.get(name);
    return status === undefined ? undefined : recordOf(status.history, master);
  }

  function living(nodes: readonly string[]): readonly string[] {
    return nodes.filter((node) => memberOf(node) !== undefined);
  }

  async function run(
    node: string,
    resource: ResourceId,
    action: 'probe' | Change,
  ): Promise<CallResult | undefined> {
    const member = memberOf(node);
    if (member === undefined) return undefined;
    if (action !== 'start') endMonitor(member, resource);
    const { history } = member;
    const call = callAgent(cluster, member, resource, action === 'probe' ? 'monitor' : action);
    member.calls.add(call);
    const recorded = call.then((result) => {
      member.calls.delete(call);
      // Pacemaker was started anew meanwhile, or the host is dead: nobody records it.
      if (member.history !== history || !member.host.on) return undefined;
      recordResult(cluster, member, resource, action, result);
      touch(member.partition ?? partition);
      return result;
    });
    return await Promise.race([recorded, lost(member)]);
  }

  /** The DC fails at once what is under way on a node it has lost (fail_incompletable_actions). */
  async function lost(member: Member): Promise<undefined> {
    const { calls } = member;
    while (member.partition === partition && calls.size > 0) await cluster.world.clock.sleep(LOSS_SEEN_MS);
    return undefined;
  }
}

/** Nodes where the clone is active as the partition knows, the dead that are not yet fenced among them. */
function activeInstances({ nodes }: Partition): readonly string[] {
  return [...nodes.values()]
    .filter(({ history }) => recordOf(history, 'ganeti-node').active)
    .map(({ member }) => member.name);
}
