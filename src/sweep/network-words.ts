import type { NetworkWords } from '../evidence/contradicted.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { answeredSince } from './answered-since.ts';
import type { NetworkWord } from './answering.ts';
import type { LedgerEntry } from './ledger.ts';

/** What the nodes that were asked say now, and have said before. Pure. */
export function networkWords(
  asked: readonly NetworkWord[],
  evidence: ReadonlyMap<string, readonly Evidence[]>,
  entries: readonly LedgerEntry[],
): NetworkWords {
  const before = answeredSince(evidence, entries);
  const nodes = (answers: boolean): readonly string[] =>
    asked.flatMap((word) => (word.answers === answers ? [word.node] : []));
  return {
    answering: new Set(nodes(true)),
    answered: new Set(nodes(false).filter((node) => before.has(node))),
  };
}
