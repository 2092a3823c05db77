import type { Env } from '../env/env.ts';
import { masterForNoded } from './noded-rpc.ts';
import type { Ssconf } from './ssconf.ts';

/**
 * Whom more than half of all nodes name as master, by their own ssconf: the rule of Ganeti's own vote
 * (src/Ganeti/Daemon/Utils.hs), here without this node's voice. All are asked at once; a node that hangs costs `timeoutMs`, or 4 s.
 * Undefined where nobody has so many, or this node's certificate is not accepted.
 */
export async function masterOfMost(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  timeoutMs?: number,
): Promise<string | undefined> {
  const others = ssconf.nodeList.flatMap((node) => {
    const address = ssconf.primaryIps.get(node);
    return node === me || address === undefined ? [] : [address];
  });
  const named = await Promise.all(others.map((address) => masterForNoded(env, dataDir, address, timeoutMs)));
  return named.find(
    (name) =>
      name !== undefined && 2 * named.filter((other) => other === name).length > ssconf.nodeList.length,
  );
}
