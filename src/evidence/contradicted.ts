import type { Reason, Verdict } from './verdict.ts';

/** What the network has said of nodes that are called dead. */
export interface NetworkWords {
  /** They answer now. */
  readonly answering: ReadonlySet<string>;
  /** They answered after the fencing that is to be their death, for long enough to be told. */
  readonly answered: ReadonlySet<string>;
}

/**
 * The verdicts once the network was asked: whoever answers with the cluster's key is up, and neither `fenced` nor
 * `lost` is true of it now. Either its fencing did not do what it said, and its instances may still run, or it has
 * booted since; nobody can tell, so it is `unknown`. A fencing that was contradicted so proves nothing when the node is
 * silent later: a broken cable would make two of each of its instances.
 */
export function contradicted(
  verdicts: readonly Verdict[],
  { answering, answered }: NetworkWords,
): readonly Verdict[] {
  return verdicts.map((verdict) => {
    const { node, reasons, verdict: kind } = verdict;
    if (kind !== 'fenced' && kind !== 'lost') return verdict;
    const before = reasons[0]?.text ?? 'it is gone';
    if (answering.has(node)) return unknown(verdict, `${node} answers over the network, although ${before}`);
    if (kind === 'fenced' && answered.has(node))
      return unknown(verdict, `${node} is silent, but has answered over the network after ${before}`);
    return verdict;
  });
}

function unknown({ node, reasons }: Verdict, text: string): Verdict {
  const first: Reason = { rule: 'gone-but-answers', text };
  return { node, verdict: 'unknown', reasons: [first, ...reasons.slice(1)] };
}
