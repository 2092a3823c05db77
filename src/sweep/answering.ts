import type { Env } from '../env/env.ts';
import { confdPing } from '../ganeti/confd.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';

/** A living ConfD answers within a few milliseconds, and nobody shall wait long for the dead. */
const TIMEOUT_MS = 200;

/**
 * Which of these nodes answer over ConfD: they are up, whatever is proven of their death. A host that fencing has
 * rebooted starts Ganeti's daemons seconds before Pacemaker has it as a member. ConfD is UDP, which no shun touches.
 */
export async function answering(
  env: Env,
  dataDir: string,
  nodes: readonly string[],
  ssconf: Ssconf,
): Promise<readonly string[]> {
  const asked = await askNetwork(env, dataDir, nodes, ssconf);
  return asked.filter(({ answers }) => answers).map(({ node }) => node);
}

export interface NetworkWord {
  readonly node: string;
  readonly answers: boolean;
  /** How that is known, as a link of a chain of evidence. */
  readonly what: string;
}

/** The same with what became of each question: no key is not silence. */
export function askNetwork(
  env: Env,
  dataDir: string,
  nodes: readonly string[],
  ssconf: Ssconf,
): Promise<readonly NetworkWord[]> {
  return Promise.all(
    nodes.map(async (node) => {
      const address = ssconf.primaryIps.get(node);
      if (address === undefined) return { node, answers: false, what: 'not asked: no address is known' };
      const ping = await confdPing(env, dataDir, address, TIMEOUT_MS);
      if (ping.kind === 'answered') return { node, answers: true, what: `answers at ${address}` };
      return { node, answers: false, what: `${address}: ${ping.reason}` };
    }),
  );
}
