import type { RepairFacts } from './facts.ts';
import type { PolicySource, RepairPlan } from './plan-types.ts';
import { taggedObjects } from './tagged-objects.ts';
import { readTag } from './tags.ts';

/** Suspensions that are over, also beside one that is not: the design has them removed, and harep never did. */
export function expiredOf(
  facts: Pick<RepairFacts, 'nowMs' | 'clusterTags' | 'groups' | 'instances'>,
): RepairPlan['expired'] {
  const expired: { readonly on: PolicySource; readonly tag: string }[] = [];
  for (const { on, tags } of taggedObjects(facts)) {
    for (const tag of tags) {
      const read = readTag(tag);
      if (read?.kind !== 'suspend' || read.untilMs === undefined) continue;
      if (read.untilMs <= facts.nowMs) expired.push({ on, tag });
    }
  }
  return expired;
}
