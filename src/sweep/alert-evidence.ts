import type { Evidence } from '../evidence/evidence.ts';
import type { LedgerEntry } from './ledger.ts';

/** Older ones are of another death. */
const RECENT_MS = 600_000;

/** The chains with what Pacemaker's alerts have said of each node lately: a second source, never proof by itself. Pure. */
export function withAlerts(
  evidence: ReadonlyMap<string, readonly Evidence[]>,
  entries: readonly LedgerEntry[],
  nowMs: number,
): ReadonlyMap<string, readonly Evidence[]> {
  const alerts = entries.flatMap((entry) =>
    entry.event === 'alert' && Math.abs(nowMs - entry.at) < RECENT_MS ? [entry] : [],
  );
  if (alerts.length === 0) return evidence;
  return new Map(
    [...evidence].map(([node, chain]) => {
      const own = alerts
        .filter((alert) => alert.node === node)
        .map(
          ({ said, words, atMs }): Evidence => ({
            source: 'alert',
            what: words === '' || words === said ? said : `${said}: ${words}`,
            atMs,
          }),
        );
      return [node, [...chain, ...own].sort((a, b) => a.atMs - b.atMs)];
    }),
  );
}
