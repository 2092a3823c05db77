import type { Lab } from '../lab.ts';

/** Whether a host refuses TCP to anybody by our doing: rules of our own nftables table. */
export async function shunnedOn(lab: Lab, host: string): Promise<boolean> {
  const { stdout } = await lab.exec(host, ['nft', 'list', 'ruleset']);
  return /table inet ganeti_ha [\s\S]*reject/.test(stdout);
}
