import { moment } from './moment.ts';
import type { RepairView } from './repair-view.ts';
import { HEALTH_STATES, policyWords, STATE_WORDS, sourceWords } from './repair-words.ts';
import { section, table } from './table.ts';

/** How many are in which state, a line for each that is not plainly healthy with its reason below, and the warnings. */
export function repairStatusText(view: RepairView): string {
  const { counts, instances, warnings } = view;
  const rows = table([
    ['instance', 'state', 'policy', 'waits for', 'jobs', 'since'],
    ...instances.map(({ instance, state, policy, waitsFor, jobs, unfinished, sinceMs }) => [
      instance,
      STATE_WORDS[state],
      policyWords(policy),
      waitsFor,
      [...new Set([...jobs, ...unfinished])].join(' ') || '-',
      sinceMs === null ? '-' : moment(sinceMs),
    ]),
  ]);
  const [head = '', ...lines] = rows;
  return [
    countsText(counts),
    ...stopText(view),
    ...(instances.length === 0
      ? []
      : ['', head, ...lines.flatMap((line, index) => [line, `  ${instances[index]?.because ?? ''}`])]),
    ...endedSuspensions(view),
    ...section('warnings', warnings),
    '',
  ].join('\n');
}

export function stopText({ stopped }: RepairView): readonly string[] {
  return stopped === null ? [] : [`nothing new is begun: ${stopped}`];
}

export function countsText(counts: RepairView['counts']): string {
  const told = HEALTH_STATES.filter((state) => counts[state] > 0);
  return `instances: ${told.map((state) => `${counts[state]} ${STATE_WORDS[state]}`).join(', ') || 'none'}`;
}

export function endedSuspensions({ expired }: RepairView): readonly string[] {
  return section(
    'suspensions that are over, removed by the next round',
    expired.map(({ on, tag }) => `${on.object === 'instance' ? on.name : sourceWords(on)}: ${tag}`),
  );
}
