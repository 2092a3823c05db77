// `npm run campaign`: 100,000 random schedules on all cores, or as many as the first word says; the second is the seed.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { campaign } from './campaign.ts';

interface Share {
  readonly runs: number;
  readonly seed: number;
}

type Report = { readonly count: number } | { readonly failure: string };

const EVERY = 100;

async function work({ runs, seed }: Share): Promise<void> {
  const told = (count: number): void => {
    if (count % EVERY === 0) report({ count: EVERY });
  };
  const failure = await campaign({ runs, seed, told });
  if (failure !== undefined) report({ failure });
}

function report(what: Report): void {
  parentPort?.postMessage(what);
}

async function lead(runs: number, seed: number): Promise<number> {
  const workers = availableParallelism();
  const started = performance.now();
  const failures: string[] = [];
  let done = 0;
  console.log(`${runs} random schedules on ${workers} cores, seed ${seed}`);
  const share = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const each = Math.floor(runs / workers) + (index < runs % workers ? 1 : 0);
      const worker = new Worker(new URL(import.meta.url), { workerData: { runs: each, seed: seed + index } });
      worker.on('message', (message: Report) => {
        if ('failure' in message) failures.push(message.failure);
        else {
          done += message.count;
          if (done % 5_000 < EVERY) console.log(`${done} in ${seconds(started)} s`);
        }
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  await Promise.all(Array.from({ length: workers }, (_, index) => share(index)));
  for (const failure of failures) console.log(failure);
  console.log(
    failures.length === 0
      ? `${runs} schedules, no invariant broken, ${seconds(started)} s`
      : `${failures.length} of ${workers} workers found a broken invariant, ${seconds(started)} s`,
  );
  return failures.length === 0 ? 0 : 1;
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(0);
}

if (isMainThread) {
  const [runs = '100000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
  process.exitCode = await lead(Number(runs), Number(seed));
} else {
  await work(workerData as Share);
}
