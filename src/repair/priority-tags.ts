export const PRIORITY = 'ocf:repair:priority:';

export interface PriorityTag {
  readonly tag: string;
  /** Undefined where it is not a whole number from 0 to 100. */
  readonly priority: number | undefined;
}

export function prioritiesIn(tags: readonly string[]): readonly PriorityTag[] {
  return tags
    .filter((tag) => tag.startsWith(PRIORITY))
    .map((tag) => ({ tag, priority: parsePriority(tag.slice(PRIORITY.length)) }));
}

function parsePriority(text: string): number | undefined {
  const priority = /^\d{1,3}$/.test(text) ? Number(text) : undefined;
  return priority !== undefined && priority <= 100 ? priority : undefined;
}
