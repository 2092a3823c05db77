import type { Env } from '../env/env.ts';
import { contradicted } from '../evidence/contradicted.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { type ConfigValues, queryConfigValues } from '../ganeti/luxi-queries.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Parameters } from '../ocf/parameters.ts';
import type { Simulations } from '../ocf/simulation.ts';
import { type Decision, waitsForPlace } from '../policy/decide.ts';
import type { Orders } from '../policy/orders.ts';
import { askNetwork, type NetworkWord } from './answering.ts';
import { followUnknown, followUp } from './follow-up.ts';
import { askGaneti, type GanetiFacts } from './ganeti-facts.ts';
import { pendingJobs } from './jobs-pending.ts';
import type { Journal } from './journal.ts';
import { failureText, latenessText } from './luxi-trouble.ts';
import { beforeOfflining, markOfflined } from './mark-offlined.ts';
import { requestMasterIp } from './master-ip.ts';
import { type OfflineWish, submitOffline } from './offline.ts';
import { pausedBy } from './paused.ts';
import { submitPower } from './power.ts';
import { refreshStale, type StaleNode } from './refresh.ts';
import { unlessRefused } from './refused.ts';
import type { SweepSettings } from './settings.ts';
import { shunFenced } from './shunning.ts';
import { freeStuckJobs } from './stuck-jobs.ts';
import { findUnanswered, unanswered } from './unanswered.ts';

/** For whom a sweep works. */
export interface Worker {
  readonly env: Env;
  /** The agent, for Ganeti's reason trail. */
  readonly source: string;
  readonly parameters: Parameters;
  readonly simulations: Simulations;
  readonly ssconf: Ssconf;
}

export interface Work {
  readonly settings: SweepSettings;
  readonly verdicts: readonly Verdict[];
  /** What the verdicts rest on, by node. */
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
  readonly orders: Orders;
  /** Pacemaker's; without it earlier jobs are looked after, nothing else. */
  readonly quorum: boolean;
  readonly members: ReadonlySet<string>;
  readonly stale: readonly StaleNode[];
  readonly ipOwed: boolean;
  /** Somebody has a newer configuration that names another master: earlier jobs are looked after, nothing else. */
  readonly blocked: boolean;
  /** Decides anew, with what Ganeti itself knows; without it from ssconf and the ledger. */
  decide(facts?: GanetiFacts, verdicts?: readonly Verdict[]): readonly Decision[];
}

const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * So long after the nodes themselves were asked nothing more is handed in but the first offline job: luxid may take 10 s
 * over one, and meanwhile quorum be lost, or a node be starting again (found in the simulator).
 */
const LATE_MS = 3_000;

/** The nodes to be marked offline among the decisions. */
export function wishesOf(decisions: readonly Decision[]): readonly OfflineWish[] {
  return decisions.filter((decision) => decision.kind === 'offline');
}

function nodesOf(some: readonly { readonly node: string }[]): readonly string[] {
  return some.map(({ node }) => node);
}

/**
 * Everything that is done over LUXI: earlier jobs first, so that a node that is back is not marked offline whatever
 * happens to the rest. The decisions that were carried out, or those that could not be.
 */
export async function workWithLuxi(
  worker: Worker,
  work: Work,
  journal: Journal,
): Promise<readonly Decision[]> {
  const { env, parameters, ssconf, simulations, source } = worker;
  let decisions = work.decide();
  const hangs = simulations.active('luxi-hangs');
  if (hangs !== undefined) {
    journal.tell('GNH302', `${hangs} luxid is not asked; nothing was submitted.`);
    return decisions;
  }
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
  const from = { source, nowMs: env.clock.now() };
  const done = await withLuxi(env, options, async (call) => {
    const config = await queryConfigValues(call);
    if (!agreesOnMaster(config, ssconf.masterNode, journal)) return;
    await followUp(call, work.members, journal);
    if (work.blocked) return;
    const facts = await askGaneti(call, from.nowMs);
    await followUnknown(call, facts.jobs, work.members, from.nowMs, journal);
    await findUnanswered(call, from.nowMs, journal);
    noteOthersJobs(wishesOf(work.decide()), facts, journal);
    decisions = work.decide(facts);
    const network: NetworkWord[] = [];
    for (;;) {
      // Whoever answers gives its place to another, who was not asked yet.
      const unasked = nodesOf(wishesOf(decisions)).filter(
        (name) => !network.some(({ node }) => node === name),
      );
      if (unasked.length === 0) break;
      network.push(...(await askNetwork(env, parameters.dataDir, unasked, ssconf)));
      // The next sweep asks; nobody is marked offline on the strength of a question that was not put.
      if (network.some(({ answers }) => answers === undefined)) return;
      const up = new Set(network.filter(({ answers }) => answers === true).map(({ node }) => node));
      decisions = work.decide(facts, contradicted(work.verdicts, up));
    }
    if (!work.quorum) return;
    const askedMs = env.clock.monotonic();
    const isLate = (): boolean => env.clock.monotonic() - askedMs >= LATE_MS;
    const wishes = wishesOf(decisions).map((wish) => ({
      ...wish,
      evidence: [
        ...(work.evidence.get(wish.node) ?? []),
        ...network.flatMap(({ node, what }): Evidence[] =>
          node === wish.node ? [{ source: 'network', what, atMs: env.clock.now() }] : [],
        ),
      ],
    }));
    const free = async (): Promise<void> => {
      const mayAct = (): boolean => !isLate() && pausedBy(work.orders, env.clock.now()) === undefined;
      const stuck = { verdicts: work.verdicts, members: work.members, jobs: facts.jobs, ssconf, mayAct };
      await freeStuckJobs(call, { env, dataDir: parameters.dataDir, ...stuck }, journal);
    };
    if (isDrained(config, wishes, work, journal)) {
      // It submits nothing, and a queue that hangs is what one is drained for.
      await free();
      return;
    }
    // Only now: a stale master must not keep TCP from those who would tell it.
    await shunFenced(
      env,
      parameters.dataDir,
      work.verdicts.filter(({ node }) => isInTheWay(node, wishes, decisions, facts)),
      ssconf,
      journal,
      nodesOf(wishes),
    );
    const before = await beforeOfflining(call, work.settings, wishes);
    const offlined = await submitOffline(call, wishes, facts, from, journal, isLate);
    const powered = await submitPower(call, offlined, work.settings, from, journal, isLate);
    const marked = await markOfflined(call, before, offlined, from, journal, isLate);
    if (isLate()) {
      const done = { offlined: nodesOf(offlined), powered, marked };
      const text = latenessText(nodesOf(wishes), done, work.settings);
      if (text !== undefined) journal.tell('GNH302', text);
    } else {
      await refreshStale(call, work.stale, from, journal);
      if (work.ipOwed)
        await unlessRefused('the master IP', journal, () => requestMasterIp(call, ssconf, from, journal));
    }
    await free();
  });
  if (done.kind === 'failed') {
    const pending = pendingJobs(journal.entries()).map(({ node }) => node);
    const waiting = nodesOf(wishesOf(decisions)).filter((node) => !pending.includes(node));
    const tried = unanswered(journal.entries(), env.clock.now()).map(({ node }) => node);
    journal.tell('GNH302', failureText(done.error, waiting, tried));
  }
  return decisions;
}

/**
 * Whoever is dead makes each submission wait that luxid copies to the candidates, and each job that changes the
 * configuration: also one that the brake holds, with whom the submission for the first took longer than it is waited
 * for, and its job half a minute (measured on five hosts).
 */
function isInTheWay(
  node: string,
  wishes: readonly OfflineWish[],
  decisions: readonly Decision[],
  { underway }: GanetiFacts,
): boolean {
  if (wishes.length === 0 && underway.size === 0) return false;
  const held = decisions.find((one) => one.node === node && one.kind === 'hold');
  return wishes.some((wish) => wish.node === node) || (held?.kind === 'hold' && waitsForPlace(held.hold));
}

/** luxid serves only where it won its vote, ssconf alone may be stale. */
function agreesOnMaster({ masterNode }: ConfigValues, expected: string, journal: Journal): boolean {
  if (masterNode === expected) return true;
  journal.tell(
    'GNH302',
    `ssconf names ${expected} as master, luxid ${masterNode}; nothing was submitted. Run on the master: gnt-cluster redist-conf`,
  );
  return false;
}

/** A drained queue refuses every job, but somebody wanted it so. */
function isDrained(
  { queueDrained }: ConfigValues,
  wishes: readonly OfflineWish[],
  work: Work,
  journal: Journal,
): boolean {
  if (!queueDrained) return false;
  const waiting = wishes.map(({ node }) => node).join(', ');
  const what = waiting === '' ? 'nothing is submitted' : `not marked offline: ${waiting}`;
  if (waiting !== '' || work.stale.length > 0 || work.ipOwed)
    journal.tell('GNH115', `The job queue is drained; ${what}. Run: gnt-cluster queue undrain`);
  return true;
}

/** The moment from which a job that is not ours is waited for. */
function noteOthersJobs(wishes: readonly OfflineWish[], { underway }: GanetiFacts, journal: Journal): void {
  for (const { node, because } of wishes)
    if (underway.has(node)) journal.noteOnce({ event: 'decided', node, decision: 'offline', text: because });
}
