import type { Env } from '../env/env.ts';
import { confdPing } from '../ganeti/confd.ts';
import { NODED_PORT } from '../ganeti/probes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { NOT_BEGUN } from '../ocf/bounded-env.ts';

/** A living ConfD answers within a few milliseconds, and nobody shall wait long for the dead. */
const TIMEOUT_MS = 200;

/**
 * Which of these nodes answer: they are up, whatever is proven of their death. A host that fencing has rebooted starts
 * Ganeti's daemons seconds before Pacemaker has it as a member. ConfD is UDP, which no shun touches; it may run on
 * candidates only, noded runs everywhere.
 */
export async function answering(
  env: Env,
  dataDir: string,
  nodes: readonly string[],
  ssconf: Ssconf,
): Promise<readonly string[]> {
  const asked = await askNetwork(env, dataDir, nodes, ssconf);
  return asked.filter(({ answers }) => answers === true).map(({ node }) => node);
}

export interface NetworkWord {
  readonly node: string;
  /** Undefined where there was no time left to ask: who was not asked is not silent. */
  readonly answers: boolean | undefined;
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
      const [ping, noded] = await Promise.all([
        confdPing(env, dataDir, address, TIMEOUT_MS),
        env.net.probeTcp(address, NODED_PORT, TIMEOUT_MS),
      ]);
      if (ping.kind === 'answered') return { node, answers: true, what: `ConfD answers at ${address}` };
      // Only an open connection counts: what a shun of this host refuses says nothing of the other.
      if (noded.kind === 'ok')
        return { node, answers: true, what: `noded accepts connections at ${address}` };
      if (noded.code === NOT_BEGUN) return { node, answers: undefined, what: 'not asked: no time was left' };
      return { node, answers: false, what: `${address}: ${ping.reason}` };
    }),
  );
}
