import { Command } from 'commander';
import { outputOption, resourceDirs } from './options.ts';
import type { Verb } from './verb.ts';
import { gatherWhy } from './why.ts';
import { whyText } from './why-text.ts';

export const whyVerb: Verb = {
  describe: () =>
    resourceDirs(
      new Command('why')
        .description(
          'why a node is, or is not, marked offline, taken back or drained: who said what of it and when, the rule that decided, and what would change it; changes nothing',
        )
        .argument('<node>', "Ganeti's name of the node, or the short one")
        .addOption(outputOption()),
    ),
  run: async (env, command, { print, complain }) => {
    const { output, ...dirs } = command.opts<{ output: string; dataDir?: string; runDir?: string }>();
    const [node = ''] = command.args;
    const told = await gatherWhy(env, node, dirs);
    if (told.kind === 'not-told') {
      complain(`${told.text}\n`);
      return 3;
    }
    print(output === 'json' ? `${JSON.stringify(told.why, null, 2)}\n` : whyText(told.why));
    return 0;
  },
};
