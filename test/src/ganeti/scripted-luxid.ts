import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { realNet } from '../../../src/env/net.ts';
import { type LuxiCall, type LuxiResult, withLuxi } from '../../../src/ganeti/luxi.ts';

/** What the script does with one request; `socket` is the client's connection. */
export type Script = (request: { method: string; args: readonly unknown[] }, socket: Socket) => void;

export interface ScriptedLuxid {
  readonly socket: string;
  /** Every request as it came, in order. */
  readonly requests: readonly { method: string; args: readonly unknown[] }[];
  /** Talks to it through the real client. */
  ask<T>(use: (call: LuxiCall) => Promise<T>, requestTimeoutMs?: number): Promise<LuxiResult<T>>;
  close(): Promise<void>;
}

export const env = {
  net: realNet(''),
  clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep: setTimeoutPromise },
};

/** A server on a real unix socket in a temporary folder, which answers as the script says. */
export async function scriptedLuxid(script: Script): Promise<ScriptedLuxid> {
  const folder = await mkdtemp(join(tmpdir(), 'luxid-'));
  const socketPath = join(folder, 'ganeti-query');
  const requests: { method: string; args: readonly unknown[] }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\x03');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const request = JSON.parse(frame) as { method: string; args: readonly unknown[] };
        requests.push(request);
        script(request, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socket: socketPath,
    requests,
    ask: (use, requestTimeoutMs = 2000) =>
      withLuxi(env, { socket: socketPath, connectTimeoutMs: 2000, requestTimeoutMs }, use),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The frame of a good answer. */
export function answerFrame(result: unknown): string {
  return `${JSON.stringify({ success: true, result })}\x03`;
}

/** A server that answers every request with this result. */
export async function luxidAnswering(result: unknown): Promise<ScriptedLuxid> {
  return await scriptedLuxid((_, socket) => socket.write(answerFrame(result)));
}
