// Waiting for Pacemaker's cluster, and making Ganeti's out of fresh hosts.
import type { Lab } from './cluster.ts';
import { clusterName, fullName } from './network.ts';
import { NotYet } from './wait.ts';

/** Those that need no device of the kernel's. */
const diskTemplates = 'file,sharedfile,diskless';

/** Waits until every host is online for every other and there is quorum. */
export async function waitForMembers(lab: Lab, timeoutMs = 90_000): Promise<void> {
  const wanted = lab.hosts.join(' ');
  await lab.waitFor(
    `Pacemaker with quorum and ${wanted} online`,
    async () => {
      const xml = await lab.crmMon(lab.hosts[0]);
      const online = [...xml.matchAll(/<node name="([^"]+)" id="[^"]*" online="true"/g)].map(
        ([, name]) => name,
      );
      const quorum = xml.includes('with_quorum="true"');
      return (
        (quorum && online.sort().join(' ') === wanted) ||
        new NotYet(`online: ${online.join(' ')}, quorum: ${quorum}`)
      );
    },
    timeoutMs,
  );
}

/** gnt-cluster init on the first host, gnt-node add for the others: all become master candidates. */
export async function formGaneti(lab: Lab): Promise<void> {
  const [master = '', ...others] = lab.hosts;
  await waitForSshd(lab, master);
  const settings = ['--enabled-hypervisors=fake', '--no-etc-hosts'];
  settings.push(`--enabled-disk-templates=${diskTemplates}`, `--ipolicy-disk-templates=${diskTemplates}`);
  settings.push('--master-netdev=eth0', '--master-netmask=32', '--nic-parameters=mode=bridged,link=gnt-br0');
  settings.push('--ssh-key-type=rsa', '--ssh-key-bits=2048');
  await lab.exec(master, ['gnt-cluster', 'init', ...settings, clusterName], { timeoutMs: 90_000 });
  // init replaced root's key pair: the new one has to be let in before gnt-node add
  const { stdout: key } = await lab.exec(master, ['cat', '/root/.ssh/id_rsa.pub']);
  for (const host of others) {
    await waitForSshd(lab, host);
    await lab.exec(host, ['tee', '-a', '/root/.ssh/authorized_keys'], { input: key });
    await lab.exec(master, ['gnt-node', 'add', '--no-ssh-key-check', fullName(host)], { timeoutMs: 90_000 });
    // It leaves confd stopped on the new node; ganeti-watcher, which a lab host does not run, would start it. The
    // exit code tells nothing: Debian's init script fails for daemons that run already and for kvmd without kvm.
    await lab.exec(host, ['svc', 'start', 'ganeti'], { check: false });
  }
}

/** Waits until the master's luxid answers and every host's noded and confd run. */
export async function waitForGaneti(lab: Lab, timeoutMs = 60_000): Promise<void> {
  const [first = ''] = lab.hosts;
  await lab.waitFor(
    'luxid of the first host',
    () => answers(lab, first, 'gnt-cluster info >/dev/null'),
    timeoutMs,
  );
  const check =
    'for daemon in noded confd mond; do /usr/lib/ganeti/daemon-util check ganeti-$daemon || exit 1; done';
  for (const host of lab.hosts) {
    await lab.waitFor(`Ganeti's daemons on ${host}`, () => answers(lab, host, check), timeoutMs);
  }
}

async function waitForSshd(lab: Lab, host: string): Promise<void> {
  await lab.waitFor(`sshd on ${host}`, () => answers(lab, host, 'ss -Hltn sport = :22 | grep -q .'), 20_000);
}

async function answers(lab: Lab, host: string, script: string): Promise<boolean | NotYet> {
  const { code, stdout, stderr } = await lab.exec(host, script, { check: false });
  return code === 0 || new NotYet(`exit code ${code} ${stdout}${stderr}`);
}
