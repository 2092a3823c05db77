import { countsText, endedSuspensions, stopText } from './repair-status-text.ts';
import type { InstanceView, RepairView } from './repair-view.ts';
import { OUTCOME_WORDS, policyWords, STATE_WORDS } from './repair-words.ts';
import { section } from './table.ts';

/** What a round would do now and why, then what it would leave alone and why. */
export function planText(view: RepairView): string {
  const acts = ({ next }: InstanceView): boolean => next.kind === 'repair' || next.kind === 'tag';
  const left = view.instances.filter((one) => !acts(one));
  return [
    `Nothing was done. ${countsText(view.counts)}`,
    ...stopText(view),
    ...section('a round would do now', view.instances.filter(acts).flatMap(doneLines)),
    ...section(
      'it would leave alone',
      left.flatMap(({ instance, state, policy, waitsFor, because }) => [
        `${instance}: ${STATE_WORDS[state]}, policy ${policyWords(policy)}, waits for ${waitsFor}`,
        `  ${because}`,
      ]),
    ),
    ...endedSuspensions(view),
    ...section('warnings', view.warnings),
    '',
  ].join('\n');
}

function doneLines({ instance, policy, waitsFor, because, next }: InstanceView): readonly string[] {
  const done =
    next.outcome === undefined ? waitsFor.replace('the next round: ', '') : OUTCOME_WORDS[next.outcome];
  return [
    `${instance}: ${done} (policy ${policyWords(policy)})`,
    `  ${because}`,
    ...(next.set ?? []).map((tag) => `  + ${tag}`),
    ...(next.remove ?? []).map((tag) => `  - ${tag}`),
  ];
}
