// One random schedule, played and judged.

import { gntHaInStory } from '../../src/cli/in-story.ts';
import { settingsFromTags } from '../../src/ganeti/tags.ts';
import { internalErrorIn } from '../../src/simulate/internal-error.ts';
import { play } from '../../src/simulate/story.ts';
import { type Schedule, storyOf } from './schedule.ts';
import type { Violation } from './violation.ts';
import { type Watch, watch } from './watch.ts';

/** Longer than any bound of the watch, after the last thing that happens. */
const QUIET_END = '+200s end\n';

export interface Judged {
  readonly violations: readonly Violation[];
  readonly text: string;
}

/** Plays a schedule and returns what was violated; a crash of our own code is a violation of all (number 0). */
export async function judgeSchedule({ cluster, commands }: Schedule): Promise<Judged> {
  const story = { ...storyOf({ cluster, commands: commands + QUIET_END }), gntHa: gntHaInStory };
  const { maxOffline, evidence } = settingsFromTags(story.cluster.tags, story.cluster.hosts.length);
  let watching: Watch | undefined;
  const { text } = await play(story, (stage) => {
    watching = watch(stage, {
      limit: maxOffline,
      evidence: evidence ?? 'fenced',
      masterForm: story.cluster.master_form,
      monitorMs: story.cluster.monitor_seconds * 1_000,
    });
  });
  const crash = internalErrorIn(text);
  const crashed = crash === undefined ? [] : [{ invariant: 0, atMs: 0, text: crash }];
  return { violations: [...crashed, ...(watching?.conclude() ?? [])], text };
}

/** A failed schedule as a scenario one can read, keep and play. */
export function asScenario({ cluster, commands }: Schedule, { violations, text }: Judged): string {
  const broken = violations.map(
    ({ invariant, atMs, text: what }) => `invariant ${invariant} at ${atMs} ms: ${what}`,
  );
  return [
    ...broken,
    '--- cluster.json',
    cluster.trim(),
    '--- commands',
    commands.trim(),
    '--- log',
    text,
  ].join('\n');
}
