import { Command } from 'commander';
import { activePauses, type Pause, pauseText } from '../policy/pause.ts';
import { endPause } from '../sweep/give-orders.ts';
import { readOrders, UPSTREAM_PAUSE } from '../sweep/orders.ts';
import { masterClock, masterNow } from './master-clock.ts';
import { dataDirOption } from './options.ts';
import { USAGE_ERROR, type Verb } from './verb.ts';

interface Options {
  readonly all?: boolean;
  readonly dataDir: string;
}

export const resumeVerb: Verb = {
  describe: () =>
    new Command('resume')
      .description('ends pauses: those named, all, or the only one')
      .argument('[id...]', 'what `gnt-ha pause --list` shows')
      .option('-a, --all', 'end all pauses')
      .addOption(dataDirOption()),
  run: async (env, command, { print, complain }) => {
    const { all = false, dataDir } = command.opts<Options>();
    const orders = await readOrders(env, dataDir);
    if (orders.kind === 'unknown') {
      complain(`Pauses cannot be read (${orders.message}). None was ended. Check: crm_mon -1\n`);
      return 3;
    }
    const active = activePauses(orders.pauses, masterNow(env, await masterClock(env, dataDir)));
    const chosen = choose(active, command.args, all);
    if (typeof chosen === 'string') {
      complain(`${chosen} None was ended. See: gnt-ha pause --list\n`);
      return USAGE_ERROR;
    }
    if (chosen.length === 0) print('No pause stands.\n');
    let code = 0;
    for (const one of chosen) {
      if (one.id === UPSTREAM_PAUSE) {
        complain(`Still paused by upstream's file on this node. Remove it: rm ${one.who}\n`);
        code = 1;
        continue;
      }
      const ended = await endPause(env, one.id);
      if (ended.kind === 'done') print(`Ended: ${pauseText([one])}\n`);
      else {
        complain(`${ended.message}. Still paused: ${pauseText([one])}. Check: crm_mon -1\n`);
        code = 1;
      }
    }
    return code;
  },
};

/** The pauses to be ended, or what is wrong with the words. */
function choose(active: readonly Pause[], ids: readonly string[], all: boolean): readonly Pause[] | string {
  if (all) return ids.length === 0 ? active : 'Either --all or names.';
  if (ids.length === 0) {
    return active.length <= 1 ? active : `${active.length} pauses stand; say which, or --all.`;
  }
  const unknown = ids.filter((id) => !active.some((one) => one.id === id));
  if (unknown.length > 0) return `No pause that stands is called ${unknown.join(', ')}.`;
  return active.filter(({ id }) => ids.includes(id));
}
