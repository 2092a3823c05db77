import * as real from '../../../src/policy/decide.ts';

export * from '../../../src/policy/decide.ts';

const seen = new Set<string>();

export const decide: typeof real.decide = (input) => {
  const decisions = real.decide({ ...input, verdicts: input.verdicts.filter(({ node }) => !seen.has(node)) });
  for (const one of decisions) if (one.kind === 'hold' && one.hold === 'fencing') seen.add(one.node);
  return decisions;
};
