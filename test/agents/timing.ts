import assert from 'node:assert/strict';
import type { AgentRun } from './agent-run.ts';
import type { AgentName, World } from './world.ts';

/**
 * Runs an action that must be over within `limitMs`, beyond what it takes here and now to start the program at all.
 * A hang is over the limit each time; a busy machine is not, so it gets three tries, each from the same state.
 */
export async function withinLimit(
  world: World,
  agent: AgentName,
  limitMs: number,
  attempt: () => Promise<AgentRun>,
): Promise<AgentRun> {
  const took: string[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const bare = await world.run(agent, 'usage');
    const run = await attempt();
    if (run.ms - bare.ms < limitMs) return run;
    took.push(`${Math.round(run.ms)} ms (bare start ${Math.round(bare.ms)} ms)`);
  }
  return assert.fail(`over the limit of ${limitMs} ms each time: ${took.join(', ')}`);
}
