import type { Env } from '../env/env.ts';

/** State numbers of the kernel's tables: a listening TCP socket, and a UDP socket without a peer. */
const STATE = { tcp: '0A', udp: '07' } as const;

/**
 * Whether any socket of this host listens on the port, read from the kernel's own tables: no connection is
 * made, so nothing in the daemon's log and no wait. Undefined where neither table can be read.
 */
export function isListening(env: Env, protocol: 'tcp' | 'udp', port: number): boolean | undefined {
  const tables = [`/proc/net/${protocol}`, `/proc/net/${protocol}6`].flatMap((path) => {
    const table = env.files.read(path);
    return table.kind === 'text' ? [table.text] : [];
  });
  if (tables.length === 0) return undefined;
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return tables.some((text) =>
    text.split('\n').some((line) => {
      const [, local, , state] = line.trim().split(/\s+/);
      return local?.endsWith(`:${wanted}`) === true && state === STATE[protocol];
    }),
  );
}
