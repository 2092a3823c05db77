/** A node as Ganeti has it from what was typed: the whole name, or the part before the first dot where only one has it. */
export function fullNodeName(typed: string, nodes: readonly string[]): string | undefined {
  if (nodes.includes(typed)) return typed;
  const [only, ...more] = nodes.filter((node) => node.split('.')[0] === typed);
  return more.length === 0 ? only : undefined;
}
