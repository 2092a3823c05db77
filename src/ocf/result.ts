import { ExitCode } from './exit-codes.ts';
import type { ReasonCode } from './reasons.ts';

/** Why an action ended as it did: a stable code and one sentence that names the remedy. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

/** How an action ended. Success needs no reason; everything else has one. */
export type ActionResult =
  | { readonly code: 0 | 7 | 8; readonly reason?: Reason }
  | { readonly code: Exclude<ExitCode, 0 | 7 | 8>; readonly reason: Reason };

export const SUCCESS: ActionResult = { code: ExitCode.success };
export const NOT_RUNNING: ActionResult = { code: ExitCode.notRunning };

/** Not running, with something the administrator should know; shown where Pacemaker expected otherwise. */
export function notRunning(code: ReasonCode, text: string): ActionResult {
  return { code: ExitCode.notRunning, reason: { code, text } };
}

/** A failure: `generic` unless the caller knows that another recovery is right. */
export function failure(
  code: ReasonCode,
  text: string,
  exit: Exclude<ExitCode, 0 | 7 | 8> = ExitCode.generic,
): ActionResult {
  return { code: exit, reason: { code, text } };
}

/** Success with a trouble that Pacemaker shows and does not act on. */
export function degraded(reason: Reason): ActionResult {
  return { code: ExitCode.degraded, reason };
}

/** Pacemaker keeps this many bytes of an exit reason and cuts the rest off (2.1.5, measured). */
export const EXIT_REASON_BYTES = 128;

/**
 * The one line on standard error that Pacemaker shows as the exit reason. A long text keeps its last sentence,
 * which names the remedy, and loses the end of what comes before it; the whole text goes to the log.
 */
export function exitReasonLine(reason: Reason): string {
  return `ocf-exit-reason:${fitted(wholeReason(reason))}`;
}

/** Code and text on one line. What is simulated says so before anything else. */
export function wholeReason(reason: Reason): string {
  const text = reason.text.replace(/\s+/g, ' ').trim();
  if (!/\bSIMULATED\b/.test(text)) return `${reason.code} ${text}`;
  return `SIMULATED ${reason.code} ${text.replace(/^SIMULATED\s*/, '')}`;
}

/** Whether Pacemaker would show less than the whole reason. */
export function isCutShort(reason: Reason): boolean {
  return Buffer.byteLength(wholeReason(reason)) > EXIT_REASON_BYTES;
}

/**
 * The text with the codes of what is wrong besides, in front of its remedy: behind it they would be copied into the
 * shell with the command that it ends with.
 */
export function withAlso(text: string, codes: readonly string[]): string {
  if (codes.length === 0) return text;
  const also = `(also: ${codes.join(', ')})`;
  const start = remedyStart(text.trim());
  if (start === 0) return `${also} ${text.trim()}`;
  const what = text
    .trim()
    .slice(0, start)
    .replace(/\.\s*$/, '');
  return `${what} ${also}. ${text.trim().slice(start)}`;
}

function fitted(line: string): string {
  if (Buffer.byteLength(line) <= EXIT_REASON_BYTES) return line;
  const start = remedyStart(line);
  const also = / \(also: [A-Z0-9, ]+\)\. $/.exec(line.slice(0, start))?.index ?? start;
  for (const from of [also, start]) {
    const tail = line.slice(from).trim();
    const room = EXIT_REASON_BYTES - Buffer.byteLength(tail) - 4;
    if (room >= LEAST_SHOWN_BYTES)
      return `${cut(line.slice(0, from), room)}... ${tail}`.replace(/\.{4,}/, '...');
  }
  return cut(line, EXIT_REASON_BYTES);
}

/** What happened is told in this many bytes at least; a remedy that leaves fewer is cut instead. */
const LEAST_SHOWN_BYTES = 20;

/** Where the last sentence begins: our texts end with the remedy, which may hold a `;` of its own. */
function remedyStart(line: string): number {
  const start = line.lastIndexOf('. ', line.length - 2);
  return start < 0 ? 0 : start + 2;
}

function cut(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
    .trimEnd();
}
