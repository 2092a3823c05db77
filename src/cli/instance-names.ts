import { fullName } from './full-name.ts';

/** For a round that is limited to what was typed: the instances, or what is wrong with the words. */
export function instancesNamed(
  typed: readonly string[],
): (names: readonly string[]) => readonly string[] | string {
  return (names) => {
    const wrong = typed.filter((name) => fullName(name, names) === undefined);
    return wrong.length > 0
      ? `Not exactly one instance of Ganeti: ${wrong.map((name) => `"${name}"`).join(', ')}. Nothing was done. See: gnt-instance list`
      : [...new Set(typed.flatMap((name) => fullName(name, names) ?? []))];
  };
}
