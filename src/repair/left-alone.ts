import { type Decided, type InstanceCase, nothing } from './instance-case.ts';
import type { Policy, PolicySource } from './plan-types.ts';
import { readTag } from './tags.ts';

/** Instances to which nothing is done, not even to their tags. */
export function leftAlone({ instance, policy, records }: InstanceCase): Decided | undefined {
  if (records.failure !== undefined) {
    const remedy = `gnt-instance remove-tags ${instance.name} ${failureTags(instance.tags).join(' ')}`;
    return nothing('failed', `its repair ${records.failure.id} failed; it is left alone until: ${remedy}`);
  }
  if (policy.kind === 'suspended') {
    const on = sourceWords(policy.from);
    return nothing(
      'suspended',
      `repairs are suspended by ${policy.tag} on ${on}, until ${untilWords(policy)}`,
    );
  }
  const [unread] = records.unclear;
  if (policy.kind !== 'unclear' && unread === undefined) return undefined;
  const [tag, on] =
    policy.kind === 'unclear' ? [policy.tag, sourceWords(policy.from)] : [unread?.tag ?? '', instance.name];
  return nothing('unclear', `nothing is done, because nobody knows what ${tag} on ${on} means`);
}

/** All of them have to go. */
function failureTags(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => {
    const read = readTag(tag);
    return read?.kind === 'result' && read.result.outcome === 'failure';
  });
}

function untilWords({ untilMs }: Extract<Policy, { kind: 'suspended' }>): string {
  return untilMs === undefined ? 'that tag is removed' : new Date(untilMs).toISOString();
}

function sourceWords({ object, name }: PolicySource): string {
  switch (object) {
    case 'cluster':
      return 'the cluster';
    case 'group':
      return `group ${name}`;
    case 'instance':
      return name;
    default:
      return object satisfies never;
  }
}
