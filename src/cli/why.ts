import type { Env } from '../env/env.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Reason } from '../evidence/verdict.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';
import { fullName } from './full-name.ts';
import { gatherInsight, type Insight } from './insight.ts';
import { asTold, type ToldDecision } from './node-decision.ts';
import { CHANGES_VERDICT, changesDecision } from './what-would-change.ts';

/** What `gnt-ha why` says; its JSON form is this. */
export interface Why {
  readonly node: string;
  readonly verdict: string;
  /** The rule that decided the verdict comes first, what is only remarked after it. */
  readonly reasons: readonly Reason[];
  /** Oldest first. */
  readonly evidence: readonly Evidence[];
  readonly decision: ToldDecision;
  readonly wouldChange: { readonly verdict: string; readonly decision: string };
  /** What this host cannot know. */
  readonly gaps: readonly string[];
  /** The last entries of this host's ledger on this node. */
  readonly last: readonly LedgerEntry[];
}

export type WhyResult =
  | { readonly kind: 'ok'; readonly why: Why }
  | { readonly kind: 'not-told'; readonly text: string };

const SHOWN_ENTRIES = 6;

export async function gatherWhy(
  env: Env,
  typed: string,
  dirs: { dataDir?: string; runDir?: string },
): Promise<WhyResult> {
  const seen = await gatherInsight(env, dirs);
  if (seen.kind === 'no-cluster')
    return {
      kind: 'not-told',
      text: `${seen.text}. Nothing can be told here. Run it on a node of a Ganeti cluster.`,
    };
  const node = fullName(typed, seen.insight.ssconf.nodeList);
  if (node === undefined)
    return { kind: 'not-told', text: `"${typed}" is not exactly one node of Ganeti. See: gnt-node list` };
  return { kind: 'ok', why: whyOf(node, seen.insight) };
}

function whyOf(node: string, insight: Insight): Why {
  const { verdicts, onNodes, evidence, entries, gaps, view } = insight;
  const verdict = verdicts.find((one) => one.node === node);
  const decision = onNodes.get(node);
  if (verdict === undefined || decision === undefined) throw new Error(`${node} was not judged`);
  const [decisive] = verdict.reasons;
  const missing = decisive === undefined ? '' : CHANGES_VERDICT[decisive.rule];
  return {
    node,
    verdict: verdict.verdict,
    reasons: verdict.reasons,
    evidence: evidence.get(node) ?? [],
    decision: asTold(decision),
    wouldChange: {
      verdict: missing
        .replaceAll('PCMK-NODE', pacemakerNameOf(view.names, node) ?? 'PCMK-NODE')
        .replaceAll(/(?<!PCMK-)\b(?:GANETI-NAME|NODE)\b/g, node),
      decision: changesDecision(decision),
    },
    gaps,
    last: entries.filter((entry) => isAbout(entry, node)).slice(-SHOWN_ENTRIES),
  };
}

/** Whether an entry of the ledger concerns this node, or this instance. */
export function isAbout(entry: LedgerEntry, node: string): boolean {
  if ('node' in entry) return entry.node === node;
  if ('nodes' in entry) return entry.nodes.includes(node);
  switch (entry.event) {
    case 'storm':
      return entry.held.includes(node);
    case 'master-taken':
      return entry.from === node || entry.to === node;
    case 'repair-begun':
    case 'repair-held':
      return entry.instances.includes(node) || entry.text.includes(node);
    case 'repair-submitted':
      return entry.instance === node;
    case 'repair-ended':
    case 'repair-withdrawn':
      return entry.instance === node || entry.text.includes(node);
    case 'trouble':
      return entry.text.includes(node);
    default:
      return false;
  }
}
