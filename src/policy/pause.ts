/** An order to begin nothing new. Several may stand at a time, each ends by itself. */
export interface Pause {
  /** What `gnt-ha resume` calls it by. */
  readonly id: string;
  /** Who ordered it, e.g. `root@node1`. */
  readonly who: string;
  readonly why: string;
  /** Milliseconds since the epoch; undefined where it ends with its cause only. */
  readonly untilMs: number | undefined;
}

/** A pause nobody thinks of any more must not leave the dead unattended: longer than this none counts. */
export const LONGEST_PAUSE_MS = 24 * 3_600_000;

export const DEFAULT_PAUSE_MS = 4 * 3_600_000;

/** Those that stand at this moment, in the order given. While there is one, nothing new is done to any node. */
export function activePauses(pauses: readonly Pause[], nowMs: number): readonly Pause[] {
  return pauses.filter(({ untilMs }) => untilMs === undefined || nowMs < untilMs);
}

/** All of them in one line, for reasons and people; without words where there is none. */
export function pauseText(pauses: readonly Pause[]): string {
  return pauses.map(one).join('; ');
}

function one({ id, who, why, untilMs }: Pause): string {
  const end = untilMs === undefined ? '' : ` until ${moment(untilMs)}`;
  return `${id} by ${who}${end}${why === '' ? '' : `: ${why}`}`;
}

function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
