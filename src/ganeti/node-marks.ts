/**
 * What these agents leave behind on a node, as tags, so that whoever is master next knows it: that they drained it or
 * marked it offline, and the serial that the node's entry had then. Any change by anybody moves the serial on.
 */
export interface NodeMarks {
  readonly drainedSerial: number | undefined;
  readonly offlinedSerial: number | undefined;
  /** When the node was last taken back, milliseconds since the epoch. */
  readonly readmittedMs: number | undefined;
  /** The tags they were read from. */
  readonly tags: readonly string[];
  /** Those among them that are void once the node is in service. */
  readonly roleTags: readonly string[];
}

type Mark = 'drained' | 'offlined' | 'readmitted';

const PREFIX = 'ocf:node-offline:';

/** OP_NODE_SET_PARAMS saves the entry twice where the role changes, and OP_TAGS_SET once (3.0.2, run). */
const SERIALS_OF_A_ROLE_CHANGE = 2;
const SERIALS_OF_TAGS = 1;

/** Of several of one kind the one with the highest number counts, which is the last one made. */
export function marksOf(tags: readonly string[]): NodeMarks {
  const value = (mark: Mark): number | undefined => {
    const numbers = tags.flatMap((tag) => numberIn(tag, mark) ?? []);
    return numbers.length === 0 ? undefined : Math.max(...numbers);
  };
  const tagged = (...marks: readonly Mark[]): readonly string[] =>
    tags.filter((tag) => marks.some((mark) => numberIn(tag, mark) !== undefined));
  const seconds = value('readmitted');
  return {
    drainedSerial: value('drained'),
    offlinedSerial: value('offlined'),
    readmittedMs: seconds === undefined ? undefined : seconds * 1000,
    tags: tagged('drained', 'offlined', 'readmitted'),
    roleTags: tagged('drained', 'offlined'),
  };
}

/**
 * The mark for a node with this serial that is now drained or marked offline and then tagged with it: the serial that
 * this will leave behind.
 */
export function roleMark(mark: 'drained' | 'offlined', serial: number): string {
  return `${PREFIX}${mark}:${serial + SERIALS_OF_A_ROLE_CHANGE + SERIALS_OF_TAGS}`;
}

export function readmittedMark(nowMs: number): string {
  return `${PREFIX}readmitted:${Math.floor(nowMs / 1000)}`;
}

function numberIn(tag: string, mark: Mark): number | undefined {
  const start = `${PREFIX}${mark}:`;
  const digits = tag.startsWith(start) ? tag.slice(start.length) : '';
  return /^\d{1,12}$/.test(digits) ? Number(digits) : undefined;
}
