import type { ClusterDescription, DiskTemplate, InstanceDescription } from '../luxi-cluster/description.ts';
import { ended, NODES, PREFIX } from './harep-cluster.ts';

const POLICIES = ['fix-storage', 'migrate', 'failover', 'reinstall'] as const;
const GROUPS = ['group1', 'group2'] as const;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Drawn {
  /** Besides DRBD, which most are. */
  readonly templates?: readonly Exclude<DiskTemplate, 'drbd'>[];
  readonly nodes?: ClusterDescription['nodes'];
}

/**
 * The two templates that harep knows, or others, with every tag that both can read but pending ones, whose jobs would
 * matter.
 */
export function randomCluster(
  size: number,
  seed: number,
  { templates = ['plain'], nodes = NODES }: Drawn = {},
): ClusterDescription {
  const next = numbersFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const chance = (of: number): boolean => next() < of;
  const nowS = Math.floor(Date.now() / 1000);
  const policy = (likely: number): readonly string[] => [
    ...(chance(likely) ? [pick(POLICIES)] : []),
    ...(chance(likely / 4) ? [pick(POLICIES)] : []),
    ...(chance(likely / 4)
      ? [pick(['suspend', 'suspend:', `suspend:${nowS + 86_400}`, 'suspend:1700000000'])]
      : []),
  ];
  const records = (): readonly string[] =>
    chance(0.2)
      ? [ended(pick(POLICIES), pick(['success', 'enoperm', 'failure']), chance(0.5) ? [1, 2] : [])]
      : [];
  const names = nodes.map(({ name }) => name);
  const instance = (_: unknown, at: number): InstanceDescription => {
    const place = Math.floor(next() * names.length);
    const pnode = names[place] ?? '';
    // Ganeti wants both in one group.
    const beside = names.filter(
      (_, other) => other !== place && other % GROUPS.length === place % GROUPS.length,
    );
    const common = {
      name: `i${at}.lab.test`,
      pnode,
      adminState: pick(['up', 'down'] as const),
      tags: prefixed([...policy(0.4), ...records()]),
    };
    if (chance(0.3)) return { ...common, template: pick(templates) };
    return { ...common, template: 'drbd', snode: pick(beside) };
  };
  return {
    tags: prefixed(policy(0.8)),
    groups: GROUPS.map((name) => ({ name, tags: prefixed(policy(0.3)) })),
    nodes: nodes.map((node, at) => ({ ...node, group: GROUPS[at % GROUPS.length] ?? GROUPS[0] })),
    instances: Array.from({ length: size }, instance),
  };
}

function prefixed(tags: readonly string[]): readonly string[] {
  return [...new Set(tags)].map((tag) => PREFIX + tag);
}
