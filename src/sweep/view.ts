import type { Env } from '../env/env.ts';
import { OBSERVATIONS_FILE, OBSERVATIONS_LOCK } from '../env/paths.ts';
import { markAnswered } from '../evidence/answered.ts';
import { evidenceChains } from '../evidence/chain.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { judgeCluster } from '../evidence/judge-cluster.ts';
import { type Observations, observe, parseObservations } from '../evidence/observations.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { ClusterAnswer } from '../pacemaker/cluster-state.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { corosyncMembers } from '../pacemaker/members.ts';
import { mapNames, type NameMap } from '../pacemaker/names.ts';
import { ringSequence } from '../pacemaker/ring.ts';
import { withLock } from './lock.ts';

/** What is done under the lock takes a few milliseconds. */
const MEMORY_WAIT_MS = 1_000;

/** One look at the whole cluster: what Pacemaker says, and what follows for each Ganeti node. */
export interface ClusterView {
  /** When the look began, by the clock that nobody sets. */
  readonly lookedMs: number;
  readonly answer: ClusterAnswer;
  readonly names: NameMap;
  readonly verdicts: readonly Verdict[];
  /** By Ganeti's name: who said what and when. */
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
}

export interface LookRequest {
  readonly ganetiNodes: readonly string[];
  /** Pacemaker's names of the nodes that this call's own notification calls fenced. */
  readonly notifiedFenced: readonly string[];
  readonly simulatedUnproven: boolean;
  readonly timeoutMs: number;
  /** False: look only, for a person who asks; the agents' memory is theirs. */
  readonly remember: boolean;
}

/**
 * Looks at the cluster and remembers what it saw. Every node does this, not only the master: when the master
 * dies, its successor's memory is what tells a fresh fencing from one of yesterday.
 */
export async function lookAtCluster(env: Env, request: LookRequest): Promise<ClusterView> {
  // Read first: a membership change during the look must not pass for one that the look has seen.
  const ring = ringSequence(env);
  const lookedMs = env.clock.monotonic();
  const answer = await queryClusterState(env, request.timeoutMs);
  if (answer.kind === 'unavailable') {
    const names = mapNames([], request.ganetiNodes);
    const judged = judgeFrom(answer, names, undefined, undefined, request, env.clock.now());
    return { lookedMs, answer, names, ...judged };
  }
  const names = mapNames(answer.state.nodes, request.ganetiNodes);
  const everybodyOnline = answer.state.nodes.every(({ online, pending }) => online && !pending);
  const members = everybodyOnline ? undefined : await corosyncMembers(env, request.timeoutMs);
  const corosync = members?.kind === 'ok' ? members.members : undefined;
  const remembered = (): Observations =>
    observe(
      storedObservations(env),
      {
        nodes: answer.state.nodes,
        fenceEvents: answer.state.fenceEvents,
        fenceHistoryKnown: answer.state.fenceHistoryKnown,
        ...(ring === undefined ? {} : { ring }),
        ...(corosync === undefined ? {} : { corosyncMembers: corosync }),
        notifiedFenced: request.notifiedFenced,
      },
      env.clock.now(),
    );
  const observations = request.remember ? await keep(env, remembered) : remembered();
  const judged = judgeFrom(answer, names, corosync, observations, request, env.clock.now());
  return { lookedMs, answer, names, ...judged };
}

/**
 * Reads, joins and writes the memory while no other process of this host does: of a notify and a monitor at the same
 * moment the slower would else take back what the quicker has witnessed. Without the lock after a second.
 */
async function keep(env: Env, remembered: () => Observations): Promise<Observations> {
  const step = (): Observations => {
    const observations = remembered();
    store(env, observations);
    return observations;
  };
  return (await withLock(env, OBSERVATIONS_LOCK, MEMORY_WAIT_MS, async () => step())) ?? step();
}

/** Keeps that these nodes, by Pacemaker's names, have answered when they were asked although they had been fenced. */
export async function rememberAnswered(env: Env, names: readonly string[], askedMs: number): Promise<void> {
  await withLock(env, OBSERVATIONS_LOCK, MEMORY_WAIT_MS, async () => {
    const known = storedObservations(env);
    if (known === undefined) return;
    const marked = markAnswered(known, names, askedMs);
    if (marked !== known) store(env, marked);
  });
}

function store(env: Env, observations: Observations): void {
  const stored = env.files.write(OBSERVATIONS_FILE, JSON.stringify(observations));
  if (stored.kind === 'failed') env.log('warning', `what was observed could not be kept: ${stored.message}`);
}

function judgeFrom(
  cluster: ClusterAnswer,
  names: NameMap,
  corosyncMembers: readonly string[] | undefined,
  observations: Observations | undefined,
  request: LookRequest,
  nowMs: number,
): Pick<ClusterView, 'verdicts' | 'evidence'> {
  const { ganetiNodes, notifiedFenced, simulatedUnproven } = request;
  const known = { ganetiNodes, names: names.byGaneti, cluster, corosyncMembers, observations };
  const input = { ...known, notifiedFenced, simulatedUnproven };
  return { verdicts: judgeCluster(input), evidence: evidenceChains({ ...input, nowMs }) };
}

function storedObservations(env: Env): Observations | undefined {
  const read = env.files.read(OBSERVATIONS_FILE);
  return read.kind === 'text' ? parseObservations(read.text) : undefined;
}
