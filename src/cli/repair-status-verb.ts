import { Command } from 'commander';
import { luxiSocket } from '../ganeti/luxi.ts';
import { lookAtRepairs } from '../repair/look.ts';
import { dataDirOption, outputOption, runDirOption } from './options.ts';
import { isWell, REPAIR_USAGE, refused } from './repair-outcome.ts';
import { repairStatusText } from './repair-status-text.ts';
import { repairView } from './repair-view.ts';
import type { Verb } from './verb.ts';

export const repairStatusVerb: Verb = {
  usageCode: REPAIR_USAGE,
  describe: () =>
    new Command('status')
      .description(
        'the instances that are not plainly healthy: state, policy and where it comes from, what each waits for; changes nothing. Exit code 0: none has failed, 1: some have or nothing can be told, 2: usage',
      )
      .addOption(outputOption())
      .addOption(dataDirOption())
      .addOption(runDirOption()),
  run: async (env, command, say) => {
    const { output, dataDir, runDir } = command.opts<{ output: string; dataDir: string; runDir: string }>();
    const request = { env, dataDir, socket: luxiSocket(runDir), trigger: 'repair', dryRun: true };
    const seen = await lookAtRepairs(request);
    if (seen.kind === 'refused') return refused(seen, say);
    const view = repairView(seen.plan, seen.facts);
    say.print(output === 'json' ? `${JSON.stringify(view, null, 2)}\n` : repairStatusText(view));
    return isWell(view) ? 0 : 1;
  },
};
