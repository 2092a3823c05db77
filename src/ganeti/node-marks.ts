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
  /** Those among them that a new mark of the same kind replaces. */
  readonly roleTags: readonly string[];
}

type Mark = 'drained' | 'offlined' | 'readmitted';

const PREFIX = 'ocf:node-offline:';

/** OP_NODE_SET_PARAMS saves the entry twice where the role changes, OP_TAGS_SET and OP_TAGS_DEL once (3.0.2, run). */
const SERIALS_OF_A_ROLE_CHANGE = 2;
const SERIALS_OF_TAGS = 1;

/** Of several of one kind, which only a hand could have made, none counts. */
export function marksOf(tags: readonly string[]): NodeMarks {
  const value = (mark: Mark): number | undefined => {
    const [only, ...more] = tags.filter((tag) => numberIn(tag, mark) !== undefined);
    return only === undefined || more.length > 0 ? undefined : numberIn(only, mark);
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
 * The mark of a job that drains the node or marks it offline and then sets this tag, and before that removes old marks
 * where there are any: with the serial that it will leave behind.
 */
export function roleMark(mark: 'drained' | 'offlined', serial: number, removesOld: boolean): string {
  const moved = SERIALS_OF_A_ROLE_CHANGE + SERIALS_OF_TAGS + (removesOld ? SERIALS_OF_TAGS : 0);
  return `${PREFIX}${mark}:${serial + moved}`;
}

export function readmittedMark(nowMs: number): string {
  return `${PREFIX}readmitted:${Math.floor(nowMs / 1000)}`;
}

function numberIn(tag: string, mark: Mark): number | undefined {
  const start = `${PREFIX}${mark}:`;
  const digits = tag.startsWith(start) ? tag.slice(start.length) : '';
  return /^\d{1,12}$/.test(digits) ? Number(digits) : undefined;
}
