import type { Evidence } from '../evidence/evidence.ts';
import type { LedgerEntry } from './ledger.ts';

/**
 * The nodes that have answered after this host has learned of their last fencing, by what it told of that (GNH345): a
 * booting node answers for a minute and is not told. What another host has told is not known here. Pure.
 */
export function answeredSince(
  evidence: ReadonlyMap<string, readonly Evidence[]>,
  entries: readonly LedgerEntry[],
): ReadonlySet<string> {
  const told = entries.flatMap((entry) =>
    entry.event === 'trouble' && entry.code === 'GNH345' ? [entry] : [],
  );
  if (told.length === 0) return new Set();
  return new Set(
    [...evidence].flatMap(([node, chain]) => {
      const learnedMs = Math.max(
        ...chain.flatMap(({ source, atMs }) => (source === 'own-memory' ? [atMs] : [])),
      );
      return told.some(({ at, text }) => text.startsWith(`${node} `) && at >= learnedMs) ? [node] : [];
    }),
  );
}
