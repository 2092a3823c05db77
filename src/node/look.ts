import { MASTER_IP_OWED, MASTER_RELEASED, MASTER_TAKEN } from '../env/paths.ts';
import { runningDaemon } from '../ganeti/daemon-process.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { boundedEnv } from '../ocf/bounded-env.ts';
import { type Deadline, deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { Reason } from '../ocf/result.ts';
import { repairAfterSweep } from '../repair/trigger.ts';
import { agentLook } from '../sweep/agent-look.ts';
import { tidySpool } from '../sweep/alerts.ts';
import { publishCandidacy } from '../sweep/candidacy.ts';
import { ownName } from '../sweep/own-name.ts';
import { changeMarks, forgetQuiet, rememberQuiet } from '../sweep/quiet.ts';
import { isRoleStarting } from '../sweep/role-starting.ts';
import { endShuns, isShunning } from '../sweep/shunning.ts';
import { type SweepReport, sweep } from '../sweep/sweep.ts';
import type { ClusterView } from '../sweep/view.ts';
import { endOverride, keepOverride } from '../sweep/vote-override.ts';
import { type Belief, masterBelief } from './belief.ts';
import { confdSilent, fencingOff, masterUnfenced, offlineHere } from './standing.ts';
import { dropStrayMasterIp } from './stray-ip.ts';
import { stopOutvoted, stopStrayMaster, stopSucceeded } from './stray-master.ts';
import { stopStrayRapi } from './stray-rapi.ts';

export interface LookOptions {
  readonly trigger: string;
  readonly notifiedFenced: readonly string[];
  /** How long to wait for another sweep of this host to finish, milliseconds. */
  readonly sweepWaitMs: number;
  /** When it has to be over; by default with the time Pacemaker gives this call. */
  readonly deadline?: Deadline;
}

/**
 * One full look of this node at itself and the cluster, and on the master the sweep.
 * What is wrong comes back as reasons, the most pressing first; nothing here makes the node role fail, not even an
 * error of our own: it would strike all nodes alike, and with `on-fail=fence` all would be fenced.
 */
export async function look(context: ActionContext, options: LookOptions): Promise<readonly Reason[]> {
  const { env, call } = context;
  const deadline = options.deadline ?? deadlineIn(env.clock, call.timeoutMs);
  const sweepWaitMs = Math.min(options.sweepWaitMs, deadline.left() / 2);
  try {
    const within = { ...context, env: boundedEnv(env, deadline) };
    const reasons = await lookAround(within, { ...options, sweepWaitMs, deadline });
    if (deadline.left() > 0) return reasons;
    forgetQuiet(env);
    return [cutShort(call.timeoutMs), ...reasons];
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    env.log('error', `GNH011 internal error in the look of ${options.trigger}: ${stack}`);
    forgetQuiet(env);
    const text = `Internal error while looking at the cluster (${message}); this node takes no part in decisions. Please report it with the log.`;
    return [{ code: 'GNH011', text }];
  }
}

/** Not an error of its own: what is not known is held, and the next monitor looks again. */
function cutShort(timeoutMs: number): Reason {
  const text = `The look at the cluster was cut short, as the ${timeoutMs / 1000} s of this call were over; the rest was left to the next one. See the load: uptime`;
  return { code: 'GNH370', text };
}

async function lookAround(
  context: ActionContext,
  options: LookOptions & { readonly deadline: Deadline },
): Promise<readonly Reason[]> {
  const { env, call, parameters } = context;
  const marks = changeMarks(env);
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') {
    const what = read.kind === 'missing' ? 'is missing' : `cannot be used (${read.message})`;
    return [
      {
        code: read.kind === 'missing' ? 'GNH005' : 'GNH006',
        text: `${read.file} ${what}; this node takes no part in decisions. Run on the master: gnt-cluster redist-conf`,
      },
    ];
  }
  const { ssconf } = read;
  const me = await ownName(env, call, ssconf.nodeList);
  if (me.kind === 'unknown') return [{ code: 'GNH007', text: me.text }];
  const takeLook = (): Promise<ClusterView> => agentLook(context, ssconf, options.notifiedFenced);
  const belief = await masterBelief(context, ssconf, me.name);
  const outcome =
    belief.kind === 'master'
      ? await sweepAndRepair(context, ssconf, options, takeLook)
      : await watch(context, ssconf, me.name, belief, takeLook);
  const offline = belief.kind === 'master' ? [] : await offlineHere(context, ssconf, me.name);
  const candidate =
    ssconf.masterCandidates.includes(me.name) && belief.kind !== 'stale' && offline.length === 0;
  await publishCandidacy(
    env,
    candidate && context.simulations.active('not-candidate') === undefined,
    call.onNode ?? env.host.nodename,
    outcome.view?.answer,
  );
  const silent = candidate ? await confdSilent(context, ssconf.primaryIps.get(me.name)) : [];
  const reasons = [
    ...staleBelief(belief, offline),
    ...(await voteOverride(context, ssconf, belief, outcome.view)),
    ...outcome.reasons,
    ...offline,
    ...fencingOff(context, ssconf, outcome.view),
    ...silent,
  ];
  // What heals without a change around this node is looked at by the next monitor again, else its reason outlives it.
  if (outcome.attention || offline.length > 0 || silent.length > 0) forgetQuiet(env);
  else rememberQuiet(env, marks, reasons);
  return reasons;
}

/** The sweep, and then the repairs of what it has found dead. */
async function sweepAndRepair(
  { env, parameters, simulations }: ActionContext,
  ssconf: Ssconf,
  { trigger, sweepWaitMs, deadline }: LookOptions & { readonly deadline: Deadline },
  takeLook: () => Promise<ClusterView>,
): Promise<Pick<SweepReport, 'reasons' | 'attention' | 'view'>> {
  const source = 'ocf:ganeti:ganeti-node';
  const worker = { env, source, parameters, simulations, ssconf };
  const swept = await sweep({ ...worker, trigger, lockWaitMs: sweepWaitMs, look: takeLook });
  const { reasons, open } = await repairAfterSweep({ ...worker, trigger }, swept, deadline);
  return { ...swept, reasons: [...swept.reasons, ...reasons], attention: swept.attention || open };
}

/**
 * A fenced old master comes back as one that is offline in Ganeti. Its ssconf is stale for that very reason, and no
 * `redist-conf` reaches it, so only the offline flag is told; but two masters are worse than anything.
 */
function staleBelief(belief: Belief, offline: readonly Reason[]): readonly Reason[] {
  return belief.kind === 'stale' && (belief.twoMasters || offline.length === 0) ? [belief.reason] : [];
}

/** What this node's luxid does about Ganeti's vote is the master's affair, and only as long as it is master. */
async function voteOverride(
  context: ActionContext,
  ssconf: Ssconf,
  belief: Belief,
  view: ClusterView | undefined,
): Promise<readonly Reason[]> {
  if (belief.kind === 'master') return await keepOverride(context, ssconf, ssconf.masterNode, view);
  if (belief.kind !== 'handover') endOverride(context.env, 'this node is not master');
  return [];
}

/**
 * What a node that is not master does beside remembering: a shun it made as master, or on its way to be, ends here
 * too, or it would refuse TCP to a living node; and its word of having released the role is void once another has it.
 * While the master is gone and not proven dead nobody else sweeps, so it is told from here.
 */
async function watch(
  context: ActionContext,
  ssconf: Ssconf,
  me: string,
  belief: Belief,
  takeLook: () => Promise<ClusterView>,
): Promise<Pick<SweepReport, 'reasons' | 'attention' | 'view'>> {
  const { env } = context;
  let stray = false;
  if (belief.kind === 'other') {
    for (const file of [MASTER_RELEASED, MASTER_IP_OWED, MASTER_TAKEN]) env.files.remove(file);
    const strayMaster = await stopStrayMaster(context, ssconf, me);
    // The news may have reached its files before its first look, and then nobody else stops it for a minute.
    if (!strayMaster && runningDaemon(env, context.parameters.runDir, 'ganeti-rapi').kind === 'running')
      await stopStrayRapi(context);
    stray = (await dropStrayMasterIp(context, ssconf)) || strayMaster;
  }
  if (belief.kind === 'handover') stray = await stopSucceeded(context, ssconf, me);
  if (belief.kind === 'stale' && belief.twoMasters) stray = await stopOutvoted(context, ssconf, me);
  const view = await takeLook();
  if (belief.kind === 'handover' && view.answer.kind === 'ok' && !view.answer.state.quorum)
    await stopReleased(context);
  tidySpool(env);
  const reasons = [...masterUnfenced(ssconf, view), ...(await endShuns(env, view.verdicts, ssconf))];
  const masterLost = view.verdicts.some(
    ({ node, verdict }) => node === ssconf.masterNode && verdict === 'lost',
  );
  const attention = masterLost || stray || belief.kind !== 'other' || (await isShunning(env));
  return { reasons, attention, view };
}

/** Pacemaker has the role down as stopped here already, and may wait for minutes before it stops the node role. */
async function stopReleased(context: ActionContext): Promise<void> {
  if (isRoleStarting(context.env)) return;
  const { stopCutOff } = await import('./cut-off-master.ts');
  await stopCutOff(context);
}
