import { unfinishedJobs } from '../ganeti/jobs.ts';
import { type LuxiCall, luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { type MarkedNode, queryMarkedNodes } from '../ganeti/luxi-marks.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import { type DrainDecision, decideDrains } from '../policy/drain.ts';
import { leaveOf } from '../policy/leaving.ts';
import type { Orders } from '../policy/orders.ts';
import { submitDrains } from './drain.ts';
import { drainInput, looksAfterDrains } from './drain-input.ts';
import type { Journal } from './journal.ts';
import type { Worker } from './luxi-work.ts';
import { pausedBy } from './paused.ts';
import { isBack, type Returning, tellHeld, tendReturned } from './returned.ts';
import type { SweepSettings } from './settings.ts';
import { keepSteadiness } from './steadiness.ts';
import type { ClusterView } from './view.ts';

export interface TendRequest {
  readonly settings: SweepSettings;
  readonly view: ClusterView;
  readonly orders: Orders;
  /** Another master has a newer configuration: nothing is submitted from here. */
  readonly blocked: boolean;
}

const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * The part of a sweep that is about the living: drains who has left in order, undrains who is back, and says or does
 * what is due for those that are back while Ganeti has them offline. Where no tag and no parameter asks for it, luxid is
 * not asked. Returns whether the next monitor has to look again although nothing changes around it.
 */
export async function tend(worker: Worker, request: TendRequest, journal: Journal): Promise<boolean> {
  const { env, ssconf, parameters, simulations } = worker;
  const { settings, view, blocked } = request;
  if (view.answer.kind === 'unavailable' || !view.answer.state.quorum) return false;
  const returned = view.verdicts.filter((verdict) => isBack(verdict, ssconf));
  const drains = looksAfterDrains(settings, journal.entries());
  const readmits = returned.length > 0 && settings.onReturn === 'readmit';
  const paused = pausedBy(request.orders, env.clock.now());
  const returning: Returning = {
    paused,
    ...request,
    worker,
    returned,
    maintenanceMode: view.answer.state.maintenanceMode,
  };
  if (!drains && !readmits) {
    tellHeld(returning, undefined, undefined, journal);
    return false;
  }
  const steadiness = keepSteadiness(env, view.verdicts);
  if (blocked || simulations.active('luxi-hangs') !== undefined) return true;
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
  const done = await withLuxi(env, options, async (call) => {
    const config = await queryConfigValues(call);
    if (config.masterNode !== ssconf.masterNode) return true;
    const [nodes, jobs] = await Promise.all([queryMarkedNodes(call), unfinishedJobs(call)]);
    const nowMs = env.clock.now();
    const known = { settings, view, paused, nodes, jobs, entries: journal.entries(), steadiness, nowMs };
    const input = drainInput(known);
    const { busy } = input;
    const from = { source: worker.source, nowMs };
    const drainDecisions = decideDrains(input);
    const later = await drainAsDecided(call, drainDecisions, nodes, config.queueDrained, from, journal);
    const offlining = jobs.flatMap(({ offlines }) => offlines);
    const waits = await tendReturned(
      call,
      returning,
      { nodes, busy, offlining, queueDrained: config.queueDrained, steadiness, from },
      journal,
    );
    return later || waits;
  });
  if (done.kind === 'ok') return done.value;
  tellHeld(returning, undefined, steadiness, journal);
  const leaving = view.verdicts.filter((one) => leaveOf(one, returning.maintenanceMode).kind !== 'none');
  if (settings.drainOnLeave && leaving.length > 0) {
    journal.tell(
      'GNH302',
      `luxid on this master cannot be used (${done.error.message}); it is not known whether ${leaving.map(({ node }) => node).join(', ')} is drained. Check: gnt-cluster master-ping`,
    );
  }
  return true;
}

async function drainAsDecided(
  call: LuxiCall,
  decisions: readonly DrainDecision[],
  nodes: readonly MarkedNode[],
  queueDrained: boolean,
  from: { readonly source: string; readonly nowMs: number },
  journal: Journal,
): Promise<boolean> {
  for (const decision of decisions) {
    if (decision.kind !== 'changed') continue;
    journal.tell(
      'GNH332',
      `${decision.text}. If it shall work again: gnt-node modify -D no ${decision.node}`,
    );
  }
  const wishes = decisions.filter(({ kind }) => kind === 'drain' || kind === 'undrain');
  if (queueDrained) {
    if (wishes.length > 0) {
      const who = wishes.map(({ kind, node }) => `${node} not ${kind}ed`).join(', ');
      journal.tell('GNH115', `The job queue is drained; ${who}. Run: gnt-cluster queue undrain`);
    }
  } else await submitDrains(call, decisions, nodes, from, journal);
  return decisions.some(({ kind }) => kind !== 'changed');
}
