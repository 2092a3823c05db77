import { Command } from 'commander';
import { dataDirOption } from './options.ts';
import { release } from './release.ts';
import type { Verb } from './verb.ts';

export const releaseVerb: Verb = {
  describe: () =>
    new Command('release')
      .description(
        'lets dead nodes through that the brake holds; without names all of them, on the Ganeti master',
      )
      .argument('[node...]', "Ganeti's names of the nodes, or the short ones")
      .option('-n, --dry-run', 'show which, and change nothing')
      .option('-y, --yes', 'do not ask')
      .addOption(dataDirOption()),
  run: async (env, command, say) => {
    const {
      dryRun = false,
      yes = false,
      dataDir,
    } = command.opts<{
      dryRun?: boolean;
      yes?: boolean;
      dataDir: string;
    }>();
    return await release(env, { nodes: command.args, dryRun, yes, dataDir }, say);
  },
};
