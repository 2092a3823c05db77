/** A node proven dead, to whose ports TCP is refused here. */
export interface ShunnedNode {
  readonly name: string;
  /** Primary and secondary, IPv4 or IPv6. */
  readonly addresses: readonly string[];
  readonly sshPort: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
}

/** Our own table: nothing in it is anybody else's, and no rule of ours is elsewhere. */
export const SHUN_TABLE = 'inet ganeti_ha';

export const NODED_PORT = 1811;

/** What Ganeti's tools connect to on another node besides ssh: noded and MonD. */
const GANETI_PORTS = [NODED_PORT, 1815] as const;

/** Removes the table whether or not it is there: only `add` does not mind either, so it comes first. */
export const WITHDRAW_ALL = `add table ${SHUN_TABLE}\ndelete table ${SHUN_TABLE}\n`;

/**
 * Text for `nft -f -`, one transaction that replaces the whole table. Port-wise, never the whole address:
 * corosync must still hear the node when it comes back. Only what is an address and a port gets into the
 * text; anything else of the node is left out.
 */
export function rulesetFor(nodes: readonly ShunnedNode[]): string {
  const rules = nodes.flatMap(rulesFor);
  if (rules.length === 0) return WITHDRAW_ALL;
  return `${WITHDRAW_ALL}table ${SHUN_TABLE} {
  chain output {
    type filter hook output priority filter; policy accept;
${rules.map((rule) => `    ${rule}\n`).join('')}  }
}
`;
}

function rulesFor({ addresses, sshPort }: ShunnedNode): readonly string[] {
  const ports = [...new Set([sshPort, ...GANETI_PORTS])].filter(isPort).join(', ');
  return addresses.flatMap((address) => {
    const family = addressFamily(address);
    return family === undefined
      ? []
      : [`${family} daddr ${address} tcp dport { ${ports} } reject with tcp reset`];
  });
}

/** nft's word for the family, or undefined for what is no single address; names are not resolved. */
export function addressFamily(address: string): 'ip' | 'ip6' | undefined {
  const octets = address.split('.');
  if (octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255)) {
    return 'ip';
  }
  return /^[0-9a-f:]{2,39}$/i.test(address) && address.split(':').length > 2 ? 'ip6' : undefined;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}
