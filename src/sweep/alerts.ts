import type { Env } from '../env/env.ts';
import { SPOOL_DIR } from '../env/paths.ts';
import type { Journal } from './journal.ts';
import { clearSpool, readSpool, type Spool, type SpooledAlert } from './spool.ts';
import type { ClusterView } from './view.ts';

/**
 * Pacemaker tells of a fencing some milliseconds before its own records agree with it. So long an alert of a fencing
 * waits for a verdict that does.
 */
const UNSETTLED_MS = 30_000;

/** What becomes of the alerts of one sweep. */
export interface HeardAlerts {
  /** Files to be removed once the sweep is through. */
  readonly done: readonly string[];
  /** Whether one waits for the next sweep. */
  readonly waiting: boolean;
}

/** Writes into the ledger what the alerts said, beside the verdict of this sweep on the same node, which alone decides. */
export function noteAlerts(spool: Spool, view: ClusterView, journal: Journal, nowMs: number): HeardAlerts {
  tellRefused(spool, journal);
  const done: string[] = [...spool.waste];
  let waiting = false;
  for (const alert of spool.alerts) {
    const node = ganetiName(alert, view);
    const verdict = view.verdicts.find((candidate) => candidate.node === node);
    const open = verdict === undefined || verdict.verdict === 'lost' || verdict.verdict === 'unknown';
    if (verdict !== undefined && alert.said === 'fenced' && open && nowMs - alert.atMs < UNSETTLED_MS) {
      waiting = true;
      continue;
    }
    done.push(alert.file);
    const text =
      verdict === undefined
        ? 'it is no node of Ganeti'
        : `verdict ${verdict.verdict}: ${verdict.reasons.map((reason) => reason.text).join('; ')}`;
    note(alert, node ?? alert.node, text, journal);
  }
  return { done, waiting };
}

/** A fencing that fails is tried again every few seconds, for hours: what is said again is not written again. */
function note({ said, atMs, words }: SpooledAlert, node: string, text: string, journal: Journal): void {
  const last = journal.entries().findLast((entry) => entry.event === 'alert' && entry.node === node);
  if (said !== 'fenced' && last?.event === 'alert' && last.said === said) return;
  journal.note({ event: 'alert', node, said, atMs, words, text });
}

/** On a node that is not master: alerts are kept, in case that it becomes it; what has no use any more goes. */
export function tidySpool(env: Env): void {
  const { refused, waste } = readSpool(env);
  for (const { file, why } of refused) env.log('warning', `GNH381 ${file} was refused: ${why}`);
  clearSpool(env, waste);
}

function tellRefused({ refused }: Spool, journal: Journal): void {
  const [first] = refused;
  if (first === undefined) return;
  const more = refused.length === 1 ? '' : ` and ${refused.length - 1} more`;
  journal.tell(
    'GNH381',
    `Not read from the spool of alerts: ${first.file}${more} (${first.why}). See who writes there: ls -la ${SPOOL_DIR}`,
  );
}

function ganetiName(alert: SpooledAlert, { names }: ClusterView): string | undefined {
  for (const [node, match] of names.byGaneti)
    if (match.kind === 'mapped' && match.pacemaker.toLowerCase() === alert.node.toLowerCase()) return node;
  return undefined;
}
