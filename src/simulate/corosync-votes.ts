/** corosync.conf's quorum section, as votequorum(5) has it. */
export interface VoteOptions {
  readonly twoNode: boolean;
  readonly waitForAll: boolean;
  readonly lastManStanding: boolean;
}

/** Whether so many votes of so many expected ones are a quorum; `allSeen` is what wait_for_all waits for. */
export function hasQuorum(
  options: VoteOptions,
  votes: number,
  expectedVotes: number,
  allSeen: boolean,
): boolean {
  if (options.waitForAll && !allSeen) return false;
  const needed = options.twoNode && expectedVotes === 2 ? 1 : Math.floor(expectedVotes / 2) + 1;
  return votes >= needed;
}
