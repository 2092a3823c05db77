import { ganetiPresence } from '../ganeti/presence.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { ExitCode } from '../ocf/exit-codes.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';

/**
 * Level 0 checks the parameters, which has happened before this is called and must not look at the machine;
 * level 10 looks at the machine too (OCF 1.1, check levels of validate-all).
 */
export async function validateAll({ env, call, parameters }: ActionContext): Promise<ActionResult> {
  if (call.checkLevel < 10) return SUCCESS;
  const presence = ganetiPresence(env, parameters.dataDir);
  switch (presence) {
    case 'cluster':
      return SUCCESS;
    case 'no-cluster':
      return failure(
        'GNH005',
        `No Ganeti cluster below ${parameters.dataDir}. Add this node to a cluster, or set data_dir.`,
        ExitCode.args,
      );
    case 'not-installed':
      return notInstalled('the role cannot run here');
    default:
      return presence satisfies never;
  }
}
