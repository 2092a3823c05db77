import type { LiveJob } from '../ganeti/jobs.ts';
import type { MarkedNode } from '../ganeti/luxi-marks.ts';
import type { DrainInput } from '../policy/drain.ts';
import type { Steadiness } from '../policy/steady.ts';
import { busyNodes } from './drain.ts';
import type { LedgerEntry } from './ledger.ts';
import type { SweepSettings } from './settings.ts';
import type { ClusterView } from './view.ts';

export interface KnownOfDrains {
  readonly settings: Pick<SweepSettings, 'drainOnLeave'>;
  readonly view: Pick<ClusterView, 'answer' | 'verdicts'>;
  /** Why nothing new may be done now. */
  readonly paused: string | undefined;
  readonly nodes: readonly MarkedNode[];
  readonly jobs: readonly LiveJob[];
  readonly entries: readonly LedgerEntry[];
  readonly steadiness: Steadiness | undefined;
  readonly nowMs: number;
}

/** Whether drained nodes are looked after at all: without the tag only by who has drained somebody lately. Pure. */
export function looksAfterDrains(
  { drainOnLeave }: Pick<SweepSettings, 'drainOnLeave'>,
  entries: readonly LedgerEntry[],
): boolean {
  return drainOnLeave || entries.some(({ event }) => event === 'drain-submitted');
}

/** What it is decided from whether nodes are drained and undrained. Pure. */
export function drainInput(known: KnownOfDrains): DrainInput {
  const { settings, view, paused, nodes, jobs, entries, steadiness, nowMs } = known;
  const state = view.answer.kind === 'ok' ? view.answer.state : undefined;
  return {
    wanted: settings.drainOnLeave,
    verdicts: view.verdicts,
    nodes: nodes.map((node) => ({ ...node, node: node.name, markedSerial: node.marks.drainedSerial })),
    quorum: state?.quorum === true,
    maintenanceMode: state?.maintenanceMode === true,
    paused,
    busy: [...busyNodes(entries, nowMs), ...nodes.map(({ name }) => name).filter((name) => isIn(name, jobs))],
    steadiness,
    nowMs,
  };
}

/** Whether an unfinished job, whoever's, is about this node. */
export function isIn(node: string, jobs: readonly LiveJob[]): boolean {
  return jobs.some(({ summary }) => summary.some((text) => text.includes(`(${node})`)));
}
