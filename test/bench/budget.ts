import type { Case } from './cases.ts';
import type { Figures } from './measure.ts';

export type Row = Case & Figures;

/**
 * What a monitor that finds nothing new may cost, warm. The memory is what the process holds when it ends: an empty
 * program on this Node holds 3.7 MiB then, and 7.9 at its peak, just before Node gives its heap back.
 */
export const BUDGET = { cpuMs: 35, anonMiB: 6, timesUpstream: 5 } as const;

/** How often this row's CPU fits into that of upstream's agent on the same host. undefined: not compared. */
export function timesCheaper(row: Row, rows: readonly Row[]): number | undefined {
  const { budget } = row;
  if (budget.kind === 'none') return undefined;
  const upstream = rows.find(({ host, title }) => host === row.host && title === budget.upstream);
  return upstream === undefined ? undefined : upstream.cpuMs / row.cpuMs;
}

/** One sentence for each budget that a row misses. A figure that is not there misses it, too. */
export function missed(row: Row, rows: readonly Row[]): readonly string[] {
  if (row.budget.kind !== 'kept') return [];
  const times = timesCheaper(row, rows) ?? 0;
  const problems: string[] = [];
  if (!(row.cpuMs <= BUDGET.cpuMs))
    problems.push(`${row.title}: ${row.cpuMs.toFixed(1)} ms of CPU, at most ${BUDGET.cpuMs} are allowed`);
  if (!(row.anonMiB <= BUDGET.anonMiB))
    problems.push(
      `${row.title}: ${row.anonMiB.toFixed(1)} MiB of anonymous memory, at most ${BUDGET.anonMiB} are allowed`,
    );
  if (!(times >= BUDGET.timesUpstream))
    problems.push(
      `${row.title}: upstream needs ${times.toFixed(1)} times its CPU, at least ${BUDGET.timesUpstream} are asked for`,
    );
  return problems;
}
