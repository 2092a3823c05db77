import type { Files } from '../env/env.ts';
import { excerpt, isPlausibleNodeName, readSsconfLines, ssconfPath } from './ssconf-files.ts';

/** What this node's ssconf says about the master. Local and possibly stale: no proof of anything. */
export type MasterNode =
  | { readonly kind: 'ok'; readonly name: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'garbage'; readonly message: string };

/**
 * The hot path of both agents' `monitor`: one file read, no process (`gnt-cluster getmaster` needs 200 ms).
 * `garbage` is everything but exactly one plausible node name, also Ganeti's own `NO MASTER`
 * (src/Ganeti/WConfd/Ssconf.hs:102), so that nobody takes an odd file for "not the master".
 */
export function readMasterNode(files: Files, dataDir: string): MasterNode {
  const read = readSsconfLines(files, dataDir, 'master_node');
  if (read.kind !== 'lines') return read;
  const [name] = read.lines;
  if (name !== undefined && read.lines.length === 1 && isPlausibleNodeName(name)) return { kind: 'ok', name };
  const path = ssconfPath(dataDir, 'master_node');
  const found = read.lines.length === 0 ? 'nothing' : excerpt(read.lines.join('\n'));
  return { kind: 'garbage', message: `${path} must name one node, it holds ${found}` };
}

/**
 * This node's copy of what Ganeti tells every node that is not offline. Each file is replaced atomically,
 * the set is not; a node that was down or offline during a change has the old set until the next push.
 */
export interface Ssconf {
  readonly masterNode: string;
  readonly nodeList: readonly string[];
  /** The master is one of them. */
  readonly masterCandidates: readonly string[];
  readonly offlineNodes: readonly string[];
  readonly clusterTags: readonly string[];
  readonly masterIp: string;
  /** Node name to address. */
  readonly primaryIps: ReadonlyMap<string, string>;
  readonly secondaryIps: ReadonlyMap<string, string>;
  /** Node name to port; empty where the file is missing. */
  readonly sshPorts: ReadonlyMap<string, number>;
}

/** `file` is the first one that could not be used; nothing is returned from the others then. */
export type SsconfResult =
  | { readonly kind: 'ok'; readonly ssconf: Ssconf }
  | { readonly kind: 'missing'; readonly file: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly message: string }
  | { readonly kind: 'garbage'; readonly file: string; readonly message: string };

type Failure = Exclude<SsconfResult, { kind: 'ok' }>;

/**
 * Reads what is used of the rest of ssconf, 9 small files; never throws. A file nobody needs must not stop a decision. All must be there (Ganeti 3 writes the whole set)
 * but `ssconf_ssh_ports`, the youngest of them, which clusters that came from Ganeti 2 got only later.
 */
export function readSsconf(files: Files, dataDir: string): SsconfResult {
  const reader = new SsconfReader(files, dataDir);
  const ssconf: Ssconf = {
    masterNode: reader.one('master_node', isPlausibleNodeName),
    nodeList: reader.list('node_list', isPlausibleNodeName),
    masterCandidates: reader.list('master_candidates', isPlausibleNodeName),
    offlineNodes: reader.list('offline_nodes', isPlausibleNodeName),
    clusterTags: reader.list('cluster_tags', (line) => line !== ''),
    masterIp: reader.one('master_ip', isAddress),
    primaryIps: reader.map('node_primary_ips', ' ', isAddress),
    secondaryIps: reader.map('node_secondary_ips', ' ', isAddress),
    sshPorts: new Map(
      [...reader.map('ssh_ports', '=', isPort, 'may be missing')].map(([name, port]) => [name, Number(port)]),
    ),
  };
  return reader.failure ?? { kind: 'ok', ssconf };
}

/** Reads file after file and remembers the first failure; what it returns after one is not to be used. */
class SsconfReader {
  failure: Failure | undefined;
  readonly #files: Files;
  readonly #dataDir: string;

  constructor(files: Files, dataDir: string) {
    this.#files = files;
    this.#dataDir = dataDir;
  }

  one(key: string, valid: (line: string) => boolean): string {
    const lines = this.list(key, valid);
    const [only = ''] = lines;
    if (lines.length !== 1) this.#garbage(key, `must hold one line, it holds ${lines.length}`);
    return only;
  }

  list(key: string, valid: (line: string) => boolean, absence?: 'may be missing'): readonly string[] {
    if (this.failure !== undefined) return [];
    const file = ssconfPath(this.#dataDir, key);
    const read = readSsconfLines(this.#files, this.#dataDir, key);
    switch (read.kind) {
      case 'lines': {
        const wrong = read.lines.find((line) => !valid(line));
        if (wrong !== undefined) this.#garbage(key, `holds the unexpected line ${excerpt(wrong)}`);
        return read.lines;
      }
      case 'missing':
        if (absence === undefined) this.failure = { kind: 'missing', file };
        return [];
      case 'unreadable':
      case 'garbage':
        this.failure = { ...read, file };
        return [];
    }
  }

  map(
    key: string,
    separator: ' ' | '=',
    valid: (value: string) => boolean,
    absence?: 'may be missing',
  ): ReadonlyMap<string, string> {
    const pair = (line: string): readonly [string, string] => {
      const at = line.indexOf(separator);
      return [line.slice(0, Math.max(at, 0)), line.slice(at + 1)];
    };
    const lines = this.list(
      key,
      (line) => {
        const [name, value] = pair(line);
        return isPlausibleNodeName(name) && valid(value);
      },
      absence,
    );
    return new Map(lines.map(pair));
  }

  #garbage(key: string, what: string): void {
    const file = ssconfPath(this.#dataDir, key);
    this.failure ??= { kind: 'garbage', file, message: `${file} ${what}` };
  }
}

function isAddress(text: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f:]+(:\d{1,3}(\.\d{1,3}){3})?)$/.test(text) && /[.:]/.test(text);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}
