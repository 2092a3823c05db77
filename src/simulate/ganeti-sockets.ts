import type { NetResult, Stream } from '../env/env.ts';
import { configOn } from './ganeti-distribute.ts';
import { liveDelayMs } from './ganeti-live-fields.ts';
import { locksDelayMs } from './ganeti-lock-query.ts';
import { answerLuxi } from './ganeti-luxi.ts';
import { CONNECT_MS } from './ganeti-rpc.ts';
import { type Daemon, type DaemonProcess, type Ganeti, type GanetiHost, RUN_DIR } from './ganeti-state.ts';

const END = '\x03';
const ANSWER_MS = 2;

const SOCKETS: Readonly<Record<string, Daemon>> = {
  [`${RUN_DIR}/socket/ganeti-query`]: 'ganeti-luxid',
  [`${RUN_DIR}/socket/ganeti-wconfd`]: 'ganeti-wconfd',
  [`${RUN_DIR}/socket/ganeti-metad`]: 'ganeti-metad',
};

/** The daemons' unix sockets, all in LUXI's framing; undefined for a path that is none of theirs. */
export function openSocket(ganeti: Ganeti, at: GanetiHost, path: string): NetResult<Stream> | undefined {
  const real = path.startsWith('/var/run/') ? path.slice('/var'.length) : path;
  const daemon = SOCKETS[real];
  if (daemon === undefined) return undefined;
  const process = at.daemons.get(daemon);
  if (process !== undefined) return { kind: 'ok', value: streamTo(ganeti, at, process) };
  const code = at.staleSockets.has(daemon) ? 'ECONNREFUSED' : 'ENOENT';
  return { kind: 'failed', code, message: `connect ${code} ${path}` };
}

/**
 * The kernel accepts for a daemon that is stuck or suspended, too; it does what it was asked when it works again, and
 * also where nobody waits for its answer any more.
 */
function streamTo(ganeti: Ganeti, at: GanetiHost, process: DaemonProcess): Stream {
  const { clock } = ganeti.world;
  const chunks: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  const wake = (): void => {
    for (const tell of [...waiting]) tell();
  };
  const take = (frame: string): void => {
    if (isSubmission(process.daemon, frame)) ganeti.faults.asked?.(at.host, JSON.parse(frame));
    handle(frame);
  };
  const handle = (frame: string): void => {
    if (!process.alive) {
      wake();
      return;
    }
    if (process.state === 'refusing') {
      chunks.push(`${JSON.stringify({ success: false, result: ['GenericError', ['refused']] })}${END}`);
      wake();
      return;
    }
    if (process.state !== 'working') {
      const again = (): void => {
        process.woken.delete(again);
        handle(frame);
      };
      process.woken.add(again);
      return;
    }
    clock.after(thinkingMs(ganeti, at, process.daemon, frame), () => {
      if (!process.alive || process.state !== 'working') {
        handle(frame);
        return;
      }
      const answer = `${JSON.stringify(answerTo(ganeti, at, process.daemon, frame))}${END}`;
      clock.after(copyingMs(ganeti, at, process.daemon, frame), () => {
        if (process.alive) chunks.push(answer);
        wake();
      });
    });
  };
  return {
    write: (text) => {
      const frames = (rest + text).split(END);
      rest = frames.pop() ?? '';
      frames.forEach(take);
    },
    read: (timeoutMs) => {
      const next = chunks.shift();
      if (next !== undefined) return Promise.resolve({ kind: 'ok', value: next });
      if (!process.alive) return Promise.resolve(broken());
      return new Promise((resolve) => {
        const forget = (): void => {
          waiting.delete(tell);
          // Told where the daemon ends, too.
          process.woken.delete(tell);
        };
        const limit = clock.after(timeoutMs, () => {
          forget();
          resolve({ kind: 'failed', code: 'ETIMEDOUT', message: `no answer within ${timeoutMs} ms` });
        });
        const tell = (): void => {
          const chunk = chunks.shift();
          if (chunk === undefined && process.alive) return;
          limit.cancel();
          forget();
          resolve(chunk === undefined ? broken() : { kind: 'ok', value: chunk });
        };
        waiting.add(tell);
        process.woken.add(tell);
      });
    },
    close: () => {},
  };
}

function thinkingMs(ganeti: Ganeti, at: GanetiHost, daemon: Daemon, frame: string): number {
  if (daemon !== 'ganeti-luxid') return ANSWER_MS;
  const config = configOn(at);
  const nodesMs = config === undefined ? 0 : liveDelayMs(ganeti, at, config, frame);
  const waitsMs = nodesMs + locksDelayMs(at, frame);
  return (ganeti.faults.luxiDelayMs?.(at.host) ?? ANSWER_MS) + waitsMs + copyingMs(ganeti, at, daemon, frame);
}

/**
 * luxid copies the number of a new job to the candidates before it takes the job, and the job's file before it answers:
 * both wait for those that do not answer at all (10 s in all on five hosts, 3.0.2, run). Simpler than the real one in
 * that the job may begin before the second copy, several jobs are copied at once, requests do not wait for each other,
 * and a noded that hangs holds nothing up.
 */
function copyingMs(ganeti: Ganeti, at: GanetiHost, daemon: Daemon, frame: string): number {
  if (!isSubmission(daemon, frame)) return 0;
  const waits = Object.values(configOn(at)?.nodes ?? {}).some(
    ({ name, master_candidate: candidate, offline }) =>
      candidate && !offline && name !== at.host.ganetiName && isSilent(ganeti, at, ganeti.named(name)),
  );
  return waits ? CONNECT_MS : 0;
}

function isSubmission(daemon: Daemon, frame: string): boolean {
  return daemon === 'ganeti-luxid' && frame.includes('"Submit');
}

function isSilent(ganeti: Ganeti, from: GanetiHost, to: GanetiHost | undefined): boolean {
  if (to === undefined) return true;
  return !from.shunned.has(to.host.address) && !ganeti.world.connected(from.host, to.host);
}

function answerTo(ganeti: Ganeti, at: GanetiHost, daemon: Daemon, frame: string): unknown {
  const request: unknown = JSON.parse(frame);
  if (daemon === 'ganeti-luxid') return answerLuxi(ganeti, at, request);
  const { method, args }: Readonly<Record<string, unknown>> =
    typeof request === 'object' && request !== null ? { ...request } : {};
  if (method !== 'echo') return { success: false, result: `Unknown method ${String(method)}` };
  return { success: true, result: Array.isArray(args) ? args[0] : null };
}

function broken(): NetResult<never> {
  return { kind: 'failed', code: 'EPIPE', message: 'the peer closed the connection' };
}
