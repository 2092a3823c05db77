import type { RunOptions, World } from './world.ts';

export const AGENT = 'ganeti-master-promotable';
export const INSTANCE: RunOptions['vars'] = { OCF_RESOURCE_INSTANCE: 'ganeti-master' };
export const MARK = '/var/lib/ganeti-ha/queue-drained.json';
export const STARTED = '/run/ganeti-ha/promotable.started';
export const PROMOTED = '/run/ganeti-ha/master.started';
export const RELEASED = '/run/ganeti-ha/master.released';

/** What `crm_attribute` was told, oldest first: `h1=100`, or `h1 deleted`. */
export function scores(world: World): readonly string[] {
  return world.calls('crm_attribute').map(({ args }) => {
    const value = (option: string): string | undefined =>
      args.find((arg) => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
    const change = args.includes('--delete') ? ' deleted' : `=${value('update')}`;
    return `${value('promotion') === 'ganeti-master' ? '' : 'NOT OURS '}${value('node')}${change}`;
  });
}

/** The world's machine is promoted, as a probe or a promote leaves it. */
export function promotedHere(world: World): void {
  world.put(STARTED, '1\n');
  world.put(PROMOTED, '1\n');
}

/** What the ledger tells, without times. */
export function events(world: World): readonly string[] {
  const lines = (world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '').trim().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line).event);
}
