// The invariants of the design, looked for in a story that is being played: by what is true in the simulated world,
// not by what the agents believe.
import type { Stage } from '../../src/simulate/story-verbs.ts';
import { fencingTruth } from './fencing-truth.ts';
import { type LedgerLine, watchLedgers } from './ledger-lines.ts';
import type { Rules, Violation, Watched } from './violation.ts';
import { watchActions } from './watch-actions.ts';
import { watchCalls } from './watch-calls.ts';
import { forgotten } from './watch-forgotten.ts';
import { watchInstances } from './watch-instances.ts';
import { watchMasters } from './watch-masters.ts';
import { watchQueue } from './watch-queue.ts';
import { concludeRepairs, watchRepairs } from './watch-repairs.ts';

export interface Watch {
  readonly violations: readonly Violation[];
  /** What can be said only when the story is over. */
  conclude(): readonly Violation[];
}

/** Begins to watch a story. */
export function watch(stage: Stage, rules: Rules): Watch {
  const { world } = stage;
  const violations: Violation[] = [];
  const tell = (invariant: number, text: string): void => {
    violations.push({ invariant, atMs: world.clock.now(), text });
  };
  const watched: Watched = { stage, rules, tell };
  const truth = fencingTruth(stage);
  watchPrograms(stage, (program) => tell(6, `${program} was run with an empty argument`));
  watchLines(stage, truth.see);
  watchLines(stage, watchInstances(watched));
  watchLines(stage, watchRepairs(watched));
  const submitted = watchActions(watched, truth);
  const ledgers: LedgerLine[] = [];
  watchLedgers(stage, (host, line) => {
    ledgers.push(line);
    const { entry } = line;
    if (entry.event.endsWith('-submitted') && 'node' in entry && 'job' in entry) submitted(host, entry);
  });
  watchMasters(watched, watchCalls(watched));
  const concludeQueue = watchQueue(watched);
  return {
    violations,
    conclude: () => [
      ...violations,
      ...forgotten(stage, truth, ledgers),
      ...concludeRepairs(watched),
      ...concludeQueue(),
    ],
  };
}

function watchPrograms({ world }: Stage, empty: (program: string) => void): void {
  for (const [name, program] of [...world.programs]) {
    world.programs.set(name, (host, command) => {
      if (command.args.some((arg) => arg.trim() === '')) empty(name);
      return program(host, command);
    });
  }
}

function watchLines({ world }: Stage, see: (text: string) => void): void {
  const { log } = world;
  world.log = (host, text) => {
    log(host, text);
    see(text);
  };
}
