import type { RepairFacts, RepairInstance } from '../../../src/repair/facts.ts';
import { NOW } from './drawn-tags.ts';

/** Facts with the tags given and instances that differ in nothing else. */
export function taggedCluster(tags: {
  readonly cluster?: readonly string[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly instances?: Readonly<Record<string, readonly string[]>>;
}): Pick<RepairFacts, 'nowMs' | 'clusterTags' | 'groups' | 'instances'> {
  const groups = Object.entries(tags.groups ?? {}).map(
    ([name, of]) => [`${name}-uuid`, { uuid: `${name}-uuid`, name, tags: of }] as const,
  );
  const instances = Object.entries(tags.instances ?? {}).map(
    ([name, of]): RepairInstance => ({
      name,
      template: 'diskless',
      adminState: 'up',
      primary: 'h1.lab.test',
      secondary: undefined,
      tags: of,
      memory: 128,
      disk: 0,
    }),
  );
  return {
    nowMs: NOW * 1_000,
    clusterTags: tags.cluster ?? [],
    groups: new Map(groups),
    instances,
  };
}
