import type { DecideInput } from '../../../src/policy/decide.ts';
import { NO_ORDERS } from '../../../src/policy/orders.ts';
import { NO_STORM } from '../../../src/policy/storm.ts';

/** With quorum, nothing under way, nothing ordered, nothing marked lately; `a` is master and the only candidate. */
export const QUIET_INPUT: Omit<DecideInput, 'verdicts' | 'knownNodes' | 'nowMs'> = {
  quorum: true,
  evidenceWanted: 'fenced',
  master: 'a',
  offlineInGaneti: [],
  pendingJobs: [],
  beingMarked: [],
  retries: [],
  recentOfflinings: [],
  limit: undefined,
  storm: NO_STORM,
  cooldownMs: 600_000,
  candidates: ['a'],
  orders: NO_ORDERS,
};
