/** One line of a scenario's `commands`: at this moment of the story, do this. */
export interface StoryCommand {
  readonly atMs: number;
  readonly verb: string;
  readonly words: readonly string[];
  /** For messages: where it stands and how it was written. */
  readonly line: number;
  readonly text: string;
}

/** A scenario's file that cannot be understood; nothing of it was played. */
export class StoryError extends Error {
  readonly file: string;
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, what: string) {
    super(`${file}${line === undefined ? '' : `, line ${line}`}: ${what}; nothing was played`);
    this.name = 'StoryError';
    this.file = file;
    this.line = line;
  }
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `1m30s`, `250ms`, `2h` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * unitOf(unit), 0);
}

function unitOf(unit: string | undefined): number {
  return unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h' ? UNITS[unit] : Number.NaN;
}

/**
 * Lines `TIME VERB WORD…`, times counted from the story's begin and in order; `+TIME` counts from the line before.
 * Blank lines and what follows `#` are ignored. Throws StoryError.
 */
export function parseCommands(text: string, file: string): readonly StoryCommand[] {
  const commands: StoryCommand[] = [];
  for (const [index, whole] of text.split('\n').entries()) {
    const line = index + 1;
    const [when = '', verb, ...words] = whole
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (when === '') continue;
    const before = commands.at(-1)?.atMs ?? 0;
    const duration = parseDuration(when.replace(/^\+/, ''));
    if (duration === undefined) {
      throw new StoryError(file, line, `"${when}" is no time such as 90s, 1m30s or +10s`);
    }
    const atMs = when.startsWith('+') ? before + duration : duration;
    if (atMs < before) throw new StoryError(file, line, `${when} is before the line above it`);
    if (verb === undefined) throw new StoryError(file, line, 'a time without a command');
    commands.push({ atMs, verb, words, line, text: [verb, ...words].join(' ') });
  }
  return commands;
}
