import { type Cell, normal, UNAVAILABLE } from './cells.ts';
import { summaryOf } from './opcode.ts';
import type { ClusterJob } from './queue.ts';

const FIELDS: Readonly<Record<string, (job: ClusterJob) => unknown>> = {
  id: ({ id }) => id,
  archived: ({ archived }) => archived,
  status: ({ status }) => status,
  priority: ({ ops }) =>
    Math.min(...ops.map(({ priority }) => (typeof priority === 'number' ? priority : 0))),
  ops: ({ ops }) => ops,
  opresult: ({ opresult }) => opresult,
  opstatus: ({ opstatus }) => opstatus,
  oplog: ({ ops }) => ops.map(() => []),
  opstart: ({ ops, startedMs }) => ops.map(() => timestamp(startedMs)),
  opexec: ({ ops, startedMs }) => ops.map(() => timestamp(startedMs)),
  opend: ({ ops, endedMs }) => ops.map(() => timestamp(endedMs)),
  oppriority: ({ ops }) => ops.map(({ priority }) => priority ?? 0),
  summary: ({ ops }) => ops.map(summaryOf),
  received_ts: ({ receivedMs }) => timestamp(receivedMs),
  start_ts: ({ startedMs }) => timestamp(startedMs),
  end_ts: ({ endedMs }) => timestamp(endedMs),
};

/** undefined for a field that Ganeti does not know. */
export function jobCell(field: string, job: ClusterJob): Cell | undefined {
  return FIELDS[field] === undefined ? undefined : normal(FIELDS[field](job));
}

/** A job that was asked for by its id and that Ganeti does not know: a row all the same. */
export function goneJobCell(field: string, id: number): Cell | undefined {
  if (FIELDS[field] === undefined) return undefined;
  return field === 'id' ? normal(id) : UNAVAILABLE;
}

/** Seconds and microseconds. */
function timestamp(ms: number | undefined): readonly [number, number] | null {
  return ms === undefined ? null : [Math.floor(ms / 1000), (ms % 1000) * 1000];
}
