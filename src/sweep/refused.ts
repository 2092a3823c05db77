import { LuxiError } from '../ganeti/luxi.ts';
import type { Journal } from './journal.ts';

/**
 * Runs one submission; one that luxid refuses is told and keeps no other from being tried. Any other LuxiError is
 * thrown on, since the connection is of no use after it.
 */
export async function unlessRefused(
  what: string,
  journal: Journal,
  submit: () => Promise<void>,
): Promise<void> {
  try {
    await submit();
  } catch (error) {
    if (!(error instanceof LuxiError) || error.failure.kind !== 'rejected') throw error;
    journal.tell(
      'GNH302',
      `${error.message}; not done: ${what}. It is tried again. See: gnt-cluster queue info`,
    );
  }
}
