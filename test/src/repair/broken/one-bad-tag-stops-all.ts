import type { RepairFacts } from '../../../../src/repair/facts.ts';
import * as real from '../../../../src/repair/policy.ts';
import { readTag } from '../../../../src/repair/tags.ts';

export * from '../../../../src/repair/policy.ts';

export const policiesOf = (facts: RepairFacts): ReturnType<typeof real.policiesOf> => {
  const tag = facts.instances.flatMap(({ tags }) => tags).find((text) => readTag(text)?.kind === 'unclear');
  const policyOf = real.policiesOf(facts);
  return (instance) =>
    tag === undefined
      ? policyOf(instance)
      : { kind: 'unclear', tag, from: { object: 'instance', name: instance.name } };
};
