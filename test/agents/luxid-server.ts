import { createServer, type Socket } from 'node:net';

export interface LuxidNode {
  readonly name: string;
  offline: boolean;
  candidate: boolean;
  drained?: boolean;
  capable?: boolean;
  /** False: it has no out-of-band program. */
  oob?: boolean;
  serial?: number;
  tags?: string[];
  /** Seconds since the epoch; without it the node was last changed long ago. */
  mtime?: number;
}

/** As wconfd answers: job ids as text, mode and ids of those that wait. */
export interface LuxidLock {
  readonly name: string;
  readonly owner: readonly string[];
  readonly pending: readonly (readonly [string, readonly string[]])[];
}

export interface LuxidJob {
  readonly id: number;
  status: 'queued' | 'waiting' | 'running' | 'success' | 'error' | 'canceled';
  readonly ops: readonly Readonly<Record<string, unknown>>[];
  results: unknown[];
  /** Milliseconds since the epoch; without it long ago. */
  readonly receivedMs?: number;
}

/** A luxid with a memory: it takes jobs and leaves them queued until the test lets them end. */
export interface LuxidServer {
  readonly nodes: LuxidNode[];
  readonly jobs: LuxidJob[];
  readonly locks: LuxidLock[];
  /** What becomes of the question for the locks, which wconfd answers: it is dead, or suspended. */
  wconfd: 'answers' | 'dead' | 'silent';
  readonly instances: { readonly name: string; readonly pnode: string }[];
  /** Every method called, in order. */
  readonly methods: string[];
  /** Accepts and never answers, as a stopped process does. */
  hung: boolean;
  drained: boolean;
  /** Refuses to drain and to undrain. */
  drainFails: boolean;
  /** A method whose answer is never sent, though what it asks for is done. */
  swallows: string | undefined;
  /** Nodes for which no job is accepted. */
  readonly refuses: string[];
  /** How long it takes over each answer, milliseconds. */
  delayMs: number;
  /** So much more for each job handed in, as while a candidate is dead without a proof. */
  submitDelayMs: number;
  /** Ids of the jobs that were asked to be cancelled. */
  readonly cancelled: number[];
  close(): Promise<void>;
}

/** Listens at this path; `master` is asked at each question. */
export async function luxidServer(
  path: string,
  nodeNames: readonly string[],
  master: () => string,
): Promise<LuxidServer> {
  const sockets = new Set<Socket>();
  const nodes = nodeNames.map((name): LuxidNode => ({ name, offline: false, candidate: true }));
  const state = {
    nodes,
    jobs: [] as LuxidJob[],
    locks: [] as LuxidLock[],
    wconfd: 'answers' as LuxidServer['wconfd'],
    instances: [] as { readonly name: string; readonly pnode: string }[],
    methods: [] as string[],
    cancelled: [] as number[],
    refuses: [] as string[],
    hung: false,
    drained: false,
    drainFails: false,
    swallows: undefined as string | undefined,
    delayMs: 0,
    submitDelayMs: 0,
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\x03');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const { method, args } = JSON.parse(frame);
        state.methods.push(method);
        if (state.hung || (state.wconfd === 'silent' && asksLocks(method, args))) continue;
        const text = `${JSON.stringify(answer(state, method, args, master()))}\x03`;
        const delayMs = state.delayMs + (method.startsWith('Submit') ? state.submitDelayMs : 0);
        if (method !== state.swallows) setTimeout(() => socket.write(text), delayMs);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return Object.assign(state, {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

type State = Omit<LuxidServer, 'close'>;

function asksLocks(method: string, args: unknown): boolean {
  return method === 'Query' && Array.isArray(args) && args[0] === 'lock';
}

function answer(state: State, method: string, args: unknown, master: string): unknown {
  if (state.wconfd === 'dead' && asksLocks(method, args))
    return { success: false, result: ['GenericError', ['does not exist (Connection refused)']] };
  const ok = (result: unknown): unknown => ({ success: true, result });
  const [first, second, third] = args as readonly unknown[];
  switch (method) {
    case 'QueryConfigValues':
      return ok([master, state.drained]);
    case 'SetDrainFlag':
      if (state.drainFails) return { success: false, result: ['GenericError', ['no drain today']] };
      // As luxid, which removes the flag's file.
      if (first === false && !state.drained)
        return { success: false, result: ['GenericError', ['no such file']] };
      state.drained = first === true;
      return ok(true);
    case 'echo':
      return ok(args);
    case 'QueryClusterInfo':
      return ok({
        ...{ name: 'gcluster.lab.test', master, candidate_pool_size: 10, software_version: '3.0.2' },
        ...{ enabled_hypervisors: ['fake'], hvparams: { fake: {}, kvm: { acpi: true } } },
        ...{ tags: [], default_iallocator: 'hail' },
        ...{
          master_netdev: 'eth0',
          master_netmask: 32,
          primary_ip_version: 4,
          use_external_mip_script: false,
        },
      });
    case 'SubmitJob': {
      if (state.drained) return { success: false, result: ['GenericError', ['Queue drained']] };
      const refused = (first as LuxidJob['ops']).some(({ node_name: name }) =>
        state.refuses.includes(String(name)),
      );
      if (refused) return { success: false, result: ['JobQueueFull', ['no more jobs']] };
      const id = state.jobs.length + 1;
      const ops = first as LuxidJob['ops'];
      state.jobs.push({ id, status: 'queued', ops, results: [], receivedMs: Date.now() });
      return ok(id);
    }
    case 'CancelJob':
      state.cancelled.push(Number(first));
      for (const job of state.jobs) {
        if (job.id !== first || (job.status !== 'queued' && job.status !== 'waiting')) continue;
        job.status = 'canceled';
        return ok([true, `Job ${first} canceled`]);
      }
      return ok([false, `Job ${first} is no longer waiting in the queue`]);
    case 'Query':
      return ok({ fields: [], data: rows(state, first, second as readonly string[], third, master) });
    default:
      return { success: false, result: ['OpPrereqError', [`no ${method} here`]] };
  }
}

function rows(
  state: State,
  what: unknown,
  fields: readonly string[],
  filter: unknown,
  master: string,
): unknown {
  const jobs = (): readonly LuxidJob[] => state.jobs.filter((job) => matches(job, filter));
  const table: readonly Readonly<Record<string, unknown>>[] =
    what === 'node'
      ? state.nodes.map((node) => nodeRow(node, master))
      : what === 'instance'
        ? state.instances.map((instance) => ({ ...SHARED_INSTANCE, ...instance }))
        : what === 'lock'
          ? state.locks.map((lock) => ({ ...lock }))
          : what === 'group'
            ? [{ uuid: GROUP, name: 'default', tags: [] }]
            : jobs().map(jobRow);
  // RS_UNAVAIL for what a row has as undefined.
  return table.map((row) =>
    fields.map((field) => (field in row && row[field] === undefined ? [3, null] : [0, row[field]])),
  );
}

const GROUP = 'uuid-of-the-group';

/** What a repair is told of an instance; nobody wants these repaired. */
const SHARED_INSTANCE = {
  ...{ disk_template: 'sharedfile', admin_state: 'up', snodes: [], tags: [], forthcoming: false },
  ...{ 'be/minmem': 128, disk_usage: 1024 },
};

function nodeRow(node: LuxidNode, master: string): Readonly<Record<string, unknown>> {
  const {
    name,
    offline,
    candidate,
    mtime = 1,
    drained = false,
    capable = true,
    serial = 1,
    tags = [],
  } = node;
  const role = name === master ? 'M' : offline ? 'O' : drained ? 'D' : candidate ? 'C' : 'R';
  const masterCandidate = candidate && !offline && !drained;
  return {
    name,
    role,
    offline,
    drained,
    master_candidate: masterCandidate,
    master_capable: capable,
    serial_no: serial,
    tags,
    vm_capable: true,
    'group.uuid': GROUP,
    powered: node.oob === false ? undefined : true,
    mtime,
  };
}

function summaryOf({ ops }: LuxidJob): readonly string[] {
  return ops.map((op) => `${String(op.OP_ID).replace('OP_', '')}(${op.node_name ?? op.name ?? ''})`);
}

function jobRow(job: LuxidJob): Readonly<Record<string, unknown>> {
  const { id, status, ops, results, receivedMs = 1 } = job;
  const received = [Math.floor(receivedMs / 1_000), (receivedMs % 1_000) * 1_000];
  return {
    ...{ id, status, ops, opstatus: ops.map(() => status), opresult: results },
    ...{ summary: summaryOf(job), received_ts: received },
  };
}

/** Understands the filters that are used: by id, by status and by summary. */
function matches(job: LuxidJob, filter: unknown): boolean {
  const [, ...terms] = filter as readonly [string, ...(readonly [string, string, string | number])[]];
  return terms.some(([, field, value]) => {
    if (field === 'summary') return summaryOf(job).includes(String(value));
    return field === 'id' ? job.id === value : job.status === value;
  });
}
