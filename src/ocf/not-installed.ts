import { ExitCode } from './exit-codes.ts';
import { type ActionResult, failure } from './result.ts';

/** The failure of every action on a node without Ganeti; `so` is what that means for this one. */
export function notInstalled(so: string): ActionResult {
  return failure(
    'GNH004',
    `Ganeti is not installed on this node; ${so}. Install Ganeti, or keep the resource off this node.`,
    ExitCode.installed,
  );
}
