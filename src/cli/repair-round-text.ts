import type { RoundReport } from '../repair/round.ts';
import { endedText, submittedText } from './repair-event-text.ts';
import { repairStatusText } from './repair-status-text.ts';
import type { RepairView } from './repair-view.ts';

/** What a round did, and how things stand after it. `told`: what it did was shown line by line already. */
export function roundText({ submitted, ended }: RoundReport, view: RepairView, told: boolean): string {
  const done = [...submitted.flatMap((one) => submittedText(one) ?? []), ...ended.map(endedText)];
  const lines = done.length === 0 ? ['Nothing was to be done.'] : told ? [] : done;
  return `${[...lines, ''].map((line) => `${line}\n`).join('')}${repairStatusText(view)}`;
}

/** Jobs that go on in Ganeti when nobody watches any more. */
export function leftText({ instances }: RepairView): string {
  const jobs = [...new Set(instances.flatMap(({ unfinished }) => unfinished))];
  const which =
    jobs.length === 0 ? 'What was begun' : `${jobs.length === 1 ? 'Job' : 'Jobs'} ${jobs.join(', ')}`;
  return `${which} goes on in Ganeti; the next round follows it up. See: gnt-ha repair status\n`;
}
