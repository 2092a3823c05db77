import { Command } from 'commander';
import { dataDirOption, outputOption } from './options.ts';
import { gatherStatus } from './status.ts';
import { statusText } from './status-text.ts';
import type { Verb } from './verb.ts';

export const statusVerb: Verb = {
  describe: () =>
    new Command('status')
      .description(
        'what Pacemaker and Ganeti say of each node, the verdict, and what was done last; changes nothing',
      )
      .addOption(outputOption())
      .addOption(dataDirOption()),
  run: async (env, command, { print }) => {
    const { output, dataDir } = command.opts<{ output: string; dataDir: string }>();
    const status = await gatherStatus(env, dataDir);
    print(output === 'json' ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
    return status.health === 'healthy' ? 0 : status.health === 'degraded' ? 1 : 3;
  },
};
