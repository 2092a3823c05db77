import { Command } from 'commander';
import { dataDirOption, runDirOption } from './options.ts';
import { readmit } from './readmit.ts';
import type { Verb } from './verb.ts';

export const readmitVerb: Verb = {
  describe: () =>
    new Command('readmit')
      .description(
        'takes a node that is back into service again, after checks that make it safe; on the Ganeti master',
      )
      .argument('<node>', "Ganeti's name of the node, or the short one")
      .option('-n, --dry-run', 'check, say what would be done, and change nothing')
      .addOption(dataDirOption())
      .addOption(runDirOption()),
  run: async (env, command, say) => {
    const options = command.opts<{ dryRun?: boolean; dataDir: string; runDir: string }>();
    const [node = ''] = command.args;
    const done = await readmit(env, { ...options, dryRun: options.dryRun === true, node }, say);
    return done ? 0 : 1;
  },
};
