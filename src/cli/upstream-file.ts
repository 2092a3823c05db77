import type { Orders } from '../policy/orders.ts';
import { UPSTREAM_PAUSE } from '../sweep/orders.ts';

/** What people have ordered, as far as it is known off the master: upstream's file on this host does not count. */
export function ordersOffMaster(
  orders: Orders,
  master: string,
): { readonly orders: Orders; readonly gap: string } {
  const pauses = orders.kind === 'known' ? orders.pauses : [];
  const ours = pauses.filter(({ id }) => id !== UPSTREAM_PAUSE);
  const idle = ours.length < pauses.length ? '; the one on this host does not' : '';
  return {
    orders: orders.kind === 'known' ? { ...orders, pauses: ours } : orders,
    gap: `Whether upstream's file ${UPSTREAM_PAUSE} pauses is not known here: that of the master counts (${master} by ssconf)${idle}. Ask there.`,
  };
}
