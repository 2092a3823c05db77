// What is kept of a lab when something in it went wrong.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './cluster.ts';

const logs = [
  'var/log/pacemaker/pacemaker.log',
  'var/log/corosync/corosync.log',
  'var/log/ganeti',
  'var/log/syslog',
  'var/log/rc.log',
  'var/lib/ganeti-ha',
];

const questions: Readonly<Record<string, string>> = {
  'crm_mon.txt': 'crm_mon -1 -r -n -f -A -L',
  'fencing.txt': "stonith_admin --history '*' --verbose",
  'cib.xml': 'cibadmin -Ql',
  'ganeti.txt': 'head -v /var/lib/ganeti/ssconf_*; gnt-node list -o name,role; gnt-job list',
  'processes.txt': 'ps -eo pid,ppid,user,lstart,args; ip addr; nft list ruleset',
};

/** Saves logs, ledgers and states of every host (also of those that are off) and returns the folder. */
export async function collectEvidence(lab: Lab, label: string): Promise<string> {
  const name = `${new Date().toISOString().replace(/[:.]/g, '-')}-${label.replace(/[^a-z0-9]+/gi, '-').slice(0, 50)}`;
  const folder = join(lab.paths.evidence, name);
  mkdirSync(folder, { recursive: true });
  // The uppers of the overlays hold what the hosts wrote, whether they are on or off.
  for (const host of lab.hosts) {
    const disk = join(lab.paths.disks, host, 'upper');
    for (const path of logs) copyIfThere(join(disk, path), join(folder, host, path.replaceAll('/', '_')));
    copyIfThere(join(lab.paths.shared, host), join(folder, host, 'lab'));
    copyIfThere(join(lab.paths.run, `${host}.console`), join(folder, host, 'console'));
  }
  for (const file of ['timeline', 'holder.log', 'config.json'])
    copyIfThere(join(lab.paths.run, file), join(folder, file));
  const on = await lab.hostsOn().catch(() => []);
  await Promise.all(on.map((host) => askHost(lab, host, folder)));
  return folder;
}

async function askHost(lab: Lab, host: string, folder: string): Promise<void> {
  mkdirSync(join(folder, host), { recursive: true });
  for (const [file, script] of Object.entries(questions)) {
    const text = await lab.exec(host, script, { check: false, timeoutMs: 10_000 }).then(
      (result) => `${result.stdout}${result.stderr}(exit code ${result.code})\n`,
      (error: unknown) => `${String(error)}\n`,
    );
    writeFileSync(join(folder, host, file), text);
  }
}

function copyIfThere(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
