/** GNH011, in whatever the agents say; CRASH of a process that ended by an error nobody caught. */
const INTERNAL_ERROR = /^.*\b(?:GNH011|CRASH)\b.*$/m;

/** The first line of a story's log that tells of an error in the program itself; undefined where there is none. */
export function internalErrorIn(log: string): string | undefined {
  return INTERNAL_ERROR.exec(log)?.[0].trim();
}
