import { describeException } from './luxi-error.ts';

/** Of a job, in their order (Types.hs:680). */
export const UNFINISHED = ['queued', 'waiting', 'canceling', 'running'] as const;

/** Who gave an opcode of a job its first reason: the trail is a list of `[source, text, nanoseconds]`. */
export function sourceOf({ reason }: Readonly<Record<string, unknown>>): string | undefined {
  const [first]: readonly unknown[] = Array.isArray(reason) ? reason : [];
  const [source]: readonly unknown[] = Array.isArray(first) ? first : [];
  return typeof source === 'string' ? source : undefined;
}

/** Whether these agents are that source, on whichever host. */
export function isOurs(source: string | undefined): boolean {
  return source?.startsWith('ocf:ganeti:') === true;
}

/** Ganeti's `[seconds, microseconds]` as milliseconds since the epoch; undefined where it is none. */
export function timestampMs(value: unknown): number | undefined {
  const [seconds, microseconds]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (typeof seconds !== 'number' || typeof microseconds !== 'number') return undefined;
  return seconds * 1_000 + Math.floor(microseconds / 1_000);
}

/** What an opcode of a job failed with. */
export interface JobException {
  readonly text: string;
  /** `[text, code]` for most of Ganeti's own. */
  readonly args: readonly unknown[];
}

/** Ganeti stores an exception as `[class name, [arguments]]` (lib/errors.py:505); undefined where a result is none. */
export function exceptionIn(result: unknown): JobException | undefined {
  const [className, given]: readonly unknown[] = Array.isArray(result) ? result : [];
  if (typeof className !== 'string') return undefined;
  const args: readonly unknown[] = Array.isArray(given) ? given : [given];
  return { text: describeException(className, args), args };
}

/** The result of the first opcode that failed or was canceled. */
export function resultOfFailure(opstatus: readonly unknown[], opresult: readonly unknown[]): unknown {
  return opresult[opstatus.findIndex((status) => status === 'error' || status === 'canceled')];
}
