import { Command } from 'commander';
import { outputOption } from './options.ts';
import type { Verb } from './verb.ts';
import { gatherWhy } from './why.ts';
import { whyText } from './why-text.ts';

export const whyVerb: Verb = {
  describe: () =>
    new Command('why')
      .description(
        'why a node is, or is not, marked offline: who said what of it and when, the rule that decided, and what would change it; changes nothing',
      )
      .argument('<node>', "Ganeti's name of the node, or the short one")
      .addOption(outputOption())
      .option('--data-dir <path>', "where Ganeti keeps its data; the resource's own setting without it")
      .option('--run-dir <path>', "where Ganeti's daemons keep their sockets; likewise"),
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
