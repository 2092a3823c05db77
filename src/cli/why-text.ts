import { entryText } from './entry-text.ts';
import { moment } from './moment.ts';
import type { ToldDecision } from './node-decision.ts';
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

export function decisionWords({ about, kind, rule }: ToldDecision): string {
  switch (kind) {
    case 'offline':
      return 'to be marked offline';
    case 'readmit':
      return 'to be taken back';
    case 'drain':
    case 'undrain':
      return `to be ${kind}ed`;
    case 'wait':
      return about === 'return' ? `waits to be taken back (${rule})` : `waits (${rule})`;
    case 'hold':
      return about === 'return' ? `stays offline (${rule})` : `held (${rule})`;
    case 'nothing':
      return `nothing to do (${rule})`;
    default:
      return kind satisfies never;
  }
}
