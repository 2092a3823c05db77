import { deactivateMasterIp } from '../ganeti/master-ip.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';

/**
 * Takes the master IP off a node that is not master; whether it was there. The script that a starting luxid sets off
 * in noded goes on without it: an old master that was up for three seconds before its successor stopped it brought
 * up the address afterwards, and kept it (seen in the lab, rebooted by fencing).
 */
export async function dropStrayMasterIp(
  { env, parameters }: ActionContext,
  ssconf: Ssconf,
): Promise<boolean> {
  if (ssconf.masterIp === '' || !env.host.addresses().includes(ssconf.masterIp)) return false;
  const done = await deactivateMasterIp(env, parameters.dataDir);
  const how = done.kind === 'failed' ? done.message : done.how;
  env.log('warning', `this node has the master IP, but ${ssconf.masterNode} is master: ${how}`);
  return true;
}
