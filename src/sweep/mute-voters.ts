import type { Env } from '../env/env.ts';
import { masterForNoded } from '../ganeti/noded-rpc.ts';
import { pollCandidates } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';

const TIMEOUT_MS = 1_000;

/**
 * Why the vote must not be overridden for the sake of nodes that live and are offline by this node's ssconf: that may be
 * old, and one of them have been taken back meanwhile, and be the master. Each has to show that it is not: by an older
 * configuration, or, where it has none or its ConfD is silent, by noded, which names this node or one that does not
 * live. Undefined where all do.
 */
export async function objectionOfMute(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  mute: readonly string[],
  living: ReadonlySet<string>,
): Promise<string | undefined> {
  if (mute.length === 0) return undefined;
  const asked = { ...ssconf, masterCandidates: mute };
  const { votes, mySerial } = await pollCandidates(env, dataDir, asked, me, TIMEOUT_MS);
  const objections = await Promise.all(
    votes.map(async ({ voter, says }) => {
      if (says.kind === 'answered') {
        const isOlder = mySerial !== undefined && says.serial <= mySerial;
        return isOlder ? undefined : `${voter} has a newer configuration (serial ${says.serial})`;
      }
      const address = ssconf.primaryIps.get(voter);
      const named =
        address === undefined ? undefined : await masterForNoded(env, dataDir, address, TIMEOUT_MS);
      if (named === me || (named !== undefined && !living.has(named))) return undefined;
      return named === undefined
        ? `${voter} does not tell whom it takes for the master`
        : `${voter} names ${named} as master, and does not tell its serial`;
    }),
  );
  return objections.find((objection) => objection !== undefined);
}
