import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePackage } from '../../packaging/deb/package.ts';
import { configurePcs } from '../lab/configure.ts';
import { closeLab, type Lab, NotYet, openLab } from '../lab/lab.ts';
import { failoverMoments, waitForOffline } from '../lab/timeline.ts';

/**
 * `npm run bench -- failover`: seconds from the moment fencing is confirmed, for our agents and for agents that do what
 * upstream's examples do, in the same lab and the same run. A fresh cluster of three hosts for each kill. A further word,
 * `ganeti-ha` or `upstream`, measures the one only.
 */
const ROUNDS = 3;
/** Upstream's notification is sent once and lost while no master exists; after this long nothing comes any more. */
const NEVER_AFTER_S = 60;
const AGENTS = '/usr/lib/ocf/resource.d/upstream';

type Agents = 'ganeti-ha' | 'upstream';

interface Kill {
  readonly masterUp: number | undefined;
  readonly offline: number | undefined;
}

export async function benchFailover(only?: string): Promise<number> {
  await makePackage();
  for (const agents of ['ganeti-ha', 'upstream'] as const) {
    if (only !== undefined && only !== agents) continue;
    const plain: Kill[] = [];
    const master: Kill[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      plain.push(await killIn(agents, 'h3'));
      master.push(await killIn(agents, 'h1'));
    }
    console.log(`\n${agents}, seconds from fencing confirmed, ${ROUNDS} kills each`);
    console.log(`  a dead plain node is offline   ${list(plain.map(({ offline }) => offline))}`);
    console.log(`  a dead master is replaced      ${list(master.map(({ masterUp }) => masterUp))}`);
    console.log(`  the dead master is offline     ${list(master.map(({ offline }) => offline))}`);
  }
  return 0;
}

function list(values: readonly (number | undefined)[]): string {
  return values.map((value) => value?.toFixed(1) ?? 'never').join('  ');
}

async function killIn(agents: Agents, victim: string): Promise<Kill> {
  const dir = mkdtempSync(join(tmpdir(), 'ganeti-ha-failover-'));
  const lab = await openLab({ hosts: 3, dir, tied: true });
  try {
    await (agents === 'ganeti-ha' ? configurePcs(lab) : configureUpstream(lab));
    const killed = Date.now() / 1000;
    await lab.kill(victim);
    return await follow(lab, victim, killed);
  } finally {
    await closeLab(lab);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function follow(lab: Lab, victim: string, killed: number): Promise<Kill> {
  const since = (fenced: number | undefined, to: number | undefined): number | undefined =>
    fenced === undefined || to === undefined ? undefined : to - fenced;
  if (victim === 'h1') {
    await lab.waitFor(
      'another master',
      async () => failoverMoments(lab, victim, killed).masterUp !== undefined || new NotYet('none'),
      180_000,
    );
  }
  try {
    const moments = await waitForOffline(lab, victim, killed, NEVER_AFTER_S * 1000);
    return {
      masterUp: since(moments.fenced, moments.masterUp),
      offline: since(moments.fenced, moments.offline),
    };
  } catch {
    const { fenced, masterUp } = failoverMoments(lab, victim, killed);
    return { masterUp: since(fenced, masterUp), offline: undefined };
  }
}

async function configureUpstream(lab: Lab): Promise<void> {
  for (const host of lab.hosts) {
    await lab.exec(host, ['mkdir', '-p', AGENTS]);
    for (const agent of ['master-role', 'node-role']) {
      const text = readFileSync(join(import.meta.dirname, 'upstream', agent), 'utf8');
      await lab.exec(host, ['tee', `${AGENTS}/${agent}`], { input: text });
      await lab.exec(host, ['chmod', '755', `${AGENTS}/${agent}`]);
    }
  }
  const script = [
    'set -e',
    ...lab.hosts.map((host) => `pcs stonith create fence-${host} fence_lab pcmk_host_list=${host}`),
    'pcs property set stonith-enabled=true stonith-action=off concurrent-fencing=true',
    'pcs resource create node ocf:upstream:node-role clone notify=true',
    'pcs resource create master ocf:upstream:master-role op start timeout=300s meta resource-stickiness=1000',
  ];
  await lab.exec('h1', script.join('\n'), { timeoutMs: 120_000 });
  await lab.waitFor(
    'upstream-like agents started',
    async () => {
      const found = await lab.exec('h1', ['crm_resource', '--locate', '--resource', 'master'], {
        check: false,
      });
      return found.stdout.includes('h1') || new NotYet(found.stdout + found.stderr);
    },
    60_000,
  );
}
