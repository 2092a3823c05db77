// Which sweep it was that marked a node offline.
import assert from 'node:assert/strict';

interface Entry {
  readonly event: string;
  readonly trigger?: string;
}

/**
 * The node was marked by a sweep that one of these woke, not by a monitor that came by later. One that is due in the
 * very second of the fencing may be before both: then whoever was woken found it done.
 */
export function assertWokenBy(triggers: readonly string[], entries: readonly Entry[]): void {
  const isWoken = ({ trigger = '' }: Entry): boolean => triggers.includes(trigger);
  const done = entries.findIndex(({ event }) => event === 'offline-submitted');
  const by = entries[done] ?? assert.fail('nothing was submitted');
  const woken = entries.findIndex(isWoken);
  assert.ok(isWoken(by) || woken > done, `found by ${by.trigger}: ${JSON.stringify(entries)}`);
}
