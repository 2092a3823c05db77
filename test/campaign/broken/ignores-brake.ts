import * as real from '../../../src/policy/decide.ts';

export * from '../../../src/policy/decide.ts';

export const decide: typeof real.decide = (input) =>
  real.decide({ ...input, limit: { kind: 'count', count: 99 }, storm: { kind: 'none' } });
