import { LEDGER_FILE } from '../env/paths.ts';
import type { Offlining } from '../policy/brake.ts';
import type { Orders } from '../policy/orders.ts';
import { STORY_BEGINS_MS } from '../simulate/env.ts';
import type { Stage } from '../simulate/story-verbs.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';
import { UPSTREAM_PAUSE } from '../sweep/orders.ts';
import { ledgerText } from './present-ledger.ts';
import { presentOrders, writeOrders } from './present-orders.ts';

/** What a real cluster remembers and was told, to be known in a simulated copy of it. Nodes by Ganeti's names. */
export interface Present {
  readonly nowMs: number;
  /** The moment of the story, milliseconds from its begin, that stands for now. */
  readonly isAtMs: number;
  /** Whose ledger and files these are; the master's where that is not known. */
  readonly me: string | undefined;
  readonly entries: readonly LedgerEntry[];
  readonly orders: Orders;
  readonly offlinings: readonly Offlining[];
  readonly down: readonly string[];
  readonly failing: readonly string[];
}

/** Where the simulated Ganeti has its files. */
const DATA_DIR = '/var/lib/ganeti';

/**
 * At the begin of a story: times keep their distance from now, so that what slides or ends does so when it would. How
 * far the story is ahead of the real clock, milliseconds.
 */
export function setPresent({ world, ganeti }: Stage, present: Present): number {
  const { nowMs, isAtMs, down, failing } = present;
  const shiftMs = STORY_BEGINS_MS + world.clock.now() + isAtMs - nowMs;
  const orders = presentOrders(present.orders, nowMs, shiftMs);
  const me = world.host(present.me ?? ganeti.masterByConfig());
  me?.disk.put(LEDGER_FILE, ledgerText(present.entries, nowMs, shiftMs));
  if (orders.upstream) me?.disk.put(`${DATA_DIR}/${UPSTREAM_PAUSE}`, '');
  for (const [node, atMs] of lastOf(present.offlinings)) ganeti.setChanged(node, atMs + shiftMs);
  // Where fencing reboots, who is down has not come back.
  world.hooks.push({ booted: (host) => down.includes(host.name) && world.powerOff(host) });
  const living = world.hosts.filter(({ name }) => !down.includes(name));
  const survivor = living.find(({ name }) => !failing.includes(name));
  if (living[0] !== undefined) writeOrders(world, survivor ?? living[0], orders.pauses);
  // A release is for the dead: as long as they are alive in the story, it would be taken back.
  if (survivor !== undefined) world.clock.after(isAtMs, () => writeOrders(world, survivor, orders.releases));
  return shiftMs;
}

function lastOf(offlinings: readonly Offlining[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { node, atMs } of offlinings) last.set(node, Math.max(atMs, last.get(node) ?? atMs));
  return last;
}
