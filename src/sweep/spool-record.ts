/** What one alert of Pacemaker said of a node, as the alert agent leaves it in the spool. */
export interface SpoolRecord {
  /** Pacemaker's name of the node. */
  readonly node: string;
  readonly said: Said;
  /** Pacemaker's own words, for people only. */
  readonly words: string;
  /** When Pacemaker says that it happened, milliseconds since the epoch. */
  readonly atMs: number;
}

/** The alerts that tell of a node's life: of fencing (`rc` 0 or not) and of membership. */
export type Said = (typeof SAID)[number];

const SAID = ['fenced', 'fencing-failed', 'lost', 'member'] as const;

/** A storm must not fill /run, which is memory: so many records at most, the newest count. */
export const MOST_RECORDS = 64;
/** A record has some 250 bytes; what is larger is none of ours. */
export const MOST_BYTES = 2_048;
const MOST_WORDS = 300;

/** Sorted by name the oldest comes first; a process writes one record. */
export function recordName(writtenMs: number, pid: number): string {
  return `${String(Math.max(0, Math.trunc(writtenMs))).padStart(13, '0')}-${pid}.json`;
}

export function isRecordName(name: string): boolean {
  return /^\d{13}-\d{1,10}\.json$/.test(name);
}

/** A name that can be a node's; it is shown to people and compared, never given to a shell. */
export function isNodeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(name);
}

export function formatRecord({ node, said, words, atMs }: SpoolRecord): string {
  return `${JSON.stringify({ node, said, words: printable(words), atMs })}\n`;
}

/** Another user writes the spool: undefined for everything but exactly a record. Nothing of it is repeated to anybody. */
export function parseRecord(text: string): SpoolRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('node' in value && 'said' in value && 'words' in value && 'atMs' in value)) return undefined;
  const { node, words, atMs } = value;
  const said = SAID.find((known) => known === value.said);
  if (typeof node !== 'string' || !isNodeName(node) || said === undefined) return undefined;
  if (typeof words !== 'string' || typeof atMs !== 'number') return undefined;
  // More than this is no moment, and telling it would throw.
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return undefined;
  return { node, said, words: printable(words), atMs };
}

/** On one line, ASCII, and short: it goes into logs, and from there into terminals. */
function printable(words: string): string {
  return words
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MOST_WORDS);
}
