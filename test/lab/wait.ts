// Waiting with a limit, and saying what was waited for.
import { setTimeout as sleep } from 'node:timers/promises';

/** Something did not happen in time. `lastSeen` is the last value or error of the question asked. */
export class WaitTimeout extends Error {
  readonly what: string;
  readonly waitedMs: number;
  readonly lastSeen: string;

  constructor(what: string, waitedMs: number, lastSeen: string) {
    super(`waited ${(waitedMs / 1000).toFixed(1)} s in vain for: ${what}; last seen: ${lastSeen}`);
    this.name = 'WaitTimeout';
    this.what = what;
    this.waitedMs = waitedMs;
    this.lastSeen = lastSeen;
  }
}

/** What a question answers while the wait goes on; `seen` is for the message. */
export class NotYet {
  readonly seen: string;

  constructor(seen: string) {
    this.seen = seen;
  }
}

/**
 * Asks `question` every `intervalMs` (default 200) until it answers something other than false, undefined or a
 * NotYet; an error counts as "not yet". Throws WaitTimeout after `timeoutMs`.
 */
export async function waitFor<T>(
  what: string,
  question: () => Promise<T | NotYet | false | undefined> | T | NotYet | false | undefined,
  timeoutMs: number,
  intervalMs = 200,
): Promise<T> {
  const started = performance.now();
  for (;;) {
    let lastSeen: string;
    try {
      const answer = await question();
      if (answer instanceof NotYet) lastSeen = answer.seen;
      else if (answer !== false && answer !== undefined) return answer;
      else lastSeen = String(answer);
    } catch (error) {
      lastSeen = error instanceof Error ? error.message : String(error);
    }
    const waitedMs = performance.now() - started;
    if (waitedMs > timeoutMs) throw new WaitTimeout(what, waitedMs, lastSeen);
    await sleep(intervalMs);
  }
}
