import type { Verdict } from '../evidence/verdict.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import type { MarkedNode } from '../ganeti/luxi-marks.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { objections } from '../policy/readmit.ts';
import { decideReturn, type ReturnDecision } from '../policy/returning.ts';
import type { Steadiness } from '../policy/steady.ts';
import { timeOfDay } from '../policy/time-of-day.ts';
import type { Journal } from './journal.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Worker } from './luxi-work.ts';
import type { JobSource } from './offline.ts';
import { readmitFacts, submitReadmit } from './readmit.ts';
import { unlessRefused } from './refused.ts';
import type { TendRequest } from './tend.ts';

/** The nodes that are back while Ganeti has them offline. */
export interface Returning extends TendRequest {
  readonly worker: Worker;
  readonly returned: readonly Verdict[];
  readonly maintenanceMode: boolean;
  /** Why nothing new may be done now; undefined where nobody forbids it. */
  readonly paused: string | undefined;
}

/** What Ganeti told, and the jobs that are under way. */
export interface AskedGaneti {
  readonly nodes: readonly MarkedNode[];
  readonly busy: readonly string[];
  readonly offlining: readonly string[];
  readonly queueDrained: boolean;
  readonly steadiness: Steadiness;
  readonly from: JobSource;
}

export const READMIT_FAILED: ReturnDecision = {
  kind: 'hold',
  hold: 'job-failed',
  why: 'the job to take it back has failed',
};

/** A member in full, which the master's own ssconf calls offline. */
export function isBack(verdict: Verdict, { offlineNodes }: Ssconf): boolean {
  return offlineNodes.includes(verdict.node) && isFullMember(verdict);
}

/** A member, and not one that is only joining. */
export function isFullMember({ verdict, reasons }: Verdict): boolean {
  const rules = reasons.map(({ rule }) => rule);
  return verdict === 'alive' && rules.includes('online') && !rules.includes('pending');
}

/** Tells of each that is back and stays offline; without what Ganeti knows nobody is taken back. */
export function tellHeld(
  returning: Returning,
  nodes: readonly MarkedNode[] | undefined,
  steadiness: Steadiness | undefined,
  journal: Journal,
): void {
  const { worker } = returning;
  for (const verdict of returning.returned) {
    const decision = decideReturned(verdict, returning, nodes, steadiness, worker.env.clock.now());
    if (decision.kind === 'hold') tellHold(verdict.node, decision.why, journal);
  }
}

/**
 * Takes back who may be taken back, where that is wanted, and tells of the others. Whether somebody is waited for.
 * Throws LuxiError.
 */
export async function tendReturned(
  call: LuxiCall,
  returning: Returning,
  asked: AskedGaneti,
  journal: Journal,
): Promise<boolean> {
  let waits = false;
  for (const verdict of returning.returned) {
    const { node } = verdict;
    const known = asked.nodes.find(({ name }) => name === node);
    // Ganeti's word is newer than ssconf: it has been taken back at this moment.
    if (known?.offline === false) continue;
    if (asked.busy.includes(node)) {
      waits = true;
      continue;
    }
    const decision = hasFailedReadmit(journal.entries(), node)
      ? READMIT_FAILED
      : decideReturned(verdict, returning, asked.nodes, asked.steadiness, returning.worker.env.clock.now());
    switch (decision.kind) {
      case 'hold':
        tellHold(node, decision.why, journal);
        break;
      case 'wait':
        waits = true;
        journal.tell(
          'GNH330',
          `${node} is a member, but offline in Ganeti; it is taken back at ${timeOfDay(decision.untilMs)} if it stays sound. At once: gnt-ha readmit ${node}`,
        );
        break;
      case 'readmit':
        waits = true;
        if (known !== undefined)
          await readmitUnlessObjected(call, known, decision.because, returning, asked, journal);
        break;
      default:
        decision satisfies never;
    }
  }
  return waits;
}

/** Pure. `nodes`: what Ganeti said; undefined where it was not asked. */
export function decideReturned(
  verdict: Verdict,
  {
    settings,
    view,
    paused,
    maintenanceMode,
  }: Pick<Returning, 'settings' | 'view' | 'paused' | 'maintenanceMode'>,
  nodes: readonly MarkedNode[] | undefined,
  steadiness: Steadiness | undefined,
  nowMs: number,
): ReturnDecision {
  const known = nodes?.find(({ name }) => name === verdict.node);
  return decideReturn({
    verdict,
    onReturn: settings.onReturn,
    delayMs: settings.readmitAfterMs,
    ganeti:
      known === undefined
        ? undefined
        : {
            node: known.name,
            serial: known.serial,
            markedSerial: known.marks.offlinedSerial,
            readmittedMs: known.marks.readmittedMs,
          },
    quorum: view.answer.kind === 'ok' && view.answer.state.quorum,
    maintenanceMode,
    paused,
    steadiness,
    nowMs,
  });
}

async function readmitUnlessObjected(
  call: LuxiCall,
  node: MarkedNode,
  because: string,
  { worker, view, paused }: Returning,
  { offlining, queueDrained, from }: AskedGaneti,
  journal: Journal,
): Promise<void> {
  const { env, ssconf, parameters } = worker;
  const { dataDir } = parameters;
  const facts = await readmitFacts(call, {
    env,
    dataDir,
    ssconf,
    view,
    node,
    offlining,
    queueDrained,
    paused,
  });
  const [first, ...more] = objections(facts);
  if (first !== undefined) {
    const besides = more.length === 0 ? '' : ` (and ${more.length} more)`;
    journal.tell('GNH333', `${first.text}${besides}; it stays offline. See: gnt-ha readmit -n ${node.name}`);
    return;
  }
  await unlessRefused(`${node.name} taken back`, journal, async () => {
    await submitReadmit(call, node, because, from, journal);
  });
}

function tellHold(node: string, why: string, journal: Journal): void {
  const because = why === '' ? '' : ` (${why})`;
  journal.tell(
    'GNH330',
    `${node} is a member, but offline in Ganeti and stays so${because}. When it is sound: gnt-ha readmit ${node}`,
  );
}

/** Whether a job to take this node back has failed, as far as the ledger is read. Pure. */
export function hasFailedReadmit(entries: readonly LedgerEntry[], node: string): boolean {
  return entries.some(
    (entry) =>
      entry.event === 'job-ended' &&
      entry.node === node &&
      entry.what === 'readmit' &&
      entry.outcome === 'failed',
  );
}
