/**
 * A node as the plan sees it. `offline` is dead as far as anybody knows; `offline-alive` has the flag and yet lives;
 * `unknown` might be either.
 */
export const NODE_STATES = [
  'online',
  'drained',
  'offline',
  'not-vm-capable',
  'offline-alive',
  'unknown',
] as const;

export type NodeState = (typeof NODE_STATES)[number];

export interface NodeFlags {
  readonly offline: boolean;
  readonly drained: boolean;
  readonly vmCapable: boolean;
}

/**
 * What is known of a node's life: `dead` is proven by fencing, `alive` is a member of Pacemaker's or answers on the
 * network, `silent` was asked and does not answer, `not-asked` is nobody's word.
 */
export type Life = 'alive' | 'dead' | 'silent' | 'not-asked';

/**
 * The flag is the administrator's or the sweep's word that a node is dead; it counts unless the node contradicts it.
 * Without the flag a node that is not alive is one that the sweep has not judged yet.
 */
export function nodeState({ offline, drained, vmCapable }: NodeFlags, life: Life): NodeState {
  if (offline) return life === 'alive' ? 'offline-alive' : life === 'not-asked' ? 'unknown' : 'offline';
  if (life === 'dead' || life === 'silent') return 'unknown';
  if (drained) return 'drained';
  return vmCapable ? 'online' : 'not-vm-capable';
}
