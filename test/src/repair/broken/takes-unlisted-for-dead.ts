import * as real from '../../../../src/repair/diagnose.ts';

const GONE = { name: 'gone', group: 'east', state: 'offline', because: 'it is not listed' } as const;

export const diagnose: typeof real.diagnose = (instance, nodes) =>
  real.diagnose(instance, { ...nodes, primary: nodes.primary ?? GONE });
