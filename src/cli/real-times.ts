import { type Pause, pauseText } from '../policy/pause.ts';
import { timeOfDay } from '../policy/time-of-day.ts';

/** A function that turns moments of a story in a text into those that they stand for. `shiftMs`: how far the story is ahead. */
export function realTimes(shiftMs: number, pauses: readonly Pause[]): (text: string) => string {
  const ends = pauses.flatMap((pause) => {
    if (pause.untilMs === undefined) return [];
    // An order has whole seconds.
    const untilMs = Math.floor((pause.untilMs + shiftMs) / 1000) * 1000;
    return [{ inStory: pauseText([{ ...pause, untilMs }]), real: pauseText([pause]) }];
  });
  return (text) => {
    const told = ends.reduce((before, { inStory, real }) => before.replaceAll(inStory, () => real), text);
    return told
      .replace(MOMENT, (moment) => {
        const real = new Date(Date.parse(moment) - shiftMs).toISOString();
        return moment.includes('.') ? real : `${real.slice(0, 19)}Z`;
      })
      .replace(TIME_OF_DAY, (_, time: string) => {
        // Any day will do.
        return timeOfDay(Date.parse(`2026-01-02T${time}Z`) - shiftMs);
      });
  };
}

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g;
const TIME_OF_DAY = /\b(\d\d:\d\d:\d\d) UTC\b/g;
