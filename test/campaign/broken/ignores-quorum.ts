import * as real from '../../../src/policy/decide.ts';

export * from '../../../src/policy/decide.ts';

export const decide: typeof real.decide = (input) =>
  real.decide({
    ...input,
    quorum: true,
    verdicts: input.verdicts.map((one) =>
      one.reasons.some(({ rule }) => rule === 'gone-without-quorum') ? { ...one, verdict: 'fenced' } : one,
    ),
  });
