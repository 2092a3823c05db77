import { Command, Option } from 'commander';
import type { Env } from '../env/env.ts';
import { luxiSocket } from '../ganeti/luxi.ts';
import { lookAtRepairs } from '../repair/look.ts';
import { harepTable, notRepairedText } from './harep-text.ts';
import {
  HAREP_OPTIONS,
  type HarepOrder,
  harepCompletion,
  harepUsage,
  readHarepWords,
} from './harep-words.ts';
import { endedText, notSubmittedText, submittedText } from './repair-event-text.ts';
import { planText } from './repair-plan-text.ts';
import { repairView } from './repair-view.ts';
import type { Say, Verb } from './verb.ts';

/** harep knows no others, and takes no option for them. */
const DATA_DIR = '/var/lib/ganeti';
const RUN_DIR = '/var/run/ganeti';

export const harepVerb: Verb = {
  usageCode: 2,
  ownWords: { help: harepUsage },
  describe: () =>
    HAREP_OPTIONS.reduce((command, { short, long, value, called = '', says }) => {
      const word = called.toLowerCase();
      const flag = value === 'optional' ? ` [${word}]` : value === 'required' ? ` <${word}>` : '';
      const letter = short === undefined ? '' : `-${short}, `;
      return command.addOption(new Option(`${letter}--${long}${flag}`, says));
    }, new Command('harep')
      .helpOption(false)
      .description(
        "one round of repairs with the options, the table and the exit codes of Ganeti's harep, for a cron line of it: 0 unless nothing could be done at all (1) or an option is wrong (2)",
      )),
  run: async (env, command, say) => {
    const order = readHarepWords(command.args);
    switch (order.kind) {
      case 'wrong':
        say.complain(order.text);
        return order.code;
      case 'help':
        say.print(harepUsage());
        return 0;
      case 'version':
        say.print("gnt-ha harep, of ganeti-ha, in the place of Ganeti's harep\n");
        return 0;
      case 'completion':
        say.print(harepCompletion());
        return 0;
      case 'run':
        return await harep(env, order, say);
      default:
        return order satisfies never;
    }
  },
};

type Run = Extract<HarepOrder, { kind: 'run' }>;

async function harep(env: Env, { socket, delaySeconds, reason, dryRun }: Run, say: Say): Promise<number> {
  const request = {
    ...{ env, dataDir: DATA_DIR, socket: socket ?? luxiSocket(RUN_DIR), trigger: 'repair', dryRun },
    ...(delaySeconds > 0 ? { delaySeconds } : {}),
    ...(reason === undefined || reason.trim() === '' ? {} : { reason }),
  };
  const { repairRound } = await import('../repair/round.ts');
  const done = dryRun ? await lookAtRepairs(request) : await repairRound(request);
  if (done.kind === 'refused') {
    say.complain(`Error: ${done.code} ${done.text}\n`);
    return 1;
  }
  if ('plan' in done) {
    say.print(`${planText(repairView(done.plan, done.facts))}${harepTable(done.plan)}`);
    return 0;
  }
  for (const one of done.submitted) {
    const text = submittedText(one);
    if (text !== undefined) say.print(`Executing repair on ${text}\n`);
  }
  for (const one of done.ended) say.print(`${endedText(one)}\n`);
  for (const one of done.failures) say.complain(`${notSubmittedText(one)}\n`);
  for (const warning of done.last.warnings) say.complain(`${warning}\n`);
  say.print(`${notRepairedText(done.last)}${harepTable(done.last)}`);
  return 0;
}
