// The files each host is given: some at every boot, some as seed for its first one.
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enterOverlay } from './layer/enter.ts';
import {
  clusterAddress,
  clusterName,
  fullName,
  hostAddress,
  hostNames,
  hostNumber,
  mostHosts,
} from './network.ts';
import type { LabPaths } from './paths.ts';

/** Writes run/provision/hN for every host; host/boot.sh copies it in. `lower` has ssh-keygen. */
export async function provisionHosts(
  paths: LabPaths,
  hosts: readonly string[],
  lower: readonly string[],
): Promise<void> {
  const seed = join(paths.run, 'seed');
  if (!existsSync(join(seed, 'adminkey.pub'))) {
    rmSync(seed, { recursive: true, force: true });
    mkdirSync(seed, { recursive: true });
    const key = ['-t', 'rsa', '-b', '2048', '-N', '', '-C', 'lab', '-f', '/seed/adminkey'];
    const binds = [{ source: seed, target: '/seed', readOnly: false }];
    await enterOverlay(['ssh-keygen', '-q', ...key], { lower, binds });
  }
  for (const host of hosts) {
    const root = join(paths.run, 'provision', host);
    for (const [path, text] of Object.entries(filesOf(host, hosts))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: 0o644 });
    }
    for (const key of ['adminkey', 'adminkey.pub'])
      copyFileSync(join(seed, key), join(root, 'etc/lab/seed', key));
  }
}

function filesOf(host: string, hosts: readonly string[]): Record<string, string> {
  return {
    'etc/hostname': `${host}\n`,
    'etc/resolv.conf': '',
    'etc/hosts': hostsFile(),
    'etc/machine-id': `${(0xfeed0000 + hostNumber(host)).toString(16).padStart(32, '0')}\n`,
    'etc/corosync/corosync.conf': corosyncConf(hosts),
    'etc/ganeti/file-storage-paths': '/srv/ganeti/file-storage\n/srv/ganeti/shared-file-storage\n',
    'etc/lab/seed/cib.xml': firstCib,
    'etc/lab/seed/ssh_config':
      'Host *\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n',
  };
}

function hostsFile(): string {
  const lines = ['127.0.0.1 localhost', `${clusterAddress} ${clusterName} gcluster`];
  for (const host of hostNames(mostHosts)) lines.push(`${hostAddress(host)} ${fullName(host)} ${host}`);
  return `${lines.join('\n')}\n`;
}

// No token is set: the drills measure corosync's own default (3 nodes: 3650 ms, consensus 4380 ms).
function corosyncConf(hosts: readonly string[]): string {
  const nodes = hosts.map(
    (host) => `  node {
    name: ${host}
    nodeid: ${hostNumber(host)}
    ring0_addr: ${hostAddress(host)}
  }
`,
  );
  return `totem {
  version: 2
  cluster_name: lab
  transport: knet
  crypto_cipher: none
  crypto_hash: none
}
logging {
  to_stderr: no
  to_syslog: no
  to_logfile: yes
  logfile: /var/log/corosync/corosync.log
  timestamp: hires
}
quorum {
  provider: corosync_votequorum
${hosts.length === 2 ? '  two_node: 1\n' : ''}}
nodelist {
${nodes.join('')}}
`;
}

// dc-deadtime: 4 s instead of 20 s until a first coordinator exists. Feature set 3.1.0: one newer than the
// running Pacemaker's makes its controller exit ("Discarding update with feature set ... greater than our own").
const firstCib = `<cib crm_feature_set="3.1.0" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="cib-bootstrap-options-stonith-enabled" name="stonith-enabled" value="false"/>
        <nvpair id="cib-bootstrap-options-dc-deadtime" name="dc-deadtime" value="4s"/>
      </cluster_property_set>
    </crm_config>
    <nodes/><resources/><constraints/>
  </configuration>
  <status/>
</cib>
`;
