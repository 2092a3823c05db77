// Many schedules, shared out among worker threads.
import { Worker } from 'node:worker_threads';
import { BLOCK, type Block, type Subject, type Subjects, subjectOf } from './campaign.ts';

export interface Outcome {
  readonly played: number;
  /** How many of them were about what. */
  readonly about: Readonly<Record<Subject, number>>;
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
  subjects: Subjects,
  enough: number,
  told: (played: number, failure?: string) => void = () => {},
): Promise<Outcome> {
  const failures: string[] = [];
  const about: Record<Subject, number> = { hosts: 0, instances: 0 };
  let given = 0;
  let played = 0;
  const nextBlock = (): Block | undefined => {
    if (failures.length >= enough || given >= runs) return undefined;
    const index = given / BLOCK;
    const block = {
      runs: Math.min(BLOCK, runs - given),
      seed: seed + index,
      subject: subjectOf(index, subjects),
    };
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
        if (block !== undefined) about[block.subject] += block.runs;
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
  return { played, about, failures };
}
