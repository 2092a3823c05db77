import { PREFIX } from './harep-cluster.ts';

/** What a run would do to an instance's tags, which is what it has decided. */
export interface Decision {
  /** Kind, type and outcome of the tag that it would set, e.g. `result failover enoperm`; ids and times left out. */
  readonly set: string | undefined;
  /** Whole tags, sorted. */
  readonly removed: readonly string[];
}

/** What `harep --dry-run` prints, by instance. */
export function decisionsOfHarep(said: string): ReadonlyMap<string, Decision> {
  const found = new Map<string, Decision>();
  for (const [, verb, name = '', quoted = ''] of said.matchAll(
    /^>>> (Adding|Removing) the following tags? (?:to|from) (\S+):\n((?:"[^"\n]*"\n)+)/gm,
  )) {
    const tags = [...quoted.matchAll(/"([^"]*)"/g)].map(([, tag = '']) => tag);
    const { set, removed } = found.get(name) ?? { set: undefined, removed: [] };
    found.set(
      name,
      verb === 'Adding'
        ? { set: gist(tags[0] ?? ''), removed }
        : { set, removed: [...removed, ...tags].sort() },
    );
  }
  return found;
}

interface OurInstance {
  readonly instance: string;
  readonly next: { readonly set?: readonly string[]; readonly remove?: readonly string[] };
}

/** What `gnt-ha repair --dry-run -o json` prints, by instance. */
export function ourDecisions(json: string): ReadonlyMap<string, Decision> {
  const { instances } = JSON.parse(json) as { readonly instances: readonly OurInstance[] };
  return new Map(
    instances.flatMap(({ instance, next: { set = [], remove = [] } }) => {
      const [tag] = set.filter((one) => one.startsWith(PREFIX));
      if (tag === undefined && remove.length === 0) return [];
      return [[instance, { set: tag === undefined ? undefined : gist(tag), removed: [...remove].sort() }]];
    }),
  );
}

function gist(tag: string): string {
  const [kind = '', type = '', , , outcome = ''] = tag.slice(PREFIX.length).split(':');
  return kind === 'result' ? `${kind} ${type} ${outcome}` : `${kind} ${type}`;
}
