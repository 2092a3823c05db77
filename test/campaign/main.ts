// `npm run campaign`: 100,000 random schedules on all cores, or as many as the first word says; the second is the seed.
// One block in ten has instances that are repaired; with `hosts` or `instances` as third word none or all.
import { availableParallelism } from 'node:os';
import { playOnAllCores } from './on-all-cores.ts';

const TOLD_EVERY = 5_000;
/** After one find it goes on, since the next may be of another kind; with so many something is broken altogether. */
const ENOUGH = 10;

const [runs = '100000', seed = String(Math.floor(Math.random() * 2 ** 31)), word] = process.argv.slice(2);
const subjects = word === 'instances' || word === 'hosts' ? word : 'mixed';
const threads = availableParallelism();
const started = performance.now();
const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
console.log(`${runs} random schedules on ${threads} cores, seed ${seed}`);
const told = (count: number, failure?: string): void => {
  if (failure !== undefined) console.log(failure);
  if (count % TOLD_EVERY === 0) console.log(`${count} in ${seconds()} s`);
};
const { played, about, failures } = await playOnAllCores(
  Number(runs),
  Number(seed),
  threads,
  subjects,
  ENOUGH,
  told,
);
const found =
  failures.length === 0 ? 'no invariant was broken' : `an invariant was broken, finds: ${failures.length}`;
console.log(`${played} of ${runs} schedules (${about.instances} with instances) in ${seconds()} s: ${found}`);
process.exitCode = failures.length === 0 ? 0 : 1;
