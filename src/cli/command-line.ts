import { Command, CommanderError } from 'commander';
import type { Env } from '../env/env.ts';
import { harepVerb } from './harep-verb.ts';
import { historyVerb } from './history-verb.ts';
import { pauseVerb } from './pause-verb.ts';
import { readmitVerb } from './readmit-verb.ts';
import { releaseVerb } from './release-verb.ts';
import { repairVerb } from './repair-verb.ts';
import { resumeVerb } from './resume-verb.ts';
import { simulateVerb } from './simulate-verb.ts';
import { statusVerb } from './status-verb.ts';
import { type Say, USAGE_ERROR, type Verb } from './verb.ts';
import { whyVerb } from './why-verb.ts';

export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In the order of the help and the man page. */
export const VERBS: readonly Verb[] = [
  statusVerb,
  whyVerb,
  historyVerb,
  pauseVerb,
  resumeVerb,
  releaseVerb,
  readmitVerb,
  repairVerb,
  harepVerb,
  simulateVerb,
];

const NOBODY: Pick<Say, 'confirm' | 'interrupted'> = {
  confirm: async () => false,
  interrupted: () => new Promise(() => {}),
};

/**
 * `gnt-ha`: for usage exit code 64 or the verb's own, else what the verb says. `live` is given each text as soon as
 * it is there, and the answer then holds no text. Without a `person` nobody is there to be asked, or to interrupt.
 */
export async function runCommandLine(
  env: Env,
  args: readonly string[],
  live?: (stream: 'stdout' | 'stderr', text: string) => void,
  person: Pick<Say, 'confirm' | 'interrupted'> = NOBODY,
): Promise<CliAnswer> {
  const out = { code: 0, stdout: '', stderr: '' };
  const write = (stream: 'stdout' | 'stderr', text: string): void => {
    if (live === undefined) out[stream] += text;
    else live(stream, text);
  };
  const print = (text: string): void => write('stdout', text);
  const complain = (text: string): void => write('stderr', text);
  const say: Say = { print, complain, ...person };
  const program = new Command('gnt-ha')
    .description("high availability for Ganeti: the operator's command line")
    .exitOverride()
    // What stands behind a word is for that word, also where the one before knows an option of that name.
    .enablePositionalOptions()
    .configureOutput({ writeOut: print, writeErr: complain });
  let usageCode = USAGE_ERROR;
  const add = (to: Command, verb: Verb): void => {
    const described = verb.describe().copyInheritedSettings(to);
    const command = verb.ownWords === undefined ? described : unparsed(described, verb.ownWords.help);
    command.exitOverride((error) => {
      usageCode = verb.usageCode ?? USAGE_ERROR;
      throw error;
    });
    command.enablePositionalOptions();
    for (const below of verb.verbs ?? []) add(command, below);
    command.action(async () => {
      out.code = await verb.run(env, command, say);
    });
    to.addCommand(command);
  };
  for (const verb of VERBS) add(program, verb);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    out.code = error.exitCode === 0 ? 0 : usageCode;
  }
  return out;
}

/** The same word with nothing read of what follows it, `--help` neither. */
function unparsed(described: Command, help: () => string): Command {
  return new Command(described.name())
    .copyInheritedSettings(described)
    .description(described.description())
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]')
    .addHelpText('after', () => `\n${help()}`);
}
