// Each drill has a scenario of the same name: what is decided on real hosts is what the simulated ones decide.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { agree, type Decision, decisionLines, decisionsOf, type LedgerLine } from './decisions.ts';

const SCENARIOS = join(import.meta.dirname, '../../scenarios');

/** The scenario's folder: the title in lower case, with a dash for all that is neither letter nor digit. */
export function scenarioOf(title: string): string {
  const slug = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return join(SCENARIOS, slug.replace(/^-|-$/g, ''));
}

/** Throws AssertionError where the drill's ledgers tell of other decisions than those of its scenario. */
export async function agreesWithScenario(title: string, entries: readonly LedgerLine[]): Promise<void> {
  const drilled = decisionsOf(entries);
  const simulated = await decisionsInScenario(title);
  if (agree(drilled, simulated)) return;
  assert.deepEqual(
    decisionLines(drilled),
    decisionLines(simulated),
    `what the drill (actual) and its scenario (expected) decided\nscenario: ${scenarioOf(title)}`,
  );
  assert.fail(
    `the drill and its scenario decided the same in another order: ${decisionLines(drilled).join('; ')}`,
  );
}

export async function decisionsInScenario(title: string): Promise<readonly Decision[]> {
  // Only a drill that has come to its end needs the simulator.
  const { gntHaInStory } = await import('../../../src/cli/in-story.ts');
  const { realFiles } = await import('../../../src/env/files.ts');
  const { LEDGER_FILE } = await import('../../../src/env/paths.ts');
  const { STORY_BEGINS_MS } = await import('../../../src/simulate/env.ts');
  const { play } = await import('../../../src/simulate/story.ts');
  const { readStoryFolder } = await import('../../../src/simulate/story-folder.ts');
  const { story } = readStoryFolder(realFiles(''), scenarioOf(title));
  const { stage, beganMs } = await play({ ...story, gntHa: gntHaInStory });
  const entries = stage.world.hosts.flatMap(({ disk }) => {
    const read = disk.read(LEDGER_FILE);
    const lines = read.kind === 'text' ? read.text.split('\n') : [];
    return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as LedgerLine);
  });
  return decisionsOf(entries.filter(({ at }) => at >= STORY_BEGINS_MS + beganMs));
}
