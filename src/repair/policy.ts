import { REPAIR_TYPES, type RepairFacts, type RepairInstance, type RepairType } from './facts.ts';
import type { Policy, PolicySource } from './plan-types.ts';
import { CLUSTER } from './tagged-objects.ts';
import { readTag } from './tags.ts';

/** What policies rest on. */
export type PolicyFacts = Pick<RepairFacts, 'nowMs' | 'clusterTags' | 'groups' | 'nodes'>;

/** Made once for all instances, since those of a group share what group and cluster say. */
export function policiesOf(
  facts: PolicyFacts,
): (instance: Pick<RepairInstance, 'name' | 'primary' | 'tags'>) => Policy {
  const { nowMs, nodes } = facts;
  const ofCluster = opinionOf(facts.clusterTags, CLUSTER, nowMs);
  const ofGroups = new Map(
    [...facts.groups.values()].map(({ uuid, name, tags }) => [
      uuid,
      opinionOf(tags, { object: 'group', name }, nowMs),
    ]),
  );
  return ({ name, primary, tags }) => {
    const own = opinionOf(tags, { object: 'instance', name }, nowMs);
    if (own.kind !== 'none') return own;
    const group = nodes.get(primary)?.group;
    const ofGroup = group === undefined ? undefined : ofGroups.get(group);
    return ofGroup === undefined || ofGroup.kind === 'none' ? ofCluster : ofGroup;
  };
}

/** What one object's tags say; `none` leaves it to the next object. What forbids more wins. */
export function opinionOf(tags: readonly string[], from: PolicySource, nowMs: number): Policy {
  let suspended: Extract<Policy, { kind: 'suspended' }> | undefined;
  let unclear: Policy | undefined;
  let allowed: RepairType | undefined;
  // Ganeti knows no order among tags; ours makes every pass name the same one.
  for (const text of tags.toSorted()) {
    const tag = readTag(text);
    switch (tag?.kind) {
      case 'suspend':
      case 'unreadable-suspend': {
        const untilMs = tag.kind === 'suspend' ? tag.untilMs : undefined;
        if (untilMs !== undefined && untilMs <= nowMs) break;
        if (suspended === undefined || longer(untilMs, suspended.untilMs)) {
          suspended = { kind: 'suspended', untilMs, from, tag: tag.tag };
        }
        break;
      }
      case 'policy':
        allowed = allowed === undefined ? tag.type : lessDestructive(allowed, tag.type);
        break;
      case 'unclear':
        if (tag.about === 'policy') unclear ??= { kind: 'unclear', tag: tag.tag, from };
        break;
      default:
    }
  }
  if (suspended !== undefined) return suspended;
  if (unclear !== undefined) return unclear;
  return allowed === undefined ? { kind: 'none' } : { kind: 'allowed', type: allowed, from };
}

/** Undefined is for ever. */
function longer(one: number | undefined, other: number | undefined): boolean {
  return other !== undefined && (one === undefined || one > other);
}

function lessDestructive(one: RepairType, other: RepairType): RepairType {
  return REPAIR_TYPES.indexOf(one) < REPAIR_TYPES.indexOf(other) ? one : other;
}
