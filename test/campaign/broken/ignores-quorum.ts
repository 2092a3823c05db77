import * as real from '../../../src/policy/decide.ts';
import * as realWork from '../../../src/sweep/luxi-work.ts';

export * from '../../../src/policy/decide.ts';
export * from '../../../src/sweep/luxi-work.ts';

export const decide: typeof real.decide = (input) =>
  real.decide({
    ...input,
    quorum: true,
    verdicts: input.verdicts.map((one) =>
      one.reasons.some(({ rule }) => rule === 'gone-without-quorum') ? { ...one, verdict: 'fenced' } : one,
    ),
  });

export const workWithLuxi: typeof realWork.workWithLuxi = (request, work, journal) =>
  realWork.workWithLuxi(request, { ...work, quorum: true }, journal);
