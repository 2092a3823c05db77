import { Command } from 'commander';
import { outputOption, resourceDirs } from './options.ts';
import { gatherStatus } from './status.ts';
import { EXIT_CODES } from './status-health.ts';
import { statusText } from './status-text.ts';
import type { Verb } from './verb.ts';

/** Cursor to the upper left, and all below it erased. */
const CLEAR = '\x1b[H\x1b[J';
const WATCH_MS = 2_000;

interface Options {
  readonly output: string;
  readonly watch?: boolean;
  readonly dataDir?: string;
  readonly runDir?: string;
}

export const statusVerb: Verb = {
  describe: () =>
    resourceDirs(
      new Command('status')
        .description(
          'what Pacemaker and Ganeti say of each node, the verdict, what is pending, and what was done last; changes nothing. Exit code 0: healthy, 1: degraded, 2: acting, 3: unknown',
        )
        .addOption(outputOption())
        .option('-w, --watch', 'again every two seconds, until it is interrupted; JSON one line each'),
    ),
  run: async (env, command, { print }) => {
    const { output, watch, ...dirs } = command.opts<Options>();
    for (;;) {
      const status = await gatherStatus(env, dirs);
      if (output === 'json') print(`${JSON.stringify(status, null, watch === true ? 0 : 2)}\n`);
      else print(`${watch === true ? CLEAR : ''}${statusText(status)}`);
      if (watch !== true) return EXIT_CODES[status.health];
      await env.clock.sleep(WATCH_MS);
    }
  },
};
