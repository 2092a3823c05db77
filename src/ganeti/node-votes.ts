import type { Env } from '../env/env.ts';
import { type MasterWord, masterWordOfNoded } from './noded-rpc.ts';
import type { Ssconf } from './ssconf.ts';

/**
 * Whom the node's own ssconf names as master, by its noded. Undefined where its address is not known, it does not answer
 * in time, or does not accept this node's certificate.
 */
export async function masterByNoded(
  env: Env,
  dataDir: string,
  { primaryIps }: Pick<Ssconf, 'primaryIps'>,
  node: string,
  timeoutMs?: number,
): Promise<string | undefined> {
  const word = await masterWordOf(env, dataDir, { primaryIps }, node, timeoutMs);
  return word.kind === 'names' ? word.master : undefined;
}

/** The same, told apart from a node that lives and refuses this one. */
export async function masterWordOf(
  env: Env,
  dataDir: string,
  { primaryIps }: Pick<Ssconf, 'primaryIps'>,
  node: string,
  timeoutMs?: number,
): Promise<MasterWord> {
  const address = primaryIps.get(node);
  return address === undefined
    ? { kind: 'silent' }
    : await masterWordOfNoded(env, dataDir, address, timeoutMs);
}

/**
 * Whom more than half of all nodes name as master, by their own ssconf: the rule of Ganeti's own vote
 * (src/Ganeti/Daemon/Utils.hs), here without this node's voice. All are asked at once; a node that hangs costs
 * `timeoutMs`, or 4 s. Undefined where nobody has so many, or this node's certificate is not accepted.
 */
export async function masterOfMost(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  timeoutMs?: number,
): Promise<string | undefined> {
  const others = ssconf.nodeList.filter((node) => node !== me);
  const named = await Promise.all(others.map((node) => masterByNoded(env, dataDir, ssconf, node, timeoutMs)));
  return named.find(
    (name) =>
      name !== undefined && 2 * named.filter((other) => other === name).length > ssconf.nodeList.length,
  );
}
