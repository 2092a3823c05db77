// Each drill has a scenario of the same name: what is decided and done on real hosts is what the simulated ones do.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Story } from '../../../src/simulate/story.ts';
import { actedOn } from './acted.ts';
import { actionsInStory, powerCutsInStory } from './actions.ts';
import { agree, type Decision, decisionLines, decisionsOf, type LedgerLine } from './decisions.ts';

const SCENARIOS = join(import.meta.dirname, '../../scenarios');

/** The scenario's folder: the title in lower case, with a dash for all that is neither letter nor digit. */
export function scenarioOf(title: string): string {
  const slug = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return join(SCENARIOS, slug.replace(/^-|-$/g, ''));
}

/** What our agents decided, by their ledgers, and what Pacemaker did. */
export interface Outcome {
  readonly decided: readonly Decision[];
  readonly acted: readonly Decision[];
}

/**
 * Throws AssertionError where a drill has another outcome than its scenario. `master`: who was it in the lab when the
 * drill began; among equals Pacemaker goes by the order of the hosts, so the scenario's is it, too. `ways`, for a drill
 * in which tenths of a second decide what is decided: its decisions must be one of these, and so must the scenario's.
 */
export async function agreesWithScenario(
  title: string,
  master: string | undefined,
  drilled: Outcome,
  ways?: readonly (readonly Decision[])[],
): Promise<void> {
  const simulated = await outcomeInScenario(title, master);
  const scenario = `scenario: ${scenarioOf(title)}`;
  if (ways === undefined) {
    assertAgree(all(drilled), all(simulated), scenario);
    return;
  }
  const told = ways.map((way) => JSON.stringify(way));
  assert.ok(
    told.includes(JSON.stringify(drilled.decided)),
    `${JSON.stringify(drilled.decided)} is none of what the drill may decide: ${told.join(' or ')}`,
  );
  assert.ok(
    ways.some((way) => agree(simulated.decided, way)),
    `${decisionLines(simulated.decided).join('; ')} is none of what the drill may decide: ${told.join(' or ')}\n${scenario}`,
  );
  assertAgree(drilled.acted, simulated.acted, scenario);
}

function assertAgree(drilled: readonly Decision[], simulated: readonly Decision[], scenario: string): void {
  if (agree(drilled, simulated)) return;
  assert.deepEqual(
    decisionLines(drilled),
    decisionLines(simulated),
    `what was decided and done in the drill (actual) and in its scenario (expected)\n${scenario}`,
  );
  assert.fail(`in the drill and its scenario other hosts did the same: ${decisionLines(drilled).join('; ')}`);
}

function all({ decided, acted }: Outcome): readonly Decision[] {
  return [...decided, ...acted];
}

export async function outcomeInScenario(title: string, master?: string): Promise<Outcome> {
  // Only a drill that has come to its end needs the simulator.
  const { gntHaInStory } = await import('../../../src/cli/in-story.ts');
  const { realFiles } = await import('../../../src/env/files.ts');
  const { LEDGER_FILE } = await import('../../../src/env/paths.ts');
  const { STORY_BEGINS_MS } = await import('../../../src/simulate/env.ts');
  const { play } = await import('../../../src/simulate/story.ts');
  const { readStoryFolder } = await import('../../../src/simulate/story-folder.ts');
  const { story } = readStoryFolder(realFiles(''), scenarioOf(title));
  const { stage, beganMs } = await play({ ...withMaster(story, master), gntHa: gntHaInStory });
  const entries = stage.world.hosts.flatMap(({ disk }) => {
    const read = disk.read(LEDGER_FILE);
    const lines = read.kind === 'text' ? read.text.split('\n') : [];
    return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as LedgerLine);
  });
  const lines = stage.world.lines.filter(({ ms }) => ms >= beganMs);
  return {
    decided: decisionsOf(entries.filter(({ at }) => at >= STORY_BEGINS_MS + beganMs)),
    acted: actedOn(actionsInStory(lines), powerCutsInStory(lines)),
  };
}

/** The story with another host as master; the two have changed places. */
function withMaster(story: Story, master: string | undefined): Story {
  const { cluster, commands } = story;
  if (master === undefined || !cluster.hosts.includes(master)) return story;
  const others = new Map([
    [master, cluster.master],
    [cluster.master, master],
  ]);
  const swapped = (word: string): string => {
    // Ganeti's names, too.
    const [name = '', ...domain] = word.split('.');
    return [others.get(name) ?? name, ...domain].join('.');
  };
  return {
    cluster: {
      ...cluster,
      master,
      candidates: cluster.candidates.map(swapped),
      drained: cluster.drained.map(swapped),
      offline: cluster.offline.map(swapped),
      not_master_capable: cluster.not_master_capable.map(swapped),
      not_vm_capable: cluster.not_vm_capable.map(swapped),
      instances: cluster.instances.map(({ primary, secondary, ...instance }) => ({
        ...{ ...instance, primary: swapped(primary) },
        ...(secondary === undefined ? {} : { secondary: swapped(secondary) }),
      })),
    },
    commands: commands.map((command) => ({ ...command, words: command.words.map(swapped) })),
  };
}
