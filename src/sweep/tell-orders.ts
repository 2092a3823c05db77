import type { Orders } from '../policy/orders.ts';
import { activePauses, pauseText } from '../policy/pause.ts';
import type { Journal } from './journal.ts';
import { UPSTREAM_PAUSE } from './orders.ts';

/** Tells of each pause at every look, also where there is nothing to do: nobody shall forget one. */
export function tellOrders(orders: Orders, nowMs: number, journal: Journal): void {
  if (orders.kind === 'unknown') {
    journal.tell(
      'GNH321',
      `Whether somebody has ordered a pause is not known (${orders.message}); nothing new is done to any node. Check: gnt-ha status`,
    );
    return;
  }
  const active = activePauses(orders.pauses, nowMs);
  const ours = active.filter(({ id }) => id !== UPSTREAM_PAUSE);
  if (ours.length > 0)
    journal.tell(
      'GNH320',
      `Paused (${pauseText(ours)}); nothing new is done to any node. To end it: gnt-ha resume --all`,
    );
  for (const { who } of active.filter(({ id }) => id === UPSTREAM_PAUSE))
    journal.tell(
      'GNH322',
      `Paused by upstream's file, without end; nothing new is done to any node. Use gnt-ha pause instead, and: rm ${who}`,
    );
}
