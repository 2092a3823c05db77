import type { Env } from '../env/env.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { isOurs } from '../ganeti/job-words.ts';
import { CONDITIONS, readSimulations } from '../ocf/simulation.ts';
import type { PacemakerNode } from '../pacemaker/cluster-state.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import { masterForPacemaker } from '../pacemaker/resource-location.ts';
import { BRAKE_WINDOW_MS, brakeCapacity, brakeUsed } from '../policy/brake.ts';
import { activePauses, type Pause } from '../policy/pause.ts';
import { type LedgerEntry, recentEntries } from '../sweep/ledger.ts';
import { gatherInsight, type Insight } from './insight.ts';
import { asTold, type ToldDecision } from './node-decision.ts';
import { type Health, judgeHealth } from './status-health.ts';
import { type RepairsStatus, repairState, repairsStatus } from './status-repairs.ts';

/** What `gnt-ha status` shows; its JSON form is this. Null where it is not known. */
export interface Status {
  readonly health: Health;
  /** Why it is not healthy, in sentences; also every simulation. */
  readonly trouble: readonly string[];
  readonly quorum: boolean | null;
  readonly master: {
    readonly ganeti: string | null;
    /** Pacemaker's names. */
    readonly pacemaker: readonly string[] | null;
    readonly agree: boolean | null;
  };
  readonly nodes: readonly NodeStatus[];
  readonly brake: BrakeStatus | null;
  readonly pauses: readonly Pause[] | null;
  /** The unfinished jobs of the agents; null off the master. */
  readonly jobs: readonly { readonly id: number; readonly status: string; readonly summary: string }[] | null;
  /** At the agent's last pass here; null where none looks after repairs. */
  readonly repairs: RepairsStatus | null;
  /** What this host cannot know. */
  readonly gaps: readonly string[];
  /** The last entries of this host's ledger; the master's holds the decisions. */
  readonly last: readonly LedgerEntry[];
}

export interface NodeStatus {
  readonly node: string;
  /** As Pacemaker shows it: `online`, `offline unclean`, `online standby`. */
  readonly pacemaker: string;
  readonly ganeti: 'master' | 'candidate' | 'regular' | 'drained' | 'offline' | 'online';
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly evidence: readonly Evidence[];
  /** What the sweep does with it. */
  readonly pending: ToldDecision;
}

export interface BrakeStatus {
  /** How many may be marked offline within the window. */
  readonly places: number;
  readonly taken: readonly string[];
  readonly windowMs: number;
  /** Whether more died than the brake allows. */
  readonly storm: 'none' | 'on' | 'over';
}

const TIMEOUT_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SHOWN_ENTRIES = 8;

/** Looks at the cluster with the agents' own eyes and memory; remembers and changes nothing. */
export async function gatherStatus(env: Env, dirs: { dataDir?: string; runDir?: string }): Promise<Status> {
  const last = recentEntries(env, env.clock.now() - DAY_MS).slice(-SHOWN_ENTRIES);
  const [seen, holders] = await Promise.all([gatherInsight(env, dirs), masterForPacemaker(env, TIMEOUT_MS)]);
  const simulated = readSimulations(env, 'ganeti-node');
  const simulations = CONDITIONS.flatMap((condition) => simulated.active(condition) ?? []);
  if (seen.kind === 'no-cluster') {
    const none = { quorum: null, nodes: [], brake: null, pauses: null, jobs: null, repairs: null, gaps: [] };
    const master = { ganeti: null, pacemaker: holders ?? null, agree: null };
    return { health: 'unknown', trouble: [seen.text, ...simulations], master, ...none, last };
  }
  const { insight } = seen;
  const { view, input, facts, gaps } = insight;
  const master = mastersOf(insight, holders);
  const pauses = input.orders.kind === 'known' ? activePauses(input.orders.pauses, insight.nowMs) : null;
  const repairs = repairState(env);
  const { health, trouble } = judgeHealth(insight, master.agree, repairs);
  return {
    health,
    trouble: [...trouble, ...simulations],
    quorum: view.answer.kind === 'ok' ? view.answer.state.quorum : null,
    master,
    nodes: insight.verdicts.map(({ node }) => nodeStatus(node, insight)),
    brake: brakeStatus(insight),
    pauses,
    jobs:
      facts?.jobs
        .filter(({ source }) => isOurs(source))
        .map(({ id, status, summary }) => ({ id, status, summary: summary.join(', ') })) ?? null,
    repairs: repairs === undefined ? null : repairsStatus(repairs),
    gaps,
    last,
  };
}

function mastersOf({ ssconf, view }: Insight, holders: readonly string[] | undefined): Status['master'] {
  const mapped = view.names.byGaneti.get(ssconf.masterNode);
  const [holder, ...more] = holders ?? [];
  const agree =
    holders === undefined || mapped?.kind !== 'mapped'
      ? null
      : more.length === 0 && holder?.toLowerCase() === mapped.pacemaker.toLowerCase();
  return { ganeti: ssconf.masterNode, pacemaker: holders ?? null, agree };
}

function nodeStatus(node: string, insight: Insight): NodeStatus {
  const { verdicts, onNodes, evidence, view } = insight;
  const verdict = verdicts.find((one) => one.node === node);
  const decision = onNodes.get(node);
  if (verdict === undefined || decision === undefined) throw new Error(`${node} was not judged`);
  const name = pacemakerNameOf(view.names, node);
  const shown =
    view.answer.kind === 'ok' ? view.answer.state.nodes.find((one) => one.name === name) : undefined;
  return {
    node,
    pacemaker: shown === undefined ? 'unknown' : flagsOf(shown),
    ganeti: roleOf(node, insight),
    verdict: verdict.verdict,
    reasons: verdict.reasons.map(({ text }) => text),
    evidence: evidence.get(node) ?? [],
    pending: asTold(decision),
  };
}

function flagsOf({ online, pending, unclean, standby, maintenance, shutdown }: PacemakerNode): string {
  const flags = { pending, unclean, standby, maintenance, shutdown };
  const set = Object.entries(flags).flatMap(([name, on]) => (on ? [name] : []));
  return [online ? 'online' : 'offline', ...set].join(' ');
}

/** ssconf does not say who is drained, and is all there is off the master. */
function roleOf(node: string, { facts, ssconf }: Insight): NodeStatus['ganeti'] {
  const known = facts?.nodes.find(({ name }) => name === node)?.role;
  if (known !== undefined) return known;
  if (ssconf.offlineNodes.includes(node)) return 'offline';
  if (ssconf.masterNode === node) return 'master';
  return ssconf.masterCandidates.includes(node) ? 'candidate' : 'online';
}

function brakeStatus({ input, nowMs }: Insight): BrakeStatus {
  const onTheWay = new Set([...input.offlineInGaneti, ...input.pendingJobs]);
  return {
    places: brakeCapacity(input.limit, input.knownNodes.length),
    taken: brakeUsed(input.recentOfflinings, onTheWay, nowMs),
    windowMs: BRAKE_WINDOW_MS,
    storm: input.storm.kind,
  };
}
