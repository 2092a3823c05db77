import { submitJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { onlyAfter, powercycleNode, powerOffNode } from '../ganeti/opcodes.ts';
import type { Journal } from './journal.ts';
import type { JobSource, SubmittedOffline } from './offline.ts';
import { unlessRefused } from './refused.ts';
import type { SweepSettings } from './settings.ts';

/**
 * The seed's two tags: best-effort jobs beside the offlining, which they never gate. With upstream's agent either
 * tag stopped the offlining altogether. Power off wins where both are set: a node that is off stays off. None is handed
 * in once the look is too old (`isLate`), as the node may be starting again. The nodes that got one.
 */
export async function submitPower(
  call: LuxiCall,
  offlined: readonly SubmittedOffline[],
  settings: SweepSettings,
  from: JobSource,
  journal: Journal,
  isLate: () => boolean,
): Promise<readonly string[]> {
  const done: string[] = [];
  if (!settings.usePoweroff && !settings.usePowercycle) return done;
  const power = settings.usePoweroff ? 'poweroff' : 'powercycle';
  for (const { node, job: offlineJob } of offlined) {
    if (isLate()) break;
    const why = { source: from.source, text: `tag ocf:node-offline:use-${power}`, nowMs: from.nowMs };
    // Ganeti refuses to power off a node that is not yet offline, so that job waits for the other's success.
    const opcode = settings.usePoweroff
      ? onlyAfter(powerOffNode(node, why), offlineJob)
      : powercycleNode(node, why);
    await unlessRefused(`${power} of ${node}`, journal, async () => {
      const job = await submitJob(call, [opcode]);
      journal.note({ event: 'power-submitted', node, job, power });
      done.push(node);
    });
  }
  return done;
}
