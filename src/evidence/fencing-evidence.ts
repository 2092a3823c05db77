import type { KnownEvent, Observations } from './memory.ts';

/** What this host's memory says about a node's death by fencing since the node was last a member. */
export type FencingEvidence =
  | { readonly kind: 'none' }
  | { readonly kind: 'proof'; readonly events: readonly KnownEvent[]; readonly text: string }
  /** The node has answered over the network since. */
  | { readonly kind: 'contradicted'; readonly events: readonly KnownEvent[]; readonly text: string }
  | { readonly kind: 'unwitnessed'; readonly events: readonly KnownEvent[]; readonly text: string };

/** By Pacemaker's name. Says nothing about where the node is now: `judge` puts membership first. */
export function evidenceFor(observations: Observations | undefined, pacemakerName: string): FencingEvidence {
  const events = observations?.nodes[pacemakerName]?.events ?? [];
  const proofs = events.filter(({ witnessed, answeredMs }) => witnessed && answeredMs === undefined);
  const [proof] = proofs;
  if (proof !== undefined)
    return { kind: 'proof', events: proofs, text: `${pacemakerName} was fenced (${whatAndWhen(proof)})` };
  const answered = events.findLast(({ answeredMs }) => answeredMs !== undefined);
  if (answered?.answeredMs !== undefined) {
    const since = new Date(answered.answeredMs).toISOString();
    const text = `${pacemakerName} was fenced (${whatAndWhen(answered)}), but has answered over the network since (${since})`;
    return { kind: 'contradicted', events, text };
  }
  const [doubtful] = events;
  if (doubtful === undefined) return { kind: 'none' };
  const text =
    `the fencing history says ${pacemakerName} was fenced (${whatAndWhen(doubtful)}), ` +
    `but it cannot be told whether it came back since: ${doubtful.doubt ?? 'not witnessed'}`;
  return { kind: 'unwitnessed', events, text };
}

/** By this host's clock: when it learned of it. */
function whatAndWhen({ action, firstSeenMs }: KnownEvent): string {
  return `${action}, known since ${new Date(firstSeenMs).toISOString()}`;
}
