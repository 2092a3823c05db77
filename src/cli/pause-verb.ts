import { Command, Option } from 'commander';
import type { Env } from '../env/env.ts';
import { activePauses, DEFAULT_PAUSE_MS, LONGEST_PAUSE_MS, pauseText } from '../policy/pause.ts';
import { orderPause } from '../sweep/give-orders.ts';
import { readOrders } from '../sweep/orders.ts';
import { parseDuration, parseMoment } from './duration.ts';
import { dataDirOption, outputOption } from './options.ts';
import { type Say, USAGE_ERROR, type Verb } from './verb.ts';
import { whoOrders } from './who.ts';

interface Options {
  readonly reason: string;
  readonly for?: string;
  readonly until?: string;
  readonly list?: boolean;
  readonly output: string;
  readonly dataDir: string;
}

export const pauseVerb: Verb = {
  describe: () =>
    new Command('pause')
      .description('nothing new is done to any node until it ends; several pauses may stand at a time')
      .option('-r, --reason <text>', 'why, for the others', '')
      .addOption(new Option('--for <duration>', 'for how long, e.g. 90m or 2h (default: 4h, at most 1d)'))
      .addOption(
        new Option('--until <moment>', 'until when, e.g. 2030-01-31T18:00Z, at most a day ahead').conflicts(
          'for',
        ),
      )
      .option('-l, --list', 'show the pauses and change nothing')
      .addOption(outputOption())
      .addOption(dataDirOption()),
  run: async (env, command, say) => {
    const options = command.opts<Options>();
    return options.list === true ? await list(env, options, say) : await pause(env, options, say);
  },
};

async function pause(env: Env, options: Options, say: Say): Promise<number> {
  const untilMs = endOf(options, env.clock.now());
  if (untilMs === undefined) {
    say.complain(
      'A pause ends, at the latest after a day. Nothing was done. Say --for 90m, --for 2h, or --until 2030-01-31T18:00Z, a moment to come.\n',
    );
    return USAGE_ERROR;
  }
  const id = env.host.uuid().replaceAll('-', '').slice(0, 6);
  const why = options.reason.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  const done = await orderPause(env, { id, who: whoOrders(env), why, untilMs });
  if (done.kind === 'failed') {
    say.complain(`${done.message}. There is no pause. Check: crm_mon -1\n`);
    return 1;
  }
  // What counts is what the master will read.
  const orders = await readOrders(env, options.dataDir);
  const stands = orders.kind === 'known' ? orders.pauses.find((one) => one.id === id) : undefined;
  if (stands === undefined) {
    say.complain(`The pause was taken, but cannot be seen here. Check: gnt-ha pause --list\n`);
    return 1;
  }
  say.print(`Paused: ${pauseText([stands])}. To end it: gnt-ha resume ${id}\n`);
  return 0;
}

function endOf(options: Options, nowMs: number): number | undefined {
  const ms =
    options.until !== undefined
      ? (parseMoment(options.until) ?? nowMs) - nowMs
      : options.for !== undefined
        ? (parseDuration(options.for) ?? 0)
        : DEFAULT_PAUSE_MS;
  return ms > 0 && ms <= LONGEST_PAUSE_MS ? nowMs + ms : undefined;
}

async function list(env: Env, { dataDir, output }: Options, say: Say): Promise<number> {
  const orders = await readOrders(env, dataDir);
  if (orders.kind === 'unknown') {
    say.complain(
      `Pauses cannot be read (${orders.message}); nothing new is done to any node meanwhile. Check: crm_mon -1\n`,
    );
    return 3;
  }
  const active = activePauses(orders.pauses, env.clock.now());
  if (output === 'json') say.print(`${JSON.stringify(active, null, 2)}\n`);
  else if (active.length === 0) say.print('No pause stands.\n');
  else for (const one of active) say.print(`${pauseText([one])}\n`);
  return 0;
}
