import type { NetResult, Stream } from '../env/env.ts';
import { configOn } from './ganeti-distribute.ts';
import { liveDelayMs } from './ganeti-live-fields.ts';
import { answerLuxi } from './ganeti-luxi.ts';
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

/** The kernel accepts for a daemon that is stuck or suspended, too; it answers when it works again. */
function streamTo(ganeti: Ganeti, at: GanetiHost, process: DaemonProcess): Stream {
  const { clock } = ganeti.world;
  const chunks: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  let closed = false;
  const wake = (): void => {
    for (const tell of [...waiting]) tell();
  };
  const handle = (frame: string): void => {
    if (!process.alive || closed) {
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
      if (!process.alive || closed || process.state !== 'working') {
        handle(frame);
        return;
      }
      chunks.push(`${JSON.stringify(answerTo(ganeti, at, process.daemon, frame))}${END}`);
      wake();
    });
  };
  return {
    write: (text) => {
      const frames = (rest + text).split(END);
      rest = frames.pop() ?? '';
      frames.forEach(handle);
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
    close: () => {
      closed = true;
    },
  };
}

function thinkingMs(ganeti: Ganeti, at: GanetiHost, daemon: Daemon, frame: string): number {
  if (daemon !== 'ganeti-luxid') return ANSWER_MS;
  const config = configOn(at);
  const waitsMs = config === undefined ? 0 : liveDelayMs(ganeti, at, config, frame);
  return (ganeti.faults.luxiDelayMs?.(at.host) ?? ANSWER_MS) + waitsMs;
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
