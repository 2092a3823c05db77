/** One option of a program whose words are read as Haskell's `System.Console.GetOpt` reads them. */
export interface GetoptOption {
  readonly short?: string;
  readonly long: string;
  readonly value: 'none' | 'optional' | 'required';
  /** How the value is called in messages. */
  readonly called?: string;
}

export interface GetoptWords {
  /** In the order given, by the long name; the value is empty where none was given. */
  readonly options: readonly { readonly long: string; readonly value: string | undefined }[];
  readonly positional: readonly string[];
  /** In GetOpt's words. */
  readonly errors: readonly string[];
}

/**
 * Options and other words may be mixed. A long option may be shortened as far as it stays one; an optional value has
 * to be glued to its option (`-LPATH`, `--luxi=PATH`), a required one may also be the next word.
 */
export function getopt(known: readonly GetoptOption[], words: readonly string[]): GetoptWords {
  const options: { long: string; value: string | undefined }[] = [];
  const positional: string[] = [];
  const errors: string[] = [];
  const rest = [...words];
  const take = (option: GetoptOption, typed: string, glued: string | undefined): void => {
    const value = glued ?? (option.value === 'required' ? rest.shift() : undefined);
    if (option.value === 'none' && glued !== undefined)
      errors.push(`option \`${typed}' doesn't allow an argument`);
    else if (option.value === 'required' && value === undefined)
      errors.push(`option \`${typed}' requires an argument ${option.called ?? ''}`.trimEnd());
    else options.push({ long: option.long, value });
  };
  const takeLetters = (letters: string): void => {
    for (const [at, letter] of [...letters].entries()) {
      const option = known.find((one) => one.short === letter);
      if (option === undefined) errors.push(`unrecognized option \`-${letter}'`);
      else if (option.value === 'none') take(option, `-${letter}`, undefined);
      else {
        take(option, `-${letter}`, [...letters].slice(at + 1).join('') || undefined);
        return;
      }
    }
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') positional.push(...rest.splice(0));
    else if (word.startsWith('--')) {
      const [, name = '', glued] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
      const found = named(known, name);
      const [only] = found;
      if (only === undefined) errors.push(`unrecognized option \`--${name}'`);
      else if (found.length > 1) errors.push(`option \`--${name}' is ambiguous`);
      else take(only, `--${name}`, glued);
    } else if (word.startsWith('-') && word !== '-') takeLetters(word.slice(1));
    else positional.push(word);
  }
  return { options, positional, errors };
}

function named(known: readonly GetoptOption[], typed: string): readonly GetoptOption[] {
  const exact = known.filter(({ long }) => long === typed);
  return exact.length > 0 ? exact : known.filter(({ long }) => long.startsWith(typed));
}
