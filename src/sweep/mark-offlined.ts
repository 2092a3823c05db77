import { submitJob } from '../ganeti/jobs.ts';
import { type LuxiCall, LuxiError } from '../ganeti/luxi.ts';
import { type MarkedNode, queryMarkedNodes } from '../ganeti/luxi-marks.ts';
import { roleMark } from '../ganeti/node-marks.ts';
import { onlyAfter } from '../ganeti/opcodes.ts';
import { setTags } from '../ganeti/tag-opcodes.ts';
import type { Journal } from './journal.ts';
import type { JobSource, OfflineWish, SubmittedOffline } from './offline.ts';
import { unlessRefused } from './refused.ts';
import type { SweepSettings } from './settings.ts';

/** What the marks need to know before the nodes are changed; nothing where nobody will ask for them. */
export async function beforeOfflining(
  call: LuxiCall,
  { onReturn }: SweepSettings,
  wishes: readonly OfflineWish[],
): Promise<readonly MarkedNode[]> {
  if (onReturn !== 'readmit' || wishes.length === 0) return [];
  try {
    return await queryMarkedNodes(call);
  } catch (error) {
    // A node without a mark stays offline when it is back; one that is not marked offline is worse.
    if (error instanceof LuxiError) return [];
    throw error;
  }
}

/**
 * Leaves the mark by which whoever is master when the node is back knows that these agents marked it offline. A job of
 * its own behind the other, which must not depend on it. None is begun once luxid has taken long (`isLate`): Pacemaker
 * may wait for this call before it fences the node that luxid waits for. The nodes that got one. Throws LuxiError.
 */
export async function markOfflined(
  call: LuxiCall,
  before: readonly MarkedNode[],
  offlined: readonly SubmittedOffline[],
  from: JobSource,
  journal: Journal,
  isLate: () => boolean,
): Promise<readonly string[]> {
  const done: string[] = [];
  for (const { node, job } of offlined) {
    const known = before.find(({ name }) => name === node);
    if (known === undefined) continue;
    if (isLate()) break;
    const why = { source: from.source, text: `marked offline by job ${job}`, nowMs: from.nowMs };
    const tag = setTags({ kind: 'node', name: node }, [roleMark('offlined', known.serial)], why);
    await unlessRefused(`${node} marked as ours`, journal, async () => {
      await submitJob(call, [onlyAfter(tag, job)]);
      done.push(node);
    });
  }
  return done;
}
