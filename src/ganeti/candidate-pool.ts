/** What the rule needs to know of a node; `LuxiNode` has it. */
export interface PoolNode {
  readonly name: string;
  readonly offline: boolean;
  readonly drained: boolean;
  readonly masterCandidate: boolean;
  readonly masterCapable: boolean;
}

/**
 * Whether marking this node offline fails with "Not enough master candidates" unless auto_promote is set: Ganeti's
 * own rule (lib/cmdlib/node.py:641, lib/config GetMasterCandidateStats): without the node, fewer candidates remain
 * than the pool size or, where that is less, than the nodes that could be one. False for a node that is no candidate.
 */
export function needsAutoPromote(node: string, nodes: readonly PoolNode[], poolSize: number): boolean {
  const isCandidate = nodes.some(({ name, masterCandidate }) => name === node && masterCandidate);
  if (!isCandidate) return false;
  const others = nodes.filter(({ name }) => name !== node);
  const candidates = others.filter(({ masterCandidate }) => masterCandidate).length;
  const eligible = others.filter((one) => !one.offline && !one.drained && one.masterCapable).length;
  return candidates < Math.min(poolSize, eligible);
}
