import type { Reason, Verdict } from './verdict.ts';

/**
 * The verdicts once the network was asked: whoever answers with the cluster's key is up, and neither `fenced` nor
 * `lost` is true of it now. Either its fencing did not do what it said, and its instances may still run, or it has
 * booted since; nobody can tell, so it is `unknown`.
 */
export function contradicted(
  verdicts: readonly Verdict[],
  answering: ReadonlySet<string>,
): readonly Verdict[] {
  return verdicts.map((verdict) =>
    answering.has(verdict.node) && (verdict.verdict === 'fenced' || verdict.verdict === 'lost')
      ? { node: verdict.node, verdict: 'unknown', reasons: [answers(verdict), ...verdict.reasons.slice(1)] }
      : verdict,
  );
}

function answers({ node, reasons }: Verdict): Reason {
  const before = reasons[0]?.text ?? 'it is gone';
  return { rule: 'gone-but-answers', text: `${node} answers over the network, although ${before}` };
}
