// Plays schedules with a broken variant in place, until the invariant that it breaks is seen broken.
import * as fc from 'fast-check';
import { SUBJECTS } from '../campaign.ts';
import { judgeSchedule } from '../judge-schedule.ts';
import { VARIANTS } from './variants.ts';

const [sentence, runs = '', seed = ''] = process.argv.slice(2);
const variant = VARIANTS.find((one) => one.sentence === sentence);
if (variant === undefined) throw new Error('no variant of this sentence');
const { invariant, told, subject = 'hosts', story } = variant;
const stories =
  story === undefined ? fc.sample(SUBJECTS[subject], { numRuns: Number(runs), seed: Number(seed) }) : [story];
let caught: string | undefined;
for (const [index, each] of stories.entries()) {
  const { violations } = await judgeSchedule(each);
  const seen = violations.find((one) => one.invariant === invariant && new RegExp(told).test(one.text));
  if (seen !== undefined) {
    caught = `schedule ${index + 1}: ${seen.text}`;
    break;
  }
}
console.log(caught ?? `not caught in ${stories.length} schedules`);
process.exitCode = caught === undefined ? 1 : 0;
