import { knownOfflineSince } from '../ganeti/known-offline.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure } from '../ocf/result.ts';
import { confirmDaemons } from './confirm.ts';
import { overrideAllowed } from './override.ts';
import type { Role } from './role.ts';

/**
 * ssconf names this node, and nobody could be asked. It may go on as master only where nobody else can be one:
 * quorum, and every silent node proven dead. A two-node cluster whose other half is dead is this case.
 */
export async function confirmDoubtful(
  context: ActionContext,
  role: Extract<Role, { kind: 'doubtful' }>,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  const { env, parameters } = context;
  const known = knownOfflineSince(env, parameters.dataDir);
  if (known !== undefined && parameters.staleConfig !== 'allow') {
    return failure(
      'GNH103',
      `${role.me} was marked offline in Ganeti (serial ${known}, newer than here), and nobody who has that configuration answers; the role was not taken, changes would be lost. Bring the newest master back.`,
    );
  }
  const override = await overrideAllowed(context, role.ssconf, role.me);
  switch (override.kind) {
    case 'not-needed':
      return failure(
        'GNH110',
        `Nobody confirms that this node is master (${role.message}); the role was not taken. Run on the other candidates: daemon-util start ganeti-confd`,
      );
    case 'refused':
      return failure(override.reason.code, override.reason.text);
    case 'needed':
      return await confirmDaemons(context, role.ssconf, role.me, deadline);
    default:
      return override satisfies never;
  }
}
