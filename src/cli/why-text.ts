import { entryText } from './entry-text.ts';
import { moment } from './moment.ts';
import type { Why } from './why.ts';

/** The chain from the facts to the decision, for people. */
export function whyText(why: Why): string {
  const { node, verdict, reasons, evidence, decision, wouldChange, gaps, last } = why;
  const [decisive, ...remarks] = reasons;
  const width = Math.max(0, ...evidence.map(({ source }) => source.length));
  const facts = evidence.map(
    ({ source, what, atMs }) => `  ${moment(atMs)}  ${source.padEnd(width)}  ${what}`,
  );
  return [
    `${node}: ${verdict}, ${decisionWords(decision)}`,
    '',
    'facts, oldest first:',
    ...(facts.length === 0 ? ['  none'] : facts),
    '',
    `verdict: ${verdict}, by the rule ${decisive?.rule ?? 'unknown'}`,
    `  ${decisive?.text ?? ''}`,
    ...remarks.map(({ rule, text }) => `  (${rule}) ${text}`),
    `  another verdict needs: ${wouldChange.verdict}`,
    '',
    `decision: ${decisionWords(decision)}`,
    `  ${decision.text}`,
    `  another decision needs: ${wouldChange.decision}`,
    ...(gaps.length === 0 ? [] : ['', 'not known here:', ...gaps.map((gap) => `  ${gap}`)]),
    '',
    "last in this host's ledger:",
    ...(last.length === 0 ? ['  nothing'] : last.map((entry) => `  ${entryText(entry)}`)),
    '',
  ].join('\n');
}

export function decisionWords({ kind, rule }: Why['decision']): string {
  switch (kind) {
    case 'offline':
      return 'to be marked offline';
    case 'hold':
      return `held (${rule})`;
    case 'nothing':
      return `nothing to do (${rule})`;
    default:
      return kind satisfies never;
  }
}
