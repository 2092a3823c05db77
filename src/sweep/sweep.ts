import type { Verdict, VerdictKind } from '../evidence/verdict.ts';
import type { Reason } from '../ocf/result.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import { isBrakeFull } from '../policy/allot.ts';
import { type Decision, decide } from '../policy/decide.ts';
import { withAlerts } from './alert-evidence.ts';
import { noteAlerts } from './alerts.ts';
import { clockSetForward } from './clock-steps.ts';
import { decideInput } from './decide-input.ts';
import type { GanetiFacts } from './ganeti-facts.ts';
import { removeSpent } from './give-orders.ts';
import { passes, tellFailed, tellHolds } from './holds.ts';
import { failedOfflines, lastMoved, pendingJobs } from './jobs-pending.ts';
import { type Journal, openJournal } from './journal.ts';
import { rotateLedger } from './ledger.ts';
import { withSweepLock } from './lock.ts';
import { type Worker, workWithLuxi } from './luxi-work.ts';
import { isMasterIpOwed } from './master-ip.ts';
import { stopOldMasters } from './old-masters.ts';
import { readOrders } from './orders.ts';
import { askBeliefs, type OtherBeliefs } from './refresh.ts';
import { type SweepSettings, sweepSettings } from './settings.ts';
import { isShunning, withdrawShuns } from './shunning.ts';
import { clearSpool, readSpool } from './spool.ts';
import { noteStorm } from './storm-noted.ts';
import { tellOrders } from './tell-orders.ts';
import { tend } from './tend.ts';
import { unanswered } from './unanswered.ts';
import { type ClusterView, rememberAnswered } from './view.ts';

/** A look with a crm_mon at its time limit is not as old as this. */
const OLD_MS = 10_000;

/** Why and for whom a sweep runs. */
export interface SweepRequest extends Worker {
  /** What woke it: `monitor`, `notify`, `alert`, `master-start`; for the ledger. */
  readonly trigger: string;
  /** How long to wait for another sweep of this host to finish, milliseconds. */
  readonly lockWaitMs: number;
  /** Takes the look; called under the lock, so that no decision rests on what another sweep has overtaken. */
  look(): Promise<ClusterView>;
}

export interface SweepReport {
  readonly reasons: readonly Reason[];
  /** Whether the next monitor has to look again although nothing changes around it. */
  readonly attention: boolean;
  readonly view: ClusterView | undefined;
  /** When a job of ours was last submitted to mark a node offline or to drain it, or did, milliseconds since the epoch. */
  readonly movedMs: number | undefined;
}

/**
 * The one loop that reacts to failed nodes: facts -> verdicts -> decisions -> jobs -> ledger, over all nodes, for
 * whatever reason it was woken. To be called only where this node is Ganeti's master by ssconf; luxid has the
 * last word on that, since it does not run where the vote was lost.
 */
export async function sweep(request: SweepRequest): Promise<SweepReport> {
  const report = await withSweepLock(request.env, request.lockWaitMs, () => sweepLocked(request));
  return report ?? { reasons: [], attention: true, view: undefined, movedMs: undefined };
}

async function sweepLocked(request: SweepRequest): Promise<SweepReport> {
  const { env, ssconf } = request;
  rotateLedger(env);
  const journal = openJournal(env, request.trigger);
  const settings = sweepSettings(request.parameters, ssconf.clusterTags, ssconf.nodeList.length);
  const beganMs = env.clock.now();
  // Before the look, which then knows what they tell of.
  const spool = readSpool(env);
  const [view, orders] = await Promise.all([request.look(), readOrders(env, request.parameters.dataDir)]);
  if (view.answer.kind === 'unavailable') {
    journal.tell(
      'GNH301',
      `Pacemaker did not tell the cluster's state (${view.answer.message}); nothing was decided. Check: crm_mon -1`,
    );
    tellWarnings(settings, journal);
    return { reasons: journal.reasons(), attention: true, view, movedMs: undefined };
  }
  const heard = noteAlerts(spool, view, journal, env.clock.now());
  const members = named(view.verdicts, 'alive');
  const { quorum } = view.answer.state;
  const { ms: setForwardMs } = clockSetForward(env);
  let full = false;
  /** Ganeti has told who is offline: a predecessor's offlinings take places, too. */
  let counted = false;
  const decideAnew = (facts?: GanetiFacts, verdicts = view.verdicts): readonly Decision[] => {
    const known = { ssconf, settings, verdicts, evidence: view.evidence, quorum, orders, facts };
    const now = { trigger: request.trigger, nowMs: env.clock.now(), setForwardMs };
    const input = decideInput({ ...known, ...now, entries: journal.entries() });
    full = isBrakeFull(input);
    counted ||= facts !== undefined;
    return decide(input);
  };
  const beliefs = await askBeliefs(env, request.parameters.dataDir, ssconf, members);
  tellNewer(beliefs, ssconf.masterNode, journal);
  const blocked = beliefs.newer.length > 0;
  // Right after the take-over its old holder has not had the time to let go of it.
  const ipOwed = request.trigger !== 'master-start' && isMasterIpOwed(env, ssconf);
  const certain = quorum && !blocked;
  // Who has the address shall have let go of it before it is asked for here.
  const reachable = new Set([...members, ...named(view.verdicts, 'left')]);
  if (certain && ipOwed) await stopOldMasters(request, reachable, true, journal);
  // A new master withdraws what its predecessor submitted for a node that is back.
  const earlier =
    pendingJobs(journal.entries()).length > 0 ||
    unanswered(journal.entries(), env.clock.now()).length > 0 ||
    request.trigger === 'master-start';
  const fresh = decideAnew().some(needsGaneti) || beliefs.stale.length > 0 || ipOwed;
  const work = earlier || (fresh && !blocked);
  const { stale } = beliefs;
  const { verdicts } = view;
  const evidence = withAlerts(view.evidence, journal.entries(), env.clock.now());
  const decisions = work
    ? await workWithLuxi(
        request,
        { settings, verdicts, evidence, orders, quorum, members, stale, ipOwed, blocked, decide: decideAnew },
        journal,
      )
    : decideAnew();
  const blind = work && !counted;
  const answering = tellHolds(decisions, { ...view, evidence }, journal, env.clock.now(), blind);
  if (answering.length > 0)
    await rememberAnswered(
      env,
      answering.flatMap((node) => pacemakerNameOf(view.names, node) ?? []),
      beganMs,
    );
  if (!blind) noteStorm(decisions, full, env.clock.now(), journal);
  tellOrders(orders, env.clock.now(), journal);
  const failed = failedOfflines(journal.entries(), ssconf.nodeList, env.clock.now());
  tellFailed(failed, decisions, journal);
  await withdrawShuns(env, view.verdicts, ssconf, journal);
  if (!blocked) await removeSpent(env, orders, decisions);
  // Where luxid took long over a job, what nodes have left or are back is the next look's.
  const isOld = env.clock.monotonic() - view.lookedMs >= OLD_MS;
  const tending = isOld || (await tend(request, { settings, view, orders, blocked }, journal));
  // Last, since who has just died costs it some seconds.
  const taking = certain && (await stopOldMasters(request, reachable, false, journal));
  clearSpool(env, heard.done);
  tellWarnings(settings, journal);
  const attention =
    heard.waiting ||
    taking ||
    tending ||
    work ||
    blocked ||
    failed.length > 0 ||
    orders.kind === 'unknown' ||
    decisions.some(passes) ||
    (await isShunning(env));
  return { reasons: journal.reasons(), attention, view, movedMs: lastMoved(journal.entries()) };
}

/** Last of all: it would hide what is pressing. */
function tellWarnings({ warnings }: SweepSettings, journal: Journal): void {
  for (const warning of warnings) journal.tell('GNH311', warning);
}

/** To send out this node's own configuration, or a job, would undo what the real master has done since. */
function tellNewer({ newer, mySerial }: OtherBeliefs, me: string, journal: Journal): void {
  if (newer.length === 0) return;
  const who = newer.map(({ node, names, serial }) => `${node} names ${names} as master (serial ${serial})`);
  const [first] = newer;
  journal.tell(
    'GNH109',
    `${who.join(', ')}, newer than ${me} (${mySerial ?? 'serial unknown'}); nothing is submitted from here. If the role has moved, run on ${first?.names ?? 'the master'}: gnt-cluster redist-conf`,
  );
}

/** How far a storm is over is told by what Ganeti has marked, too. */
function needsGaneti(decision: Decision): boolean {
  return decision.kind === 'offline' || (decision.kind === 'hold' && decision.hold === 'cooldown');
}

function named(verdicts: readonly Verdict[], kind: VerdictKind): ReadonlySet<string> {
  return new Set(verdicts.filter(({ verdict }) => verdict === kind).map(({ node }) => node));
}
