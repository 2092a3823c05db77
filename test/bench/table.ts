import { type Row, timesCheaper } from './budget.ts';

/** One line per row; the last two columns are ratios of CPU time, taken in this run. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  const line = (title: string, ...cells: readonly string[]): string =>
    [title.padEnd(42), ...cells.map((cell) => cell.padStart(11))].join('');
  const lines = [
    line('monitor, warm', 'CPU ms', 'wall ms', 'MiB at end', 'MiB peak', 'Dummy x', 'upstream /'),
  ];
  for (const host of new Set(rows.map((row) => row.host))) {
    lines.push('', `on ${host}`);
    const here = rows.filter((row) => row.host === host);
    const dummy = here.find(({ title }) => title === 'ocf:pacemaker:Dummy');
    for (const row of here) {
      const times = timesCheaper(row, here);
      lines.push(
        line(
          row.title,
          row.cpuMs.toFixed(1),
          row.wallMs.toFixed(1),
          row.anonMiB.toFixed(1),
          row.peakMiB.toFixed(1),
          dummy === undefined ? '-' : (row.cpuMs / dummy.cpuMs).toFixed(1),
          times === undefined ? '-' : times.toFixed(1),
        ),
      );
    }
  }
  return lines;
}
