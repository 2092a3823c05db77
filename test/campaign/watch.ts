// The invariants of the design, looked for in a story that is being played: by what is true in the simulated world,
// not by what the agents believe.
import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import { fencingTruth } from './fencing-truth.ts';
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
  watchLedgers(stage, (host, entry) => {
    const { event, node, job } = entry;
    if (typeof event === 'string' && event.endsWith('-submitted') && typeof node === 'string')
      submitted(host, { event, node, job });
  });
  watchMasters(watched, watchCalls(watched));
  const concludeQueue = watchQueue(watched);
  return {
    violations,
    conclude: () => [
      ...violations,
      ...forgotten(stage, truth),
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

function watchLedgers(
  { world }: Stage,
  see: (host: SimHost, entry: { readonly [key in 'event' | 'node' | 'job']?: unknown }) => void,
): void {
  for (const host of world.hosts) {
    const { appended } = host.disk;
    host.disk.appended = (path, text) => {
      appended?.(path, text);
      if (path !== LEDGER_FILE) return;
      for (const line of text.split('\n')) if (line.startsWith('{')) see(host, JSON.parse(line));
    };
  }
}
