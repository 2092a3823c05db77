import type { Socket } from 'node:net';
import type { NetResult, Stream } from './env.ts';

/** A socket as a stream one reads from when one is ready to; what arrives in between is kept. */
export function streamOf(socket: Socket): Stream {
  const chunks: string[] = [];
  let ended: NetResult<string> | undefined;
  let wake: () => void = () => {};
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    chunks.push(chunk);
    wake();
  });
  socket.on('error', (error) => {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
    ended ??= { kind: 'failed', code, message: error.message };
    wake();
  });
  socket.on('close', () => {
    ended ??= { kind: 'failed', code: 'EPIPE', message: 'the peer closed the connection' };
    wake();
  });
  const next = (): NetResult<string> | undefined => {
    const chunk = chunks.shift();
    return chunk === undefined ? ended : { kind: 'ok', value: chunk };
  };
  return {
    write: (text) => {
      socket.write(text);
    },
    close: () => {
      socket.destroy();
    },
    read: async (timeoutMs) => {
      const ready = next();
      if (ready !== undefined) return ready;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      wake = () => {};
      return next() ?? { kind: 'failed', code: 'ETIMEDOUT', message: `no data within ${timeoutMs} ms` };
    },
  };
}
