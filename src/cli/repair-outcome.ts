import type { Refusal } from '../repair/request.ts';
import type { RepairView } from './repair-view.ts';
import type { Say } from './verb.ts';

/** Not 64: 0, 1 and 2 are all that a cron job of harep's user knows. */
export const REPAIR_USAGE = 2;

/** What failed in an earlier round stays so until a person has removed its tag. */
export function isWell({ counts }: RepairView): boolean {
  return counts.failed === 0 && counts.unclear === 0;
}

/** The exit code where nothing was done or told. */
export function refused({ code, text, usage }: Refusal, say: Say): number {
  say.complain(`${code} ${text}\n`);
  return usage === true ? REPAIR_USAGE : 1;
}
