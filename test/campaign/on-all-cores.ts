// Many schedules, shared out among worker threads.
import { Worker } from 'node:worker_threads';
import { BLOCK, type Block, type Subject } from './campaign.ts';

export interface Outcome {
  readonly played: number;
  /** A shrunk scenario each. */
  readonly failures: readonly string[];
}

/**
 * Plays so many schedules, or until enough blocks had one that failed; `told` hears how many are done, and of each find at
 * once.
 */
export async function playOnAllCores(
  runs: number,
  seed: number,
  threads: number,
  subject: Subject,
  enough: number,
  told: (played: number, failure?: string) => void = () => {},
): Promise<Outcome> {
  const failures: string[] = [];
  let given = 0;
  let played = 0;
  const nextBlock = (): Block | undefined => {
    if (failures.length >= enough || given >= runs) return undefined;
    const block = { runs: Math.min(BLOCK, runs - given), seed: seed + given / BLOCK, subject };
    given += block.runs;
    return block;
  };
  const playAll = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      let block = nextBlock();
      const give = (): void => {
        if (block === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(block);
      };
      worker.on('message', (failure: string | undefined) => {
        if (failure !== undefined) failures.push(failure);
        played += block?.runs ?? 0;
        told(played, failure);
        block = nextBlock();
        give();
      });
      worker.on('error', (error) =>
        reject(new Error(`in the block of seed ${block?.seed}`, { cause: error })),
      );
      give();
    });
  await Promise.all(Array.from({ length: threads }, playAll));
  return { played, failures };
}
