import type { Env } from '../env/env.ts';
import { masterByNoded } from '../ganeti/node-votes.ts';
import { pollCandidates } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { voteCanBeWon } from '../ganeti/votes.ts';

const TIMEOUT_MS = 1_000;

/**
 * Why the vote must not be overridden for the sake of nodes that live and are offline by this node's ssconf: that may be
 * old, and one of them have been taken back meanwhile, and be the master. Each has to show that it is not: by an older
 * configuration, or, where it has none or its ConfD is silent, by noded, which names this node or one that does not
 * live. Nor may they name a dead master so often that it would win Ganeti's vote at its next boot. Undefined where
 * nothing speaks against it.
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
  const [{ votes, mySerial }, named] = await Promise.all([
    pollCandidates(env, dataDir, asked, me, TIMEOUT_MS),
    Promise.all(mute.map((node) => masterByNoded(env, dataDir, ssconf, node, TIMEOUT_MS))),
  ]);
  const names = new Map(mute.map((node, index) => [node, named[index]]));
  for (const { voter, says } of votes) {
    const name = names.get(voter);
    if (says.kind === 'answered') {
      if (mySerial === undefined || says.serial > mySerial)
        return `${voter} has a newer configuration (serial ${says.serial})`;
      names.set(voter, name ?? says.master);
    } else if (name === undefined) return `${voter} does not tell whom it takes for the master`;
    else if (name !== me && living.has(name))
      return `${voter} names ${name} as master, and does not tell its serial`;
  }
  return couldWin(names, ssconf.nodeList.length, me);
}

/** A node that is dead, and would have more than half of all voices once it is back: its own, and those of the mute. */
function couldWin(
  names: ReadonlyMap<string, string | undefined>,
  all: number,
  me: string,
): string | undefined {
  for (const other of new Set(names.values())) {
    if (other === undefined || other === me) continue;
    const voters = [...names]
      .filter(([node, name]) => name === other && node !== other)
      .map(([node]) => node);
    if (voteCanBeWon(all, voters.length + 1))
      return `${other} would win Ganeti's vote when it boots, by the word of ${voters.join(', ')}`;
  }
  return undefined;
}
