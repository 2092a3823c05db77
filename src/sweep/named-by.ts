/** Whom these take for master, as a text with its verb: "h1, h2 name h3". */
export function namedBy({ by, master }: { readonly by: readonly string[]; readonly master: string }): string {
  return `${by.join(', ')} ${by.length === 1 ? 'names' : 'name'} ${master}`;
}
