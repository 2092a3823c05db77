import * as real from '../../../src/policy/decide.ts';

export * from '../../../src/policy/decide.ts';

/** A node that is back counts as dead for as long as it was not marked. */
export const decide: typeof real.decide = (input) =>
  real.decide({
    ...input,
    verdicts: input.verdicts.map((one) => (one.verdict === 'alive' ? { ...one, verdict: 'fenced' } : one)),
  });
