import { type Configuration, masterOf, type NodeEntry } from './ganeti-configuration.ts';
import { summaryOf } from './ganeti-queue.ts';
import type { GanetiHost, SimJob } from './ganeti-state.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A lock that is held or asked for; job ids come as text (3.0.2, run). */
export type LockRow = {
  readonly name: string;
  readonly mode: 'exclusive' | null;
  readonly owner: readonly string[] | null;
  readonly pending: readonly (readonly ['exclusive', readonly string[]])[];
};

/** Locks of nodes are named by uuid. */
export function lockRows(
  config: Configuration,
  { locks, wanted }: Pick<GanetiHost, 'locks' | 'wanted'>,
): readonly LockRow[] {
  return Object.values(config.nodes).flatMap(({ uuid, name }) => {
    const holder = locks.get(name);
    const waiting = [...wanted].filter(([, names]) => names.includes(name)).map(([id]) => String(id));
    if (holder === undefined && waiting.length === 0) return [];
    return [
      {
        name: `node/${uuid}`,
        mode: holder === undefined ? null : 'exclusive',
        owner: holder === undefined ? null : [String(holder)],
        pending: waiting.map((id) => ['exclusive', [id]] as const),
      },
    ];
  });
}

/** Cells of Query: `[status, value]`. */
const NORMAL = 0;
const UNKNOWN_FIELD = 1;
const UNAVAILABLE = 3;

/** The rows of Query for static fields, as `[[status, value], …]`. */
export function queryRows(
  what: unknown,
  fields: readonly string[],
  filter: unknown,
  config: Configuration,
  jobs: Iterable<SimJob>,
  locks: readonly LockRow[] = [],
): readonly unknown[] {
  const all: readonly Fields[] = what === 'lock' ? locks : tableOf(what, config, jobs);
  const table = all.filter((row) => matches(row, filter));
  return table.map((row) =>
    fields.map((field) => {
      if (!(field in row)) return [UNKNOWN_FIELD, null];
      return row[field] === undefined ? [UNAVAILABLE, null] : [NORMAL, row[field]];
    }),
  );
}

/** The rows of the older QueryNodes, QueryJobs and so on: values alone. */
export function plainRows(rows: readonly unknown[]): readonly unknown[] {
  return rows.map((row) =>
    Array.isArray(row) ? row.map((cell: unknown) => (Array.isArray(cell) ? cell[1] : null)) : row,
  );
}

function tableOf(what: unknown, config: Configuration, jobs: Iterable<SimJob>): readonly Fields[] {
  switch (what) {
    case 'node':
      return Object.values(config.nodes).map((node) => nodeRow(config, node));
    case 'job':
      return [...jobs].map(jobRow);
    case 'instance':
      return Object.values(config.instances).map(({ name, primary_node: pnode }) => ({
        name,
        pnode,
        snodes: [],
      }));
    default:
      return [];
  }
}

function nodeRow(config: Configuration, node: NodeEntry): Fields {
  const { uuid, name, offline, drained, serial_no: serial, mtime, tags, powered } = node;
  const isMaster = masterOf(config)?.uuid === uuid;
  const role = isMaster ? 'M' : offline ? 'O' : drained ? 'D' : node.master_candidate ? 'C' : 'R';
  return {
    ...{ uuid, name, offline, drained, mtime, tags, role },
    serial_no: serial,
    pip: node.primary_ip,
    sip: node.primary_ip,
    master: isMaster,
    master_candidate: node.master_candidate,
    master_capable: node.master_capable,
    vm_capable: node.vm_capable,
    powered: node.oob_program === '' ? undefined : powered,
  };
}

function jobRow({ id, ops, status, opstatus, opresult }: SimJob): Fields {
  const summary = ops.map(summaryOf);
  return { id, ops, status, opstatus, opresult, summary, archived: false, priority: -10 };
}

/** The part of the filter language that is in use (Language.hs:205): and, or, not, truth, equality. */
function matches(row: Fields, filter: unknown): boolean {
  if (filter === null || filter === undefined) return true;
  const [operator, ...terms]: readonly unknown[] = Array.isArray(filter) ? filter : [];
  switch (operator) {
    case '&':
      return terms.every((term) => matches(row, term));
    case '|':
      return terms.some((term) => matches(row, term));
    case '!':
      return !matches(row, terms[0]);
    case '?':
      return row[String(terms[0])] === true;
    case '=':
    case '==':
      return row[String(terms[0])] === terms[1];
    case '!=':
      return row[String(terms[0])] !== terms[1];
    default:
      throw new Error(`the simulated luxid knows no filter ${JSON.stringify(filter)}`);
  }
}
