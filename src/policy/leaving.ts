/** A verdict of src/evidence, as far as leaving and being back are concerned. */
export interface SeenVerdict {
  readonly node: string;
  readonly verdict: 'alive' | 'left' | 'fenced' | 'lost' | 'unknown';
  readonly reasons: readonly { readonly rule: string; readonly text: string }[];
}

/** How a node has left, or is about to. `stopped` becomes a leave only once it has lasted: a joining node looks alike. */
export type Leave =
  | { readonly kind: 'left' | 'standby' | 'stopped'; readonly text: string }
  /** It has not left: it works, somebody works on it, or it is not known what has become of it. */
  | { readonly kind: 'none' };

/** Rules of the verdict under which a node is a member as any other. */
const ORDINARY: ReadonlySet<string> = new Set(['online']);

/**
 * Whether a node has left in order: Pacemaker shut down, or standby. Maintenance, of the node or of the cluster, is not
 * a leave: the node goes on working, only nobody watches.
 */
export function leaveOf({ verdict, reasons }: SeenVerdict, maintenanceMode: boolean): Leave {
  const rules = new Set(reasons.map(({ rule }) => rule));
  if (maintenanceMode || rules.has('maintenance')) return { kind: 'none' };
  const text = reasons.map((reason) => reason.text).join('; ');
  if (verdict === 'left') return { kind: 'left', text };
  if (verdict !== 'alive' || rules.has('unclean-online') || !rules.has('online')) return { kind: 'none' };
  if (rules.has('pending')) return { kind: 'stopped', text };
  return rules.has('standby') ? { kind: 'standby', text } : { kind: 'none' };
}

/** A member of which nothing is to be remarked: not joining, in no standby, in no maintenance, not to be fenced. */
export function isSound({ verdict, reasons }: SeenVerdict): boolean {
  return verdict === 'alive' && reasons.length > 0 && reasons.every(({ rule }) => ORDINARY.has(rule));
}
