import type { Env, NetResult, Stream } from '../env/env.ts';
import { LuxiError, type LuxiFailure } from './luxi-error.ts';
import { LuxiFrames } from './luxi-frames.ts';

export { LuxiError, type LuxiFailure };

export interface LuxiOptions {
  /** Path of luxid's socket, see `luxiSocket`. */
  readonly socket: string;
  readonly connectTimeoutMs: number;
  /**
   * From the request to the last byte of its answer; a trickle of bytes does not prolong it. At least 12 s for a job,
   * unless the Env is bounded.
   */
  readonly requestTimeoutMs: number;
}

/**
 * One request; the result as luxid gave it, unchecked. Rejects with LuxiError.
 * Several may be under way on one connection, luxid answers them in order (UDSServer.hs:294).
 * After a timeout or an early end the connection is of no use any more; later calls reject with the same error.
 */
export type LuxiCall = (method: string, args: readonly unknown[]) => Promise<unknown>;

export type LuxiResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: LuxiError };

/** The socket that answers queries and takes jobs (lib/pathutils.py:155); root or group gnt-daemons may use it. */
export function luxiSocket(runDir: string): string {
  return `${runDir}/socket/ganeti-query`;
}

/**
 * Connects to luxid, lets `use` talk to it and closes the connection whatever happens.
 * Every LuxiError comes back as `failed`; other errors of `use` are thrown on.
 */
export async function withLuxi<T>(
  env: Pick<Env, 'net' | 'clock'>,
  options: LuxiOptions,
  use: (call: LuxiCall) => Promise<T>,
): Promise<LuxiResult<T>> {
  const connected = await connect(env, options);
  if (connected.kind === 'failed') {
    return {
      kind: 'failed',
      error: new LuxiError(connectFailure(options, connected.code, connected.message)),
    };
  }
  const stream = connected.value;
  try {
    return { kind: 'ok', value: await use(callOn(env, stream, options.requestTimeoutMs)) };
  } catch (error) {
    if (error instanceof LuxiError) return { kind: 'failed', error };
    throw error;
  } finally {
    stream.close();
  }
}

/**
 * luxid copies a new job's number to all candidates, then its file: twice 5 s where one of them is dead and TCP to it is
 * not refused (measured on five hosts). Whoever gives up before does not know which job is his.
 */
const SUBMIT_MS = 12_000;

const BUSY_WAIT_MS = 100;

/**
 * luxid's backlog holds five connections (UDSServer.hs:231); the next one gets EAGAIN at once, from a luxid that
 * is only busy as well as from one that hangs (run: four of eight). So it is tried again until the time is up.
 */
async function connect(env: Pick<Env, 'net' | 'clock'>, options: LuxiOptions): Promise<NetResult<Stream>> {
  const { socket, connectTimeoutMs } = options;
  const deadline = env.clock.monotonic() + connectTimeoutMs;
  for (;;) {
    const remainingMs = Math.max(1, deadline - env.clock.monotonic());
    const connected = await env.net.connectUnix(socket, remainingMs);
    if (connected.kind === 'ok' || connected.code !== 'EAGAIN') return connected;
    if (env.clock.monotonic() + BUSY_WAIT_MS >= deadline) return { ...connected, code: 'ETIMEDOUT' };
    await env.clock.sleep(BUSY_WAIT_MS);
  }
}

function connectFailure(options: LuxiOptions, code: string, message: string): LuxiFailure {
  const { socket, connectTimeoutMs } = options;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'no-socket', socket };
    case 'ECONNREFUSED':
      return { kind: 'refused', socket };
    case 'ETIMEDOUT':
    case 'ECANCELED':
      return { kind: 'timeout', phase: 'connecting', method: undefined, afterMs: connectTimeoutMs };
    default:
      return { kind: 'not-connected', socket, code, message };
  }
}

function callOn(env: Pick<Env, 'clock'>, stream: Stream, requestTimeoutMs: number): LuxiCall {
  const frames = new LuxiFrames(stream);
  let last: Promise<unknown> = Promise.resolve();
  return (method, args) => {
    const timeoutMs = method.startsWith('Submit') ? Math.max(requestTimeoutMs, SUBMIT_MS) : requestTimeoutMs;
    const deadline = env.clock.monotonic() + timeoutMs;
    frames.send(JSON.stringify({ method, args }));
    const answer = last.then(async () => {
      const frame = await frames.next(method, () => deadline - env.clock.monotonic(), timeoutMs);
      return resultOf(method, frame);
    });
    last = answer.catch(() => {});
    return answer;
  };
}

/** `{"success": bool, "result": X}`; 3.x sends no version, older ones did (UDSServer.hs:367). */
function resultOf(method: string, frame: string): unknown {
  const protocol = (detail: string): LuxiError =>
    new LuxiError({ kind: 'protocol', method, detail, excerpt: JSON.stringify(frame.slice(0, 120)) });
  let answer: unknown;
  try {
    answer = JSON.parse(frame);
  } catch {
    throw protocol('it is no JSON');
  }
  if (typeof answer !== 'object' || answer === null || !('success' in answer) || !('result' in answer)) {
    throw protocol('"success" or "result" is missing');
  }
  const { success, result } = answer;
  if (success === true) return result;
  if (success !== false) throw protocol('"success" is neither true nor false');
  // An opcode or method that luxid cannot parse is answered with the bare text (run, 3.0.2).
  if (typeof result === 'string') {
    throw new LuxiError({ kind: 'rejected', method, className: undefined, args: [result] });
  }
  const [className, args]: readonly unknown[] = Array.isArray(result) ? result : [];
  if (typeof className !== 'string') throw protocol('an error without a class name');
  throw new LuxiError({ kind: 'rejected', method, className, args: Array.isArray(args) ? args : [args] });
}
