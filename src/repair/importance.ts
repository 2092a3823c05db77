import type { RepairFacts, RepairInstance } from './facts.ts';
import { type PriorityTag, prioritiesIn } from './priority-tags.ts';

/** What orders instances where not all can be repaired at once. */
export interface Importance {
  /** 0 to 100. */
  readonly priority: number;
  /** Whether somebody wants it to run. */
  readonly up: boolean;
  /** Seconds since the epoch, of the repair that is pending. */
  readonly since: number | undefined;
  readonly name: string;
}

export const DEFAULT_PRIORITY = 50;

type Ranked = Pick<RepairInstance, 'name' | 'primary' | 'adminState' | 'tags'>;

/** Made once for all instances. The nearest object that names a priority counts: instance, group, cluster. */
export function importancesOf(
  facts: Pick<RepairFacts, 'clusterTags' | 'groups' | 'nodes'>,
): (instance: Ranked, since: number | undefined) => Importance {
  const ofCluster = highest(facts.clusterTags) ?? DEFAULT_PRIORITY;
  const ofGroups = new Map([...facts.groups.values()].map(({ uuid, tags }) => [uuid, highest(tags)]));
  return ({ name, primary, adminState, tags }, since) => {
    const group = facts.nodes.get(primary)?.group;
    const ofGroup = group === undefined ? undefined : ofGroups.get(group);
    return { priority: highest(tags) ?? ofGroup ?? ofCluster, up: adminState === 'up', since, name };
  };
}

/** For `sort`: what runs comes before what does not, what waits longest before what is new. */
export function moreImportantFirst(one: Importance, other: Importance): number {
  return (
    other.priority - one.priority ||
    Number(other.up) - Number(one.up) ||
    older(one.since, other.since) ||
    (one.name < other.name ? -1 : one.name > other.name ? 1 : 0)
  );
}

function older(one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  return one - other;
}

function highest(tags: readonly string[]): number | undefined {
  const found = prioritiesIn(tags).flatMap(({ priority }: PriorityTag) => priority ?? []);
  return found.length === 0 ? undefined : Math.max(...found);
}
