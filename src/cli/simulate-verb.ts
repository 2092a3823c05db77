import { Command } from 'commander';
import type { Env } from '../env/env.ts';
import { dataDirOption, outputOption } from './options.ts';
import { type Say, USAGE_ERROR, type Verb } from './verb.ts';

interface Options {
  readonly fail: readonly string[];
  readonly output: string;
  readonly dataDir: string;
}

export const simulateVerb: Verb = {
  describe: () =>
    new Command('simulate')
      .description(
        'plays on virtual time what would be done: a scenario folder, or the failure of nodes of this very cluster; changes nothing',
      )
      .argument('[folder]', 'a scenario: story.md, cluster.json, commands and, to compare with, log')
      .option('--fail <node...>', 'these nodes lose their power at the same moment', [])
      .addOption(outputOption())
      .addOption(dataDirOption()),
  run: async (env, command, say) => {
    const options = command.opts<Options>();
    const [folder] = command.args;
    if ((folder === undefined) === (options.fail.length === 0)) {
      say.complain('Name either a scenario folder or --fail NODE; nothing was simulated.\n');
      return USAGE_ERROR;
    }
    const { StoryError } = await import('../simulate/story-commands.ts');
    try {
      return folder === undefined ? await failing(env, options, say) : await playing(env, folder, say);
    } catch (error) {
      if (!(error instanceof StoryError)) throw error;
      say.complain(`${error.message}\n`);
      return USAGE_ERROR;
    }
  },
};

/** 0 where the log is as the golden one, or there is none to compare with; 1 where it differs. */
async function playing(env: Env, folder: string, { print, complain }: Say): Promise<number> {
  const { readStoryFolder } = await import('../simulate/story-folder.ts');
  const { play } = await import('../simulate/story.ts');
  const { story, prose, golden } = readStoryFolder(env.files, folder);
  const { gntHaInStory } = await import('./in-story.ts');
  const { text } = await play({ ...story, gntHa: gntHaInStory });
  print(`${prose.trim()}\n\n${text}`);
  if (golden === undefined || golden === text) return 0;
  complain(`The log differs from ${folder}/log.\n`);
  return 1;
}

async function failing(env: Env, { fail, output, dataDir }: Options, say: Say): Promise<number> {
  const { foresee } = await import('./foresee.ts');
  const foreseen = await foresee(env, dataDir, fail);
  if (foreseen.kind === 'refused') {
    say.complain(`${foreseen.message} Nothing was simulated.\n`);
    return USAGE_ERROR;
  }
  const { foreseenText } = await import('./foresee-text.ts');
  say.print(
    output === 'json' ? `${JSON.stringify(foreseen.foreseen, null, 2)}\n` : foreseenText(foreseen.foreseen),
  );
  return 0;
}
