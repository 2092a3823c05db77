import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type AgentRun, runAgent } from './agent-run.ts';
import { assertDecentCalls, type Call, readCalls } from './calls.ts';
import { type ConfdScript, type ConfdServer, confdServer } from './confd-server.ts';
import { type LuxidServer, luxidServer } from './luxid-server.ts';
import { CERTIFICATES, type NodedScript, type NodedServer, nodedServer } from './noded-server.ts';
import { crmMonXml, type MonNode, type MonPicture } from './pacemaker-xml.ts';

/** A made-up machine: a folder that stands for `/`, with Ganeti's files and with stubs for every program. */
export interface World {
  readonly root: string;
  /** Ganeti's names, `h1.lab.test` and so on. */
  readonly nodes: readonly string[];
  /** Ganeti's name of this machine. */
  readonly me: string;
  put(path: string, text: string | Buffer, mode?: number): void;
  read(path: string): string | undefined;
  remove(path: string): void;
  /** Makes a program act as a file of test/stubs; without one it only records the call and exits 0. */
  behave(program: string, behaviour: string | undefined): void;
  /**
   * What Pacemaker says; nodes not named are online. Members and quorum for crm_node follow from it, and the ConfD
   * of who is gone falls silent.
   */
  pacemaker(picture: Partial<MonPicture>): void;
  /** What a node's ConfD says; starts it. The machine's own is not needed. */
  confd(node: string, script?: Partial<ConfdScript>): Promise<ConfdScript>;
  /** What the ConfD that was started for a node says from now on; nothing happens where none was. */
  confdNow(node: string, change: Partial<ConfdScript>): void;
  luxid(): Promise<LuxidServer>;
  /** Another node's noded; started by this. */
  noded(node: string, script?: Partial<NodedScript>): Promise<NodedServer>;
  simulate(file: string, content?: string): void;
  address(node: string): string;
  /** The operator's command line, with these words. */
  gntHa(...words: readonly string[]): Promise<AgentRun>;
  run(agent: AgentName, action: string, options?: RunOptions): Promise<AgentRun>;
  calls(program?: string): readonly Call[];
  close(): Promise<void>;
}

export type AgentName = 'ganeti-node' | 'ganeti-master' | 'ganeti-master-promotable';

export interface RunOptions {
  /** Resource parameters, without `OCF_RESKEY_`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Meta attributes, without `OCF_RESKEY_CRM_meta_`. */
  readonly meta?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** No variable at all but the test root, as ocf-tester or a person might call it. */
  readonly bare?: boolean;
  /** Words in front of the program, e.g. to give it another user. */
  readonly wrapper?: readonly string[];
}

export interface WorldOptions {
  readonly size?: number;
  /** The number of this machine. */
  readonly me?: number;
  /** The number of the master in ssconf. */
  readonly master?: number;
  readonly candidates?: readonly number[];
  /** `absent`: no Ganeti at all; `unused`: installed, in no cluster. */
  readonly ganeti?: 'cluster' | 'unused' | 'absent';
  readonly tags?: readonly string[];
}

const STUBS = join(import.meta.dirname, '..', 'stubs');
const DATA = '/var/lib/ganeti';
const PROGRAMS = [
  'crm_mon',
  'crm_node',
  'attrd_updater',
  'cibadmin',
  'crm_attribute',
  'nft',
  'ss',
  'logger',
  'ip',
];
/** No process has it: the kernel's limit is 4194304. */
const NOBODY = 4_999_999;
let worlds = 0;

/** A healthy cluster as seen from one of its machines; tests then break what they are about. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const { size = 3, me = 1, master = 1, ganeti = 'cluster' } = options;
  const root = mkdtempSync(join(tmpdir(), 'gha-'));
  chmodSync(root, 0o755);
  const network = nextNetwork();
  const address = (node: string): string => network(/\d+/.exec(node)?.[0] ?? '0');
  const numbers = Array.from({ length: size }, (_, index) => index + 1);
  const nodes = numbers.map(ganetiName);
  const key = randomBytes(20).toString('hex');
  const servers: (ConfdServer | LuxidServer | NodedServer)[] = [];
  const scripts = new Map<string, ConfdScript>();
  const world: World = {
    root,
    nodes,
    me: ganetiName(me),
    put: (path, text, mode = 0o644) => {
      mkdirSync(dirname(root + path), { recursive: true });
      writeFileSync(root + path, text);
      chmodSync(root + path, mode);
    },
    read: (path) => (existsSync(root + path) ? readFileSync(root + path, 'utf8') : undefined),
    remove: (path) => rmSync(root + path, { recursive: true, force: true }),
    behave: (program, behaviour) => {
      const folder = program.startsWith('daemon-') ? '/usr/lib/ganeti' : '/usr/sbin';
      link(join(STUBS, 'recorded'), `${root}${folder}/${program}`);
      rmSync(`${root}/behaviour/${program}`, { force: true });
      if (behaviour !== undefined) link(join(STUBS, behaviour), `${root}/behaviour/${program}`);
    },
    pacemaker: (picture) => {
      const given = picture.nodes ?? [];
      const all: MonNode[] = numbers.map(
        (number) => given.find(({ name }) => name === `h${number}`) ?? { name: `h${number}` },
      );
      const shown = [...all, ...given.filter(({ name }) => all.every((one) => one.name !== name))];
      world.put('/answers/crm_mon', crmMonXml({ ...picture, nodes: shown }));
      for (const { name, online = true } of shown) world.confdNow(name, { silent: !online });
      world.put('/answers/quorum', picture.quorum === false ? '0\n' : '1\n');
      const member = ({ online = true }: MonNode): string => (online ? 'member' : 'lost');
      world.put(
        '/answers/members',
        shown.map((node, index) => `${index + 1} ${node.name} ${member(node)}\n`).join(''),
      );
      // A new ring: whatever was remembered as quiet is over.
      ring += 4n;
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(ring);
      world.put('/var/lib/corosync/ringid_1', bytes);
    },
    confd: async (node, script = {}) => {
      const full: ConfdScript = {
        master: ganetiName(master),
        serial: 10,
        roles: Object.fromEntries(nodes.map((name) => [name, 1])),
        ...script,
      };
      servers.push(await confdServer(address(node), key, full));
      scripts.set(node.split('.')[0] ?? node, full);
      return full;
    },
    confdNow: (node, change) => {
      Object.assign(scripts.get(node.split('.')[0] ?? node) ?? {}, change);
    },
    luxid: async () => {
      mkdirSync(`${root}/var/run/ganeti/socket`, { recursive: true });
      const folder = `${root}/var/run/ganeti/socket`;
      const master = (): string =>
        (world.read('/answers/luxid-master') ?? world.read(`${DATA}/ssconf_master_node`) ?? '').trim();
      const server = await luxidServer(`${folder}/ganeti-query`, nodes, master);
      // wconfd speaks the same frames; its echo is all that is asked.
      servers.push(server, await luxidServer(`${folder}/ganeti-wconfd`, nodes, master));
      return server;
    },
    noded: async (node, script = {}) => {
      const server = await nodedServer(address(node), script);
      servers.push(server);
      return server;
    },
    simulate: (file, content = '') => {
      world.put(`/etc/ganeti-ha/simulate.d/${file}`, content);
      chmodSync(`${root}/etc/ganeti-ha/simulate.d`, 0o755);
    },
    address,
    run: async (agent, action, runOptions = {}) => {
      const run = await runAgent(
        agent,
        [action],
        variables(agent, root, `h${me}`, runOptions),
        runOptions.wrapper,
      );
      assertDecentCalls(readCalls(root));
      return run;
    },
    gntHa: async (...words) => {
      const run = await runAgent('gnt-ha', words, { GANETI_HA_ROOT: root });
      assertDecentCalls(readCalls(root));
      return run;
    },
    calls: (program) => readCalls(root).filter((call) => program === undefined || call.program === program),
    close: async () => {
      for (const server of servers) await server.close();
      endHanging(root);
      rmSync(root, { recursive: true, force: true });
    },
  };
  let ring = 100n;
  for (const program of PROGRAMS) world.behave(program, undefined);
  world.behave('crm_mon', 'prints-answer');
  world.behave('cibadmin', 'prints-answer');
  world.put('/answers/cibadmin', '<crm_config/>');
  world.behave('crm_node', 'crm-node');
  world.pacemaker({});
  world.put('/var/lib/pacemaker/cib/cib.xml', '<cib><configuration><nodes/></configuration></cib>');
  world.put('/answers/new-master', `${ganetiName(me)}\n`);
  if (ganeti !== 'absent') {
    world.behave('gnt-cluster', 'failover-moves-exit-0');
    world.behave('daemon-util', undefined);
  }
  if (ganeti === 'cluster') {
    world.put(`${DATA}/hmac.key`, key, 0o600);
    for (const pem of ['client.pem', 'server.pem'])
      world.put(`${DATA}/${pem}`, readFileSync(join(CERTIFICATES, pem)), 0o440);
    putConfiguration(world, ganetiName(master), options.candidates?.map(ganetiName), options.tags);
    putNoded(world);
  }
  return world;
}

/** The variables of a recurring monitor (or of any other action) as Pacemaker 2.1.5 sets them. */
function variables(
  agent: AgentName,
  root: string,
  host: string,
  options: RunOptions,
): Record<string, string> {
  if (options.bare === true) return { GANETI_HA_ROOT: root };
  const meta = { on_node: host, timeout: '20000', interval: '20000', name: 'monitor', ...options.meta };
  const notify = String(agent === 'ganeti-node');
  const clone: Record<string, string> =
    agent === 'ganeti-master' ? {} : { clone: '0', clone_max: '3', notify };
  return {
    GANETI_HA_ROOT: root,
    OCF_ROOT: '/usr/lib/ocf',
    OCF_RESOURCE_INSTANCE: agent,
    // What an administrator's shell may hold; none of it may reach a child.
    PATH: '/evil/bin:/usr/bin:/bin',
    LANG: 'de_DE.UTF-8',
    EVIL: 'yes',
    ...prefixed('OCF_RESKEY_CRM_meta_', { ...clone, ...meta }),
    ...prefixed('OCF_RESKEY_', options.parameters ?? {}),
    ...options.vars,
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

/** A noded that runs, by all that is looked at; beyond the highest number, so that no signal finds anybody. */
function putNoded(world: World): void {
  world.put('/var/run/ganeti/ganeti-noded.pid', `${NOBODY}\n`);
  world.put(`/proc/${NOBODY}/comm`, 'ganeti-noded\n');
  world.put(`/proc/${NOBODY}/stat`, `${NOBODY} (ganeti-noded) S 1 ${NOBODY}\n`);
}

function putConfiguration(
  world: World,
  master: string,
  candidates: readonly string[] = world.nodes,
  tags: readonly string[] = [],
): void {
  const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('');
  const files = {
    cluster_name: ['gcluster.lab.test'],
    master_node: [master],
    node_list: world.nodes,
    master_candidates: candidates,
    master_candidates_ips: candidates.map(world.address),
    online_nodes: world.nodes,
    offline_nodes: [],
    cluster_tags: tags,
    // Is on an interface of every machine, so the address is never missing unless a test says so.
    master_ip: ['127.0.0.1'],
    master_netdev: ['lo'],
    node_primary_ips: world.nodes.map((node) => `${node} ${world.address(node)}`),
    node_secondary_ips: world.nodes.map((node) => `${node} ${world.address(node)}`),
  };
  for (const [name, list] of Object.entries(files)) world.put(`${DATA}/ssconf_${name}`, lines(list));
  const described = Object.fromEntries(world.nodes.map((name) => [`uuid-${name}`, { name }]));
  const configuration = { serial_no: 10, cluster: { master_node: `uuid-${master}` }, nodes: described };
  world.put(`${DATA}/config.data`, JSON.stringify(configuration));
}

/** Loopback addresses of this world's own, so that test files may run side by side: 127.64.0.0/10 by process. */
function nextNetwork(): (number: string) => string {
  const block = (worlds++ % 24) * 10;
  return (number) => `127.${64 + ((process.pid >> 8) & 63)}.${process.pid & 255}.${block + Number(number)}`;
}

function ganetiName(number: number): string {
  return `h${number}.lab.test`;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** A test that fails may leave a hanging stub; it is ours by the id it wrote down and by its environment. */
function endHanging(root: string): void {
  for (const pid of hangingPids(root)) process.kill(pid, 'SIGKILL');
}

/** Those of this world's hanging stubs and their children that still live. */
export function hangingPids(root: string): readonly number[] {
  if (!existsSync(`${root}/hanging`)) return [];
  const pids = readFileSync(`${root}/hanging`, 'utf8').trim().split('\n').map(Number);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(root);
    } catch {
      return false;
    }
  });
}
