// Plays random schedules with a broken variant in place, until the invariant that it breaks is seen broken.
import * as fc from 'fast-check';
import { SUBJECTS } from '../campaign.ts';
import { judgeSchedule } from '../judge-schedule.ts';

const [invariant = '', told = '', runs = '', seed = '', subject] = process.argv.slice(2);
const stories = fc.sample(SUBJECTS[subject === 'instances' ? subject : 'hosts'], {
  numRuns: Number(runs),
  seed: Number(seed),
});
let caught: string | undefined;
for (const [index, story] of stories.entries()) {
  const { violations } = await judgeSchedule(story);
  const seen = violations.find(
    (one) => one.invariant === Number(invariant) && new RegExp(told).test(one.text),
  );
  if (seen !== undefined) {
    caught = `schedule ${index + 1}: ${seen.text}`;
    break;
  }
}
console.log(caught ?? `not caught in ${stories.length} schedules`);
process.exitCode = caught === undefined ? 1 : 0;
