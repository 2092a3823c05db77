import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { answerRequest, type LuxidFlags } from './answer.ts';
import { type Cluster, makeCluster } from './cluster.ts';
import type { ClusterDescription } from './description.ts';
import { jobRows } from './query.ts';
import { type JobQueue, makeQueue } from './queue.ts';

export interface LuxiRequest {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What a test may do around each request; `hang-up` closes the connection there and then. */
export type Around = (request: LuxiRequest, number: number) => Promise<'hang-up' | undefined>;

/** A luxid on a real unix socket, in front of a described cluster. */
export interface LuxiCluster {
  readonly socket: string;
  readonly cluster: Cluster;
  readonly queue: JobQueue;
  readonly flags: LuxidFlags;
  /** Every request as it came, in order. */
  readonly requests: LuxiRequest[];
  /** Before a request is carried out; its number counts from 1. */
  before: Around | undefined;
  /** When it has been carried out and before its answer is sent. */
  after: Around | undefined;
  close(): Promise<void>;
}

export interface LuxiClusterOptions {
  /** Answers that change nothing are given again without a look: for measuring who asks, not who answers. */
  readonly remembered?: boolean;
}

const CHANGING = /^(Submit|Cancel|Archive|Set)/;
const WAIT_STEP_MS = 20;

export async function luxiCluster(
  socketPath: string,
  description: ClusterDescription,
  { remembered = false }: LuxiClusterOptions = {},
): Promise<LuxiCluster> {
  const cluster = makeCluster(description);
  const queue = makeQueue(cluster);
  const sockets = new Set<Socket>();
  const known = new Map<string, string>();
  const state = {
    socket: socketPath,
    cluster,
    queue,
    flags: { drained: false, watcherPause: null } as LuxidFlags,
    requests: [] as LuxiRequest[],
    before: undefined as Around | undefined,
    after: undefined as Around | undefined,
  };

  const answer = async (frame: string, { method, args }: LuxiRequest): Promise<string> => {
    if (method === 'WaitForJobChange') return JSON.stringify(await waitForJobChange(queue, args, sockets));
    if (!remembered) return JSON.stringify(answerRequest(cluster, queue, state.flags, method, args));
    if (CHANGING.test(method)) known.clear();
    const text = known.get(frame) ?? JSON.stringify(answerRequest(cluster, queue, state.flags, method, args));
    if (!CHANGING.test(method)) known.set(frame, text);
    return text;
  };

  const handle = async (socket: Socket, frame: string): Promise<void> => {
    const request: LuxiRequest = JSON.parse(frame);
    const number = state.requests.push(request);
    if ((await state.before?.(request, number)) === 'hang-up') return void socket.destroy();
    const text = await answer(frame, request);
    if ((await state.after?.(request, number)) === 'hang-up') return void socket.destroy();
    if (!socket.destroyed) socket.write(`${text}\x03`);
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    let last = Promise.resolve();
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\x03');
      rest = frames.pop() ?? '';
      // Answers come in the order of the requests (UDSServer.hs:294).
      for (const frame of frames) last = last.then(() => handle(socket, frame));
    });
  });
  mkdirSync(dirname(socketPath), { recursive: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return Object.assign(state, {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Answers once the fields differ from those that the client knows, or when its time is up. */
async function waitForJobChange(
  queue: JobQueue,
  [id, fields, known, , timeoutSeconds]: readonly unknown[],
  sockets: ReadonlySet<Socket>,
): Promise<unknown> {
  const names = Array.isArray(fields) ? fields.map(String) : [];
  const deadline = Date.now() + Math.min(Number(timeoutSeconds ?? 60), 89) * 1000;
  for (;;) {
    const [cells] = jobRows(queue, [id]);
    if (cells === undefined || queue.find(Number(id)) === undefined)
      return { success: false, result: ['JobLost', [`Job ${String(id)} lost`]] };
    const now = names.map((name) => cells(name)?.[1] ?? null);
    if (JSON.stringify(now) !== JSON.stringify(known)) return { success: true, result: [now, []] };
    if (Date.now() >= deadline || sockets.size === 0) return { success: true, result: 'nochange' };
    await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
  }
}
