import { Command, Option } from 'commander';
import type { Env } from '../env/env.ts';
import { activePauses, DEFAULT_PAUSE_MS, LONGEST_PAUSE_MS, pauseText } from '../policy/pause.ts';
import { orderPause } from '../sweep/give-orders.ts';
import { readOrders } from '../sweep/orders.ts';
import { parseDuration, parseMoment } from './duration.ts';
import { type MasterClock, masterClock, masterNow } from './master-clock.ts';
import { masterPlace } from './master-place.ts';
import { dataDirOption, outputOption } from './options.ts';
import { ordersOffMaster } from './upstream-file.ts';
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

/** Clocks that a time server looks after do not come near it. */
const MOST_APART_MS = 60_000;

async function pause(env: Env, options: Options, say: Say): Promise<number> {
  const clock = await masterClock(env, options.dataDir);
  const sinceMs = masterNow(env, clock);
  const untilMs = endOf(options, sinceMs);
  const apart = apartText(clock);
  if (options.until !== undefined && parseMoment(options.until) !== undefined && apart !== undefined) {
    say.complain(
      `${apart}; when ${options.until} is there is not known. There is no pause. Set the clock that is wrong, say --for 2h instead, or type it on the master.\n`,
    );
    return 1;
  }
  if (untilMs === undefined) {
    say.complain(
      'A pause ends, at the latest after a day. Nothing was done. Say --for 90m, --for 2h, or --until 2030-01-31T18:00Z, a moment to come.\n',
    );
    return USAGE_ERROR;
  }
  const id = env.host.uuid().replaceAll('-', '').slice(0, 6);
  const why = options.reason.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  const done = await orderPause(env, { id, who: whoOrders(env), why, sinceMs, untilMs });
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
  if (apart !== undefined)
    say.complain(`${apart}; the pause was given its end by the master's. Set the clock that is wrong.\n`);
  if (clock.kind === 'unknown')
    say.complain(
      `The master's clock was not compared with this host's (${clock.text}). Where this one is behind, the pause ends early or is over already. Check on the master: gnt-ha pause --list\n`,
    );
  return 0;
}

/** In words how wrong this host's clock is; undefined where it agrees with the master's, or that is not known. */
function apartText(clock: MasterClock): string | undefined {
  if (clock.kind === 'unknown' || Math.abs(clock.aheadMs) <= MOST_APART_MS) return undefined;
  const { aheadMs, master } = clock;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return `This host's clock is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of the master (${master})`;
}

/** By the clock that `sinceMs` was read from. */
function endOf(options: Options, sinceMs: number): number | undefined {
  const ms =
    options.until !== undefined
      ? (parseMoment(options.until) ?? sinceMs) - sinceMs
      : options.for !== undefined
        ? (parseDuration(options.for) ?? 0)
        : DEFAULT_PAUSE_MS;
  return ms > 0 && ms <= LONGEST_PAUSE_MS ? sinceMs + ms : undefined;
}

async function list(env: Env, { dataDir, output }: Options, say: Say): Promise<number> {
  const ordered = await readOrders(env, dataDir);
  const place = await masterPlace(env, dataDir);
  const counting = place.kind === 'elsewhere' ? ordersOffMaster(ordered, place.ssconf.masterNode) : undefined;
  const orders = counting?.orders ?? ordered;
  if (orders.kind === 'unknown') {
    say.complain(
      `Pauses cannot be read (${orders.message}); nothing new is done to any node meanwhile. Check: crm_mon -1\n`,
    );
    return 3;
  }
  const active = activePauses(orders.pauses, masterNow(env, await masterClock(env, dataDir)));
  if (output === 'json') say.print(`${JSON.stringify(active, null, 2)}\n`);
  else if (active.length === 0) say.print('No pause stands.\n');
  else for (const one of active) say.print(`${pauseText([one])}\n`);
  if (counting !== undefined) say.complain(`${counting.gap}\n`);
  return 0;
}
