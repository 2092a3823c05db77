import * as real from '../../../src/policy/decide.ts';
import * as realOffline from '../../../src/sweep/offline.ts';

export * from '../../../src/policy/decide.ts';
export * from '../../../src/sweep/offline.ts';

export const decide: typeof real.decide = (input) =>
  real.decide({
    ...input,
    master: 'somebody',
    verdicts: input.verdicts.map((one) => (one.node === input.master ? { ...one, verdict: 'fenced' } : one)),
  });

export const submitOffline: typeof realOffline.submitOffline = (call, wishes, facts, ...rest) => {
  const nodes = facts.nodes.map((node) => ({ ...node, role: 'candidate' as const }));
  return realOffline.submitOffline(call, wishes, { ...facts, nodes }, ...rest);
};
