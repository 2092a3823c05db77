import { Command, Option } from 'commander';
import type { Env } from '../env/env.ts';
import { luxiSocket } from '../ganeti/luxi.ts';
import { lookAtRepairs } from '../repair/look.ts';
import type { Refusal, RepairRequest } from '../repair/request.ts';
import type { Follow, RoundReport } from '../repair/round.ts';
import { instancesNamed } from './instance-names.ts';
import { dataDirOption, outputOption, runDirOption } from './options.ts';
import { eventJson, eventText, notSubmittedText } from './repair-event-text.ts';
import { isWell, REPAIR_USAGE, refused } from './repair-outcome.ts';
import { planText } from './repair-plan-text.ts';
import { leftText, roundText } from './repair-round-text.ts';
import { repairStatusVerb } from './repair-status-verb.ts';
import { type RepairView, repairView } from './repair-view.ts';
import type { Say, Verb } from './verb.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly reason?: string;
  readonly output: string;
  readonly dataDir: string;
  readonly runDir: string;
}

export const repairVerb: Verb = {
  usageCode: REPAIR_USAGE,
  verbs: [repairStatusVerb],
  describe: () =>
    new Command('repair')
      .description(
        'one round of repairs, on the Ganeti master: instances on dead or drained nodes are brought back as far as their tags allow. Exit code 0: nothing to do or all well, 1: something failed or was not done, 2: usage',
      )
      .argument('[instance...]', "only these: Ganeti's names, or the short ones")
      .option('-n, --dry-run', 'show what would be done and why, and change nothing')
      .addOption(
        new Option(
          '-w, --watch',
          'follow the jobs until all have ended; Ctrl-C leaves them running',
        ).conflicts('dryRun'),
      )
      .option('-r, --reason <text>', "why, for the jobs' reason trail")
      .addOption(outputOption())
      .addOption(dataDirOption())
      .addOption(runDirOption()),
  run: async (env, command, say) => {
    const options = command.opts<Options>();
    const request = requestOf(env, options, command.args);
    if (options.dryRun === true) return await dryRun(request, options, say);
    return options.watch === true
      ? await watched(request, options, say)
      : await told(request, await runRound(request), options, say);
  },
};

function requestOf(env: Env, { dataDir, runDir, reason }: Options, typed: readonly string[]): RepairRequest {
  return {
    ...{ env, dataDir, socket: luxiSocket(runDir), trigger: 'repair' },
    ...(typed.length === 0 ? {} : { select: instancesNamed(typed) }),
    ...(reason === undefined || reason.trim() === '' ? {} : { reason }),
  };
}

async function dryRun(request: RepairRequest, { output }: Options, say: Say): Promise<number> {
  const seen = await lookAtRepairs({ ...request, dryRun: true });
  if (seen.kind === 'refused') return refused(seen, say);
  const view = repairView(seen.plan, seen.facts);
  const nothing = { dryRun: true, submitted: [], failures: [], ended: [], left: false };
  say.print(output === 'json' ? `${JSON.stringify({ ...nothing, ...view }, null, 2)}\n` : planText(view));
  return isWell(view) ? 0 : 1;
}

async function runRound(request: RepairRequest, follow?: Follow): Promise<RoundReport | Refusal> {
  return await (await import('../repair/round.ts')).repairRound(request, follow);
}

async function watched(request: RepairRequest, options: Options, say: Say): Promise<number> {
  const json = options.output === 'json';
  const follow: Follow = {
    tell: (event) => {
      const line = json ? eventJson(event) : eventText(event);
      if (line !== undefined) say.print(json ? line : `${line}\n`);
    },
    stopped: say.interrupted(),
  };
  return await told(request, await runRound(request, follow), options, say);
}

async function told(
  request: RepairRequest,
  round: RoundReport | Refusal,
  { output, watch = false }: Options,
  say: Say,
): Promise<number> {
  if (round.kind === 'refused') return refused(round, say);
  const { submitted, failures, ended, left } = round;
  const view = left ? await viewNow(request, round) : repairView(round.last, round.facts);
  if (output === 'json') {
    const whole = { dryRun: false, submitted, failures, ended, left, ...view };
    say.print(`${JSON.stringify(whole, null, watch ? 0 : 2)}\n`);
  } else say.print(roundText(round, view, watch));
  for (const one of watch ? [] : failures) say.complain(`${notSubmittedText(one)}\n`);
  if (left) say.complain(leftText(view));
  const failed = failures.length > 0 || ended.some(({ outcome }) => outcome === 'failure');
  const stopped = view.instances.some(({ next }) => next.wait === 'stopped');
  return failed || left || stopped || !isWell(view) ? 1 : 0;
}

/** What a round that is left has submitted is not in its own last look. */
async function viewNow(request: RepairRequest, { last, facts }: RoundReport): Promise<RepairView> {
  const seen = await lookAtRepairs(request);
  return seen.kind === 'refused' ? repairView(last, facts) : repairView(seen.plan, seen.facts);
}
