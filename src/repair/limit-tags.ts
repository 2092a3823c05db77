import type { Limits } from './facts.ts';

export const LIMIT_TAGS = { cluster: 'ocf:repair:max:', node: 'ocf:repair:max-node:' } as const;

export const DEFAULT_LIMITS: Limits = { cluster: 8, node: 2 };

/** How many repairs may run at once, and one sentence for each tag that was not used. 0 is a limit, too. */
export function limitsFromTags(clusterTags: readonly string[]): {
  readonly limits: Limits;
  readonly warnings: readonly string[];
} {
  const warnings: string[] = [];
  const limit = (of: keyof Limits): number =>
    smallest(clusterTags, LIMIT_TAGS[of], DEFAULT_LIMITS[of], warnings);
  return { limits: { cluster: limit('cluster'), node: limit('node') }, warnings };
}

function smallest(tags: readonly string[], prefix: string, fallback: number, warnings: string[]): number {
  const texts = tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
  const best = Math.min(...texts.flatMap((text) => parseCount(text) ?? []));
  const limit = Number.isFinite(best) ? best : fallback;
  for (const text of new Set(texts)) {
    const count = parseCount(text);
    if (count === limit && Number.isFinite(best)) continue;
    const why =
      count === undefined
        ? `: it needs a number from 0 to 9999, and ${limit} counts`
        : ` beside ${prefix}${best}, the smaller`;
    const tag = prefix + text;
    warnings.push(`The cluster tag ${tag} has no effect${why}. Remove it: gnt-cluster remove-tags ${tag}`);
  }
  return limit;
}

function parseCount(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
