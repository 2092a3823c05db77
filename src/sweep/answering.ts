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
  const asked = await Promise.all(
    nodes.map(async (node) => {
      const address = ssconf.primaryIps.get(node);
      if (address === undefined) return [];
      const ping = await confdPing(env, dataDir, address, TIMEOUT_MS);
      return ping.kind === 'answered' ? [node] : [];
    }),
  );
  return asked.flat();
}
