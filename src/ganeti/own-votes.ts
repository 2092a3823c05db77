import type { Env } from '../env/env.ts';
import { askConfigurations } from './confd.ts';
import { readOwnConfiguration } from './own-configuration.ts';
import type { Ssconf } from './ssconf.ts';
import { countVotes, type Vote, type Votes } from './votes.ts';

/** What the other candidates say, with this node's own serial. */
export interface Poll {
  readonly votes: readonly Vote[];
  readonly mySerial: number | undefined;
}

/** Asks the other candidates for their configuration over ConfD, all at once. A silent one costs `timeoutMs`. */
export async function pollCandidates(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  timeoutMs = 1_000,
): Promise<Poll> {
  const others = ssconf.masterCandidates.flatMap((node) => {
    const address = ssconf.primaryIps.get(node);
    return node === me || address === undefined ? [] : [{ node, address }];
  });
  const own = readOwnConfiguration(env, dataDir);
  const answers = await askConfigurations(
    env,
    dataDir,
    others.map(({ address }) => address),
    timeoutMs,
  );
  const votes = others.map(({ node, address }): Vote => {
    const says = answers.find((answer) => answer.address === address)?.says;
    return { voter: node, says: says ?? { kind: 'silent', reason: 'not asked' } };
  });
  return { votes, mySerial: own.kind === 'known' ? own.serial : undefined };
}

/** Whether the others confirm what this node's ssconf claims of itself. */
export async function votesForMe(env: Env, dataDir: string, ssconf: Ssconf, me: string): Promise<Votes> {
  const { votes, mySerial } = await pollCandidates(env, dataDir, ssconf, me);
  return countVotes({ me, claimedMaster: ssconf.masterNode, mySerial, votes });
}
