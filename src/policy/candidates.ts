/**
 * Whether a master candidate may be marked offline while others are: the copies of the configuration must not shrink
 * below a majority in one step, for what Ganeti does in between (promoting others, sending them the configuration)
 * needs them. A single one always may, since what is dead is dead. `going`: nodes whose jobs have not ended.
 */
export function mayLeaveCandidates(
  node: string,
  candidates: readonly string[],
  going: readonly string[],
): boolean {
  if (!candidates.includes(node)) return true;
  const others = candidatesAmong(going, candidates).filter((other) => other !== node);
  return others.length === 0 || 2 * (candidates.length - others.length - 1) > candidates.length;
}

export function candidatesAmong(nodes: readonly string[], candidates: readonly string[]): readonly string[] {
  return candidates.filter((candidate) => nodes.includes(candidate));
}
