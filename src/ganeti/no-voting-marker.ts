import type { Files, WriteResult } from '../env/env.ts';
import { NO_VOTING, NO_VOTING_ENV } from '../env/paths.ts';

/** Whether luxid and wconfd skip Ganeti's vote, whoever starts them (no-voting.ts). Two stats, for `monitor`. */
export function skipsVote({ files }: { readonly files: Files }): boolean {
  return [NO_VOTING, NO_VOTING_ENV].some((file) => files.stat(file).kind !== 'missing');
}

/** Every later start votes again. One removal each: it works on a full disk, and within a stop's second. */
export function voteAgain({ files }: { readonly files: Files }): WriteResult {
  const results = [NO_VOTING_ENV, NO_VOTING].map((file) => files.remove(file));
  return results.find(({ kind }) => kind === 'failed') ?? { kind: 'done' };
}
