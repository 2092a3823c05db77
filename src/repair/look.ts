import type { Env } from '../env/env.ts';
import { type LuxiCall, type LuxiFailure, withLuxi } from '../ganeti/luxi.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import type { ClusterView } from '../sweep/view.ts';
import { askRoom } from './ask-room.ts';
import { lookAround } from './circumstances.ts';
import type { RepairFacts } from './facts.ts';
import { loadFacts } from './load.ts';
import { planPass, wantsRoom } from './plan.ts';
import type { InstancePlan, RepairPlan } from './plan-types.ts';
import { type Refusal, type RepairRequest, refusal } from './request.ts';
import { onlySelected, selectionOf } from './selection.ts';

/** How repairs stand and what a pass would do now. */
export interface RepairLook {
  readonly kind: 'done';
  readonly facts: RepairFacts;
  readonly plan: RepairPlan;
  /** Groups and the cluster where a job is about to change tags. */
  readonly tagging: ReadonlySet<string>;
  /** Nothing at all may be submitted now, `facts.stopped` says why. */
  readonly frozen: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** A sweep that waits for nobody takes half of this. */
const NEW_MS = 1_000;

/** Ten thousand instances take a busy luxid seconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Looks only: takes no lock, submits nothing, and writes nothing down. */
export function lookAtRepairs(request: RepairRequest): Promise<RepairLook | Refusal> {
  return withPlan(request, async (_, look) => look);
}

/** Makes the plan and lets `use` go on with the same luxid. */
export async function withPlan<T>(
  request: RepairRequest,
  use: (call: LuxiCall, look: RepairLook) => Promise<T>,
): Promise<T | Refusal> {
  const { env, dataDir, socket } = request;
  const read = readSsconf(env.files, dataDir);
  if (read.kind !== 'ok')
    return refusal('GNH410', `${read.file} is ${read.kind}; nothing was done. Run it on the Ganeti master.`);
  const { ssconf } = read;
  const options = { socket, connectTimeoutMs: CONNECT_TIMEOUT_MS, requestTimeoutMs: REQUEST_TIMEOUT_MS };
  const done = await withLuxi(env, options, async (call) => {
    const look = await lookWith(call, request, ssconf);
    return look.kind === 'refused' ? look : await use(call, look);
  });
  return done.kind === 'ok' ? done.value : unusable(done.error.failure, done.error.message, ssconf);
}

async function lookWith(
  call: LuxiCall,
  request: RepairRequest,
  ssconf: Ssconf,
): Promise<RepairLook | Refusal> {
  const { env, dataDir, socket, select, view, evidence, deadline, tagJobs } = request;
  const { masterNode, queueDrained } = await queryConfigValues(call);
  if (masterNode !== ssconf.masterNode)
    return refusal(
      'GNH410',
      `luxid names ${masterNode} as master, ssconf ${ssconf.masterNode}; nothing was done. Run: gnt-cluster redist-conf`,
    );
  const around = lookAround(env, dataDir, ssconf, { view, evidence });
  // luxid may fail first, and then nobody waits for this one.
  around.catch(() => {});
  const loaded = await loadFacts(call, env, dataDir, ssconf, around, queueDrained, tagJobs);
  const { facts: all, living, tagging, frozen, unreadable } = loaded;
  const selection = selectionOf(all, select);
  if (typeof selection === 'string') return { ...refusal('GNH412', selection), usage: true };
  const facts = { ...all, instances: selection.planned };
  const planOf = (known: RepairFacts): RepairPlan => {
    const plan = planPass(known, () => env.host.uuid());
    return { ...plan, warnings: [...plan.warnings, ...unreadable.map(notReadable)] };
  };
  const done = (known: RepairFacts, plan: RepairPlan): RepairLook => {
    return { kind: 'done', facts: known, plan: onlySelected(plan, selection), tagging, frozen };
  };
  const first = planOf(facts);
  // Before room is asked for, which may take seconds.
  if (isOld(env, view) && first.instances.some(reinstalls))
    return await lookWith(call, { ...request, view: undefined }, ssconf);
  if (!wantsRoom(first)) return done(facts, first);
  const leftMs = deadline?.left() ?? Number.POSITIVE_INFINITY;
  const roomy = { ...facts, room: await askRoom(env, socket, facts, first, living, leftMs) };
  return done(roomy, planOf(roomy));
}

/**
 * As that of a sweep which had to wait, or of an earlier pass: a node that has come back meanwhile has the data that a
 * reinstallation takes for lost (found in the simulator, where the look was 2.4 s old, and the node back for 0.4 s).
 */
function isOld({ clock }: Env, view: ClusterView | undefined): boolean {
  return view !== undefined && clock.monotonic() - view.lookedMs >= NEW_MS;
}

function reinstalls({ diagnosis, state, action }: InstancePlan): boolean {
  const isWanted = state === 'needs-repair-allowed' || state === 'pending';
  const isDue = action.kind !== 'none' && (action.kind !== 'wait' || action.wait === 'no-room');
  return isWanted && isDue && diagnosis.kind === 'broken' && diagnosis.step === 'reinstall';
}

function notReadable(what: string): string {
  return `luxid did not tell enough of ${what}; nothing is done about it. See: gnt-instance info`;
}

function unusable({ kind }: LuxiFailure, message: string, { masterNode }: Ssconf): Refusal {
  const elsewhere = kind === 'no-socket' || kind === 'refused';
  return elsewhere
    ? refusal('GNH410', `${message} Nothing was done. Run it on the Ganeti master, ${masterNode} by ssconf.`)
    : refusal('GNH400', `${message} No instance was repaired. Check: gnt-cluster master-ping`);
}
