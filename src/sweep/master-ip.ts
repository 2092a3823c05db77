import type { Env } from '../env/env.ts';
import { MASTER_IP_OWED } from '../env/paths.ts';
import { submitJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { activateMasterIpAddress } from '../ganeti/opcodes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { pendingJobs } from './jobs-pending.ts';
import type { Journal } from './journal.ts';
import type { JobSource } from './offline.ts';

/** Not more often than this is the address asked for; until its old holder has let go of it, the job fails. */
const REPEAT_MS = 15_000;

/**
 * Notes after a take-over that the master IP is owed, or that it is here. Ganeti's failover gives up on an address
 * that another host still has after 30 s, and goes on without it.
 */
export function noteMasterIp(env: Env, ssconf: Ssconf): void {
  if (isHere(env, ssconf)) env.files.remove(MASTER_IP_OWED);
  else env.files.write(MASTER_IP_OWED, `${env.clock.now()}\n`);
}

/** Whether the take-over left the address owed and it has not come since. One look at a file where all is well. */
export function isMasterIpOwed(env: Env, ssconf: Ssconf): boolean {
  if (env.files.stat(MASTER_IP_OWED).kind !== 'file') return false;
  if (!isHere(env, ssconf)) return true;
  env.files.remove(MASTER_IP_OWED);
  return false;
}

/** Has Ganeti bring up the master IP on this master: its script checks that nobody else has it. Throws LuxiError. */
export async function requestMasterIp(
  call: LuxiCall,
  ssconf: Ssconf,
  from: JobSource,
  journal: Journal,
): Promise<void> {
  const text = `the master IP ${ssconf.masterIp} did not come here with the role`;
  journal.tell(
    'GNH114',
    `${text}; its activation is tried again. If it stays away, see who has it: arping -D -c 3 ${ssconf.masterIp}`,
  );
  const pending = pendingJobs(journal.entries()).some(({ what }) => what === 'master-ip');
  const last = journal.entries().findLast(({ event }) => event === 'master-ip-submitted');
  if (pending || (last !== undefined && from.nowMs - last.at < REPEAT_MS)) return;
  const job = await submitJob(call, [
    activateMasterIpAddress({ source: from.source, text, nowMs: from.nowMs }),
  ]);
  journal.note({ event: 'master-ip-submitted', node: ssconf.masterNode, job, text });
}

function isHere(env: Env, ssconf: Ssconf): boolean {
  return ssconf.masterIp === '' || env.host.addresses().includes(ssconf.masterIp);
}
