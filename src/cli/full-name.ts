/** A name as Ganeti has it from what was typed: the whole one, or the part before the first dot where only one has it. */
export function fullName(typed: string, names: readonly string[]): string | undefined {
  if (names.includes(typed)) return typed;
  const [only, ...more] = names.filter((name) => name.split('.')[0] === typed);
  return more.length === 0 ? only : undefined;
}
