// What was decided, in an order and with names that a drill and its scenario can be compared by.

/** A line of a ledger, as far as it is looked at. */
export interface LedgerLine {
  readonly at: number;
  readonly event: string;
  readonly node?: string | undefined;
  readonly hold?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Holds that pass by themselves, seen or not by the moment of a look: no decisions. */
const PASSING = new Set(['fencing', 'unknown', 'no-quorum']);

/**
 * The decisions in their order: who was marked offline, drained, readmitted or held, and where the role went. Hosts are
 * named by the order in which they come up, for a drill's lab may have another master than the scenario.
 */
export function decisionsOf(entries: readonly LedgerLine[]): readonly string[] {
  const names = new Map<string, string>();
  const alias = (node: string | undefined): string => {
    const name = (node ?? '').split('.')[0] ?? '';
    const known = names.get(name) ?? `node${names.size + 1}`;
    names.set(name, known);
    return known;
  };
  const lines = [...entries]
    .sort((a, b) => a.at - b.at)
    .flatMap((entry): readonly string[] => {
      switch (entry.event) {
        case 'master-taken':
          return entry.from === entry.to ? [] : [`master from ${alias(entry.from)} to ${alias(entry.to)}`];
        case 'held':
          return PASSING.has(entry.hold ?? '') ? [] : [`hold ${alias(entry.node)}: ${entry.hold ?? ''}`];
        case 'offline-submitted':
        case 'drain-submitted':
        case 'undrain-submitted':
        case 'readmit-submitted':
          return [`${entry.event.replace('-submitted', '')} ${alias(entry.node)}`];
        default:
          return [];
      }
    });
  return lines.filter((line, index) => line !== lines[index - 1]);
}
