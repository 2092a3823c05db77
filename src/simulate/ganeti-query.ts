import { type Configuration, masterOf, type NodeEntry } from './ganeti-configuration.ts';
import { groupOf, groupRows, instanceRows } from './ganeti-instance-rows.ts';
import { LIVE_FIELDS, type LiveNode } from './ganeti-live-fields.ts';
import { INSTANCE_LOCK } from './ganeti-locks.ts';
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

/** Locks of nodes are named by uuid, those of instances by name. */
export function lockRows(
  config: Configuration,
  { locks, wanted }: Pick<GanetiHost, 'locks' | 'wanted'>,
): readonly LockRow[] {
  const nodes = Object.values(config.nodes).map(({ uuid, name }) => ({ key: name, name: `node/${uuid}` }));
  const instances = Object.keys(config.instances).map((name) => `${INSTANCE_LOCK}${name}`);
  const all = [...nodes, ...instances.map((name) => ({ key: name, name }))];
  return all.flatMap(({ key, name }) => {
    const holder = locks.get(key);
    const waiting = [...wanted].filter(([, names]) => names.includes(key)).map(([id]) => String(id));
    if (holder === undefined && waiting.length === 0) return [];
    return [
      {
        name,
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
const NO_DATA = 2;
const UNAVAILABLE = 3;
const OFFLINE = 4;

/** What is no part of the configuration. */
export interface QuerySources {
  readonly locks?: readonly LockRow[];
  readonly live?: LiveNode;
}

/** The rows of Query, as `[[status, value], …]`. */
export function queryRows(
  what: unknown,
  fields: readonly string[],
  filter: unknown,
  config: Configuration,
  jobs: Iterable<SimJob>,
  { locks = [], live }: QuerySources = {},
): readonly unknown[] {
  const all: readonly Fields[] = what === 'lock' ? locks : tableOf(what, config, jobs);
  const table = all.filter((row) => matches(row, filter));
  return table.map((row) =>
    fields.map((field) => {
      const living = LIVE_FIELDS.find((one) => one === field);
      if (living !== undefined && what === 'node' && live !== undefined) {
        const said = live(String(row.name), living);
        return typeof said === 'number' ? [NORMAL, said] : [said === 'offline' ? OFFLINE : NO_DATA, null];
      }
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
      return instanceRows(config);
    case 'group':
      return groupRows(config);
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
    group: groupOf(config).name,
    'group.uuid': groupOf(config).uuid,
  };
}

function jobRow({ id, ops, status, opstatus, opresult, receivedMs, endedMs }: SimJob): Fields {
  return {
    ...{ id, ops, status, opstatus, opresult, archived: false, priority: -10 },
    summary: ops.map(summaryOf),
    received_ts: timestamp(receivedMs),
    end_ts: endedMs === undefined ? null : timestamp(endedMs),
  };
}

/** Seconds and microseconds. */
function timestamp(ms: number): readonly [number, number] {
  return [Math.floor(ms / 1000), (ms % 1000) * 1000];
}

/** The part of the filter language that is in use (Language.hs:205): and, or, not, truth, equality, being in a list. */
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
    case '=[]': {
      const list = row[String(terms[0])];
      return Array.isArray(list) && list.includes(terms[1]);
    }
    default:
      throw new Error(`the simulated luxid knows no filter ${JSON.stringify(filter)}`);
  }
}
