import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { parseAnswer } from './luxi-parse.ts';

/** How the master IP is put on an interface, as noded's own calls have it (lib/objects.py, MasterNetworkParameters). */
export interface MasterNetwork {
  readonly netdev: string;
  readonly netmask: number;
  /** AF_INET or AF_INET6, as Linux counts them. */
  readonly ip_family: number;
  readonly externalScript: boolean;
}

const INFO = v.object({
  master_netdev: v.string(),
  master_netmask: v.number(),
  primary_ip_version: v.picklist([4, 6]),
  use_external_mip_script: v.boolean(),
});
const FAMILIES = { 4: 2, 6: 10 } as const;

/** Throws LuxiError. */
export async function queryMasterNetwork(call: LuxiCall): Promise<MasterNetwork> {
  const info = parseAnswer('QueryClusterInfo', INFO, await call('QueryClusterInfo', []));
  return {
    netdev: info.master_netdev,
    netmask: info.master_netmask,
    ip_family: FAMILIES[info.primary_ip_version],
    externalScript: info.use_external_mip_script,
  };
}
