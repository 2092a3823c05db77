import { MAINTAINER } from './release.ts';

/** The fields of the package's control file (deb-control(5)); `installedKiB` as dpkg counts it. */
export function controlFile(version: string, installedKiB: number): string {
  const fields: readonly (readonly [string, string])[] = [
    ['Package', 'ganeti-ha'],
    ['Version', version],
    ['Architecture', 'amd64'],
    ['Maintainer', MAINTAINER],
    ['Installed-Size', String(installedKiB)],
    ['Depends', DEPENDS.join(', ')],
    ['Recommends', 'fence-agents, ganeti, nftables'],
    ['Suggests', 'crmsh | pcs'],
    ['Section', 'admin'],
    ['Priority', 'optional'],
    ['Description', DESCRIPTION],
  ];
  return `${fields.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
}

const DEPENDS: readonly string[] = [
  // The versions whose symbols Node's own binary asks for (objdump -T: GLIBC_2.28, GLIBCXX_3.4.21).
  'libc6 (>= 2.28)',
  'libgcc-s1',
  'libstdc++6 (>= 5.2)',
  'corosync | pacemaker-remote',
  'pacemaker | pacemaker-remote',
  // crm_mon, attrd_updater, crm_attribute
  'pacemaker-cli-utils',
  // /run/resource-agents, ocf-tester, the DTD
  'resource-agents',
];

const DESCRIPTION = `high availability for Ganeti clusters on Pacemaker
 Two OCF resource agents for the clusters of the virtualisation manager Ganeti:
 .
  - ocf:ganeti:ganeti-master keeps the Ganeti master role on one healthy master
    candidate;
  - ocf:ganeti:ganeti-node stands for a Ganeti node. A node that died and was
    fenced is marked offline in Ganeti; nothing healthy is touched.
 .
 Fencing has to be set up in Pacemaker: without proof that a node is dead the
 agents do nothing on its account.`;
