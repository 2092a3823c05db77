import type { Foreseen } from './foresee.ts';

/** The forecast for a person: assumptions, steps with seconds after the failure and commands, and how it ends. */
export function foreseenText({ failing, assumed, steps, end }: Foreseen): string {
  const width = Math.max(1, ...steps.map(({ host }) => host?.length ?? 1));
  const lines = steps.flatMap(({ afterMs, host, what, command }) => [
    `  +${(afterMs / 1000).toFixed(1).padStart(5)} s  ${(host ?? '-').padEnd(width)}  ${what}`,
    ...(command === undefined ? [] : [`  ${''.padStart(9)} ${''.padEnd(width)}  $ ${command}`]),
  ]);
  const drained = end.drained.length === 0 ? '' : `; drained: ${end.drained.join(', ')}`;
  return [
    `If ${failing.join(' and ')} lost ${failing.length === 1 ? 'its' : 'their'} power now. Simulated; nothing was changed.`,
    ...assumed.map((text) => `Assumed: ${text}.`),
    '',
    ...lines,
    '',
    `At the end: master ${end.master}; offline: ${end.offline.join(', ') || 'nobody'}${drained}.`,
    '',
  ].join('\n');
}
