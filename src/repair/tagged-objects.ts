import type { RepairFacts } from './facts.ts';
import type { PolicySource } from './plan-types.ts';

export const CLUSTER: PolicySource = { object: 'cluster', name: 'cluster' };

export interface TaggedObject {
  readonly on: PolicySource;
  readonly tags: readonly string[];
}

/** Everything whose tags count for autorepair, the cluster first; what has no tags is left out. */
export function* taggedObjects(
  facts: Pick<RepairFacts, 'clusterTags' | 'groups' | 'instances'>,
): Generator<TaggedObject> {
  const { clusterTags } = facts;
  if (clusterTags.length > 0) yield { on: CLUSTER, tags: clusterTags };
  for (const { name, tags } of facts.groups.values()) {
    if (tags.length > 0) yield { on: { object: 'group', name }, tags };
  }
  for (const { name, tags } of facts.instances) {
    if (tags.length > 0) yield { on: { object: 'instance', name }, tags };
  }
}
