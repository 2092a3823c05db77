import type { KnownEvent, Observations } from './memory.ts';

/** What this host's memory says about a node's death by fencing since the node was last a member. */
export type FencingEvidence =
  | { readonly kind: 'none' }
  | { readonly kind: 'proof'; readonly events: readonly KnownEvent[]; readonly text: string }
  | { readonly kind: 'unwitnessed'; readonly events: readonly KnownEvent[]; readonly text: string };

/** By Pacemaker's name. Says nothing about where the node is now: `judge` puts membership first. */
export function evidenceFor(observations: Observations | undefined, pacemakerName: string): FencingEvidence {
  const events = observations?.nodes[pacemakerName]?.events ?? [];
  const [witnessed] = events.filter((event) => event.witnessed);
  if (witnessed !== undefined) {
    const text = `${pacemakerName} was fenced (${whatAndWhen(witnessed)})`;
    return { kind: 'proof', events: events.filter((event) => event.witnessed), text };
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
